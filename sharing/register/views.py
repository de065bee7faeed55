"""The stock beside the register: by commune, then address by address; take over, take back, take a file."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.gate import principal_of, requires
from accounts.principal import Principal
from accounts.step_up import fresh_second_factor
from gis.territories.importing.errors import ImportRefusedError
from sharing.register.workbook import completes, make
from tenants.imports.changes.undoing import may_undo
from tenants.jobs.views import progress_context
from tenants.reference import completing
from tenants.reference.comparing import FAR_M, VIEWS, Commune, Pair, communes, pairs, vintage

PER_PAGE: Final = 50
SHOWN: Final = 10


class _Pairs:
    """One list of a commune, cut by PostgreSQL: what a Paginator asks of a list."""

    def __init__(self, principal: Principal, year: int, view: str, commune: str, count: int) -> None:  # fmt: skip
        self.asked, self.number = (principal, year, view, commune), count

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[tuple[Pair, list[str]]]:
        principal, year, view, commune = self.asked
        start, stop = part.start or 0, part.stop or self.number
        found = pairs(principal, year, view, commune=commune, most=stop - start, start=start)
        return [(each, completes(each)) for each in found]


@require_GET
@requires("stock.import")
def comparison(request: HttpRequest) -> HttpResponse:
    """The communes of the stock, or the lists of one."""
    principal = principal_of(request)
    year = vintage()
    code = request.GET.get("commune", "").replace("\0", "")
    counted = communes(principal, year, code) if year else []
    chosen = counted[0] if code and counted else None
    if year and code and not counted:
        raise Http404(_("Vous n’avez aucune adresse dans cette commune."))
    job = completing.last_job(principal)
    context: dict[str, Any] = {
        "year": year,
        "far": FAR_M,
        "fields": list(completing.FIELDS.items()),
        "is_running": job is not None and job.is_open,
    }
    if job is not None and job.state != job.State.DONE:
        context |= progress_context(request, job)
    if year and chosen:
        context |= _commune(request, principal, year, chosen)
        return render(request, "register/commune.html", context)
    context |= {
        "heading": _("Comparer au répertoire"),
        "lead": _("Votre patrimoine à côté du répertoire national des logements sociaux (RPLS)."),
        "breadcrumbs": [(_("Sites"), reverse("site-list")), (_("Répertoire"), "")],
        "page": Paginator(counted, PER_PAGE).get_page(request.GET.get("page")),
        "totals": {
            name: sum(getattr(each, name) for each in counted)
            for name in ("ours", "differing", "completable", "lacking", "unknown")
        },
        "runs": [(each, may_undo(each)) for each in completing.runs_of(principal).select_related("created_by")[:SHOWN]],
    }  # fmt: skip
    return render(request, "register/communes.html", context)


def _commune(
    request: HttpRequest, principal: Principal, year: int, chosen: Commune
) -> dict[str, Any]:
    view = request.GET.get("vue", "")
    view = view if view in VIEWS else next(iter(VIEWS))
    numbers = dict(zip(VIEWS, (chosen.differing, chosen.completable, chosen.lacking, chosen.unknown), strict=True))  # fmt: skip
    rows = _Pairs(principal, year, view, chosen.code, numbers[view])
    return {
        "heading": chosen.name or chosen.code,
        "lead": _("Vos adresses à côté de celles du répertoire %(year)s.") % {"year": year},
        "breadcrumbs": [
            (_("Sites"), reverse("site-list")),
            (_("Répertoire"), reverse("register-comparison")),
            (chosen.name or chosen.code, ""),
        ],
        "commune": chosen,
        "view": view,
        "tabs": [(name, label, numbers[name]) for name, (_test, label) in VIEWS.items()],
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),  # type: ignore[arg-type]  # list enough
    }


@require_POST
@requires("stock.import")
@fresh_second_factor
def workbook(request: HttpRequest) -> HttpResponse:
    """The comparison of a commune, or of all, as a file with its receipt."""
    year = vintage()
    if year is None:
        return redirect("register-comparison")
    receipt = make(principal_of(request), year, _code(request))
    return redirect("receipt", receipt.key)


def _code(request: HttpRequest) -> str:
    code = request.POST.get("commune", "")
    return code if code.isascii() and code.isalnum() else ""


@require_POST
@requires("stock.import")
def complete(request: HttpRequest) -> HttpResponse:
    """Ask for missing values to be taken over: of the addresses that are ticked, or of all."""
    commune = _code(request)
    keys = None if "tout" in request.POST else request.POST.getlist("adresse")
    try:
        completing.start(
            principal_of(request), request.POST.getlist("champ"), commune=commune, keys=keys
        )
    except ImportRefusedError as refused:
        messages.error(request, str(refused))
    return redirect("register-comparison")


@require_POST
@requires("stock.import")
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back what was taken over."""
    principal = principal_of(request)
    run = completing.run_of(principal, key)
    try:
        number = completing.take_back(principal, run)
    except ImportRefusedError as refused:
        messages.error(request, str(refused))
    else:
        text = ngettext("%(n)d ligne remise comme avant.", "%(n)d lignes remises comme avant.", number)  # fmt: skip
        messages.success(request, text % {"n": number})
    return redirect("register-comparison")
