"""Whether and where the log-in page offers ProConnect."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse

from accounts.proconnect.configuration import is_configured

register = template.Library()


@register.simple_tag(takes_context=True)
def proconnect_url(context: Context) -> str:
    """Where the log-in by ProConnect begins, keeping the page that was asked for; empty where it is not set up."""
    if not is_configured():
        return ""
    request: HttpRequest | None = context.get("request")
    back = request.GET.get("next", "") if request else ""
    url = reverse("proconnect-start")
    return f"{url}?{urlencode({'next': back})}" if back else url
