"""What the middleware opens around a request, and what it refuses."""

from __future__ import annotations

from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from accounts.models import User
from orsen.middleware import PrincipalMiddleware, ScopeMiddleware
from tenants.access import landlord_scope
from tenants.stock.models import Site
from tenants.wall.context import current_scope
from tests.cast import Cast, Member


def request_of(member: Member | None, path: str = "/sites/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.session = SessionStore()
    request.user = member.user if member else AnonymousUser()
    return request


def names_of_landlords(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        ",".join(Site.objects.order_by().values_list("landlord__short_name", flat=True).distinct())
    )


def handle(request: HttpRequest) -> HttpResponse:
    answer = PrincipalMiddleware(ScopeMiddleware(names_of_landlords))(request)
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_view_runs_in_the_scope_of_its_reader(cast: Cast) -> None:
    assert handle(request_of(cast.amandier.admin)).content == b"Amandier"
    assert current_scope() is None


def test_the_operators_admin_runs_without_a_scope(cast: Cast) -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_scope())
        return HttpResponse()

    PrincipalMiddleware(ScopeMiddleware(view))(request_of(cast.amandier.admin, "/exploitation/"))
    assert seen == [None]


def test_a_view_that_answers_500_leaves_no_trace(cast: Cast) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        Site.objects.filter(code="N1").update(name="modifié")
        return HttpResponse(status=500)

    PrincipalMiddleware(ScopeMiddleware(view))(request_of(cast.amandier.admin))
    assert "modifié" not in names_of_sites(cast)


def test_a_view_that_raises_leaves_no_trace(cast: Cast) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        Site.objects.filter(code="N1").update(name="modifié")
        middleware.process_exception(request, ZeroDivisionError())
        return HttpResponse("handled", status=200)

    middleware = ScopeMiddleware(view)
    PrincipalMiddleware(middleware)(request_of(cast.amandier.admin))
    assert "modifié" not in names_of_sites(cast)


def names_of_sites(cast: Cast) -> list[str]:
    with landlord_scope(cast.amandier.admin.principal):
        return list(Site.objects.values_list("name", flat=True))


def test_a_role_that_needs_a_second_factor_is_sent_to_set_one_up(
    cast: Cast, settings: Settings
) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    answer = cast.police.client().get("/organisation/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/2fa/totp/activate/")


def test_having_one_is_not_enough_it_must_be_shown(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    secret = generate_totp_secret()
    TOTP.activate(cast.police.user, secret)
    client = cast.police.client()
    step = client.get("/organisation/")["Location"]
    assert step.startswith("/compte/2fa/reauthenticate/")
    code = format_hotp_value(hotp_value(secret, yield_hotp_counters_from_time().__next__()))
    client.post(step, {"code": code})
    assert client.get("/organisation/").status_code == 405


def test_a_caretaker_logs_in_without_one(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    assert cast.amandier.caretaker.client().get("/organisation/").status_code == 405


def test_the_operator_always_needs_one(cast: Cast, settings: Settings) -> None:
    settings.ORSEN_REQUIRE_SECOND_FACTOR = True
    operator = User.objects.create_superuser(
        "exploitation@exemple.test", display_name="Exploitation"
    )
    cast.police.user = operator
    assert cast.police.client().get("/exploitation/")["Location"].startswith("/compte/2fa/")


def test_a_suspended_member_reaches_nothing_at_the_next_request(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    assert names_of_sites(cast)
    membership = cast.amandier.admin.membership
    membership.suspended_at = membership.user.date_joined
    membership.save()
    answer = client.get("/")
    assert answer.status_code == 403
    assert "organisation" in answer.content.decode()


def test_the_connection_keeps_no_role_after_the_request(cast: Cast) -> None:
    handle(request_of(cast.amandier.admin))
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('orsen.ctx', true)")
        assert cursor.fetchone() == ("orsen_web", "")


def test_a_visitor_is_sent_to_log_in(db: None) -> None:
    assert Client().get("/")["Location"].startswith("/compte/login/")
