"""The filters that the list of sites and the map share, read from the query string."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.access import agencies, sites
from tenants.incidents.models import Incident
from tenants.incidents.nomenclature import FAMILIES
from tenants.stock.crossing import CHOICES as CROSSINGS
from tenants.stock.crossing import apply_crossing
from tenants.stock.models import Site

SORTS = {
    "nom": "name",
    "commune": "commune_name",
    "logements": "dwellings",
    "niveau": "current_level",
    "agence": "agency__name",
}


ANY_FACT = "oui"
FACTS_WINDOW = dt.timedelta(days=365)


@dataclass(frozen=True)
class SiteFilter:
    """What the reader chose; an unknown value of a parameter is left out, as if it had not been given."""

    text: str = ""
    levels: tuple[int, ...] = ()
    agency: str = ""
    commune: str = ""
    qpv: str = ""
    facts: str = ""
    crossing: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown."""
        return self == SiteFilter()

    def apply(self, rows: QuerySet[Site]) -> QuerySet[Site]:
        """Keep the rows chosen. Level 0 stands for a site that is not rated."""
        if self.text:
            rows = rows.filter(
                Q(name__icontains=self.text)
                | Q(code__icontains=self.text)
                | Q(address__icontains=self.text)
                | Q(commune_name__icontains=self.text)
            )
        if self.levels:
            unrated = Q(current_level__isnull=True) if 0 in self.levels else Q(pk__in=[])
            rows = rows.filter(Q(current_level__in=self.levels) | unrated)
        if self.agency:
            rows = rows.filter(agency__code=self.agency)
        if self.commune:
            rows = rows.filter(commune_code=self.commune)
        if self.qpv == "oui":
            rows = rows.exclude(qpv_code="")
        elif self.qpv == "non":
            rows = rows.filter(qpv_code="")
        elif self.qpv:
            rows = rows.filter(qpv_code=self.qpv)
        if self.facts:
            lately = Incident.objects.filter(
                site=OuterRef("pk"), occurred_on__gte=timezone.localdate() - FACTS_WINDOW
            )
            if self.facts != ANY_FACT:
                lately = lately.filter(family=self.facts)
            rows = rows.filter(Exists(lately))
        return apply_crossing(rows, self.crossing)


def read_filter(query: QueryDict, principal: Principal | None = None) -> SiteFilter:
    """From `q`, `niveaux` (digits, commas between), `agence`, `commune`, `qpv` and, for who may read facts, `fait` and
    `croisement`.

    Without a principal who may read them nothing is filtered by facts: a filter would tell of them.
    """
    reads_facts = principal is not None and principal.may("incidents.read")
    fact = query.get("fait", "") if reads_facts else ""
    crossing = query.get("croisement", "") if reads_facts else ""
    digits = [word.strip() for word in ",".join(query.getlist("niveaux")).split(",")]
    return SiteFilter(
        text=query.get("q", "").strip()[:80],
        levels=tuple(sorted({int(word) for word in digits if word in {"0", "1", "2", "3", "4"}})),
        agency=query.get("agence", "")[:40],
        commune=query.get("commune", "")[:5],
        qpv=query.get("qpv", "")[:8],
        facts=fact if fact == ANY_FACT or fact in dict(FAMILIES) else "",
        crossing=crossing if crossing in dict(CROSSINGS) else "",
    )


def sorted_by(rows: QuerySet[Site], asked: str) -> QuerySet[Site]:
    """Sorted as `tri` asks (a leading minus reverses), by name otherwise; the name settles ties."""
    column = SORTS.get(asked.removeprefix("-"))
    if column is None:
        return rows.order_by("name", "pk")
    order = (
        F(column).desc(nulls_last=True) if asked.startswith("-") else F(column).asc(nulls_last=True)
    )
    return rows.order_by(order, "name", "pk")


def filter_choices(principal: Principal) -> dict[str, Any]:
    """What the reader may choose from, within her reach."""
    within = sites(principal).order_by()
    communes = (
        within.exclude(commune_code="")
        .values_list("commune_code", "commune_name")
        .distinct()
        .order_by("commune_name", "commune_code")
    )
    return {
        "agencies": list(agencies(principal).values_list("code", "name")),
        "crossings": CROSSINGS if principal.may("incidents.read") else [],
        "communes": [(code, name or code) for code, name in communes],
        "level_choices": [
            ("", _("Tous")),
            ("3,4", _("3 et 4")),
            *((str(level), str(level)) for level in (4, 3, 2, 1)),
            ("0", _("Non coté")),
        ],
    }
