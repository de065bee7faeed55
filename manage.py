#!/usr/bin/env python
"""Django's command-line utility."""

import os
import sys


def main() -> None:
    """Run a management command under the settings named by the environment (the demo's by default)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orsen.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
