"""Ask for the one-page file of a site of one's own."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gate import principal_of, requires
from sharing.receipts.holdings import of_own
from sharing.receipts.services import deliver
from sharing.sheets.typesetting import typeset
from tenants.access import site as site_through_door


@require_POST
@requires("sites.read")
def site_sheet(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the card of the site says to this reader, on one page, with its receipt."""
    principal = principal_of(request)
    site = site_through_door(principal, key)
    receipt = deliver(
        principal, kind="own_site", title=_("Fiche d’un site"), file_name="fiche-site.pdf", media_type="application/pdf",
        make=lambda facts: typeset(principal, site, facts), holdings=of_own(principal, [site]), rows=1,
    )  # fmt: skip
    return redirect("receipt", receipt.key)
