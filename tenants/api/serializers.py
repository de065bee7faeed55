"""A landlord's own site as GeoJSON. Position in EPSG:4326, longitude first (RFC 7946)."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from gis.geojson_fields import PointField
from tenants.stock.models import Site


class OwnSiteSerializer(GeoFeatureModelSerializer):  # type: ignore[misc]  # the library ships no types
    """Everything that identifies and places the site, and both its levels: validated, and published to partners.

    The query set gives `position`: the site's point in EPSG:4326.
    """

    geom = PointField(source="position", read_only=True, precision=6)
    agency = serializers.CharField(source="agency.name", default="", read_only=True)

    class Meta:
        model = Site
        id_field = "key"
        geo_field = "geom"
        fields: ClassVar = [
            "key", "geom", "code", "name", "agency", "address", "postcode", "commune_code", "commune_name",
            "departement_code", "iris_code", "qpv_code", "dwellings", "state", "current_level", "current_on",
            "published_level", "published_on",
        ]  # fmt: skip
