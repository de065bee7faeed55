"""Decide joint actions, follow them, and see what became of the sites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.conventions.models import Party
from sharing.jointactions.models import PROBLEMS, STEPS, JointAction, JointActionSite
from sharing.meetings.models import Forum
from sharing.meetings.priorities import SiteLine, common_sites, readable_lines
from sharing.meetings.services import MeetingRefusedError, forums, members_of
from sharing.notices.services import Telling, tell
from tenants.campaigns.models import Publication

PROBLEM_LABELS = dict(PROBLEMS)
STEP_LABELS = dict(STEPS)


@dataclass(frozen=True)
class Followed:
    """A site of an action, as its reader sees it: the level when the action began and the one of today."""

    site: SiteLine
    level_then: int | None  # None: unknown, or a level at which the reader did not see the site


@dataclass(frozen=True)
class Wanted:
    """What an action says, from a valid form."""

    problems: list[str]
    text: str
    steps: list[str]
    partner_ids: list[int]
    owner_id: int
    due_on: dt.date


def _require(principal: Principal) -> None:
    if not principal.may("meetings.write"):
        raise PermissionDenied(_("Votre rôle ne permet pas cette action."))


def actions(principal: Principal) -> QuerySet[JointAction]:
    """The joint actions of the reader's forums, the most urgent first."""
    found: QuerySet[JointAction] = JointAction.objects.filter(
        forum__in=forums(principal)
    ).select_related("forum__convention", "owner")
    return found


def action_of(principal: Principal, key: UUID | str) -> JointAction:
    """One of them. Raises Http404."""
    found = actions(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Cette action n’existe pas, ou votre organisation ne siège pas au dispositif."))  # fmt: skip
    return found


def overdue(principal: Principal) -> QuerySet[JointAction]:
    """Those that should have been closed by now."""
    return actions(principal).filter(state=JointAction.State.OPEN, due_on__lt=timezone.localdate())


def label_of(action: JointAction) -> str:
    """The problem in the words of its ticks."""
    return ", ".join(str(PROBLEM_LABELS.get(code, code)) for code in action.problems)


def steps_of(action: JointAction) -> str:
    """What is done, in the words of its ticks."""
    return ", ".join(str(STEP_LABELS.get(code, code)) for code in action.steps)


def partners_of(action: JointAction) -> list[Organisation]:
    """Who works on it."""
    return list(Organisation.objects.filter(pk__in=action.partner_ids).order_by("name"))


@transaction.atomic
def decide(
    principal: Principal, forum: Forum, wanted: Wanted, site_keys: Iterable[UUID]
) -> JointAction:
    """Open a joint action on sites of the priority list, and tell who answers for it. Raises MeetingRefusedError."""
    _require(principal)
    sits = {each.organisation_id for each in members_of(forum)}
    if not {wanted.owner_id, *wanted.partner_ids} <= sits:
        raise MeetingRefusedError(_("Responsable et partenaires sont des membres du dispositif."))
    action: JointAction = JointAction.objects.create(forum=forum, **vars(wanted))
    keys = set(site_keys)
    if keys:
        JointActionSite.objects.bulk_create(
            JointActionSite(forum=forum, action=action, site_key=each.key, landlord_id=each.landlord_id)
            for each in common_sites(principal, forum)
            if each.key in keys
        )  # fmt: skip
    tell_owner(
        principal.organisation_id,
        action,
        f"joint-action:{action.key}",
        _("Action commune à mener : %(problem)s") % {"problem": label_of(action)},
    )
    return action


def tell_owner(sender_id: int, action: JointAction, cause: str, title: str) -> int:
    """Tell the organisation that answers for an action; once for that cause. Returns how many were told."""
    party = Party.objects.filter(
        convention=action.forum.convention, organisation_id=action.owner_id
    ).first()
    text = _("%(forum)s : %(steps)s. Échéance le %(day)s.") % {
        "forum": action.forum.name,
        "steps": steps_of(action) or _("à préciser"),
        "day": date_format(action.due_on, "j F Y"),
    }
    return len(
        tell(
            sender_id,
            [
                Telling(cause, action.owner_id, title, text, reverse("joint-action", args=[action.key]),
                        party.correspondent_email if party else "", action.forum.convention_id)
            ],
        )
    )  # fmt: skip


@transaction.atomic
def follow_up(
    principal: Principal, action: JointAction, state: str, due_on: dt.date, steps: list[str]
) -> None:
    """Move the due date, say what is done, close it as solved or not; or open it again."""
    _require(principal)
    action.due_on, action.steps = due_on, steps
    if state != action.state:
        action.state = JointAction.State(state)
        action.closed_on = None if state == JointAction.State.OPEN else timezone.localdate()
    action.save()


def followed_sites(principal: Principal, action: JointAction) -> list[Followed]:
    """The sites of the action that the reader may name, each with its level at the start and today's."""
    keys = set(action.sites.values_list("site_key", flat=True))
    lines = readable_lines(principal, keys)
    then = _own_levels(principal, lines, action.opened_on)
    shared = [key for key, line in lines.items() if not line.own]
    if shared:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, level_then FROM shared.my_levels_on(%s, %s)",
                [shared, action.opened_on],
            )
            then |= dict(cursor.fetchall())
    found = [Followed(line, then.get(key)) for key, line in lines.items()]
    return sorted(found, key=lambda each: each.site.order)


def _own_levels(
    principal: Principal, lines: dict[UUID, SiteLine], day: dt.date
) -> dict[UUID, int | None]:
    own = [line.site for line in lines.values() if line.site is not None]
    if not own or not principal.is_landlord:
        return {}
    rows = (
        Publication.objects.filter(site__in=own, published_at__date__lte=day)
        .order_by("site_id", "-published_at", "-pk")
        .distinct("site_id")
        .values_list("site__key", "level")
    )
    return dict(rows)
