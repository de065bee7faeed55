"""System checks of the site: an undeclared route does not start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.urls import URLPattern, URLResolver, get_resolver

from orsen.navigation import PAGES, has_route

# Libraries that declare their own access: log-in pages, the operator's admin, the API's documents.
LIBRARY_MODULES = (
    "allauth.",
    "django.contrib.",
    "django.views.",
    "drf_spectacular.",
    "rest_framework.",
)


def product_routes(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every route of the product, as (path pattern, URL pattern); libraries' own are left out."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from product_routes(pattern, path)
        elif not str(getattr(pattern.callback, "__module__", "")).startswith(LIBRARY_MODULES):
            yield path, pattern


def gate_of(pattern: URLPattern) -> tuple[str, ...]:
    """What a route declares; empty when it declares nothing."""
    callback: Any = pattern.callback
    for holder in (callback, getattr(callback, "cls", None), getattr(callback, "view_class", None)):
        gate = getattr(holder, "gate", ())
        if gate:
            return tuple(gate)
    return ()


@register("routes")
def every_route_is_declared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Each route says who may call it (accounts.gate)."""
    return [
        Error(
            f"The route {path} does not say who may call it.",
            hint="Decorate the view with accounts.gate.requires, signed_in or public; or give the class a `gate`.",
            id="routes.E001",
        )
        for path, pattern in product_routes()
        if not gate_of(pattern)
    ]


@register("routes")
def every_page_of_the_navigation_has_a_route(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A page without a route is left out of the navigation: said at start-up, so that it is no surprise."""
    return [
        CheckWarning(
            f"The page {name} of the navigation has no route; it is left out.", id="routes.W001"
        )
        for name in sorted({page.name for page in PAGES})
        if not has_route(name)
    ]
