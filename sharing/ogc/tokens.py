"""Make, find and take back the tokens of GIS programs; say what each opens today."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal, PrincipalError, of_membership
from sharing.access import conventions, shared_scope
from sharing.access.door import PURPOSE_OF_KIND
from sharing.conventions.models import Convention
from sharing.ogc.models import LayerToken

PREFIX = "orsen_"


class NoTokenError(Exception):
    """No token, or one that opens nothing any more: 401. The text says why."""


class EndedError(Exception):
    """The convention of the token gives nothing to read any more: 403. The text says why."""


@dataclass(frozen=True)
class Reader:
    """Who a request is for: the person's principal as it is now, and the convention that the token names."""

    principal: Principal
    convention_id: int
    convention_name: str


def digest_of(token: str) -> str:
    """What is kept of a token: 32 random bytes need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_conventions(principal: Principal) -> list[Convention]:
    """The conventions for which the member may make a token today. Opens the scope itself."""
    with shared_scope(principal):
        return [each for each in conventions(principal) if each.is_live]


def make(principal: Principal, convention_key: UUID | str, label: str) -> tuple[LayerToken, str]:
    """A new token for one live convention, and its text, which is shown once. Raises Http404 for another convention."""
    found = [each for each in open_conventions(principal) if str(each.key) == str(convention_key)]
    if not found:
        raise Http404(_("Cette convention n’existe pas, ou n’est pas en vigueur."))
    text = PREFIX + secrets.token_urlsafe(32)
    token = LayerToken.objects.create(
        digest=digest_of(text), hint=text[-4:], label=label.strip()[:80], membership_id=principal.membership_id,
        convention_key=found[0].key, convention_name=found[0].name,
    )  # fmt: skip
    return token, text


def tokens_of(principal: Principal) -> list[LayerToken]:
    """The member's own tokens, the newest first."""
    return list(LayerToken.objects.filter(membership_id=principal.membership_id))


def revoke(principal: Principal, key: UUID) -> bool:
    """Take a token back, from the next request on; False when it was already."""
    changed = LayerToken.objects.filter(
        key=key, membership_id=principal.membership_id, revoked_at__isnull=True
    ).update(revoked_at=timezone.now())
    return bool(changed)


def text_in(request: HttpRequest) -> str:
    """The token of a request: `Authorization: Bearer …`, or the password of `Basic` (what QGIS and GDAL ask for)."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def reader_of(request: HttpRequest) -> Reader:
    """Whom the request is for, with rights evaluated now. Raises NoTokenError or EndedError."""
    text = text_in(request)
    if not text.startswith(PREFIX):
        raise NoTokenError(_("Un jeton est nécessaire : créez-le sur la page « Accès SIG »."))
    token = LayerToken.objects.filter(digest=digest_of(text), revoked_at__isnull=True).first()
    if token is None:
        raise NoTokenError(_("Ce jeton n’existe pas ou a été retiré."))
    try:
        principal = of_membership(token.membership_id)
    except PrincipalError as error:
        raise NoTokenError(_("La personne de ce jeton n’agit plus pour son organisme.")) from error
    if principal.organisation_kind not in PURPOSE_OF_KIND:  # the person now acts for the operator
        raise NoTokenError(_("La personne de ce jeton n’agit plus pour son organisme."))
    today = timezone.localdate()
    if token.used_on != today:
        LayerToken.objects.filter(pk=token.pk).update(used_on=today)
    with shared_scope(principal):
        readable = principal.may("shared.read") or principal.may("sharing.read")
        found = (
            conventions(principal).filter(key=token.convention_key).first() if readable else None
        )
        if found is None or not found.is_live:
            raise EndedError(
                _("La convention « %(name)s » n’est plus en vigueur : ce jeton n’ouvre plus rien.")
                % {"name": token.convention_name}
            )
        return Reader(principal, found.pk, found.name)
