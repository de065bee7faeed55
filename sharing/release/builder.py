"""Build a release from every landlord's rated sites, through the one login that may read them all.

Runs in the report queue only: the connection `report` exists nowhere else, and reads single columns
(`wall_report_columns`). What it writes holds protected figures and nothing that leads back to a site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from gis.territories.models import Territory
from sharing.conventions.models import Annex, Convention, Party, Signature
from sharing.details import Detail, rank
from sharing.release.figures import ReleaseFigures, release_of
from sharing.release.models import Release, ReleasedNeighbourhood
from sharing.release.rules import Neighbourhood, Thresholds
from sharing.rounds.models import CampaignRound
from tenants.campaigns.models import Campaign, CampaignSite

REPORT: Final = "report"
CODE_OF_GEOGRAPHY: Final = {"qpv": "qpv_code", "iris": "iris_code"}
FINISHED: Final = (Campaign.State.CLOSED, Campaign.State.PUBLISHED)

Row = tuple[int, int, int, int]  # site, group, level, dwellings


def thresholds() -> Thresholds:
    """The rules in force here. Raises ImproperlyConfigured where p is not known: outside the report queue."""
    p = settings.ORSEN_RELEASE_P
    if not p:
        raise ImproperlyConfigured(
            "ORSEN_RELEASE_P is unknown here: releases are built in the report queue."
        )
    return Thresholds(p=p)


def contributors(convention: Convention) -> dict[int, int]:
    """Landlord → group, of those whose sites enter: parties of which the annex in force bears the signature.

    A landlord that caps its signature below `neighbourhood` gives no figure to neighbourhoods.
    """
    annex = (
        Annex.objects.using(REPORT)
        .filter(convention=convention, state=Annex.State.IN_FORCE)
        .first()
    )
    signed = {
        signature.organisation_id
        for signature in Signature.objects.using(REPORT).filter(
            convention=convention, annex=annex, withdrawn_at__isnull=True
        )
        if rank(signature.cap) >= rank(Detail.NEIGHBOURHOOD)
    }
    parties = Party.objects.using(REPORT).filter(
        convention=convention, organisation__kind="landlord", organisation__is_active=True
    )
    return {
        landlord: group
        for landlord, group in parties.values_list("organisation_id", "organisation__group_id")
        if landlord in signed
    }


def neighbourhoods(convention: Convention) -> dict[str, Territory]:
    """The neighbourhoods of the convention by code: its geography, current vintage, within its départements."""
    found = (
        Territory.objects.using(REPORT)
        .current(convention.geography)
        .filter(departement_code__in=convention.departement_codes)
        .defer("geom")
    )
    return {territory.code: territory for territory in found}


def rated_sites(
    round_: CampaignRound, convention: Convention, group_of: Mapping[int, int]
) -> dict[str, list[Row]]:
    """The sites that finished campaigns answering the round ended with a level for, by neighbourhood code."""
    code = CODE_OF_GEOGRAPHY[convention.geography]
    campaigns = Campaign.objects.using(REPORT).filter(
        round_key=round_.key, state__in=FINISHED, landlord_id__in=list(group_of)
    )
    sites = CampaignSite.objects.using(REPORT).filter(
        campaign_id__in=list(campaigns.values_list("id", flat=True)),
        level__isnull=False,
        departement_code__in=convention.departement_codes,
    )
    rows: dict[str, list[Row]] = defaultdict(list)
    for place, site, landlord, level, dwellings in sites.values_list(
        code, "site_id", "landlord_id", "level", "dwellings"
    ):
        rows[place].append((site, group_of[landlord], level, dwellings))
    return rows


def previous_round(round_: CampaignRound) -> CampaignRound | None:
    """The convention's last closed round before this one."""
    found: CampaignRound | None = (
        CampaignRound.objects.using(REPORT)
        .filter(
            convention_id=round_.convention_id,
            state=CampaignRound.State.CLOSED,
            reference_date__lt=round_.reference_date,
        )
        .order_by("-reference_date", "-pk")
        .first()
    )
    return found


def _cells(
    territories: Mapping[str, Territory], rows: Mapping[str, list[Row]]
) -> dict[int, Neighbourhood]:
    """Every neighbourhood, those without a rated site included: absent would tell that there is none."""
    return {
        territory.pk: Neighbourhood.of(rows.get(code, []))
        for code, territory in territories.items()
    }


def build(round_: CampaignRound, key: UUID) -> Release:
    """Build the release of a closed round under that key, once: a second call returns the first one's release.

    Raises ImproperlyConfigured outside the report queue.
    """
    made: Release | None = Release.objects.using(REPORT).filter(key=key).first()
    if made is not None:
        return made
    rules = thresholds()
    convention = Convention.objects.using(REPORT).get(pk=round_.convention_id)
    territories = neighbourhoods(convention)
    group_of = contributors(convention)
    earlier = previous_round(round_)
    now = _cells(territories, rated_sites(round_, convention, group_of))
    before = None
    if earlier is not None:
        before = _cells(territories, rated_sites(earlier, convention, group_of))
    release = Release(
        key=key,
        convention_id=convention.pk,
        round_id=round_.pk,
        previous_round_id=earlier.pk if earlier else None,
        geography=convention.geography,
        vintage=max((territory.vintage for territory in territories.values()), default=0),
        rules=rules.as_public(),
    )
    return _write(release, release_of(now, before, rules))


def _write(release: Release, figures: ReleaseFigures) -> Release:
    release.coverage = figures.coverage
    with transaction.atomic(using=REPORT):
        release.save(using=REPORT)
        ReleasedNeighbourhood.objects.using(REPORT).bulk_create(
            [
                ReleasedNeighbourhood(
                    release=release,
                    territory_id=territory_id,
                    is_withheld=shown is None,
                    sites=None if shown is None else shown.sites,
                    dwellings=None if shown is None else shown.dwellings,
                    groups=None if shown is None else shown.groups,
                    evolution=None if shown is None else shown.evolution,
                )
                for territory_id, shown in figures.neighbourhoods.items()
            ]
        )
    return release
