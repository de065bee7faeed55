"""Conventions, annexes, signatures and rounds: what each partner of the demonstration reads, and of whom.

Two conventions live, with different annexes, and one has ended. Landlords 0 to 9 are bound by the first (9 signed the
version before the one in force: its sites are not shared; 8 caps at the released figures); 0, 2, 4, 6, 7 by both. The
parquet reads under both. The mediation network reads nothing since its convention ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from accounts.models import Organisation
from accounts.principal import from_membership
from gis.territories.models import Territory
from orsen.demo.calendar import CAMPAIGNS, PAST_CAMPAIGNS, Calendar, at
from orsen.demo.chance import key
from orsen.demo.people import People
from sharing.access import shared_scope
from sharing.conventions.models import Annex, AnnexLine, Convention, Party, Signature
from sharing.details import Detail
from sharing.rounds.models import CampaignRound

FIRST_PARTIES: Final = tuple(range(10))
SECOND_PARTIES: Final = (0, 2, 4, 6, 7)
ENDED_PARTIES: Final = (0, 1, 2, 11)
LATE_SIGNATORY, CAUTIOUS_SIGNATORY = 9, 8
CATEGORY, NAMED, LANDLORDS = (
    AnnexLine.Reader.CATEGORY,
    AnnexLine.Reader.ORGANISATION,
    AnnexLine.Reader.LANDLORDS,
)


@dataclass(frozen=True)
class Line:
    """One line of an annex: who reads, where, from which level, at which detail."""

    reader: str
    who: str  # a category, a partner's key, or nothing
    territory: Territory
    min_level: int
    detail: str


@dataclass(frozen=True)
class Agreements:
    """The conventions made, and the rounds of the two live ones (oldest first)."""

    first: Convention
    second: Convention
    ended: Convention
    first_rounds: list[CampaignRound]
    second_rounds: list[CampaignRound]


def make_agreements(
    random: np.random.Generator, calendar: Calendar, people: People, places: dict[str, Territory]
) -> Agreements:
    """Sign everything, in the coordination's scope. `places`: territories by code."""
    with shared_scope(from_membership(people.coordinator)):
        maker = _Maker(random, calendar, people, places)
        return maker.make()


@dataclass
class _Maker:
    random: np.random.Generator
    calendar: Calendar
    people: People
    places: dict[str, Territory]

    def make(self) -> Agreements:
        start, end = (
            self.calendar.campaign(0).reference - dt.timedelta(days=60),
            self.calendar.today + dt.timedelta(days=410),
        )
        first = self._convention(
            "Convention départementale de tranquillité résidentielle du Val-d’Orsen",
            "CD-99-01",
            ["99"],
            (start, end),
            "qpv",
        )
        second = self._convention(
            "Convention de sécurité partagée de la Haute-Vernelle",
            "CD-98-01",
            ["98"],
            (start + dt.timedelta(days=20), end + dt.timedelta(days=90)),
            "qpv",
        )
        gone = self.calendar.today - dt.timedelta(days=75)
        ended = self._convention("Convention de médiation du Val-d’Orsen", "CM-99-00", ["99"], (start, gone), "qpv",
                                 state=Convention.State.ENDED)  # fmt: skip
        self._fill_first(first)
        self._fill(second, SECOND_PARTIES, ("parquet", "gendarmerie"), self._second_lines())
        self._fill(ended, ENDED_PARTIES, ("mediation", "commune-a"), [
            Line(NAMED, "mediation", self.places["99"], 1, Detail.SITE),
        ])  # fmt: skip
        return Agreements(first, second, ended, self._rounds(first), self._rounds(second))

    def _convention(
        self, name: str, reference: str, codes: list[str], dates: tuple[dt.date, dt.date], geography: str,
        state: str = Convention.State.ACTIVE,
    ) -> Convention:  # fmt: skip
        convention: Convention = Convention.objects.create(
            key=key(self.random), name=name, reference=reference, coordinator=self.people.coordination,
            departement_codes=codes, starts_on=dates[0], ends_on=dates[1], state=state, geography=geography,
        )  # fmt: skip
        return convention

    def _first_lines(self) -> list[Line]:
        whole = self.places["99"]
        return [
            Line(CATEGORY, "police", whole, 2, Detail.SITE),
            Line(CATEGORY, "police", whole, 3, Detail.FILE),
            Line(CATEGORY, "parquet", whole, 3, Detail.SITE),
            Line(CATEGORY, "parquet", whole, 4, Detail.FILE),
            Line(CATEGORY, "prefecture", whole, 1, Detail.ZONE),
            Line(CATEGORY, "prefecture", whole, 4, Detail.SITE),
            Line(NAMED, "commune-a", self.places["99001"], 2, Detail.SITE),
            Line(NAMED, "commune-b", self.places["99002"], 1, Detail.NEIGHBOURHOOD),
            Line(LANDLORDS, "", whole, 1, Detail.NEIGHBOURHOOD),
        ]

    def _second_lines(self) -> list[Line]:
        whole = self.places["98"]
        return [
            Line(CATEGORY, "gendarmerie", whole, 3, Detail.SITE),
            Line(CATEGORY, "parquet", whole, 4, Detail.SITE),
            Line(CATEGORY, "parquet", whole, 1, Detail.NEIGHBOURHOOD),
            Line(LANDLORDS, "", whole, 1, Detail.NEIGHBOURHOOD),
        ]

    def _fill_first(self, convention: Convention) -> None:
        """Two versions of the annex: the one in force and the one it replaced, to which one landlord still holds."""
        old = self._annex(convention, 1, Annex.State.REPLACED, [
            Line(CATEGORY, "police", self.places["99"], 4, Detail.SITE),
        ])  # fmt: skip
        annex = self._annex(convention, 2, Annex.State.IN_FORCE, self._first_lines())
        for index in FIRST_PARTIES:
            signed = old if index == LATE_SIGNATORY else annex
            cap = Detail.NEIGHBOURHOOD if index == CAUTIOUS_SIGNATORY else Detail.FILE
            self._sign(convention, self.people.landlords[index].organisation, signed, cap)
        for partner in ("police", "parquet", "prefecture", "commune-a", "commune-b"):
            self._sign(convention, self.people.partners[partner], annex)

    def _fill(
        self,
        convention: Convention,
        landlords: Sequence[int],
        partners: Sequence[str],
        lines: list[Line],
    ) -> None:
        annex = self._annex(convention, 1, Annex.State.IN_FORCE, lines)
        parties = [self.people.landlords[index].organisation for index in landlords]
        for organisation in [*parties, *(self.people.partners[partner] for partner in partners)]:
            self._sign(convention, organisation, annex)

    def _annex(self, convention: Convention, number: int, state: str, lines: list[Line]) -> Annex:
        since = convention.starts_on + dt.timedelta(days=365 * (number - 1))
        annex: Annex = Annex.objects.create(
            convention=convention, number=number, state=state, in_force_at=at(since, 0)
        )
        for line in lines:
            AnnexLine.objects.create(
                convention=convention, annex=annex, reader=line.reader, territory=line.territory,
                category=line.who if line.reader == CATEGORY else "",
                organisation=self.people.partners[line.who] if line.reader == NAMED else None,
                min_level=line.min_level, detail=line.detail,
            )  # fmt: skip
        return annex

    def _sign(
        self,
        convention: Convention,
        organisation: Organisation,
        annex: Annex,
        cap: str = Detail.FILE,
    ) -> None:
        Party.objects.create(
            convention=convention, organisation=organisation, correspondent="Correspondant de la convention",
            correspondent_email=organisation.contact_email,
        )  # fmt: skip
        moment = annex.in_force_at
        Signature.objects.create(
            convention=convention, organisation=organisation, annex=annex, signatory="La direction",
            signatory_function="Direction générale", signed_on=moment.date() if moment else convention.starts_on, cap=cap,
        )  # fmt: skip

    def _rounds(self, convention: Convention) -> list[CampaignRound]:
        rounds = []
        for index in range(CAMPAIGNS):
            dates = self.calendar.campaign(index)
            past = index < PAST_CAMPAIGNS
            rounds.append(
                CampaignRound.objects.create(
                    key=key(self.random), convention=convention, name=dates.name, reference_date=dates.reference,
                    opens_on=dates.opens, closes_on=dates.closes, closed_at=at(dates.closes, 660) if past else None,
                    state=CampaignRound.State.CLOSED if past else CampaignRound.State.OPEN,
                )
            )  # fmt: skip
        return rounds
