"""The demonstration answers this machine alone: its accounts and their second factor are printed on the screen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class LoopbackOnlyMiddleware:
    """Turn away whoever does not come from ORSEN_DEMO_NETWORKS, on whatever address the server listens.

    The peer's address is the socket's own: a header cannot change it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler and the networks."""
        self.get_response = get_response
        self.networks = [
            ip_network(network) for network in getattr(settings, "ORSEN_DEMO_NETWORKS", [])
        ]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse with 403."""
        peer = request.META.get("REMOTE_ADDR", "")
        if not self.is_near(peer):
            logger.warning(
                "The demonstration refused %s: it serves this machine only.",
                peer or "an unknown peer",
            )
            return HttpResponseForbidden(
                _("La démonstration ne répond qu’à la machine qui la porte."),
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)

    def is_near(self, peer: str) -> bool:
        """Whether the address is in one of the networks; what is not an address is not."""
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.networks)
