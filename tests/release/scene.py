"""A convention of three landlord groups, its rounds, and campaigns that answer them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Organisation
from gis.territories.models import Territory
from sharing.access import shared_scope
from sharing.conventions.models import AnnexLine, Convention
from sharing.details import Detail
from sharing.rounds.models import CampaignRound
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign, CampaignSite, Grid
from tests.cast import (
    KM,
    X0,
    Y0,
    Cast,
    Landlord,
    Member,
    make_cast,
    make_convention,
    make_landlord,
    make_member,
    make_site,
    square,
)


@dataclass
class Scene:
    """The cast, a third landlord, a commune, a second neighbourhood, and the convention that binds them."""

    cast: Cast
    landlords: list[Landlord]
    commune: Member
    convention: Convention
    second: Territory

    @property
    def coordinator(self) -> Member:
        """Who holds the convention."""
        return self.cast.coordinator


def make_scene() -> Scene:
    """Les Tilleuls (in the commune of Aubépine) holds 12 sites of three groups; Les Ormes (Bruyère) 2 of one."""
    cast = make_cast()
    charme = make_landlord("Charme", "Groupe C")
    in_qpv = [cast.departement, cast.communes[0], cast.neighbourhood]
    for level in (1, 2, 3, 4):
        make_site(charme, f"N{level}", in_qpv, level=level)
    second = Territory.objects.create(
        kind="qpv", code="QN09902M", name="Les Ormes", vintage=2024, departement_code="99",
        commune_codes=["99002"], geom=square(X0 + 6 * KM, Y0 + KM, KM),
    )  # fmt: skip
    for code in ("O1", "O2"):
        make_site(cast.amandier, code, [cast.departement, cast.communes[1], second], level=1)
    bruyere = Organisation.objects.create(
        kind="partner", name="Ville de Bruyère", short_name="Bruyère", partner_category="commune"
    )
    commune = make_member(bruyere, "partner_correspondent", "Coordinatrice tranquillité")
    police = cast.police.membership.organisation
    neighbourhood = Detail.NEIGHBOURHOOD
    convention = make_convention(
        cast.coordinator,
        [cast.amandier.organisation, cast.bouleau.organisation, charme.organisation, police, bruyere],
        cast.departement,
        [
            AnnexLine(reader="category", category="police", territory=cast.departement, detail=neighbourhood),
            AnnexLine(reader="organisation", organisation=bruyere, territory=cast.communes[1], detail=neighbourhood),
            AnnexLine(reader="landlords", territory=cast.departement, detail=neighbourhood),
        ],
    )  # fmt: skip
    return Scene(cast, [cast.amandier, cast.bouleau, charme], commune, convention, second)


def make_round(scene: Scene, *, days_ago: int = 10, state: str = "closed") -> CampaignRound:
    """A round of the convention, whose stock is that of `days_ago`."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    with shared_scope(scene.coordinator.principal):
        made: CampaignRound = CampaignRound.objects.create(
            convention=scene.convention, name=f"Campagne du {day:%d/%m/%Y}", reference_date=day,
            opens_on=day, closes_on=day + dt.timedelta(days=5), state=state,
        )  # fmt: skip
    return made


def answer(
    landlord: Landlord,
    round_: CampaignRound,
    levels: dict[str, int | None],
    *,
    state: str = "closed",
) -> Campaign:
    """The landlord's campaign for the round, ended with those levels by site code."""
    grid, _made = Grid.objects.get_or_create(
        code="essai", version=1, defaults={"title": "Grille", "definition": {}}
    )
    with landlord_scope(landlord.admin.principal):
        campaign: Campaign = Campaign.objects.create(
            name=round_.name, grid=grid, reference_date=round_.reference_date, opens_on=round_.opens_on,
            closes_on=round_.closes_on, state=state, round_key=round_.key, closed_at=timezone.now(),
        )  # fmt: skip
        for code, level in levels.items():
            site = landlord.sites[code]
            CampaignSite.objects.create(
                campaign=campaign, site=site, dwellings=site.dwellings, departement_code="99",
                commune_code=site.commune_code, qpv_code=site.qpv_code, territory_ids=site.territory_ids, level=level,
            )  # fmt: skip
    return campaign


NORTH = {"N1": 1, "N2": 2, "N3": 3, "N4": 4}


def answer_all(scene: Scene, round_: CampaignRound) -> None:
    """Every landlord answers; Amandier also has Les Ormes to itself."""
    for landlord in scene.landlords:
        ormes: dict[str, int | None] = {"O1": 1, "O2": 2} if landlord is scene.cast.amandier else {}
        answer(landlord, round_, {**NORTH, **ormes})
