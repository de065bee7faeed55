"""Build a release from every landlord's rated sites, through the one login that may read them all.

Runs in the report queue only: the connection `report` exists nowhere else, and reads single columns
(`wall_report_columns`). What it writes holds protected figures and nothing that leads back to a site.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.gis.db.models.functions import PointOnSurface, Transform
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Count

from gis.territories.models import Territory
from sharing.conventions.models import Annex, Convention, Party, Signature
from sharing.details import Detail, rank
from sharing.release.figures import Figures, figures_of, ledger_of, told_coverage, told_from
from sharing.release.models import Release, ReleasedNeighbourhood, ReleaseLedger
from sharing.release.parts import plan_in_parts
from sharing.release.planning import (
    COMMUNE,
    DEPARTEMENT,
    NEIGHBOURHOOD,
    Place,
    Plan,
    RatedSite,
    Told,
)
from sharing.release.rules import Thresholds
from sharing.rounds.models import CampaignRound
from sharing.waivers.models import Waiver
from tenants.campaigns.models import Campaign, CampaignSite
from tenants.incidents.models import Incident

REPORT: Final = "report"
# The kinds of territory that are the neighbourhoods of a geography, and the columns that hold their codes.
KINDS_OF_GEOGRAPHY: Final = {"qpv": ("qpv",), "iris": ("iris",), "both": ("iris", "qpv")}
CODE_OF_KIND: Final = {"qpv": "qpv_code", "iris": "iris_code"}
YEAR: Final = dt.timedelta(days=365)
FINISHED: Final = (Campaign.State.CLOSED, Campaign.State.PUBLISHED)

Progress = Callable[[str, int, int], None]


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


def waived(convention: Convention, group_of: Mapping[int, int]) -> frozenset[int]:
    """Groups that gave up their protection in this convention: those of which every contributing landlord signed."""
    signed = set(
        Waiver.objects.using(REPORT)
        .filter(convention=convention, revoked_at__isnull=True)
        .values_list("organisation_id", flat=True)
    )
    kept = {group for landlord, group in group_of.items() if landlord not in signed}
    return frozenset(group_of.values()) - kept


def neighbourhoods(convention: Convention) -> dict[str, Territory]:
    """The neighbourhoods of the convention by code: its geography, current vintage, within its départements."""
    return {
        territory.code: territory
        for kind in KINDS_OF_GEOGRAPHY[convention.geography]
        for territory in Territory.objects.using(REPORT)
        .current(kind)
        .filter(departement_code__in=convention.departement_codes)
        .defer("geom")
    }


def rated_sites(
    round_: CampaignRound,
    convention: Convention,
    group_of: Mapping[int, int],
    carried: Mapping[int, int] | None = None,
) -> list[RatedSite]:
    """The sites that finished campaigns answering the round ended with a level for.

    A site of theirs that went unrated keeps its level of an earlier release (`carried`, by site): taken out, the
    difference between the releases would be that site.
    """
    codes = [CODE_OF_KIND[kind] for kind in KINDS_OF_GEOGRAPHY[convention.geography]]
    campaigns = Campaign.objects.using(REPORT).filter(
        round_key=round_.key, state__in=FINISHED, landlord_id__in=list(group_of)
    )
    sites = CampaignSite.objects.using(REPORT).filter(
        campaign_id__in=list(campaigns.values_list("id", flat=True)),
        departement_code__in=convention.departement_codes,
    )
    kept = carried or {}
    columns = (
        "site_id",
        "landlord_id",
        "level",
        "dwellings",
        "departement_code",
        "commune_code",
        *codes,
    )
    return [
        RatedSite(
            site,
            group_of[landlord],
            level or kept[site],
            dwellings,
            departement,
            commune,
            " ".join(filter(None, places)),
        )
        for site, landlord, level, dwellings, departement, commune, *places in sites.values_list(
            *columns
        )
        if level is not None or site in kept
    ]


def facts_of(round_: CampaignRound, landlords: Mapping[int, int]) -> dict[int, dict[str, int]]:
    """Facts of the twelve months before the round's reference date, by site and family."""
    until = round_.reference_date
    found: dict[int, dict[str, int]] = {}
    counted = (
        Incident.objects.using(REPORT)
        .filter(landlord_id__in=list(landlords), occurred_on__gt=until - YEAR, occurred_on__lte=until)
        .order_by()
        .values_list("site_id", "family")
        .annotate(facts=Count("id"))
    )  # fmt: skip
    for site, family, facts in counted:
        found.setdefault(site, {})[family] = facts
    return found


def placed(sites: list[RatedSite], territories: Mapping[str, Territory]) -> list[RatedSite]:
    """The same sites, in the neighbourhoods of their own département alone.

    Outlines of several sources cross at the borders of départements by some metres. A site there would tie the figures
    of two départements together for nothing.
    """
    return [
        replace(
            site,
            neighbourhood=" ".join(
                code
                for code in site.neighbourhoods
                if code in territories and territories[code].departement_code == site.departement
            ),
        )
        for site in sites
    ]


def told_before(convention: Convention) -> list[Told]:
    """What the releases that touch the convention's départements told, whatever their convention: readers talk.

    One that was withdrawn before it was published told nothing; a draft may still be published.
    """
    releases = Release.objects.using(REPORT).filter(
        convention__departement_codes__overlap=convention.departement_codes
    )
    ledgers = ReleaseLedger.objects.using(REPORT).filter(
        release_id__in=[
            release.pk
            for release in releases
            if release.published_at is not None or release.withdrawn_at is None
        ]
    )
    return [
        region
        for told in ledgers.order_by("pk").values_list("told", flat=True)
        for region in told_from(told)
    ]


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


def zones_of(
    zone: Mapping[tuple[str, str], int | None],
) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """By territory: all those of which its figures speak."""
    together: dict[int, set[tuple[str, str]]] = {}
    for place, number in zone.items():
        if number is not None:
            together.setdefault(number, set()).add(place)
    return {
        place: frozenset([place] if number is None else together[number])
        for place, number in zone.items()
    }


def told_in(round_: CampaignRound) -> dict[frozenset[tuple[str, str]], dict[str, int]]:
    """Sites by band that the round's published release told, by the territories that each figure speaks of.

    Evolution is read from what two releases told, and from nothing else: how many sites of a neighbourhood went up or
    down would, beside the levels of both rounds, give some of them away.
    """
    release = (
        Release.objects.using(REPORT)
        .filter(round_id=round_.pk, published_at__isnull=False, withdrawn_at__isnull=True)
        .order_by("-published_at", "-pk")
        .first()
    )
    if release is None:
        return {}
    rows = ReleasedNeighbourhood.objects.using(REPORT).filter(release_id=release.pk, is_withheld=False)  # fmt: skip
    found = list(rows.values_list("territory__kind", "territory__code", "zone", "sites"))
    kinds = KINDS_OF_GEOGRAPHY[release.geography]

    def place(kind: str, code: str) -> tuple[str, str]:
        return (NEIGHBOURHOOD if kind in kinds else kind, code)

    zones = zones_of({place(kind, code): zone for kind, code, zone, _sites in found})
    return {
        zones[place(kind, code)]: {band: sites[band] for band in ("1-2", "3-4")}
        for kind, code, _zone, sites in found
        if sites is not None
    }


def places_of(territories: Mapping[str, Territory], sites: list[RatedSite]) -> dict[str, Place]:
    """Where each neighbourhood lies; its commune is the one that most of its sites are in."""
    points = dict(
        Territory.objects.using(REPORT)
        .filter(pk__in=[territory.pk for territory in territories.values()])
        .annotate(point=Transform(PointOnSurface("geom"), 2154))
        .order_by()
        .values_list("code", "point")
    )
    counts: dict[str, dict[str, int]] = {}
    for site in sites:
        for code in site.neighbourhoods:
            of_place = counts.setdefault(code, {})
            of_place[site.commune] = of_place.get(site.commune, 0) + 1
    found = {}
    for code, territory in territories.items():
        communes = counts.get(code)
        commune = (
            max(sorted(communes), key=lambda one: communes[one])
            if communes
            else next(iter(territory.commune_codes), "")
        )
        found[code] = Place(commune, (points[code].x, points[code].y), territory.kind)
    return found


def build(round_: CampaignRound, key: UUID, progress: Progress | None = None) -> Release:
    """Build the release of a closed round under that key, once: a second call returns the first one's release.

    Raises ImproperlyConfigured outside the report queue, UnprotectableError.
    """
    made: Release | None = Release.objects.using(REPORT).filter(key=key).first()
    if made is not None:
        return made
    rules = thresholds()
    convention = Convention.objects.using(REPORT).get(pk=round_.convention_id)
    territories = neighbourhoods(convention)
    group_of = contributors(convention)
    earlier = previous_round(round_)
    told = told_before(convention)
    carried = {site.site: site.level for region in told for site in region.sites}
    now = placed(rated_sites(round_, convention, group_of, carried), territories)
    plan = plan_in_parts(
        now,
        places_of(territories, now),
        rules,
        told=told,
        waived=waived(convention, group_of),
        progress=progress,
        facts=facts_of(round_, group_of),
    )
    release = Release(
        key=key,
        convention_id=convention.pk,
        round_id=round_.pk,
        previous_round_id=earlier.pk if earlier else None,
        geography=convention.geography,
        vintage=max((territory.vintage for territory in territories.values()), default=0),
        rules=rules.as_public(),
        coverage=told_coverage(plan),
    )
    ids = {(NEIGHBOURHOOD, code): territory.pk for code, territory in territories.items()}
    ids |= _areas(convention)
    figures = figures_of(plan)
    return _write(release, plan, figures, ids, {} if earlier is None else told_in(earlier))


def _areas(convention: Convention) -> dict[tuple[str, str], int]:
    """The communes and départements of the convention, by kind and code."""
    found = Territory.objects.using(REPORT).filter(
        departement_code__in=convention.departement_codes
    )
    return {
        (kind, code): pk
        for kind in (COMMUNE, DEPARTEMENT)
        for code, pk in found.current(kind).values_list("code", "pk")
    }


def _write(
    release: Release,
    plan: Plan,
    figures: Mapping[tuple[str, str], Figures | None],
    ids: Mapping[tuple[str, str], int],
    before: Mapping[frozenset[tuple[str, str]], dict[str, int]],
) -> Release:
    zones = zones_of({place: None if one is None else one.zone for place, one in figures.items()})
    with transaction.atomic(using=REPORT):
        release.save(using=REPORT)
        ReleaseLedger.objects.using(REPORT).create(release=release, told=ledger_of(plan))
        ReleasedNeighbourhood.objects.using(REPORT).bulk_create(
            [
                ReleasedNeighbourhood(
                    release=release,
                    territory_id=ids[place],
                    is_withheld=shown is None,
                    zone=None if shown is None else shown.zone,
                    sites=None if shown is None else shown.sites,
                    dwellings=None if shown is None else shown.dwellings,
                    groups=None if shown is None else shown.groups,
                    step=None if shown is None else shown.step,
                    evolution=None
                    if shown is None or zones[place] not in before
                    else {"before": before[zones[place]]},
                    facts=None if shown is None else shown.facts,
                )
                for place, shown in figures.items()
                if place in ids
            ]
        )
    return release
