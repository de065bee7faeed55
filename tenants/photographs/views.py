"""Join a photograph to one's own rating, look at one, take one back."""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from tenants.campaigns.models import Assessment, CounterVisit
from tenants.photographs import services
from tenants.photographs.redrawing import MOST_BYTES, PictureRefusedError

logger = logging.getLogger(__name__)


@require_POST
@requires("assessments.write", "counter_visits.write")
def photograph_join(request: HttpRequest, key: UUID) -> HttpResponse:
    """Join a picture to a rating of one's own; a refusal is said on the page one comes back to."""
    principal = principal_of(request)
    assessment = get_object_or_404(
        services.own_ratings(principal).select_related("campaign"), key=key
    )
    sent = request.FILES.get("photograph")
    if sent is None:
        messages.error(request, _("Choisissez d’abord une photographie."))
        return _back(principal, assessment)
    try:
        # One byte more than is allowed is enough to be refused.
        services.join(principal, assessment, sent.read(MOST_BYTES + 1))
    except PictureRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("La photographie est jointe."))
    return _back(principal, assessment)


@require_GET
@requires("assessments.write", "counter_visits.write", "campaigns.read")
def photograph_show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The picture itself, for whom the door shows it; kept by no cache."""
    found = get_object_or_404(services.photographs(principal_of(request)), key=key)
    try:
        content = (Path(settings.MEDIA_ROOT) / str(found.file)).read_bytes()
    except FileNotFoundError as error:
        logger.exception("The photograph %s is not on the disk.", found.key)
        raise Http404(_("Cette photographie n’est plus là.")) from error
    return HttpResponse(
        content,
        content_type="image/jpeg",
        headers={
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f'inline; filename="photographie-{found.key}.jpg"',
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@require_POST
@requires("assessments.write", "counter_visits.write", "assessments.validate")
def photograph_remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete it, file included."""
    principal = principal_of(request)
    found = get_object_or_404(
        services.photographs(principal).select_related("assessment__campaign"), key=key
    )
    assessment = found.assessment
    try:
        services.remove(principal, found)
    except PictureRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("La photographie est retirée."))
    return _back(principal, assessment)


def _back(principal: Principal, assessment: Assessment) -> HttpResponse:
    """The page of the rating: its receipt for who gave it, the counter-visit, else the campaign."""
    visit: CounterVisit | None = assessment.counter_visit_given.first()
    if visit is not None:
        return redirect("counter-visit", pk=visit.pk)
    if assessment.rated_by_id == principal.user_id and principal.may("assessments.write"):
        return redirect("rate-receipt", key=assessment.key)
    return redirect("campaign-detail", key=assessment.campaign.key)
