"""Facts crossed with the appraisal: where the two do not say the same, somebody should look again.

The thresholds are this project's own and are said wherever the crossing shows: « many » is ORSEN_MANY_FACTS facts or
more for 100 dwellings over twelve months, and at least three facts, so that one fact on a small site is not many.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.incidents.models import Incident
from tenants.stock.models import Site

WINDOW: Final = dt.timedelta(days=365)
LEAST_FACTS: Final = 3
QUIET: Final = (1, 2)
MOST_COMPLEX: Final = 4
QUIET_WITH_FACTS, COMPLEX_WITHOUT = "calme-avec-faits", "niveau-4-sans-fait"
CHOICES: Final[list[tuple[str, str | Promise]]] = [
    (QUIET_WITH_FACTS, gettext_lazy("Niveau 1 ou 2, beaucoup de faits")),
    (COMPLEX_WITHOUT, gettext_lazy("Niveau 4, aucun fait")),
]


@dataclass(frozen=True)
class Crossing:
    """What does not agree on a site, in words, with the threshold that says so."""

    code: str
    title: str
    text: str


def many_facts() -> int:
    """Facts for 100 dwellings and year from which a site has many."""
    return int(settings.ORSEN_MANY_FACTS)


def apply_crossing(rows: QuerySet[Site], asked: str) -> QuerySet[Site]:
    """Keep the sites whose level and facts do not agree in that way; an unknown way keeps them all."""
    if asked not in dict(CHOICES):
        return rows
    lately = (
        Incident.objects.filter(site=OuterRef("pk"), occurred_on__gt=timezone.localdate() - WINDOW)
        .order_by()
        .values("site")
        .annotate(n=Count("pk"))
        .values("n")
    )
    counted = rows.annotate(facts_lately=Coalesce(Subquery(lately, output_field=IntegerField()), 0))
    if asked == COMPLEX_WITHOUT:
        return counted.filter(current_level=MOST_COMPLEX, facts_lately=0)
    return counted.annotate(facts_by_hundred=F("facts_lately") * 100).filter(
        current_level__in=QUIET,
        facts_lately__gte=LEAST_FACTS,
        facts_by_hundred__gte=F("dwellings") * many_facts(),
    )


def crossing_of(site: Site, facts: int) -> Crossing | None:
    """What does not agree on one site that has `facts` facts over the last twelve months."""
    if site.current_level == MOST_COMPLEX and not facts:
        return Crossing(
            COMPLEX_WITHOUT,
            _("Niveau 4, et aucun fait saisi en douze mois"),
            _(
                "Les faits ne sont peut-être pas remontés, ou le site s’est apaisé depuis sa cotation."
            ),
        )
    many = facts >= LEAST_FACTS and facts * 100 >= site.dwellings * many_facts()
    if site.current_level in QUIET and many:
        return Crossing(
            QUIET_WITH_FACTS,
            _("Niveau %(level)s, et beaucoup de faits") % {"level": site.current_level},
            _(
                "%(facts)s faits en douze mois : au moins %(least)s, et au moins %(rate)s pour 100 logements. La cotation "
                "est peut-être à revoir."
            )
            % {
                "facts": number_format(facts, force_grouping=True),
                "least": LEAST_FACTS,
                "rate": many_facts(),
            },
        )  # fmt: skip
    return None
