"""Pages of the joint actions: the list with what is late, the form, the sheet with what became of the levels."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.gate import principal_of, requires
from sharing.jointactions import services
from sharing.jointactions.forms import ActionForm, FollowUpForm
from sharing.jointactions.models import JointAction
from sharing.journal.models import Action
from sharing.journal.services import record_rows
from sharing.meetings.priorities import MOST_PROPOSED, common_sites
from sharing.meetings.services import MeetingRefusedError, forum_of, members_of

REFUSED = 422
FORM = ["GET", "POST"]
READS = ("sharing.read", "shared.read", "conventions.read")


@require_GET
@requires(*READS)
def action_list(request: HttpRequest) -> HttpResponse:
    """The joint actions of the reader's forums: late ones first, then by due date, then the closed ones."""
    principal = principal_of(request)
    rows = services.actions(principal)
    asked = request.GET.get("etat", "")
    if asked in JointAction.State.values:
        rows = rows.filter(state=asked)
    if asked == "retard":
        rows = services.overdue(principal)
    found = sorted(rows[:300], key=lambda each: (each.state != JointAction.State.OPEN, each.due_on))
    context = {
        "heading": _("Actions communes"),
        "lead": _("Ce que les dispositifs ont décidé : qui le mène, pour quand, et si le problème est résolu."),
        "rows": [(each, services.label_of(each), services.steps_of(each)) for each in found],
        "late": services.overdue(principal).count(),
        "asked": asked,
        "states": JointAction.State.choices,
    }  # fmt: skip
    return render(request, "jointactions/list.html", context)


@require_http_methods(FORM)
@requires("meetings.write")
def action_create(request: HttpRequest, key: UUID) -> HttpResponse:
    """Decide an action in a forum."""
    principal = principal_of(request)
    forum = forum_of(principal, key)
    lines = common_sites(principal, forum)[:MOST_PROPOSED]
    form = ActionForm(request.POST or None, members=members_of(forum), lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.decide(
                principal,
                forum,
                form.wanted(),
                [UUID(each) for each in form.cleaned_data.get("sites", [])],
            )
        except MeetingRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("L’action est décidée ; son responsable est prévenu."))
            return redirect("joint-action", made.key)
    context = {
        "heading": _("Décider une action commune"),
        "lead": forum.name,
        "breadcrumbs": [
            (_("Dispositifs"), reverse("forum-list")),
            (forum.name, reverse("forum", args=[key])),
            (_("Action commune"), ""),
        ],
        "form": form,
        "back": reverse("forum", args=[key]),
    }
    return render(
        request, "jointactions/form.html", context, status=REFUSED if form.errors else 200
    )


@require_http_methods(FORM)
@requires(*READS)
def action_sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """An action: what, who, until when; what became of the level of its sites, as far as the reader sees them."""
    principal = principal_of(request)
    action = services.action_of(principal, key)
    form = FollowUpForm(request.POST or None, initial=vars(action))
    if request.method == "POST" and form.is_valid():
        services.follow_up(principal, action, **form.cleaned_data)
        messages.success(request, _("L’action est à jour."))
        return redirect("joint-action", key)
    found = services.followed_sites(principal, action)
    shared = [each.site.shared for each in found if each.site.shared is not None]
    if shared:
        record_rows(principal, Action.LISTED, shared, _("Action commune"))
    context = {
        "heading": services.label_of(action),
        "breadcrumbs": [
            (_("Dispositifs"), reverse("forum-list")),
            (action.forum.name, reverse("forum", args=[action.forum.key])),
            (_("Action commune"), ""),
        ],
        "action": action,
        "steps": services.steps_of(action),
        "partners": services.partners_of(action),
        "sites": found,
        "form": form,
        "may_write": principal.may("meetings.write"),
    }
    return render(
        request, "jointactions/sheet.html", context, status=REFUSED if form.errors else 200
    )
