"""Announce an intervention to the neighbours, or take it back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.gate import principal_of, requires
from sharing.announcements import services
from sharing.announcements.models import Announcement
from sharing.announcements.services import AnnouncementRefusedError
from tenants.access import interventions


class AnnouncementForm(forms.Form):
    """How far."""

    metres = forms.TypedChoiceField(
        label=gettext_lazy("Prévenir les bailleurs qui ont un site à moins de"),
        choices=Announcement.Metres.choices,
        coerce=int,
        initial=Announcement.Metres.MIDDLE,
    )


@require_http_methods(["GET", "POST"])
@requires("interventions.announce")
def announce(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the neighbours will read; announce, or take back."""
    principal = principal_of(request)
    intervention = get_object_or_404(interventions(principal).select_related("lever"), key=key)
    form = AnnouncementForm(request.POST or None)
    if request.method == "POST" and "retirer" in request.POST:
        services.withdraw(principal, intervention)
        messages.success(request, _("L’annonce est retirée : plus personne ne la lit."))
        return redirect("intervention-announce", key)
    if request.method == "POST" and form.is_valid():
        try:
            services.announce(principal, intervention, form.cleaned_data["metres"])
        except AnnouncementRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("L’intervention est annoncée aux bailleurs voisins de vos conventions.")
            )
            return redirect("intervention-announce", key)
    context = {
        "heading": _("Prévenir les bailleurs voisins"),
        "lead": intervention.title,
        "breadcrumbs": [
            (_("Interventions"), reverse("intervention-list")),
            (_("Prévenir les bailleurs voisins"), ""),
        ],
        "intervention": intervention,
        "is_planned": intervention.status == intervention.Status.PLANNED,
        "announcement": services.announcement_of(principal, intervention),
        "form": form,
    }
    return render(request, "announcements/announce.html", context)
