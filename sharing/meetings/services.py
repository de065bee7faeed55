"""Forums, meetings, agenda and minutes: what may be done, by whom, and what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.conventions.models import Convention, Party
from sharing.jointactions.models import JointAction
from sharing.meetings.models import AgendaItem, Forum, ForumMember, Meeting
from sharing.meetings.priorities import SiteLine, common_sites, readable_lines
from sharing.notices.services import Telling, tell


class MeetingRefusedError(ValueError):
    """A step that cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Point:
    """A point of the agenda, with the site where it is about one that the reader may name."""

    item: AgendaItem
    site: SiteLine | None


def _require(principal: Principal) -> None:
    if not principal.may("meetings.write"):
        raise PermissionDenied(_("Votre rôle ne permet pas cette action."))


def forums(principal: Principal) -> QuerySet[Forum]:
    """The forums in which the organisation sits today; a coordination: those of the conventions it holds."""
    if not any(principal.may(each) for each in ("sharing.read", "shared.read", "conventions.read")):
        raise PermissionDenied(_("Votre rôle ne donne pas à lire les dispositifs."))
    found: QuerySet[Forum] = Forum.objects.select_related("convention", "territory", "chair")
    return found


def forum_of(principal: Principal, key: UUID | str) -> Forum:
    """One of them. Raises Http404 alike for an absent one and for one that is not the reader's."""
    found = forums(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Ce dispositif n’existe pas, ou votre organisation n’y siège pas."))
    return found


def members_of(forum: Forum) -> list[ForumMember]:
    """Who sits in it, by name."""
    return list(forum.members.select_related("organisation").order_by("organisation__name"))


def chairs(principal: Principal, forum: Forum) -> bool:
    """Whether the reader plans meetings and closes their minutes: the chair, or the coordination."""
    return principal.may("meetings.write") and (
        principal.is_coordinator or forum.chair_id == principal.organisation_id
    )


@transaction.atomic
def save_forum(
    principal: Principal, forum: Forum, functions: dict[int, str], chair_id: int | None
) -> Forum:
    """Keep a forum with its members (organisation → function of whoever comes). Raises MeetingRefusedError."""
    _require(principal)
    parties = dict(
        Party.objects.filter(convention=forum.convention).values_list(
            "organisation_id", "correspondent"
        )
    )
    if not functions or not functions.keys() <= parties.keys():
        raise MeetingRefusedError(
            _("Choisissez au moins un membre, parmi les parties de la convention.")
        )
    if chair_id is not None and chair_id not in functions:
        raise MeetingRefusedError(_("La présidence revient à un membre, ou à la coordination."))
    forum.chair_id = chair_id
    forum.save()
    forum.members.exclude(organisation_id__in=functions).delete()
    for organisation_id, function in functions.items():
        ForumMember.objects.update_or_create(
            forum=forum,
            organisation_id=organisation_id,
            defaults={"correspondent": function or parties[organisation_id]},
        )
    return forum


def conventions_to_meet(principal: Principal) -> QuerySet[Convention]:
    """The conventions under which the coordination may set up a forum: those in force. Nobody else: none."""
    if not (principal.is_coordinator and principal.may("conventions.edit")):
        return Convention.objects.none()
    return Convention.objects.filter(
        coordinator_id=principal.organisation_id, state=Convention.State.ACTIVE
    )


def meeting_of(principal: Principal, key: UUID | str) -> Meeting:
    """A meeting of a forum of the reader. Raises Http404."""
    found = (
        Meeting.objects.filter(key=key, forum__in=forums(principal))
        .select_related("forum__convention", "forum__territory", "forum__chair")
        .first()
    )
    if found is None:
        raise Http404(_("Cette séance n’existe pas, ou votre organisation n’y siège pas."))
    return found


@transaction.atomic
def plan_meeting(principal: Principal, forum: Forum, held_on: dt.date, place: str) -> Meeting:
    """Plan a meeting, with the open joint actions on its agenda, and tell the members. Raises MeetingRefusedError."""
    _require(principal)
    if not chairs(principal, forum):
        raise PermissionDenied(_("La présidence du dispositif ou la coordination fixe les séances."))  # fmt: skip
    if not forum.is_open:
        raise MeetingRefusedError(
            _("Ce dispositif est terminé : prolongez-le avant de fixer une séance.")
        )
    meeting: Meeting = Meeting.objects.create(forum=forum, held_on=held_on, place=place)
    for position, action in enumerate(forum.actions.filter(state=JointAction.State.OPEN), 1):
        AgendaItem.objects.create(forum=forum, meeting=meeting, action=action, position=position)
    _tell_members(
        principal,
        forum,
        f"meeting:{meeting.key}",
        _("Séance le %(day)s : %(forum)s")
        % {"day": date_format(held_on, "j F Y"), "forum": forum.name},
        _("Lieu : %(place)s. Complétez l’ordre du jour et préparez votre dossier de séance.")
        % {"place": place},
        reverse("meeting", args=[meeting.key]),
    )
    return meeting


def _tell_members(
    principal: Principal, forum: Forum, cause: str, title: str, text: str, path: str
) -> None:
    addresses = dict(
        Party.objects.filter(convention=forum.convention).values_list(
            "organisation_id", "correspondent_email"
        )
    )
    tell(
        principal.organisation_id,
        [
            Telling(f"{cause}:{member.organisation_id}", member.organisation_id, title, text, path,
                    addresses.get(member.organisation_id, ""), forum.convention_id)
            for member in members_of(forum)
            if member.organisation_id != principal.organisation_id
        ],
    )  # fmt: skip


def points(principal: Principal, meeting: Meeting) -> list[Point]:
    """The agenda, as far as the reader may know it: a site that it does not read is not there."""
    items = list(meeting.items.select_related("action", "action__owner", "written_by"))
    lines = readable_lines(principal, {each.site_key for each in items if each.site_key})
    return [
        Point(each, lines.get(each.site_key) if each.site_key else None)
        for each in items
        if not each.site_key or each.site_key in lines
    ]


def sites_on_agenda(principal: Principal, meeting: Meeting) -> int:
    """How many points are about sites: what a coordination, which reads none, may know."""
    if not principal.is_coordinator:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT shared.agenda_sites(%s)", [meeting.pk])
        return int(cursor.fetchone()[0])


def _still_open(meeting: Meeting) -> None:
    if meeting.closed_at is not None:
        raise MeetingRefusedError(_("Le relevé de cette séance est clos : il ne change plus."))


@transaction.atomic
def put_on_agenda(
    principal: Principal, meeting: Meeting, site_keys: Iterable[UUID], title: str = ""
) -> int:
    """Add sites of the priority list, or a matter by its title. Returns how many points. Raises MeetingRefusedError."""
    _require(principal)
    _still_open(meeting)
    wanted = set(site_keys)
    offered = {each.key: each for each in common_sites(principal, meeting.forum)} if wanted else {}
    there = set(meeting.items.filter(site_key__isnull=False).values_list("site_key", flat=True))
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    added = 0
    for line in sorted((offered[key] for key in wanted & offered.keys() - there), key=lambda each: each.order):  # fmt: skip
        added += 1
        AgendaItem.objects.create(
            forum=meeting.forum,
            meeting=meeting,
            site_key=line.key,
            landlord_id=line.landlord_id,
            position=last + added,
        )
    if title:
        added += 1
        AgendaItem.objects.create(
            forum=meeting.forum, meeting=meeting, title=title, position=last + added
        )
    return added


def item_of(meeting: Meeting, pk: int) -> AgendaItem:
    """A point of the meeting that the reader may know. Raises Http404."""
    found = meeting.items.filter(pk=pk).first()
    if found is None:
        raise Http404(_("Ce point n’est pas à l’ordre du jour."))
    return found


@transaction.atomic
def take_off(principal: Principal, meeting: Meeting, item: AgendaItem) -> None:
    """Take a point off the agenda, unless something was decided on it. Raises MeetingRefusedError."""
    _require(principal)
    _still_open(meeting)
    if item.written_at is not None:
        raise MeetingRefusedError(_("Une décision est écrite sur ce point : il reste au relevé."))
    item.delete()


@transaction.atomic
def write_minutes(
    principal: Principal, meeting: Meeting, item: AgendaItem, decisions: list[str], note: str
) -> None:
    """Write what was decided on a point. Raises MeetingRefusedError once the minutes are closed."""
    _require(principal)
    _still_open(meeting)
    item.decisions, item.note = decisions, note
    item.written_by_id, item.written_at = principal.organisation_id, timezone.now()
    item.save()


@transaction.atomic
def close_minutes(principal: Principal, meeting: Meeting) -> None:
    """Close the minutes for good. Raises MeetingRefusedError, PermissionDenied."""
    if not chairs(principal, meeting.forum):
        raise PermissionDenied(_("La présidence du dispositif ou la coordination clôt le relevé."))
    _still_open(meeting)
    if meeting.held_on > timezone.localdate():
        raise MeetingRefusedError(_("La séance n’a pas encore eu lieu : son relevé reste ouvert."))
    Meeting.objects.filter(pk=meeting.pk, closed_at__isnull=True).update(closed_at=timezone.now())
    meeting.refresh_from_db()
