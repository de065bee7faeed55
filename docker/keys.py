"""Draw the installation's secrets once, one folder a reader: each container mounts its own and no other.

web      what the web server, the workers and the scheduler know
report   the same, and the password that reads every landlord to build releases
owner    all of them: migrations and the operator's commands
db       the superuser's password, for PostgreSQL's first start
redis    Redis's password
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEYS = Path("/keys")
PLACES = {
    "ORSEN_DB_HOST": "db",
    "ORSEN_DB_PORT": "5432",
    "ORSEN_DB_NAME": "orsen",
}


def write(path: Path, text: str) -> None:
    """Write a file that the group may read: PostgreSQL's and Redis's accounts are in it."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o440), "w") as output:
        output.write(text)


def lines(variables: dict[str, str]) -> str:
    """The variables in the form that the settings read."""
    return "".join(f"{name}={value}\n" for name, value in sorted(variables.items()))


def main() -> None:
    """Draw all secrets, unless an earlier start has."""
    if (KEYS / "owner/orsen.env").exists():
        print("The keys are there.")
        return
    redis_password, superuser_password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    web = PLACES | {
        "ORSEN_SECRET_KEY": secrets.token_urlsafe(48),
        "ORSEN_WALL_KEY": secrets.token_hex(32),
        "ORSEN_DB_WEB_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_REDIS_URL": f"redis://:{redis_password}@redis:6379/0",
    }
    report = web | {
        "ORSEN_DB_REPORT_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_RELEASE_P": str(10 + secrets.randbelow(11)),
    }
    owner = report | {
        "ORSEN_DB_OWNER_PASSWORD": secrets.token_urlsafe(24),
        "ORSEN_DB_SUPERUSER_PASSWORD": superuser_password,
    }
    write(KEYS / "web/orsen.env", lines(web))
    write(KEYS / "report/orsen.env", lines(report))
    write(KEYS / "db/superuser-password", superuser_password)
    write(KEYS / "redis/password", redis_password)
    write(KEYS / "owner/orsen.env", lines(owner))  # last: its presence says that all are written
    print("Keys drawn.")


if __name__ == "__main__":
    main()
