"""Keep profiles, recognise a file by them, write a campaign out in a tool's own marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Max, QuerySet
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.principal import Principal
from tenants.barometers.definition import checked, columns_of, mark_for
from tenants.barometers.models import Barometer
from tenants.campaigns.models import Campaign, CampaignSite, Decision
from tenants.campaigns.services.errors import require

PERMISSION = "campaigns.manage"


def barometers(principal: Principal) -> QuerySet[Barometer]:
    """The landlord's profiles, every version. Raises PermissionError without the right."""
    require(principal, PERMISSION)
    return Barometer.objects.all()


def barometer_of(principal: Principal, pk: int) -> Barometer:
    """One version. Raises Http404 alike for an absent one and for another landlord's."""
    found = barometers(principal).filter(pk=pk).first()
    if found is None:
        raise Http404(_("Ce profil n’existe pas, ou n’est pas de votre organisme."))
    return found


def latest() -> list[Barometer]:
    """The last version of each profile. Runs in the landlord's scope."""
    return list(Barometer.objects.order_by("code", "-version").distinct("code"))


def keep(principal: Principal, definition: Any, code: str = "") -> Barometer:
    """The next version of a profile, or the first of a new one. Raises BadDefinitionError."""
    require(principal, PERMISSION)
    said = checked(definition)
    code = code or slugify(said["title"])[:40] or "barometre"
    last = Barometer.objects.filter(code=code).aggregate(n=Max("version"))["n"] or 0
    kept: Barometer = Barometer.objects.create(
        code=code, version=last + 1, definition=said, created_by_id=principal.user_id
    )
    return kept


def recognised(columns: list[str]) -> Barometer | None:
    """The profile whose columns a file has, the one with most of them first. Runs in the landlord's scope."""
    present = {name.strip() for name in columns}
    fitting = [each for each in latest() if set(columns_of(each.definition).values()) <= present]
    return max(fitting, key=lambda each: len(columns_of(each.definition)), default=None)


def written_out(campaign: Campaign, definition: dict[str, Any]) -> Iterator[list[str]]:
    """A campaign in the tool's own marks, header first: one row per site, empty where nothing says it."""
    criteria = definition["criteria"]
    yield [
        definition["site"],
        _("Nom"),
        definition["level"]["column"],
        *(c["column"] for c in criteria),
    ]
    decided = Decision.objects.filter(
        assessment__campaign=campaign, outcome=Decision.Outcome.VALIDATED
    ).order_by("decided_at", "pk")
    # The last one validated stays: a counter-visit's result included.
    said: dict[int, dict[str, int]] = dict(
        decided.values_list("assessment__site_id", "assessment__criteria")
    )
    lines = CampaignSite.objects.filter(campaign=campaign).select_related("site")
    for line in lines.order_by("site__code"):
        answers = said.get(line.site_id, {}) if line.level is not None else {}
        yield [
            line.site.code, line.site.name, mark_for(definition["level"]["marks"], line.level),
            *(mark_for(c["marks"], answers.get(c["equivalent"])) for c in criteria),
        ]  # fmt: skip
