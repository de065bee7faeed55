"""Where a request comes from, behind the proxies that the installation trusts and no other."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The caller's address: what the farthest of ORSEN_TRUSTED_PROXIES proxies wrote, else the connection's own.

    `X-Forwarded-For` grows to the right; what stands left of the trusted entries is the caller's own invention.
    """
    proxies: int = settings.ORSEN_TRUSTED_PROXIES
    found = request.META.get("REMOTE_ADDR", "")
    forwarded = [
        part.strip()
        for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        found = forwarded[-proxies]
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return None
