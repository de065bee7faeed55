"""Health check of a container: ask /healthz for the parts named on the command line; exit 1 when one is down."""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    """Ask the web server of this installation, under a host name that it serves."""
    host = os.environ.get("ORSEN_ALLOWED_HOSTS", "localhost").split(",")[0]
    connection = http.client.HTTPConnection(
        os.environ.get("ORSEN_HEALTH_HOST", "web"), 8000, timeout=5
    )
    try:
        connection.request(
            "GET", f"/healthz?parts={','.join(sys.argv[1:])}", headers={"Host": host}
        )
        response = connection.getresponse()
        print(response.read().decode())
    except OSError as error:
        print(error)
        return 1
    return 0 if response.status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
