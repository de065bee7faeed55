"""Ratings out of a past campaign's or another tool's file. The rules: docs/decisions/imported-ratings.md."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.campaigns.grids.reading import CRITERIA
from tenants.campaigns.models import Assessment, Campaign, CampaignSite, Decision
from tenants.campaigns.suggestion import suggest_level
from tenants.imports.cleaning.dates import read_date
from tenants.imports.cleaning.notes import Note, RejectedRowError
from tenants.imports.cleaning.numbers import whole
from tenants.imports.layouts.fields import Field
from tenants.imports.records.destination import Destination, destination_of
from tenants.imports.records.report import RecordReport
from tenants.imports.records.sites import SITE_FIELDS, SITE_NAMES, SITE_PATTERNS, Row, SiteBook
from tenants.imports.records.words import Choices, Vocabulary, WordBook
from tenants.imports.running import ImportRun
from tenants.stock.models import Site

BATCH: Final = 1_000
_WHAT = gettext_lazy("Cotation")
FIELDS: Final = (
    Field("level", gettext_lazy("niveau (1 à 4)"), _WHAT),
    Field("rated_on", gettext_lazy("date de la cotation"), _WHAT),
    Field("nature_gravity", gettext_lazy("nature et gravité des faits"), _WHAT),
    Field("frequency", gettext_lazy("fréquence"), _WHAT),
    Field("equipment", gettext_lazy("effet sur les équipements"), _WHAT),
    Field("service", gettext_lazy("effet sur le service rendu"), _WHAT),
    *SITE_FIELDS,
)
_OF = r"( (DU|DE|DE L|DE LA|DES|D))? ?"
PATTERNS: Final = (
    ("nature_gravity", r"NATURE( ET)? GRAVITE( .*)?|GRAVITE( .*)?"),
    ("frequency", r"FREQUENCE( .*)?|RECURRENCE( .*)?"),
    ("equipment", r"(EFFETS?|IMPACTS?|FONCTIONNEMENT)?( SUR LES| DES)? ?EQUIPEMENTS?( .*)?"),
    ("service", r"(EFFETS?|IMPACTS?|QUALITE)?( SUR LE| DU| DE)? ?SERVICE( .*)?"),
    ("level", rf"NIVEAU{_OF}(SENSIBILITE|COTATION|SITE)?|COTATION|COTE|NOTE( .*)?|SENSIBILITE|CLASSEMENT|BAROMETRE"),
    ("rated_on", rf"DATE{_OF}(COTATION|NOTATION|VISITE|SAISIE|EVALUATION)?|COTE LE"),
    *SITE_PATTERNS,
)  # fmt: skip
_LEVEL_WORDS: Final = {
    "CALME": 1, "SITE CALME": 1, "FAIBLE": 1, "VERT": 1, "TRANQUILLE": 1, "A SURVEILLER": 2, "SITE A SURVEILLER": 2,
    "MODERE": 2, "JAUNE": 2, "SENSIBLE": 3, "SITE SENSIBLE": 3, "ELEVE": 3, "ORANGE": 3, "TRES SENSIBLE": 4,
    "SITE TRES SENSIBLE": 4, "TRES ELEVE": 4, "ROUGE": 4, "CRITIQUE": 4,
}  # fmt: skip


def degree_choices() -> Choices:
    """The four degrees, or levels."""
    return [(str(value), str(value)) for value in (1, 2, 3, 4)]


def _guess(word: str) -> str:
    plain = whole(word.replace(" ", ".")) if word.replace(" ", "").isdigit() else word
    for start in ("", "NIVEAU ", "N", "DEGRE ", "COTE "):
        if plain.startswith(start) and plain.removeprefix(start).strip() in {"1", "2", "3", "4"}:
            return plain.removeprefix(start).strip()
    return str(_LEVEL_WORDS.get(word, ""))


VOCABULARIES: Final = (
    Vocabulary("level", gettext_lazy("Niveau"), degree_choices, _guess),
    Vocabulary("nature_gravity", gettext_lazy("Nature et gravité"), degree_choices, _guess),
    Vocabulary("frequency", gettext_lazy("Fréquence"), degree_choices, _guess),
    Vocabulary("equipment", gettext_lazy("Équipements"), degree_choices, _guess),
    Vocabulary("service", gettext_lazy("Service"), degree_choices, _guess),
)


def needed(columns: dict[str, str]) -> list[tuple[bool, str | Promise]]:
    """What a mapping must have, and what to say when it has not."""
    rated = "level" in columns or all(name in columns for name in CRITERIA)
    return [
        (rated, gettext_lazy("Aucune colonne ne donne le niveau. Indiquez-la, ou les quatre critères.")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rated:
    """What a row says of a site."""

    site: Site
    level: int
    suggested: int
    criteria: dict[str, int]
    rated_at: dt.datetime
    reason: str = ""


class RatingTaker:
    """Takes ratings into one campaign; a rating that is there already is left as it is."""

    droppable: frozenset[str] = frozenset()
    unchecked: frozenset[str] = SITE_NAMES

    def __init__(self, run: ImportRun) -> None:
        """Find the campaign that the landlord chose, or prepare the one that it named."""
        self.file_import, self.rater_id = run.file_import, run.principal.user_id
        self.landlord_id = run.file_import.landlord_id
        self.book = SiteBook()
        self.to: Destination = destination_of(run.file_import)
        self.words = WordBook(run.file_import, VOCABULARIES, self.to.words)
        self.today = timezone.localdate()
        self.taken: dict[int, Rated] = {}
        self.held = (
            None
            if self.to.is_new
            else set(self.to.campaign.sites.values_list("site_id", flat=True))
        )

    def take(self, row: Row, notes: list[Note]) -> None:
        """Read the rating of one site. Raises RejectedRowError."""
        site = self.book.find(row)
        if self.held is not None and site.pk not in self.held and not self.to.is_past:
            raise RejectedRowError(Note("site_not_in_campaign", "site_code", site.code))
        if site.pk in self.taken:
            raise RejectedRowError(Note("site_twice", "site_code", site.code))
        criteria = {name: int(code) for name in CRITERIA if (code := self._word(row, name, notes))}
        suggested = suggest_level(criteria) if len(criteria) == len(CRITERIA) else None
        level = self._level(row, suggested)
        self.taken[site.pk] = Rated(
            site, level, suggested or level, criteria, self._moment(row, notes)
        )

    def _word(self, row: Row, name: str, notes: list[Note]) -> str:
        text = row.get(name, "")
        code = self.words.code(name, text) if text else ""
        if text and not code:
            notes.append(Note("word_left_out", name, text))
        return code or ""

    def _level(self, row: Row, suggested: int | None) -> int:
        text = row.get("level", "")
        if text:
            code = self.words.code("level", text)
            if not code:
                reason = "unknown_word" if code is None else "set_aside_word"
                raise RejectedRowError(Note(reason, "level", text))
            return int(code)
        if suggested is None:
            raise RejectedRowError(Note("no_level", "level", ""))
        return suggested

    def _moment(self, row: Row, notes: list[Note]) -> dt.datetime:
        text = row.get("rated_on", "")
        day, done = read_date(text) if text else (self.to.campaign.reference_date, "")
        if day is None:
            raise RejectedRowError(Note("bad_date", "rated_on", text))
        if day > self.today:
            raise RejectedRowError(Note("future_date", "rated_on", text))
        if done:
            notes.append(Note(done, "rated_on", text))
        return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))

    def finish(self, report: RecordReport) -> None:
        """Write the campaign if it is new, the ratings, and, in a past campaign, the levels that it kept."""
        campaign = self.to.campaign
        if self.to.is_new:
            campaign.save()
        lines = self._lines(campaign)
        present = self._present(campaign)
        fresh = [each for each in self.taken.values() if not self._same(each, present)]
        ratings = Assessment.objects.bulk_create(
            (self._assessment(campaign, each) for each in fresh), batch_size=BATCH
        )
        if self.to.is_past:
            self._settle(campaign, ratings, lines)
        seen = {site_id for site_id, _level, _criteria in present}
        report.changed = sum(each.site.pk in seen for each in fresh)
        report.created = len(fresh) - report.changed
        report.unchanged = len(self.taken) - len(fresh)
        report.sites, report.words = len(self.taken), self.words.table()
        report.said = self._said(campaign)
        report.left = [
            (self.book.sites[site_id].name, _("dans la campagne, absent de ce fichier"))
            for site_id in sorted(lines.keys() - self.taken.keys())
        ]

    def _lines(self, campaign: Campaign) -> dict[int, CampaignSite]:
        """The campaign's stock by site; a past campaign's is made of the sites that the files rate."""
        lines = {each.site_id: each for each in CampaignSite.objects.filter(campaign=campaign)}
        if self.to.is_past:
            missing = [each.site for pk, each in self.taken.items() if pk not in lines]
            made = CampaignSite.objects.bulk_create(
                (
                    CampaignSite(
                        landlord_id=self.landlord_id, campaign=campaign, site=site, dwellings=site.dwellings,
                        departement_code=site.departement_code, commune_code=site.commune_code,
                        iris_code=site.iris_code, qpv_code=site.qpv_code, territory_ids=site.territory_ids,
                    )
                    for site in missing
                ),
                batch_size=BATCH,
            )  # fmt: skip
            lines |= {each.site_id: each for each in made}
        return lines

    def _present(self, campaign: Campaign) -> set[tuple[int, int, str]]:
        """What the campaign holds already that came from files, as (site, level, criteria)."""
        rows = Assessment.objects.filter(campaign=campaign, file_import__isnull=False)
        return {
            (site_id, level, str(sorted(criteria.items())))
            for site_id, level, criteria in rows.values_list("site_id", "level", "criteria")
        }

    @staticmethod
    def _same(each: Rated, present: set[tuple[int, int, str]]) -> bool:
        return (each.site.pk, each.level, str(sorted(each.criteria.items()))) in present

    def _assessment(self, campaign: Campaign, each: Rated) -> Assessment:
        source = self.file_import.source or self.file_import.file_name
        differs = each.level != each.suggested
        return Assessment(
            landlord_id=self.landlord_id, key=uuid.uuid4(), campaign=campaign, site=each.site,
            kind=Assessment.Kind.FIRST, criteria=each.criteria, suggested_level=each.suggested, level=each.level,
            reason_to_differ=(each.reason or _("Repris de %(source)s") % {"source": source})[:240] if differs else "",
            rated_by_id=self.rater_id, rated_at=each.rated_at, received_at=timezone.now(),
            file_import=self.file_import,
        )  # fmt: skip

    def _settle(
        self, campaign: Campaign, ratings: list[Assessment], lines: dict[int, CampaignSite]
    ) -> None:
        """A past campaign decided already: its levels are kept as they are, level 4 included."""
        now = timezone.now()
        Decision.objects.bulk_create(
            (
                Decision(
                    landlord_id=self.landlord_id, assessment=each, outcome=Decision.Outcome.VALIDATED,
                    reason=_("Repris d’un fichier"), decided_by_id=self.rater_id, decided_at=now,
                    file_import=self.file_import,
                )
                for each in ratings
            ),
            batch_size=BATCH,
        )  # fmt: skip
        spoken = set(
            CampaignSite.objects.filter(
                level__isnull=False, campaign__reference_date__gt=campaign.reference_date
            ).values_list("site_id", flat=True)
        )
        settled, current = [], []
        for each in ratings:
            line = lines[each.site_id]
            line.level, line.decided_at = each.level, now
            settled.append(line)
            site = self.book.sites[each.site_id]
            on = timezone.localdate(each.rated_at)
            if each.site_id not in spoken:
                site.current_level, site.current_on = each.level, on
                current.append(site)
        CampaignSite.objects.bulk_update(settled, ["level", "decided_at"], batch_size=BATCH)
        Site.objects.bulk_update(current, ["current_level", "current_on"], batch_size=BATCH)

    def _said(self, campaign: Campaign) -> list[str]:
        named = {"name": campaign.name, "day": date_format(campaign.reference_date)}
        if not self.to.is_past:
            return [
                _(
                    "Campagne « %(name)s », ouverte : ces cotations attendent votre validation comme les autres, et un "
                    "niveau 4 sa contre-visite."
                )
                % named,
            ]  # fmt: skip
        return [
            _(
                "Campagne passée « %(name)s », au %(day)s : ses niveaux sont repris tels qu’elle les a retenus, niveau 4 "
                "compris."
            )
            % named,
            _("Le niveau d’un site ne change que si aucune campagne plus récente n’en a retenu un. Rien n’est publié."),
        ]  # fmt: skip
