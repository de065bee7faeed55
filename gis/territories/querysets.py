"""Which vintage of a territory answers when nobody asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.gis.geos import Point
from django.db import models
from django.db.models import Max, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from gis.territories.models import Territory  # noqa: F401 -- named in quotes below

# Official geographies come département by département: a newer vintage of one département
# replaces the older one there and nowhere else. Free-hand territories are renewed one by one.
RENEWED_ONE_BY_ONE = ("zone", "custom")


class TerritoryQuerySet(models.QuerySet["Territory"]):
    """Territories; vintages live side by side."""

    def current(self, *kinds: str) -> Self:
        """The latest vintage of each kind (of the given kinds, or of all).

        "Latest" is per kind and département for official geographies, and per code for zones and
        custom territories.
        """
        queryset = self.filter(kind__in=kinds) if kinds else self
        newer = self.model._default_manager.using(self.db).filter(kind=OuterRef("kind")).order_by()
        by_departement = newer.filter(departement_code=OuterRef("departement_code")).values("kind")
        by_code = newer.filter(code=OuterRef("code")).values("kind")
        return queryset.filter(
            Q(
                ~Q(kind__in=RENEWED_ONE_BY_ONE),
                vintage=Subquery(by_departement.annotate(latest=Max("vintage")).values("latest")),
            )
            | Q(
                kind__in=RENEWED_ONE_BY_ONE,
                vintage=Subquery(by_code.annotate(latest=Max("vintage")).values("latest")),
            )
        )

    def of_vintage(self, kind: str, vintage: int | None) -> Self:
        """One kind at the given vintage, or at the current one when `vintage` is None."""
        if vintage is None:
            return self.current(kind)
        return self.filter(kind=kind, vintage=vintage)

    def holding(self, point: Point) -> Self:
        """Territories that hold the point or have it on their edge; CRS from the point's SRID."""
        # The bounding box comes first so that the index is used under row-level security too.
        return self.filter(geom__bboverlaps=point).filter(geom__intersects=point)
