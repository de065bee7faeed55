"""Pages of refusal: they say what to do, and answer when everything else is broken."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from orsen.views import errors
from tests.cast import Cast


def test_the_page_of_our_fault_needs_neither_request_nor_database() -> None:
    answer = errors.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Recommencez" in answer.content.decode()


def test_a_malformed_request_is_answered_without_reading_it() -> None:
    assert errors.bad_request(RequestFactory().get("/"), ValueError()).status_code == 400


@pytest.mark.django_db
def test_a_refusal_gives_its_reason_and_a_way_on() -> None:
    answer = errors.permission_denied(
        RequestFactory().get("/"), PermissionDenied("Réservé à la coordination.")
    )
    assert answer.status_code == 403
    assert "Réservé à la coordination. Si vous travaillez" in answer.content.decode()


def test_a_missing_page_does_not_tell_whether_it_exists_for_others(cast: Cast) -> None:
    missing = cast.police.client().get("/nulle-part/")
    assert missing.status_code == 404
    assert "n’est pas partagée" in missing.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_says_that_nothing_was_saved() -> None:
    answer = Client(enforce_csrf_checks=True).post(
        "/compte/login/", {"login": "a", "password": "b"}
    )
    assert answer.status_code == 403
    assert "Rien n’a été enregistré" in answer.content.decode()
