"""Points in thousands for GIS software: what the tiles of the map hold, as GeoJSON, from the same snapshot."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import Gated
from gis.tiles.grid import degrees
from gis.tiles.snapshot import Snapshot
from gis.tiles.views import SCOPED_HEADERS
from sharing.api.answers import answers
from sharing.api.views import LEVELS, SCOPE, SITES, WINDOW, asks_own, principal_of_api
from sharing.journal.services import record_tiles
from sharing.sites.map_readings import own_reading, shared_reading
from tenants.tiles import own

MOST: Final = 10_000
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "numberMatched": {"type": "integer"},
        "numberReturned": {"type": "integer"},
        "features": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "numberMatched", "numberReturned", "features"],
}


class PointList(APIView):
    """Points of sites with level and dwellings, at most 10,000 of the window."""

    gate = SITES
    permission_classes = [Gated]

    @extend_schema(
        operation_id="points",
        parameters=[
            SCOPE, WINDOW, LEVELS,
            OpenApiParameter("limit", OpenApiTypes.INT,
                             description=gettext_lazy("Nombre de points voulus, 10 000 au plus.")),
        ],
        responses=answers(SCHEMA, "application/geo+json"),
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """The points that the reader sees: id (the number that tiles give), level (0: not rated), dwellings."""
        principal = principal_of_api(request)
        if asks_own(request, principal):
            reading = own_reading(principal)
        else:
            reading = shared_reading(principal)
            record_tiles(principal, reading.scope)
        points = own.store().snapshot(reading.scope, reading.version, reading.load)
        chosen = wanted(points, request.query_params.get("in_bbox"), request.query_params.get("niveaux", ""))  # fmt: skip
        body = collection(points, chosen, limit_of(request.query_params.get("limit", "")))
        return HttpResponse(body, content_type="application/geo+json", headers=SCOPED_HEADERS)


def limit_of(text: str) -> int:
    """How many points at most. Raises ValidationError for what is no number."""
    if text and not (text.isascii() and text.isdigit()):
        raise ValidationError({"limit": _("Attendu : un nombre de points.")})
    return min(int(text[:9] or MOST), MOST)


def wanted(points: Snapshot, window: str | None, levels: str) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Places of the points at those levels in that window of degrees. Raises ValidationError."""
    kept = np.ones(len(points), dtype=bool)
    digits = [int(digit) for digit in levels if digit in "01234"]
    if digits:
        kept &= np.isin(points.level, digits)
    if window is not None:
        try:
            west, south, east, north = (float(part) for part in window.split(","))
        except ValueError as error:
            raise ValidationError({"in_bbox": _("Attendu : ouest,sud,est,nord, en degrés.")}) from error  # fmt: skip
        longitude, latitude = degrees(points.x, points.y)
        kept &= (longitude >= west) & (longitude <= east)
        kept &= (latitude >= south) & (latitude <= north)
    return np.flatnonzero(kept)


def collection(points: Snapshot, chosen: np.ndarray[Any, np.dtype[np.intp]], limit: int) -> bytes:
    """A feature collection in EPSG:4326, six decimals."""
    given = chosen[:limit]
    places = np.stack(degrees(points.x[given], points.y[given]), axis=1).round(6).tolist()
    columns = (column[given].tolist() for column in (points.key, points.level, points.dwellings))
    features = [
        {
            "type": "Feature", "id": key, "geometry": {"type": "Point", "coordinates": place},
            "properties": {"level": level, "dwellings": dwellings},
        }
        for place, key, level, dwellings in zip(places, *columns, strict=True)
    ]  # fmt: skip
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "numberMatched": len(chosen),
            "numberReturned": len(features),
            "features": features,
        }
    )
