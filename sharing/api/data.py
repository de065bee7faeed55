"""« Données ORSEN » by the API: a landlord's own sites, and the history of their levels, page by page.

What is given are the tables and columns of the dictionary, as in the files. A page is a copy that left: it has its
receipt, and the same page asked again on the same day, nothing having changed, is the same copy.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import Gated
from accounts.principal import Principal
from accounts.step_up import is_fresh
from sharing.api.answers import answers
from sharing.api.views import LEVELS, principal_of_api
from sharing.extracts import gathering
from sharing.extracts.dictionary import HISTORY, SITES, Column
from sharing.extracts.writing.geojson import features_of
from sharing.extracts.writing.texts import csv_of
from sharing.receipts.facts import Facts
from sharing.receipts.holdings import of_own
from sharing.receipts.models import Receipt
from sharing.receipts.services import deliver, hand_over
from tenants.campaigns.models import CampaignSite
from tenants.stock.models import Site

GEOJSON: Final = "application/geo+json"
CSV: Final = "text/csv"
FORMS: Final = {"geojson": GEOJSON, "csv": CSV}
MOST: Final = 5_000
USUAL: Final = 1_000
FORM = OpenApiParameter(
    "forme", enum=list(FORMS), default="geojson",
    description=gettext_lazy("GeoJSON (EPSG:4326), ou CSV : UTF-8, points-virgules, colonnes du dictionnaire."),
)  # fmt: skip
PAGE = OpenApiParameter("page", OpenApiTypes.INT, description=gettext_lazy("Numéro de la page, à partir de 1."))  # fmt: skip
PAGE_SIZE = OpenApiParameter(
    "page_size", OpenApiTypes.INT,
    description=gettext_lazy("Lignes par page : 1 000 sauf demande, 5 000 au plus. En CSV, l’en-tête Link dit la page suivante."),
)  # fmt: skip
_LINK: Final[dict[str, Any]] = {"type": "string", "nullable": True, "format": "uri"}
COLLECTION: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "count": {"type": "integer"}, "next": _LINK, "previous": _LINK,
        "receipt": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
        "features": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "count", "next", "previous", "receipt", "features"],
}  # fmt: skip
ANSWERS: Final = answers(COLLECTION, GEOJSON, found=True) | {(200, CSV): {"type": "string"}}


class _Page(APIView):
    """One table, page by page."""

    gate = ("sites.read",)
    permission_classes = [Gated]
    table = SITES

    def chosen(self, principal: Principal, levels: list[int]) -> QuerySet[Any]:
        """Every row within the member's reach, in a lasting order."""
        raise NotImplementedError

    def rows(self, principal: Principal, page: list[int]) -> tuple[list[Column], list[list[Any]], list[Site]]:  # fmt: skip
        """The columns and rows of a page of primary keys, and the sites that they tell of."""
        raise NotImplementedError

    def answer(self, request: Request) -> HttpResponse:
        """The page that was asked for, with its receipt."""
        if not is_fresh(request._request):
            raise PermissionDenied(
                _("Cet envoi demande un second facteur récent : confirmez-le d’abord sur le site.")
            )
        principal = principal_of_api(request)
        form = request.query_params.get("forme", "geojson")
        if form not in FORMS:
            raise ValidationError({"forme": _("Attendu : geojson ou csv.")})
        number, size = _whole(request, "page", 1), min(_whole(request, "page_size", USUAL), MOST)
        levels = [int(each) for each in request.query_params.get("niveaux", "") if each in "1234"]
        keys = self.chosen(principal, levels).values_list("pk", flat=True)
        count = keys.count()
        if number > max(1, -(-count // size)):
            raise NotFound(_("Cette page n’existe pas : il y a moins de lignes."))
        columns, rows, sites = self.rows(principal, list(keys[(number - 1) * size : number * size]))
        links = _links(request, number, size, count)

        def make(facts: Facts) -> bytes:
            if form == "csv":
                return csv_of([each.name for each in columns], rows)
            body = {"type": "FeatureCollection", "count": count, **links,
                    "receipt": [list(each) for each in facts.rows()], "features": features_of(columns, rows)}  # fmt: skip
            return orjson.dumps(body, default=str)

        receipt = deliver(
            principal, kind="own_sites", title=_("%(table)s, par l’API") % {"table": self.table.label},
            file_name=f"{self.table.name}-{timezone.localdate():%Y-%m-%d}-{number}.{form}", media_type=FORMS[form],
            make=make, holdings=of_own(principal, sites), rows=len(rows),
            key=_key(principal, self.table.name, form, [columns, rows, count, links]),
        )  # fmt: skip
        return _given(principal, receipt, count, links)


class SiteData(_Page):
    """A landlord's sites with every column of the dictionary."""

    @extend_schema(
        operation_id="donnees-sites", parameters=[FORM, PAGE, PAGE_SIZE, LEVELS], responses=ANSWERS
    )
    def get(self, request: Request) -> HttpResponse:
        """« Données ORSEN »: a landlord's own sites and their levels, in the order of their codes, a receipt a page."""
        return self.answer(request)

    def chosen(self, principal: Principal, levels: list[int]) -> QuerySet[Any]:
        """The sites in the order of their codes, which are unique."""
        found = gathering.own_sites(principal).order_by("code")
        return found.filter(current_level__in=levels) if levels else found

    def rows(self, principal: Principal, page: list[int]) -> tuple[list[Column], list[list[Any]], list[Site]]:  # fmt: skip
        """As the files have them."""
        chosen = gathering.own_sites(principal).filter(pk__in=page)
        gathered = gathering.own(principal, chosen, ())
        return gathered.site_columns, gathered.sites, list(chosen.only("pk", "key"))


class HistoryData(_Page):
    """Every level that was kept for a landlord's sites."""

    table = HISTORY

    @extend_schema(
        operation_id="donnees-historique", parameters=[FORM, PAGE, PAGE_SIZE, LEVELS], responses=ANSWERS
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """« Données ORSEN »: every level kept for a landlord's own sites, placed where the site is, a receipt a page."""
        return self.answer(request)

    def chosen(self, principal: Principal, levels: list[int]) -> QuerySet[Any]:
        """The levels kept, site by site, the latest first."""
        kept = gathering.kept_levels(gathering.own_sites(principal).values("pk"))
        return kept.filter(level__in=levels) if levels else kept

    def rows(self, principal: Principal, page: list[int]) -> tuple[list[Column], list[list[Any]], list[Site]]:  # fmt: skip
        """The columns of the dictionary, and where the site lies."""
        kept = list(gathering.with_positions(CampaignSite.objects.filter(pk__in=page)))
        places = [_degrees(each) for each in kept]
        rows = [[*row, *at] for row, at in zip(gathering.history_rows(kept), places, strict=True)]
        coordinates = [each for each in SITES.columns if each.name in {"longitude", "latitude"}]
        sites = {each.site_id: each.site for each in kept}
        return [*HISTORY.columns_of("own"), *coordinates], rows, list(sites.values())


def _degrees(kept: CampaignSite) -> tuple[float | None, float | None]:
    at = kept.position  # type: ignore[attr-defined]  # with_positions annotates it
    return (round(at.x, 6), round(at.y, 6)) if at else (None, None)


def _whole(request: Request, name: str, usual: int) -> int:
    """A whole number from 1 on. Raises ValidationError."""
    text = request.query_params.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        raise ValidationError({name: _("Attendu : un nombre entier à partir de 1.")})
    return int(text)


def _links(request: Request, number: int, size: int, count: int) -> dict[str, str | None]:
    def to(page: int) -> str:
        asked = {name: request.query_params[name] for name in ("forme", "niveaux") if name in request.query_params}  # fmt: skip
        return request.build_absolute_uri(f"{request.path}?{urlencode(asked | {'page': page, 'page_size': size})}")  # fmt: skip

    return {
        "next": to(number + 1) if number * size < count else None,
        "previous": to(number - 1) if number > 1 else None,
    }


def _key(principal: Principal, table: str, form: str, content: Any) -> uuid.UUID:
    """The same for the same person, day and content."""
    told = hashlib.sha256(repr(content).encode()).hexdigest()
    return uuid.uuid5(
        uuid.NAMESPACE_OID,
        f"{principal.membership_id} {principal.role_code} {timezone.localdate()} {table} {form} {told}",
    )


def _given(
    principal: Principal, receipt: Receipt, count: int, links: dict[str, str | None]
) -> HttpResponse:
    answer = hand_over(principal, receipt)
    answer["X-Orsen-Receipt"] = receipt.number
    answer["X-Total-Count"] = str(count)
    told = [f'<{url}>; rel="{"prev" if name == "previous" else name}"' for name, url in links.items() if url]  # fmt: skip
    if told:
        answer["Link"] = ", ".join(told)
    return answer
