"""Routes of the API. Each asks one of the two doors; none decides what a reader sees."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib.gis.db.models.functions import Transform
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_gis.pagination import GeoJsonPagination

from accounts.api import Gated
from accounts.gate import principal_of
from accounts.principal import Principal
from gis.degrees import in_degrees
from sharing.access import conventions, shared_file, shared_site, shared_sites
from sharing.access.models import SharedSite
from sharing.api.answers import answers
from sharing.api.serializers import (
    ConventionSerializer,
    SharedSiteSerializer,
    SharedSiteWithFileSerializer,
)
from sharing.conventions.models import AnnexLine
from sharing.conventions.standing import Standing, standings
from sharing.conventions.wording import sentence
from sharing.journal import harvest
from sharing.journal.models import Action
from sharing.journal.services import record_rows, record_site
from sharing.sites.filters import SORTS, WGS_84, BadBoxError, SiteFilter, box, inside
from tenants.access import site as own_site
from tenants.access import sites as own_sites
from tenants.api.serializers import OwnSiteSerializer
from tenants.stock.models import Site

SITES = ("sites.read", "shared.read", "sharing.read")
SCOPE = OpenApiParameter(
    "perimetre",
    description=gettext_lazy(
        "Pour un bailleur : ses propres sites (par défaut), ou `partages`, ceux que les conventions lui donnent."
    ),
    enum=["partages"],
)  # fmt: skip
WINDOW = OpenApiParameter(
    "in_bbox", description=gettext_lazy("Fenêtre : ouest,sud,est,nord, en degrés (EPSG:4326).")
)
LEVELS = OpenApiParameter(
    "niveaux",
    description=gettext_lazy(
        "Niveaux publiés (pour ses propres sites : validés), par exemple `34`."
    ),
)
COMMUNE = OpenApiParameter("commune", description=gettext_lazy("Code INSEE de la commune."))
# Read for shared sites alone.
NARROWING = [
    OpenApiParameter("bailleur", OpenApiTypes.INT, description=gettext_lazy("Sites partagés : numéro du bailleur.")),
    OpenApiParameter("qpv", description=gettext_lazy("Sites partagés : code du quartier prioritaire.")),
    OpenApiParameter("q", description=gettext_lazy("Sites partagés : un mot du nom, de l’adresse ou de la commune.")),
    OpenApiParameter(
        "tri", description=gettext_lazy("Sites partagés : ordre ; un tiret devant le renverse."),
        enum=[sign + name for name in SORTS for sign in ("", "-")],
    ),
]  # fmt: skip


class SitePagination(GeoJsonPagination):  # type: ignore[misc]  # the library ships no types
    """Pages of a feature collection."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What `get_paginated_response` gives, in the schema."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["type", "count", "next", "previous", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "count": {"type": "integer"}, "next": link, "previous": link, "features": schema,
            },
        }  # fmt: skip


def principal_of_api(request: Request) -> Principal:
    """Who is asking."""
    return principal_of(request._request)


def asks_own(request: Request, principal: Principal) -> bool:
    """Whether a landlord's own sites are meant. Raises PermissionDenied where the role reads no other's."""
    if principal.is_landlord and request.query_params.get("perimetre") != "partages":
        if not principal.may("sites.read"):
            raise PermissionDenied
        return True
    if not (principal.may("shared.read") or principal.may("sharing.read")):
        raise PermissionDenied(_("Votre rôle ne lit pas les sites des autres bailleurs."))
    return False


def refused() -> Response:
    """429: returned, not raised, since a raised one would undo the alert."""
    return Response(
        {"detail": harvest.refusal()}, 429, headers={"Retry-After": str(harvest.wait_seconds())}
    )


class SiteList(GenericAPIView[Any]):
    """Sites as GeoJSON, position in EPSG:4326: a landlord's own, or those that conventions give the reader to read."""

    gate = SITES
    permission_classes = [Gated]
    pagination_class = SitePagination

    @extend_schema(
        operation_id="sites",
        parameters=[SCOPE, WINDOW, LEVELS, COMMUNE, *NARROWING],
        responses=answers(
            PolymorphicProxySerializer(
                component_name="SiteOfList",
                serializers=[SharedSiteSerializer, OwnSiteSerializer],
                resource_type_field_name=None,
                many=True,
            ),
            found=True, limited=True,
        ),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """One page of the sites that the reader sees."""
        principal = principal_of_api(request)
        own = asks_own(request, principal)
        asked = SiteFilter.of_query(request._request.GET)
        chosen = self._own(principal, asked) if own else self._shared(principal, asked)
        window = request.query_params.get("in_bbox")
        if window is not None:
            try:
                chosen = inside(chosen, box(window))
            except BadBoxError as error:
                raise ValidationError({"in_bbox": _("Attendu : ouest,sud,est,nord, en degrés.")}) from error  # fmt: skip
        rows = self.paginate_queryset(chosen.annotate(position=Transform("geom", WGS_84)))
        if rows is None:
            raise Http404
        if own:
            return self.get_paginated_response(OwnSiteSerializer(rows, many=True).data)
        if harvest.is_over(principal, len(rows)):
            return refused()
        record_rows(principal, Action.LISTED, cast("list[SharedSite]", rows), harvest.API)
        return self.get_paginated_response(SharedSiteSerializer(rows, many=True).data)

    @staticmethod
    def _own(principal: Principal, asked: SiteFilter) -> QuerySet[Any]:
        chosen = own_sites(principal).select_related("agency").order_by("code")
        if asked.levels:
            chosen = chosen.filter(current_level__in=asked.levels)
        return chosen.filter(commune_code=asked.commune) if asked.commune else chosen

    @staticmethod
    def _shared(principal: Principal, asked: SiteFilter) -> QuerySet[Any]:
        return asked.order(asked.apply(shared_sites(principal)))


class SiteDetail(GenericAPIView[Any]):
    """One site, at the detail that the reader has."""

    gate = SITES
    permission_classes = [Gated]

    @extend_schema(
        operation_id="site",
        parameters=[SCOPE],
        responses=answers(
            PolymorphicProxySerializer(
                component_name="SiteAtDetail",
                serializers=[SharedSiteSerializer, SharedSiteWithFileSerializer, OwnSiteSerializer],
                resource_type_field_name=None,
            ),
            found=True, limited=True,
        ),
    )  # fmt: skip
    def get(self, request: Request, key: UUID) -> Response:
        """The site; 404 alike for an absent one and for one that is not the reader's to see."""
        principal = principal_of_api(request)
        if asks_own(request, principal):
            own: Site = own_site(principal, key)
            own.position = placed(own)  # type: ignore[attr-defined]  # what the list annotates
            return Response(OwnSiteSerializer(own).data)
        site = shared_site(principal, key)
        site.position = placed(site)  # type: ignore[attr-defined]  # what the list annotates
        if harvest.is_over(principal, 1):
            return refused()
        record_site(principal, site)
        file = shared_file(principal, site)
        if file is None:
            return Response(SharedSiteSerializer(site).data)
        return Response(SharedSiteWithFileSerializer(site, context={"file": file}).data)


def placed(site: Site | SharedSite) -> Any:
    """The site's point in EPSG:4326."""
    return in_degrees(site.geom) if site.geom else None


class ConventionList(GenericAPIView[Any]):
    """The conventions that the reader is bound by, or coordinates."""

    gate = ("conventions.read", "shared.read", "sharing.read")
    permission_classes = [Gated]
    pagination_class = None  # all of them: a reader is bound by few

    @extend_schema(operation_id="conventions", responses=answers(ConventionSerializer(many=True)))
    def get(self, request: Request) -> Response:
        """All of them, with the annex in force in words."""
        principal = principal_of_api(request)
        found = standings(conventions(principal))
        lines: dict[int, list[AnnexLine]] = {}
        wanted = [each.in_force.pk for each in found if each.in_force]
        chosen = AnnexLine.objects.filter(annex__in=wanted).order_by("pk")
        for line in chosen.select_related("organisation", "territory"):
            lines.setdefault(line.annex_id, []).append(line)
        rows = [_convention(each, lines, principal) for each in found]
        return Response(ConventionSerializer(rows, many=True).data)


def _convention(
    found: Standing, lines: dict[int, list[AnnexLine]], principal: Principal
) -> dict[str, Any]:
    convention, annex = found.convention, found.in_force
    names = ("key", "name", "reference", "state", "departement_codes", "starts_on", "ends_on")
    return {name: getattr(convention, name) for name in names} | {
        "parties": [party.organisation.name for party in found.parties],
        "annex_version": annex.number if annex else None,
        "obstacles": [] if principal.is_coordinator else found.obstacles(principal.organisation_id),
        "lines": [
            {
                "sentence": sentence(line),
                "reader": line.category or (line.organisation.name if line.organisation else line.reader),
                "territory_kind": line.territory.kind,
                "territory_code": line.territory.code,
                "min_level": line.min_level,
                "detail": line.detail,
            }
            for line in (lines.get(annex.pk, []) if annex else [])
        ],
    }  # fmt: skip
