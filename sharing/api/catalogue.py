"""What is the same for every reader of the API: territories, the schema, its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.db.models import Func, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView

from accounts.api import Gated
from accounts.gate import requires
from gis.territories.models import Territory, TerritoryKind
from sharing.api.answers import answers
from sharing.api.serializers import TerritorySerializer
from sharing.api.views import SitePagination
from sharing.sites.filters import WGS_84

EVERYBODY = ("sites.read", "shared.read", "conventions.read")
SIMPLIFIED_M = 20


@extend_schema_view(
    get=extend_schema(
        operation_id="territoires",
        parameters=[
            OpenApiParameter(
                "nature",
                description=gettext_lazy("Nature du territoire."),
                enum=TerritoryKind.values,
            ),
            OpenApiParameter("departement", description=gettext_lazy("Code du département.")),
        ],
        responses=answers(
            PolymorphicProxySerializer(
                component_name="TerritoryOfList",
                serializers=[TerritorySerializer],
                resource_type_field_name=None,
                many=True,
            ),
            found=True,
        ),
    )
)
class TerritoryList(ListAPIView[Territory]):
    """Territories of the latest vintage, as GeoJSON in EPSG:4326, outlines simplified to 20 m."""

    gate = EVERYBODY
    permission_classes = [Gated]
    serializer_class = TerritorySerializer
    pagination_class = SitePagination
    queryset = Territory.objects.none()

    def get_queryset(self) -> QuerySet[Territory]:
        """Those asked for. Raises ValidationError for an unknown kind."""
        kind = self.request.query_params.get("nature", "")
        if kind and kind not in TerritoryKind.values:
            raise ValidationError({"nature": _("Nature inconnue.")})
        chosen: QuerySet[Territory] = Territory.objects.current(*([kind] if kind else []))
        departement = self.request.query_params.get("departement")
        if departement:
            chosen = chosen.filter(departement_code=departement)
        simplified = Func("geom", SIMPLIFIED_M, function="ST_SimplifyPreserveTopology")
        outline = Func(
            simplified, function="ST_Multi", output_field=Territory._meta.get_field("geom")
        )
        return chosen.annotate(outline=Transform(outline, WGS_84)).order_by("kind", "code", "pk")


class Schema(SpectacularAPIView):
    """The OpenAPI description of the API."""

    gate = EVERYBODY
    permission_classes = [Gated]


@dataclass(frozen=True)
class Operation:
    """One route, as the page tells it."""

    path: str
    summary: str
    parameters: list[dict[str, Any]]


@require_GET
@requires(*EVERYBODY)
def documentation(request: HttpRequest) -> HttpResponse:
    """The routes of the API, written from its own schema."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    operations = [
        Operation(path, str(one.get("description", "")), one.get("parameters", []))
        for path, methods in schema["paths"].items()
        for method, one in methods.items()
        if method == "get"
    ]
    context = {
        "heading": _("API"),
        "lead": _("Les mêmes données que les pages, sous les mêmes droits, en GeoJSON et en JSON."),
        "operations": operations,
    }
    return render(request, "api/documentation.html", context)
