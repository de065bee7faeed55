"""Guesses at the door: limited by account and by address, told to the administrators, whether Redis runs or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache, caches
from django.test import Client, RequestFactory
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Organisation, SecurityEvent, User
from accounts.security.address import client_address
from orsen.cache import TolerantRedisCache
from tests.accounts.signing_in import PASSWORD, code_of, give_totp
from tests.cast import Member, make_member

WRONG = "ce-n-est-pas-lui"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100."


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> Iterator[None]:
    settings.AXES_ENABLED = True
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # argon2 is slow by design
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def member(police: Member) -> Member:
    """Somebody with a password; the correspondent of the same police manages its people."""
    colleague = make_member(police.membership.organisation, "partner_reader", "Lecteur police")
    colleague.user.set_password(PASSWORD)
    colleague.user.save()
    return colleague


def try_password(user: User | str, password: str = WRONG, address: str = HERE) -> str:
    """One log-in: "in", "wrong", or "locked"."""
    email = user if isinstance(user, str) else user.email
    answer = Client().post(
        "/compte/login/", {"login": email, "password": password}, REMOTE_ADDR=address
    )
    if answer.status_code == 302:
        return "in"
    assert answer.status_code in {200, 429}, answer.status_code
    return "locked" if answer.status_code == 429 else "wrong"


def test_an_account_from_one_address(member: Member) -> None:
    assert [try_password(member.user) for _ in range(8)] == ["wrong"] * 7 + ["locked"]
    assert try_password(member.user, PASSWORD) == "locked"
    assert try_password(member.user, PASSWORD, ELSEWHERE + "1") == "in"  # the owner, elsewhere


def test_writing_the_address_in_capitals_is_no_new_account(member: Member) -> None:
    for _ in range(4):
        try_password(member.user)
        try_password(member.user.email.upper())
    assert try_password(member.user, PASSWORD) == "locked"


def test_an_account_from_many_addresses(member: Member) -> None:
    tried = [try_password(member.user, address=f"{ELSEWHERE}{n}") for n in range(20)]
    assert tried == ["wrong"] * 19 + ["locked"]
    assert try_password(member.user, PASSWORD, ELSEWHERE + "99") == "locked"


def test_hammering_from_elsewhere_does_not_keep_the_owner_out(member: Member) -> None:
    assert try_password(member.user, PASSWORD) == "in"
    for n in range(25):
        try_password(member.user, address=f"{ELSEWHERE}{n}")
    assert try_password(member.user, PASSWORD, ELSEWHERE + "99") == "locked"
    assert try_password(member.user, PASSWORD) == "in"


def test_an_address_that_tries_many_accounts(member: Member, settings: Settings) -> None:
    settings.ORSEN_LOGIN_LIMIT_ADDRESS = 12
    tried = [try_password(f"personne-{n}@exemple.test") for n in range(12)]
    assert tried == ["wrong"] * 11 + ["locked"]
    assert try_password(member.user, PASSWORD) == "locked"
    assert try_password(member.user, PASSWORD, ELSEWHERE + "1") == "in"


def second_step(member: Member) -> tuple[Client, str]:
    """A browser past the password, before the code; and the secret of the codes."""
    secret = give_totp(member.user)
    client = Client(REMOTE_ADDR=HERE)
    client.post("/compte/login/", {"login": member.user.email, "password": PASSWORD})
    return client, secret


def test_codes_count_like_passwords(member: Member) -> None:
    client, secret = second_step(member)
    wrong = [
        client.post("/compte/2fa/authenticate/", {"code": f"00000{n}"}).status_code
        for n in range(8)
    ]
    assert wrong == [200] * 7 + [429]
    answer = client.post("/compte/2fa/authenticate/", {"code": code_of(secret)})
    assert "quart d’heure" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert try_password(member.user, PASSWORD) == "locked"


def test_a_confirmation_counts_too(member: Member) -> None:
    give_totp(member.user)
    client = member.client()
    for n in range(8):
        client.post("/compte/2fa/reauthenticate/", {"code": f"00000{n}"}, REMOTE_ADDR=HERE)
    assert try_password(member.user, PASSWORD) == "locked"


def test_a_code_serves_once_even_when_the_cache_is_emptied(member: Member) -> None:
    client, secret = second_step(member)
    code = code_of(secret)
    assert client.post("/compte/2fa/authenticate/", {"code": code}).status_code == 302
    thief = Client()
    thief.post("/compte/login/", {"login": member.user.email, "password": PASSWORD})
    cache.clear()
    spaced = f"{code[:3]} {code[3:]}"
    for again in (code, spaced):
        assert thief.post("/compte/2fa/authenticate/", {"code": again}).status_code == 200
    assert "_auth_user_id" not in thief.session


def test_password_resets_are_limited_by_account(member: Member) -> None:
    answers = [
        Client().post("/compte/password/reset/", {"email": member.user.email}).status_code
        for _ in range(6)
    ]
    assert answers == [302] * 5 + [429]


def test_a_lock_is_journalled_and_mailed_to_the_administrators_once(
    police: Member,
    member: Member,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    stranger = Organisation.objects.create(
        kind="partner", name="Commune", short_name="Commune", partner_category="commune"
    )
    make_member(stranger, "partner_correspondent", "Correspondant de la commune")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(12):
            try_password(member.user)
    assert [message.to for message in mail.outbox] == [[police.user.email]]
    assert "Lecteur police" in str(mail.outbox[0].body)
    assert HERE in str(mail.outbox[0].body)
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user, event.organisation) == (
        "locked_out", member.user, police.membership.organisation,
    )  # fmt: skip
    page = police.client().get("/personnes/securite/").content.decode()
    assert "Trop d’essais de connexion" in page


def test_guesses_at_nobody_go_to_the_operators(
    police: Member, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    User.objects.create_superuser("exploitation@exemple.test", display_name="Exploitation")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(9):
            try_password("personne@exemple.test")
    assert [message.to for message in mail.outbox] == [["exploitation@exemple.test"]]


def test_a_silent_mail_server_does_not_break_the_refusal(
    member: Member,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with django_capture_on_commit_callbacks(execute=True):
        assert [try_password(member.user) for _ in range(8)][-1] == "locked"


@pytest.fixture
def stopped_redis(settings: Settings) -> Iterator[None]:
    """Nothing listens where Redis should."""
    settings.CACHES = {
        "default": {
            "BACKEND": "orsen.cache.TolerantRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 1},
        }
    }
    assert isinstance(caches["default"], TolerantRedisCache)
    TolerantRedisCache.down_until = 0.0
    yield
    TolerantRedisCache.down_until = 0.0


@pytest.mark.usefixtures("stopped_redis")
def test_a_stopped_redis_locks_nobody_out(member: Member) -> None:
    client, secret = second_step(member)
    from tests.accounts import signing_in

    code = signing_in.format_hotp_value(
        signing_in.hotp_value(secret, int(signing_in.time.time()) // 30)
    )
    assert client.post("/compte/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.session["_auth_user_id"] == str(member.user.pk)


@pytest.mark.usefixtures("stopped_redis")
def test_a_stopped_redis_opens_no_door(member: Member) -> None:
    tried = []
    for _ in range(9):
        cache.clear()  # as if each guess met another process, with nothing in its memory
        tried.append(try_password(member.user))
    assert tried == ["wrong"] * 7 + ["locked"] * 2


def test_redis_is_asked_again_after_a_while(settings: Settings, stopped_redis: None) -> None:
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert TolerantRedisCache.down_until > 0
    TolerantRedisCache.down_until = 0.0
    settings.CACHES = {
        "default": {"BACKEND": "orsen.cache.TolerantRedisCache", "LOCATION": settings.REDIS_URL}
    }
    cache.set("limits-test", 2, timeout=5)
    assert caches["default"].own.get("limits-test") is None  # type: ignore[attr-defined]
    assert cache.get("limits-test") == 2
    cache.delete("limits-test")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "not an address", None),
    ],
)
def test_only_the_trusted_proxies_are_believed(
    settings: Settings, proxies: int, forwarded: str, found: str | None
) -> None:
    settings.ORSEN_TRUSTED_PROXIES = proxies
    request = RequestFactory().get(
        "/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR="10.0.0.1"
    )
    assert client_address(request) == found
