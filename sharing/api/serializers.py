"""One serializer per detail level: a field that a level does not show does not exist in it.

Positions in EPSG:4326, longitude first (RFC 7946), six decimals.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from accounts.models import Organisation
from gis.geojson_fields import OutlineField, PointField
from gis.territories.models import Territory
from sharing.access.models import SharedFile, SharedSite


class LandlordContactSerializer(serializers.ModelSerializer[Organisation]):
    """The landlord of a shared site, and whom to speak to."""

    class Meta:
        model = Organisation
        fields: ClassVar = ["name", "contact_label", "contact_email", "contact_phone"]


class SharedSiteSerializer(GeoFeatureModelSerializer):  # type: ignore[misc]  # the library ships no types
    """A site at detail level `site`. The query set gives `position`: the point in EPSG:4326."""

    geom = PointField(source="position", read_only=True, precision=6)
    landlord = LandlordContactSerializer(read_only=True)
    detail = serializers.SerializerMethodField()

    class Meta:
        model = SharedSite
        id_field = "key"
        geo_field = "geom"
        fields: ClassVar = [
            "key", "geom", "detail", "name", "address", "postcode", "commune_code", "commune_name",
            "departement_code", "iris_code", "qpv_code", "dwellings", "level", "published_on", "landlord",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=["site", "file"]))
    def get_detail(self, site: SharedSite) -> str:
        """Whether the site's own address gives its file too."""
        return "file" if site.has_file else "site"


class SharedFileSerializer(serializers.ModelSerializer[SharedFile]):
    """What detail level `file` adds: counts of facts over twelve months, never the facts."""

    class Meta:
        model = SharedFile
        fields: ClassVar = ["criteria", "shared_comment", "rated_on", "history", "incidents", "interventions"]  # fmt: skip


class SharedSiteWithFileSerializer(SharedSiteSerializer):
    """A site at detail level `file`; the context gives the file."""

    file = serializers.SerializerMethodField()

    class Meta(SharedSiteSerializer.Meta):
        fields: ClassVar = [*SharedSiteSerializer.Meta.fields, "file"]

    @extend_schema_field(SharedFileSerializer)
    def get_file(self, site: SharedSite) -> dict[str, Any]:
        """The file that the door gave."""
        return dict(SharedFileSerializer(self.context["file"]).data)


class TerritorySerializer(GeoFeatureModelSerializer):  # type: ignore[misc]  # the library ships no types
    """A territory of the catalogue; the query set gives `outline`, simplified to 20 m, in EPSG:4326."""

    geom = OutlineField(source="outline", read_only=True, precision=5)

    class Meta:
        model = Territory
        id_field = False
        geo_field = "geom"
        fields: ClassVar = ["geom", "kind", "code", "name", "vintage", "departement_code", "commune_codes"]  # fmt: skip


class AnnexLineSerializer(serializers.Serializer[Any]):
    """One line of the annex in force."""

    sentence = serializers.CharField()
    reader = serializers.CharField()
    territory_kind = serializers.CharField()
    territory_code = serializers.CharField()
    min_level = serializers.IntegerField(min_value=1, max_value=4)
    detail = serializers.CharField()


class ConventionSerializer(serializers.Serializer[Any]):
    """A convention as its party or its coordination reads it."""

    key = serializers.UUIDField()
    name = serializers.CharField()
    reference = serializers.CharField()
    state = serializers.CharField()
    departement_codes = serializers.ListField(child=serializers.CharField())
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    parties = serializers.ListField(child=serializers.CharField())
    annex_version = serializers.IntegerField(allow_null=True)
    lines = AnnexLineSerializer(many=True)
    obstacles = serializers.ListField(
        child=serializers.CharField(),
        help_text=_(
            "Pourquoi la convention ne donne rien à lire aujourd’hui ; vide quand elle donne."
        ),
    )
