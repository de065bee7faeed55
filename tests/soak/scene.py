"""The ground of a soak: one landlord, a caretaker a telephone, sites of their own and some that two of them share."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Campaign, Grid
from tenants.campaigns.services import create_campaign, open_campaign
from tenants.stock.models import Site, SiteAssignment
from tests.cast import Landlord, Member, make_landlord, make_member

SHARED = 4  # sites that each pair of telephones of Python both rate


@dataclass
class Scene:
    """Who rates which sites: `sites[n]` are those of the n-th caretaker."""

    landlord: Landlord
    campaign: Campaign
    caretakers: list[Member]
    sites: list[list[str]]


def make_scene(phones: int, ratings: int, browsers: int) -> Scene:
    """`browsers`: how many of the telephones, the first ones, are browsers; they rate sites of their own.

    Each telephone gives `ratings` ratings. Of the others, each pair shares sites, and each gives one of its ratings
    twice, with another content under the same key, so it has a site less.
    """
    load_grids(Grid, "default")
    landlord = make_landlord("Endurance", "Groupe Endurance")
    admin, today = landlord.admin.principal, timezone.localdate()
    caretakers = [
        make_member(landlord.organisation, "caretaker", f"Gardien {number + 1}")
        for number in range(phones)
    ]
    sites: list[list[str]] = []
    with landlord_scope(admin):
        for number, caretaker in enumerate(caretakers):
            other = number - browsers
            own = ratings if other < 0 else ratings - SHARED - 1
            codes = [f"P{number:02}-{each:02}" for each in range(own)]
            if other >= 0:
                codes += [f"C{other // 2:02}-{each}" for each in range(SHARED)]
            new = [code for code in codes if code[0] == "P" or other % 2 == 0]
            Site.objects.bulk_create(
                Site(
                    landlord=landlord.organisation, code=code, name=f"Résidence {code}", address=f"rue {code}",
                    dwellings=60, agency=landlord.agencies[0],
                )
                for code in new
            )  # fmt: skip
            held = Site.objects.filter(code__in=codes)
            SiteAssignment.objects.bulk_create(
                SiteAssignment(
                    landlord=landlord.organisation, membership=caretaker.membership, site=site
                )
                for site in held
            )
            sites.append([str(site.key) for site in held])
        campaign = create_campaign(
            admin, name="Endurance", reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, campaign)
    return Scene(landlord, campaign, caretakers, sites)
