"""A rating's body as a telephone writes it, read strictly: nothing of another type, length or name gets in."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.campaigns.services import Submission

VERSION = 1
LONGEST = {"reason": 240, "internal": 500, "shared": 500}
MOST_TICKS = 40
MOST_QUESTIONS, MOST_PLACES = 8, 8  # of a grid; tenants/owngrids/definition.py keeps to them
OLDEST = dt.timedelta(days=120)  # a telephone whose clock says earlier is not believed


class BodyError(ValueError):
    """A body that cannot be read, in a sentence for the person who sent it."""


@dataclass(frozen=True)
class Body:
    """What a telephone says: whose rating of which site in which campaign, and the rating."""

    key: UUID
    campaign: UUID
    site: UUID
    membership_id: int
    submission: Submission


def read_body(plain: bytes) -> Body:
    """Read it. Raises BodyError."""
    try:
        said = json.loads(plain)
    except ValueError as error:
        raise BodyError(_unreadable()) from error
    if not isinstance(said, dict) or said.get("v") != VERSION:
        raise BodyError(
            _(
                "Cette cotation vient d’une autre version de la saisie : rouvrez la page et recommencez."
            )
        )
    return body_of(said)


def _unreadable() -> str:
    return _("Cette cotation est illisible : rouvrez le site et recommencez.")


def body_of(said: dict[str, Any]) -> Body:
    """The same, from JSON already parsed. Raises BodyError."""
    try:
        key, campaign, site = (UUID(str(said[name])) for name in ("key", "campaign", "site"))
        criteria = _answers(said["criteria"])
        level = None if said.get("level") is None else _degree(said["level"])
        membership = _number(said["member"])
    except (KeyError, TypeError, ValueError) as error:
        raise BodyError(_unreadable()) from error
    texts = {name: _text(said, name) for name in LONGEST}
    submission = Submission(
        key=key,
        criteria=criteria,
        level=level,
        reason_to_differ=texts["reason"],
        ticks=_ticks(said.get("ticks", [])),
        internal_comment=texts["internal"],
        shared_comment=texts["shared"],
        rated_at=_moment(said.get("rated_at")),
    )
    return Body(key, campaign, site, membership, submission)


def _answers(value: Any) -> dict[str, int]:
    """Answers by question; whether they are those of the campaign's grid is seen once it is known (receiving.py)."""
    if not isinstance(value, dict) or len(value) > MOST_QUESTIONS:
        raise ValueError(value)
    return {str(name)[:40]: _degree(degree) for name, degree in value.items()}


def _degree(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_PLACES:
        raise ValueError(value)
    return int(value)


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return int(value)


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise BodyError(_unreadable())
    text = value.replace("\x00", "").strip()
    if len(text) > LONGEST[name]:
        raise BodyError(
            _("Un texte est trop long : %(most)s caractères au plus.") % {"most": LONGEST[name]}
        )
    return text


def _ticks(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_TICKS:
        raise BodyError(_unreadable())
    return [str(tick)[:60] for tick in value]


def _moment(value: Any) -> dt.datetime | None:
    """When the rating was given, by the telephone's clock; now where that clock cannot be right."""
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    now = timezone.now()
    return moment if now - OLDEST < moment <= now else None
