"""The product as it is measured: demonstration settings on the bench's database, and one empty answer more."""

from orsen.settings.demo import *  # noqa: F403 -- a settings module extends another by design

ROOT_URLCONF = "bench.urls"
# From an environment that holds the secrets of all processes, as on a developer's machine.
