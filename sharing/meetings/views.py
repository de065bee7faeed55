"""Pages of the forums: list, sheet, form; a meeting with its agenda, minutes and pack."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.gate import principal_of, requires
from accounts.step_up import fresh_second_factor
from sharing.conventions.models import Convention, Party
from sharing.jointactions import services as jointactions
from sharing.journal.models import Action
from sharing.journal.services import record_rows
from sharing.meetings import packs, services
from sharing.meetings.forms import ForumForm, MatterForm, MeetingForm, MinutesForm
from sharing.meetings.models import DECISIONS, Forum, Meeting
from sharing.meetings.priorities import MOST_PROPOSED, SiteLine, common_sites
from sharing.meetings.services import MeetingRefusedError
from tenants.jobs.views import progress_context

READS = ("sharing.read", "shared.read", "conventions.read")
FORM = ["GET", "POST"]
REFUSED = 422
DECISION_LABELS = dict(DECISIONS)


@require_GET
@requires(*READS)
def forum_list(request: HttpRequest) -> HttpResponse:
    """The forums in which the organisation sits, with what is late."""
    principal = principal_of(request)
    found = list(services.forums(principal).prefetch_related("meetings", "members"))
    late = list(jointactions.overdue(principal)[:20])
    context = {
        "heading": _("Dispositifs"),
        "lead": _("Les instances où les parties des conventions se réunissent, et ce qu’elles décident."),
        "forums": [(each, _next(each), _last(each)) for each in found],
        "late": [(each, jointactions.label_of(each)) for each in late],
        "conventions": services.conventions_to_meet(principal),
    }  # fmt: skip
    return render(request, "meetings/list.html", context)


def _next(forum: Forum) -> Meeting | None:
    coming = [each for each in forum.meetings.all() if each.closed_at is None]
    return min(coming, key=lambda each: each.held_on, default=None)


def _last(forum: Forum) -> Meeting | None:
    done = [each for each in forum.meetings.all() if each.closed_at is not None]
    return max(done, key=lambda each: each.held_on, default=None)


def _crumbs(forum: Forum, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    own = (forum.name, reverse("forum", args=[forum.key]) if rest else "")
    return [(_("Dispositifs"), reverse("forum-list")), own, *rest]


@require_GET
@requires(*READS)
def forum_sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """A forum: who sits there, its meetings, its joint actions, the sites that all of them read."""
    principal = principal_of(request)
    forum = services.forum_of(principal, key)
    lines = common_sites(principal, forum)[:MOST_PROPOSED]
    _journal(request, lines)
    actions = jointactions.actions(principal).filter(forum=forum)
    context = {
        "heading": forum.name,
        "breadcrumbs": _crumbs(forum),
        "forum": forum,
        "members": services.members_of(forum),
        "meetings": list(forum.meetings.all()[:12]),
        "actions": [(each, jointactions.label_of(each)) for each in actions[:30]],
        "lines": lines,
        "chairs": services.chairs(principal, forum),
        "may_write": principal.may("meetings.write"),
    }
    return render(request, "meetings/forum.html", context)


def _journal(request: HttpRequest, lines: list[SiteLine]) -> None:
    shared = [each.shared for each in lines if each.shared is not None]
    if shared:
        record_rows(principal_of(request), Action.LISTED, shared, _("Priorités d’un dispositif"))


@require_http_methods(FORM)
@requires("conventions.edit")
def forum_create(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set up a forum under a convention that the coordination holds."""
    found = services.conventions_to_meet(principal_of(request))
    convention = get_object_or_404(found, key=key)
    return _forum_form(request, convention, None)


@require_http_methods(FORM)
@requires("conventions.edit")
def forum_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change its members, its chair, its end."""
    forum = services.forum_of(principal_of(request), key)
    return _forum_form(request, forum.convention, forum)


def _forum_form(request: HttpRequest, convention: Convention, forum: Forum | None) -> HttpResponse:
    principal = principal_of(request)
    bound = Party.objects.filter(convention=convention).select_related("organisation")
    parties = list(bound.order_by("organisation__name"))
    form = ForumForm(request.POST or None, instance=forum, convention=convention, parties=parties)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.save_forum(
                principal, form.save(commit=False), form.functions(), form.chair_id
            )
        except MeetingRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Le dispositif est enregistré."))
            return redirect("forum", made.key)
    back = reverse("forum", args=[forum.key]) if forum else reverse("forum-list")
    context = {
        "heading": _("Modifier le dispositif") if forum else _("Nouveau dispositif"),
        "lead": convention.name,
        "breadcrumbs": _crumbs(forum, (_("Modifier"), ""))
        if forum
        else [(_("Dispositifs"), reverse("forum-list")), (_("Nouveau"), "")],
        "form": form,
        "back": back,
    }  # fmt: skip
    return render(
        request, "meetings/forum_form.html", context, status=REFUSED if form.errors else 200
    )


@require_http_methods(FORM)
@requires("meetings.write")
def meeting_plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """Plan a meeting; the members are told."""
    principal = principal_of(request)
    forum = services.forum_of(principal, key)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.plan_meeting(principal, forum, **form.cleaned_data)
        except MeetingRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("La séance est fixée ; les membres sont prévenus."))
            return redirect("meeting", made.key)
    context = {
        "heading": _("Nouvelle séance"),
        "lead": forum.name,
        "breadcrumbs": _crumbs(forum, (_("Nouvelle séance"), "")),
        "form": form,
        "back": reverse("forum", args=[key]),
        "may_plan": services.chairs(principal, forum),
    }
    return render(
        request, "meetings/meeting_form.html", context, status=REFUSED if form.errors else 200
    )


@require_GET
@requires(*READS)
def meeting_sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """A meeting: its agenda and minutes, what may still be added, the pack."""
    return _sheet(request, services.meeting_of(principal_of(request), key))


def _sheet(
    request: HttpRequest,
    meeting: Meeting,
    *,
    matter: MatterForm | None = None,
    refused: dict[int, MinutesForm] | None = None,
) -> HttpResponse:
    principal = principal_of(request)
    found = services.points(principal, meeting)
    there = {each.item.site_key for each in found}
    writes = principal.may("meetings.write") and meeting.closed_at is None
    lines = [each for each in common_sites(principal, meeting.forum) if each.key not in there]
    _journal(request, [*(each.site for each in found if each.site), *lines[:MOST_PROPOSED]])
    refused = refused or {}
    asked = packs.latest_pack_job(principal, request.GET.get("travail", ""))
    context: dict[str, Any] = {
        "heading": _("Séance du %(day)s") % {"day": date_format(meeting.held_on, "j F Y")},
        "lead": meeting.forum.name,
        "breadcrumbs": _crumbs(meeting.forum, (date_format(meeting.held_on, "j F Y"), "")),
        "meeting": meeting,
        "points": [
            {
                "item": each.item,
                "site": each.site,
                "action": each.item.action,
                "problem": jointactions.label_of(each.item.action) if each.item.action else "",
                "said": [DECISION_LABELS.get(code, code) for code in each.item.decisions],
                "form": refused.get(each.item.pk)
                or MinutesForm(initial=vars(each.item), prefix=f"p{each.item.pk}"),
                "open": each.item.pk in refused,
            }
            for each in found
        ],
        "hidden_sites": services.sites_on_agenda(principal, meeting),
        "proposed": lines[:MOST_PROPOSED],
        "matter": matter or MatterForm(),
        "writes": writes,
        "chairs": services.chairs(principal, meeting.forum),
        "packs": packs.packs_of(principal, meeting),
        "pack_job": progress_context(request, asked) if asked else None,
        "may_pack": principal.may("reports.read"),
    }
    bad = bool(refused) or bool(matter and matter.errors)
    return render(request, "meetings/meeting.html", context, status=REFUSED if bad else 200)


@require_POST
@requires("meetings.write")
def agenda_add(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put the ticked sites of the priority list, or a matter, on the agenda."""
    principal = principal_of(request)
    meeting = services.meeting_of(principal, key)
    title, matter = "", None
    if request.POST.get("title", "").strip():
        matter = MatterForm(request.POST)
        if not matter.is_valid():
            return _sheet(request, meeting, matter=matter)
        title = matter.cleaned_data["title"]
    try:
        added = services.put_on_agenda(principal, meeting, _keys(request), title)
    except MeetingRefusedError as error:
        messages.error(request, str(error))
    else:
        if not added:
            messages.info(request, _("Cochez un site, ou écrivez un point : rien n’a été ajouté."))
    return redirect("meeting", key)


def _keys(request: HttpRequest) -> list[UUID]:
    """The sites ticked; a value that is no key names no site."""
    keys = []
    for text in request.POST.getlist("sites"):
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return keys


@require_POST
@requires("meetings.write")
def item_minutes(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """Write what was decided on a point."""
    principal = principal_of(request)
    meeting = services.meeting_of(principal, key)
    item = services.item_of(meeting, pk)
    form = MinutesForm(request.POST, prefix=f"p{pk}")
    if not form.is_valid():
        return _sheet(request, meeting, refused={pk: form})
    try:
        services.write_minutes(principal, meeting, item, **form.cleaned_data)
    except MeetingRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Le relevé est enregistré."))
    return redirect(f"{reverse('meeting', args=[key])}#point-{pk}")


@require_POST
@requires("meetings.write")
def item_remove(request: HttpRequest, key: UUID, pk: int) -> HttpResponse:
    """Take a point off the agenda."""
    principal = principal_of(request)
    meeting = services.meeting_of(principal, key)
    try:
        services.take_off(principal, meeting, services.item_of(meeting, pk))
    except MeetingRefusedError as error:
        messages.error(request, str(error))
    return redirect("meeting", key)


@require_POST
@requires("meetings.write")
def meeting_close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close the minutes for good."""
    principal = principal_of(request)
    try:
        services.close_minutes(principal, services.meeting_of(principal, key))
    except MeetingRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Le relevé est clos."))
    return redirect("meeting", key)


@require_POST
@requires(*READS)
@fresh_second_factor
def pack_ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for the pack; the page then shows how far it is."""
    principal = principal_of(request)
    meeting = services.meeting_of(principal, key)
    job = packs.request_pack(principal, meeting, reserved="reserved" in request.POST)
    return redirect(f"{reverse('meeting', args=[key])}?travail={job.key}#dossier")
