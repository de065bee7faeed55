"""The demonstration serves its own machine, whatever address it is made to listen on."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from orsen.demo_guard import LoopbackOnlyMiddleware


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("served")


def ask(peer: str, **headers: str) -> int:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    return LoopbackOnlyMiddleware(answer)(request).status_code


@pytest.fixture(autouse=True)
def _networks(settings: Settings) -> None:
    settings.ORSEN_DEMO_NETWORKS = ["127.0.0.0/8", "::1/128"]


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_served(peer: str) -> None:
    assert ask(peer) == 200


@pytest.mark.parametrize(
    "peer", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.7", "", "unix:"]
)
def test_others_are_turned_away(peer: str) -> None:
    assert ask(peer) == 403


def test_a_header_does_not_bring_a_stranger_in() -> None:
    assert ask("192.0.2.7", HTTP_X_FORWARDED_FOR="127.0.0.1", HTTP_HOST="127.0.0.1") == 403


def test_the_containers_own_network_can_be_named(settings: Settings) -> None:
    settings.ORSEN_DEMO_NETWORKS = ["172.31.250.0/24"]
    assert ask("172.31.250.1") == 200
    assert ask("127.0.0.1") == 403


def test_the_demonstration_guards_before_anything_else() -> None:
    from orsen.settings import demo

    assert demo.MIDDLEWARE[0] == "orsen.demo_guard.LoopbackOnlyMiddleware"
