"""Interventions out of another tool's file: one row for each intervention on each site."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.imports.cleaning.dates import read_date
from tenants.imports.cleaning.notes import Note, RejectedRowError
from tenants.imports.cleaning.numbers import read_number, whole
from tenants.imports.cleaning.text import fold
from tenants.imports.layouts.fields import Field
from tenants.imports.records.report import RecordReport
from tenants.imports.records.sites import SITE_FIELDS, SITE_NAMES, SITE_PATTERNS, Row, SiteBook
from tenants.imports.records.words import Choices, Vocabulary, WordBook, exact
from tenants.imports.running import ImportRun
from tenants.interventions.catalogue import lever_choices, lever_of
from tenants.interventions.models import ATFPB_AXES, Intervention, InterventionSite

BATCH: Final = 1_000
MOST_EUROS: Final = 2_000_000_000
_WHAT = gettext_lazy("Intervention")
FIELDS: Final = (
    Field("source_id", gettext_lazy("identifiant de l’intervention dans la source"), _WHAT),
    Field("title", gettext_lazy("intitulé"), _WHAT),
    Field("lever", gettext_lazy("levier"), _WHAT),
    Field("status", gettext_lazy("état"), _WHAT),
    Field("starts_on", gettext_lazy("début"), _WHAT),
    Field("ends_on", gettext_lazy("fin"), _WHAT),
    Field("cost_euros", gettext_lazy("coût (€)"), _WHAT),
    Field("axis", gettext_lazy("axe A-TFPB"), _WHAT),
    Field("effect", gettext_lazy("effet observé"), _WHAT),
    *SITE_FIELDS,
)
_OF = r"( (DU|DE|DE L|DE LA|DES|D))? ?"
_WORK = r"(INTERVENTIONS?|ACTIONS?|OPERATIONS?|TRAVAUX|PROJETS?)"
PATTERNS: Final = (
    ("source_id", rf"(ID|IDENT|IDENTIFIANT|N|NO|NUM|NUMERO|REF|REFERENCE|CODE){_OF}{_WORK}|ID|IDENTIFIANT"),
    ("starts_on", rf"(DATE{_OF})?(DEBUT|DEMARRAGE|LANCEMENT|COMMENCEMENT){_OF}{_WORK}?|DATE|DU"),
    ("ends_on", rf"(DATE{_OF})?(FIN|ACHEVEMENT|CLOTURE){_OF}{_WORK}?|AU"),
    ("title", rf"(INTITULE|TITRE|OBJET|LIBELLE){_OF}{_WORK}?|{_WORK}"),
    ("lever", rf"LEVIERS?|(TYPE|NATURE|FAMILLE|CATEGORIE){_OF}{_WORK}?"),
    ("status", r"ETAT( .*)?|STATUT( .*)?|AVANCEMENT"),
    ("cost_euros", r"(COUT|MONTANT|BUDGET|DEPENSE)S?( .*)?"),
    ("axis", r"AXE( .*)?"),
    ("effect", r"(EFFETS?|RESULTATS?|BILAN|IMPACT)( .*)?"),
    *SITE_PATTERNS,
)  # fmt: skip
_STATUSES: Final = {
    "PREVU": "planned", "PLANIFI": "planned", "A VENIR": "planned", "PROGRAMM": "planned", "EN COURS": "under_way",
    "ENGAG": "under_way", "TERMIN": "done", "FAIT": "done", "REALIS": "done", "ACHEV": "done", "ABANDON": "abandoned",
    "ANNUL": "abandoned",
}  # fmt: skip
_LEVERS: Final = {
    "VIDEO": "videoprotection", "CAMERA": "videoprotection", "CONTROLE D ACCES": "acces", "INTERPHON": "acces",
    "PORTE": "acces", "MEDIAT": "mediation", "GARDIEN": "presence", "PRESENCE": "presence", "SECURITE": "presence",
    "TRAVAUX": "travaux", "RESIDENTIALIS": "travaux", "ECLAIRAGE": "travaux", "REHABILIT": "travaux",
    "NETTOY": "entretien", "ENTRETIEN": "entretien", "ENLEVEMENT": "entretien", "ENCOMBRANT": "entretien",
    "ANIMATION": "animation", "OPERATION": "operation", "POLICE": "operation", "APPUI": "appui", "SOUTIEN": "appui",
}  # fmt: skip


def status_choices() -> Choices:
    """Where an intervention stands."""
    return list(Intervention.Status.choices)


def axis_choices() -> Choices:
    """The eight axes, their numbers as codes."""
    return [(str(number), f"{number} – {label}") for number, label in ATFPB_AXES]


def lever_words() -> Choices:
    """The landlord's levers and those of the starting list."""
    return list(lever_choices())


def _guess_lever(word: str) -> str:
    return exact(lever_words)(word) or next(
        (code for part, code in _LEVERS.items() if part in word), ""
    )


def _guess_status(word: str) -> str:
    return next((code for part, code in _STATUSES.items() if part in word), "")


def _guess_axis(word: str) -> str:
    if (number := word.removeprefix("AXE").strip()) in {str(n) for n, _label in ATFPB_AXES}:
        return number
    return next((str(n) for n, label in ATFPB_AXES if fold(str(label)) == word), "")


VOCABULARIES: Final = (
    Vocabulary("lever", gettext_lazy("Levier"), lever_words, _guess_lever),
    Vocabulary("status", gettext_lazy("État"), status_choices, _guess_status),
    Vocabulary("axis", gettext_lazy("Axe A-TFPB"), axis_choices, _guess_axis),
)


def needed(columns: dict[str, str]) -> list[tuple[bool, str | Promise]]:
    """What a mapping must have, and what to say when it has not."""
    return [
        ("title" in columns, gettext_lazy("Aucune colonne ne donne l’intitulé de l’intervention. Indiquez-la.")),
        ("lever" in columns, gettext_lazy("Aucune colonne ne dit de quel levier il s’agit. Indiquez-la.")),
        (
            "starts_on" in columns,
            gettext_lazy("Aucune colonne ne dit quand l’intervention commence. Indiquez celle de son début."),
        ),
    ]  # fmt: skip


@dataclass(slots=True)
class _Draft:
    said: dict[str, Any]
    sites: set[int] = field(default_factory=set)


class InterventionTaker:
    """Takes interventions in; one that came before from the same source is brought up to date, its sites only added."""

    droppable: frozenset[str] = frozenset(["effect"])
    unchecked: frozenset[str] = SITE_NAMES

    def __init__(self, run: ImportRun) -> None:
        """Read the landlord's sites and the interventions that the source gave before."""
        self.landlord_id = run.file_import.landlord_id
        self.source = (run.file_import.source or _("fichier"))[:40]
        self.book, self.words = SiteBook(), WordBook(run.file_import, VOCABULARIES)
        self.known = {
            each.source_id: each
            for each in Intervention.objects.filter(source=self.source).exclude(source_id="")
        }
        self.drafts: dict[str, _Draft] = {}

    def take(self, row: Row, notes: list[Note]) -> None:
        """Read one intervention on one site. Raises RejectedRowError."""
        site = self.book.find(row)
        title = row.get("title", "")[:160]
        if not title:
            raise RejectedRowError(Note("no_title", "title", ""))
        starts_on, ends_on = self._day(row, "starts_on", notes), self._day(row, "ends_on", notes)
        if starts_on is None:
            raise RejectedRowError(Note("no_date", "starts_on", ""))
        if ends_on is not None and ends_on < starts_on:
            raise RejectedRowError(Note("end_before_start", "ends_on", row["ends_on"]))
        lever = self._lever(row)
        said = {
            "title": title, "lever": lever, "starts_on": starts_on, "ends_on": ends_on,
            "status": self._word(row, "status", notes) or _status_by_days(starts_on, ends_on),
            "axis": int(axis) if (axis := self._word(row, "axis", notes)) else None,
            "cost_euros": _cost(row, notes), "effect": row.get("effect", "")[:500],
        }  # fmt: skip
        given = whole(row.get("source_id", ""))[:80]
        draft = self.drafts.setdefault(given or _derived(title, row, starts_on), _Draft(said))
        draft.sites.add(site.pk)

    def _day(self, row: Row, name: str, notes: list[Note]) -> dt.date | None:
        text = row.get(name, "")
        if not text:
            return None
        day, done = read_date(text)
        if day is None:
            raise RejectedRowError(Note("bad_date", name, text))
        if done:
            notes.append(Note(done, name, text))
        return day

    def _lever(self, row: Row) -> str:
        text = row.get("lever", "")
        code = self.words.code("lever", text) if text else None
        if not code:
            reason = "unknown_word" if code is None else "set_aside_word"
            raise RejectedRowError(Note(reason, "lever", text))
        return code

    def _word(self, row: Row, name: str, notes: list[Note]) -> str:
        text = row.get(name, "")
        code = self.words.code(name, text) if text else ""
        if text and not code:
            notes.append(Note("word_left_out", name, text))
        return code or ""

    def finish(self, report: RecordReport) -> None:
        """Write the new interventions, those that changed, and the sites that they cover."""
        levers = {
            code: lever_of(code) for code in {each.said["lever"] for each in self.drafts.values()}
        }
        kept: dict[str, Intervention] = {}
        for source_id, draft in self.drafts.items():
            said = draft.said | {"lever_id": levers[draft.said["lever"]].pk}
            del said["lever"]
            before = self.known.get(source_id)
            if before is None:
                kept[source_id] = Intervention.objects.create(
                    source=self.source, source_id=source_id, **said
                )
                report.created += 1
                continue
            kept[source_id] = before
            if any(getattr(before, name) != value for name, value in said.items()):
                for name, value in said.items():
                    setattr(before, name, value)
                before.save()
                report.changed += 1
            else:
                report.unchanged += 1
        self._link(kept)
        report.sites = len({pk for each in self.drafts.values() for pk in each.sites})
        report.words = self.words.table()
        report.said = [
            _(
                "Source : %(source)s. Une intervention de cette source est reconnue à son identifiant ; ses sites "
                "s’ajoutent, aucun n’est retiré."
            )
            % {"source": self.source}
        ]  # fmt: skip
        report.left = [
            (str(each), _("importée auparavant, absente de ce fichier"))
            for key, each in self.known.items()
            if key not in self.drafts
        ]

    def _link(self, kept: dict[str, Intervention]) -> None:
        present = set(
            InterventionSite.objects.filter(intervention__in=[each.pk for each in kept.values()])
            .values_list("intervention_id", "site_id")
        )  # fmt: skip
        InterventionSite.objects.bulk_create(
            (
                InterventionSite(
                    landlord_id=self.landlord_id, intervention=kept[key], site_id=site_id
                )
                for key, draft in self.drafts.items()
                for site_id in sorted(draft.sites)
                if (kept[key].pk, site_id) not in present
            ),
            batch_size=BATCH,
        )


def _status_by_days(starts_on: dt.date, ends_on: dt.date | None) -> str:
    """Where an intervention stands when the file does not say: by its days."""
    today = timezone.localdate()
    if starts_on > today:
        return Intervention.Status.PLANNED
    if ends_on is not None and ends_on < today:
        return Intervention.Status.DONE
    return Intervention.Status.UNDER_WAY


def _cost(row: Row, notes: list[Note]) -> int | None:
    text = row.get("cost_euros", "").replace("€", "").strip()
    if not text:
        return None
    value = read_number(text)
    if value is None or not 0 <= value <= MOST_EUROS:
        notes.append(Note("bad_cost", "cost_euros", text))
        return None
    return round(value)


def _derived(title: str, row: Row, starts_on: dt.date) -> str:
    text = f"{fold(title)}|{fold(row.get('lever', ''))}|{starts_on.isoformat()}"
    return f"~{hashlib.sha256(text.encode()).hexdigest()[:24]}"
