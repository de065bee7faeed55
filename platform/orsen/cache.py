"""The shared cache, in Redis; while Redis is down, a memory of the process's own.

What is in the cache may be lost at any moment: nothing that keeps the door shut stands on it alone (the count of
guesses and the used codes are in PostgreSQL). So a stopped Redis must not turn each log-in into an error page.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

RETRY_SECONDS: Final = 5


def _tolerant(name: str) -> Callable[..., Any]:
    def call(self: TolerantRedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.down_until:
            try:
                return getattr(super(TolerantRedisCache, self), name)(*args, **kwargs)
            except RedisError as error:
                type(self).down_until = time.monotonic() + RETRY_SECONDS
                logger.warning("Redis is down (%s): this process keeps its own cache", error)
        return getattr(self.own, name)(*args, **kwargs)

    call.__name__ = name
    call.__doc__ = f"`{name}` of the cache, in Redis when it answers."
    return call


class TolerantRedisCache(RedisCache):
    """Django's Redis cache; after a failure it asks Redis again RETRY_SECONDS later."""

    down_until: float = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        """`server`: address of Redis."""
        super().__init__(server, params)
        self.own = LocMemCache("while-redis-is-down", params | {"OPTIONS": {}})

    add = _tolerant("add")
    get = _tolerant("get")
    set = _tolerant("set")
    touch = _tolerant("touch")
    delete = _tolerant("delete")
    get_many = _tolerant("get_many")
    set_many = _tolerant("set_many")
    delete_many = _tolerant("delete_many")
    has_key = _tolerant("has_key")
    incr = _tolerant("incr")
    clear = _tolerant("clear")
