"""Model, tile view and GeoJSON view of the peers."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.generics import ListAPIView
from rest_framework_gis.serializers import GeoFeatureModelSerializer
from vectortiles import VectorLayer
from vectortiles.views import MVTView


class Point(models.Model):
    """The bench's points."""

    level = models.IntegerField()
    dwellings = models.IntegerField()
    geom = models.PointField(srid=3857)

    class Meta:
        app_label = "peer"
        managed = False
        db_table = 'bench"."points'


class PointLayer(VectorLayer):
    """All of them, with their attributes."""

    model = Point
    id = "points"
    tile_fields = ("id", "level", "dwellings")
    tile_buffer = 0
    min_zoom = 0
    max_zoom = 22
    geom_field = "geom"


class Tiles(MVTView):
    """Tiles."""

    layer_classes = [PointLayer]


class PointSerializer(GeoFeatureModelSerializer):
    """GeoJSON."""

    class Meta:
        model = Point
        geo_field = "geom"
        fields = ("id", "level", "dwellings")


class Features(ListAPIView):
    """The first 10,000."""

    serializer_class = PointSerializer
    queryset = Point.objects.order_by("id")[:10_000]


def ready(request: HttpRequest) -> HttpResponse:
    """An answer."""
    return HttpResponse(b"")


urlpatterns = [
    path("tiles/<int:z>/<int:x>/<int:y>", Tiles.as_view()),
    path("features", Features.as_view()),
    path("ready", ready),
]
