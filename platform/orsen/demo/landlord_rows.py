"""Write one landlord's own rows, in that landlord's scope: agencies, sites, addresses, campaigns, facts, levers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection
from scipy.cluster.vq import kmeans2

from gis.territories.models import LAMBERT_93, Territory
from orsen.demo.areas import NOWHERE
from orsen.demo.calendar import CAMPAIGNS, at
from orsen.demo.chance import generator, key
from orsen.demo.history import BATCH, History
from orsen.demo.levers import CATALOGUE
from orsen.demo.own_grid import KEEPER, keep_own_grid
from orsen.demo.people import FULLY_STAFFED, Landlord
from orsen.demo.world import World
from tenants.access import landlord_scope
from tenants.campaigns.models import Grid
from tenants.imports.cleaning.streets import match_key
from tenants.incidents.models import Incident
from tenants.incidents.nomenclature import FAMILY_OF
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tenants.stock.models import Address, Agency, AgencyAttachment, Site, SiteAssignment

SIDES: Final = ["Centre", "Nord", "Sud", "Est", "Ouest"]
SITES_PER_AGENCY = 90
SHOWN_PROGRESS = (
    0.6  # of the landlords whose every role has an account: each of their pages has work to show
)
COMPLAINTS: Final = (["unknown", "filed", "logged", "refused"], [0.55, 0.22, 0.2, 0.03])


class LandlordWriter:
    """Writes one landlord's rows."""

    def __init__(
        self, world: World, index: int, landlord: Landlord, places: dict[str, Territory]
    ) -> None:
        """Take what the landlord has in the drawn world."""
        self._world, self._index, self._landlord, self._places = world, index, landlord, places
        self._random = generator(world.seed, f"landlord {index}")
        self._mine = [n for n, plan in enumerate(world.plans) if plan.landlord == index]
        self._sites: dict[int, Site] = {}

    def write(self, grid: Grid, round_keys: Sequence[Sequence[UUID | None]]) -> None:
        """Everything; `round_keys` per département, then per campaign."""
        if not self._mine:
            return
        with landlord_scope(self._landlord.admin):
            self._write_sites(self._write_agencies())
            self._write_campaigns(grid, round_keys)
            self._write_facts()
            self._write_interventions()

    def _write_agencies(self) -> list[Agency]:
        """Agencies by place; the sites of each are known by `_agency_of`."""
        spots = np.array([[self._world.plans[n].x, self._world.plans[n].y] for n in self._mine])
        count = int(np.clip(len(self._mine) // SITES_PER_AGENCY + 1, 1, len(SIDES)))
        if count == 1:
            self._agency_of = np.zeros(len(spots), dtype=np.int64)
        else:
            _, labels = kmeans2(spots, count, minit="++", rng=self._random)
            rank = np.argsort(np.argsort(-np.bincount(labels, minlength=count), kind="stable"))
            self._agency_of = rank[labels]  # the largest first: the one that has accounts
        organisation = self._landlord.organisation
        agencies: list[Agency] = Agency.objects.bulk_create(
            [
                Agency(landlord=organisation, code=f"AG{n + 1}", name=f"Agence {SIDES[n]}")
                for n in range(count)
            ]
        )
        first = agencies[0]
        for role_code in ("agency_director", "sector_head"):
            for membership in self._landlord.members.get(role_code, []):
                AgencyAttachment.objects.create(
                    landlord=organisation, membership=membership, agency=first
                )
        return agencies

    def _write_sites(self, agencies: list[Agency]) -> None:
        for order, index in enumerate(self._mine):
            self._sites[index] = self._site(order, index, agencies[int(self._agency_of[order])])

    def _site(self, order: int, index: int, agency: Agency) -> Site:
        world, plan = self._world, self._world.plans[index]
        departement = world.size.departements[plan.departement].code
        commune, iris = world.areas.communes[plan.commune], world.areas.iris[plan.iris]
        qpv = world.areas.qpv[plan.qpv].code if plan.qpv != NOWHERE else ""
        codes = [departement, commune.code, iris.code, *([qpv] if qpv else [])]
        left = plan.last_campaign < CAMPAIGNS
        door = plan.addresses[len(plan.addresses) // 2]
        arrived = world.calendar.campaign(plan.first_campaign).reference - dt.timedelta(days=40)
        left_on = (
            world.calendar.campaign(plan.last_campaign + 1).reference - dt.timedelta(days=60)
            if left
            else None
        )
        return Site(
            landlord=self._landlord.organisation, key=key(self._random), code=f"{self._index + 1:02d}-{order + 1:04d}",
            name=plan.name, agency=agency, sector=f"Secteur {order % 4 + 1}", address=f"{door.number} {door.street}",
            postcode=f"{departement}{commune.code[-3:]}", commune_name=commune.name, dwellings=plan.dwellings,
            state=(Site.State.SOLD if order % 2 else Site.State.DEMOLISHED) if left else Site.State.MANAGED,
            left_on=left_on, created_at=at(arrived, 0), geom=Point(plan.x, plan.y, srid=LAMBERT_93),
            departement_code=departement, commune_code=commune.code, iris_code=iris.code, qpv_code=qpv,
            territory_ids=[self._places[code].pk for code in codes], placement=Site.Placement.GEOMETRY,
        )  # fmt: skip

    def _write_campaigns(self, grid: Grid, round_keys: Sequence[Sequence[UUID | None]]) -> None:
        """The history refers to sites, and leaves in them the levels that they end with: written back at the end."""
        Site.objects.bulk_create(self._sites.values(), BATCH)
        self._write_addresses()
        shown = self._index < FULLY_STAFFED
        progress = (
            SHOWN_PROGRESS if shown else float(np.clip(self._random.beta(1.6, 1.4), 0.08, 0.97))
        )
        own = keep_own_grid(grid, self._landlord) if self._index == KEEPER else None
        history = History(self._random, self._world.calendar, self._landlord, grid, progress, own)
        for number, departement in enumerate(self._world.size.departements):
            part = [
                (site, self._world.plans[index], self._world.levels[index])
                for index, site in self._sites.items()
                if self._world.plans[index].departement == number
            ]
            if part:
                history.write(part, f" — {departement.name}" if number else "", round_keys[number])
        history.rows.insert()
        self._write_levels()

    def _write_levels(self) -> None:
        """One statement: four columns of every site, where `bulk_update` would write a branch per site and column."""
        sites = list(self._sites.values())
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE tenants_site s SET current_level = v.now, current_on = v.now_on,
                          published_level = v.shown, published_on = v.shown_on
                   FROM unnest(%s::bigint[], %s::smallint[], %s::date[], %s::smallint[], %s::date[])
                        AS v(id, now, now_on, shown, shown_on)
                   WHERE s.landlord_id = %s AND s.id = v.id""",
                [
                    [site.pk for site in sites],
                    [site.current_level for site in sites],
                    [site.current_on for site in sites],
                    [site.published_level for site in sites],
                    [site.published_on for site in sites],
                    self._landlord.organisation.pk,
                ],
            )

    def _write_addresses(self) -> None:
        rows = [
            Address(
                landlord_id=site.landlord_id, site=site, number=address.number, street=address.street,
                postcode=site.postcode, commune_code=site.commune_code, commune_name=site.commune_name,
                dwellings=address.dwellings, construction_year=self._world.plans[index].construction_year,
                geom=Point(address.x, address.y, srid=LAMBERT_93), quality=Address.Quality.ENTRANCE,
                match_key=match_key(site.commune_code, address.number, address.street),
            )
            for index, site in self._sites.items()
            for address in self._world.plans[index].addresses
        ]  # fmt: skip
        Address.objects.bulk_create(rows, BATCH)
        self._assign()

    def _assign(self) -> None:
        """Caretakers look after a few sites of the first agency, the most troubled of them included."""
        caretakers = self._landlord.members["caretaker"]
        local = [n for n, agency in zip(self._mine, self._agency_of, strict=True) if agency == 0]
        local.sort(key=lambda index: (-int(self._world.levels[index, -1]), self._sites[index].code))
        local = [index for index in local if self._sites[index].state == Site.State.MANAGED]
        chosen = local[:3] + local[3:60:6]
        SiteAssignment.objects.bulk_create(
            SiteAssignment(
                landlord=self._landlord.organisation, membership=caretakers[n % len(caretakers)], site=self._sites[index]
            )
            for n, index in enumerate(chosen)
        )  # fmt: skip

    def _write_facts(self) -> None:
        of_family: dict[str, list[str]] = {}
        for code, family in FAMILY_OF.items():
            of_family.setdefault(family, []).append(code)
        facts = [fact for fact in self._world.facts if fact.site in self._sites]
        words, odds = COMPLAINTS
        complaints = self._random.choice(words, len(facts), p=odds)
        details = self._random.random(len(facts))
        Incident.objects.bulk_create(
            [
                Incident(
                    landlord=self._landlord.organisation, site=self._sites[fact.site], occurred_on=fact.day,
                    family=fact.family, subfamily=of_family[fact.family][int(detail * len(of_family[fact.family]))],
                    complaint=str(complaint), source="démonstration", created_at=at(fact.day, 600),
                )
                for fact, complaint, detail in zip(facts, complaints, details, strict=True)
            ],
            BATCH,
        )  # fmt: skip

    def _write_interventions(self) -> None:
        organisation = self._landlord.organisation
        levers: list[Lever] = Lever.objects.bulk_create(
            [
                Lever(landlord=organisation, code=row[0], label=row[1], from_level=row[2])
                for row in CATALOGUE
            ]
        )
        for plan in self._world.interventions:
            if plan.landlord != self._index:
                continue
            first = self._sites[plan.sites[0]]
            intervention = Intervention.objects.create(
                landlord=organisation, key=key(self._random), title=f"{levers[plan.lever].label} — {first.name}"[:160],
                lever=levers[plan.lever], status=plan.status, starts_on=plan.starts_on, cost_euros=plan.cost_euros,
                ends_on=plan.ends_on, axis=CATALOGUE[plan.lever][3], effect=plan.effect,
            )  # fmt: skip
            InterventionSite.objects.bulk_create(
                InterventionSite(
                    landlord=organisation, intervention=intervention, site=self._sites[index]
                )
                for index in plan.sites
            )
