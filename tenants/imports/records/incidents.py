"""Facts out of another tool's file: the source's words through the two-level nomenclature, never a person."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.imports.cleaning.dates import read_date
from tenants.imports.cleaning.notes import Note, RejectedRowError
from tenants.imports.cleaning.numbers import whole
from tenants.imports.cleaning.text import fold
from tenants.imports.layouts.fields import Field
from tenants.imports.records.report import RecordReport
from tenants.imports.records.sites import SITE_FIELDS, SITE_NAMES, SITE_PATTERNS, Row, SiteBook
from tenants.imports.records.words import Choices, Vocabulary, WordBook
from tenants.imports.running import ImportRun
from tenants.incidents.models import Incident
from tenants.incidents.nomenclature import FAMILIES, FAMILY_OF, SUBFAMILIES

BATCH: Final = 1_000
WRITTEN: Final = ("site_id", "occurred_on", "family", "subfamily", "complaint")
_FACT = gettext_lazy("Fait")
FIELDS: Final = (
    Field("source_id", gettext_lazy("identifiant du fait dans la source"), _FACT),
    Field("occurred_on", gettext_lazy("date du fait"), _FACT),
    Field("fact_family", gettext_lazy("famille de fait (premier niveau)"), _FACT),
    Field("fact", gettext_lazy("fait (second niveau, ou seul niveau)"), _FACT),
    Field("complaint", gettext_lazy("suite donnée (plainte, main courante)"), _FACT),
    *SITE_FIELDS,
)
_OF = r"( (DU|DE|DE L|DE LA|DES|D))? ?"
_EVENT = r"(FAITS?|INCIDENTS?|SIGNALEMENTS?|EVENEMENTS?|DECLARATIONS?)"
PATTERNS: Final = (
    ("source_id", rf"(ID|IDENT|IDENTIFIANT|N|NO|NUM|NUMERO|REF|REFERENCE|CODE){_OF}({_EVENT}|FICHE|ORFI)|ID|IDENTIFIANT|UUID"),
    ("occurred_on", rf"DATE{_OF}{_EVENT}?( .*)?|JOUR{_OF}{_EVENT}?|SURVENU LE|CONSTATE LE"),
    ("fact_family", rf"(GRANDE )?FAMILLE{_OF}{_EVENT}?|CATEGORIE{_OF}{_EVENT}?|THEME|NIVEAU 1|NATURE 1"),
    ("fact", rf"SOUS (FAMILLE|CATEGORIE|THEME|TYPE)( .*)?|(TYPE|NATURE){_OF}{_EVENT}?|FAITS?|INCIDENTS?|MOTIF|NIVEAU 2"),
    ("complaint", r"(DEPOT (DE )?)?PLAINTES?( .*)?|SUITE( .*)?|MAIN COURANTE"),
    *SITE_PATTERNS,
)  # fmt: skip

# What a word of a source most often means; proposed, shown, and only kept once the landlord has applied the import.
_GUESSES: Final = tuple((re.compile(pattern), code) for pattern, code in (
    (r"AGRESS.*(PRESTATAIRE|ENTREPRISE|INTERVENANT)", "PERS_CONTRACTOR"),
    (r"AGRESS|VIOLENCE|COUPS", "PERS_STAFF"),
    (r"MENACE|INSULTE|INJURE|OUTRAGE|INTIMIDATION", "PERS_THREAT"),
    (r"INCENDIE|FEU\b|FEUX|BRUL", "BIENS_FIRE"),
    (r"\bVOLS?\b|CAMBRIOLAGE|EFFRACTION", "BIENS_THEFT"),
    (r"SQUAT", "OCCUP_SQUAT"),
    (r"DEGRADATION|VANDALISME|\bTAGS?\b|GRAFFIT|\bBRIS\b|CASSE", "BIENS_DAMAGE"),
    (r"(OCCUP|RASSEMBL|REGROUP|ATTROUP).*(PARKING|SOUS SOL|CAVE|BOX)", "OCCUP_PARKING"),
    (r"(OCCUP|RASSEMBL|REGROUP|ATTROUP).*(PIED|FACADE|EXTERIEUR|ABORDS)", "OCCUP_FRONT"),
    (r"OCCUPATION|RASSEMBLEMENT|REGROUPEMENT|ATTROUPEMENT|\bHALL\b", "OCCUP_HALL"),
    (r"STUPEFIANT|DROGUE|DEAL|TRAFIC", "TRAFIC_DRUGS"),
    (r"RODEO", "TRANQ_RODEO"),
    (r"VOISIN", "TRANQ_NEIGHBOUR"),
    (r"BRUIT|NUISANCE|TAPAGE|SONORE|MUSIQUE", "TRANQ_NOISE"),
    (r"EPAVE|VENTOUSE", "ESPACE_WRECK"),
    (r"MECANIQUE", "ESPACE_MECHANICS"),
    (r"ENCOMBRANT|DEPOT|ORDURE|DECHET|JET", "ESPACE_DUMPING"),
    (r"ASCENSEUR", "SERVICE_LIFT"),
    (r"DROIT DE RETRAIT|RETRAIT", "SERVICE_WITHDRAWAL"),
    (r"ENTRAVE|ACCES", "SERVICE_ACCESS"),
))  # fmt: skip
_COMPLAINTS: Final = tuple((re.compile(pattern), code) for pattern, code in (
    (r"REFUS", "refused"), (r"MAIN COURANTE|\bMC\b", "logged"),
    (r"^(NON|SANS|AUCUNE?|PAS DE|NEANT|NR|NON RENSEIGNE)\b", "unknown"),
    (r"PLAINTE|^OUI$|DEPOSEE?", "filed"),
))  # fmt: skip


def fact_choices() -> Choices:
    """Families, then their facts, as codes with labels that read « family › fact »."""
    families = dict(FAMILIES)
    return [
        *((code, label) for code, label in FAMILIES),
        *((code, f"{families[FAMILY_OF[code]]} › {label}") for code, label in SUBFAMILIES),
    ]


def complaint_choices() -> Choices:
    """What became of the fact."""
    return list(Incident.Complaint.choices)


def _guess(table: tuple[tuple[re.Pattern[str], str], ...], word: str) -> str:
    return next((code for pattern, code in table if pattern.search(word)), "")


def _guess_fact(word: str) -> str:
    codes = {code for code, _label in FAMILIES} | set(FAMILY_OF)
    if (told := word.replace(" ", "_")) in codes:
        return told
    return _guess(_GUESSES, word)


VOCABULARIES: Final = (
    Vocabulary("fact", gettext_lazy("Fait"), fact_choices, _guess_fact),
    Vocabulary("complaint", gettext_lazy("Suite donnée"), complaint_choices, lambda word: _guess(_COMPLAINTS, word)),
)  # fmt: skip
TELL_THE_FACT: Final = ("fact", "fact_family")


def needed(columns: dict[str, str]) -> list[tuple[bool, str | Promise]]:
    """What a mapping must have, and what to say when it has not."""
    return [
        ("occurred_on" in columns, gettext_lazy("Aucune colonne ne dit quand le fait a eu lieu. Indiquez celle de sa date.")),
        (
            any(name in columns for name in TELL_THE_FACT),
            gettext_lazy("Aucune colonne ne dit ce qu’il s’est passé. Indiquez celle du fait, ou de sa famille."),
        ),
    ]  # fmt: skip


class IncidentTaker:
    """Takes facts in; one that came before, from the same source under the same identifier, is brought up to date."""

    droppable: frozenset[str] = frozenset()
    unchecked: frozenset[str] = SITE_NAMES

    def __init__(self, run: ImportRun) -> None:
        """Read the landlord's sites and the facts that the source gave before."""
        self.landlord_id = run.file_import.landlord_id
        self.source = (run.file_import.source or _("fichier"))[:40]
        self.book = SiteBook()
        self.words = WordBook(run.file_import, VOCABULARIES)
        self.known = {
            each.source_id: each
            for each in Incident.objects.filter(source=self.source).exclude(source_id="")
        }
        self.today = timezone.localdate()
        self.taken: dict[str, Incident] = {}
        self.alike: Counter[str] = Counter()

    def take(self, row: Row, notes: list[Note]) -> None:
        """Read one fact. Raises RejectedRowError."""
        site_id, day = self.book.find(row).pk, self._day(row, notes)
        said = self._fact(row) | {"complaint": self._complaint(row, notes)}
        source_id = whole(row.get("source_id", ""))[:80] or self._derived(row, site_id, day)
        if source_id in self.taken:
            raise RejectedRowError(Note("twice_in_file", "source_id", source_id))
        self.taken[source_id] = Incident(
            landlord_id=self.landlord_id, source=self.source, source_id=source_id, site_id=site_id, occurred_on=day,
            **said,
        )  # fmt: skip

    def _day(self, row: Row, notes: list[Note]) -> dt.date:
        text = row.get("occurred_on", "")
        if not text:
            raise RejectedRowError(Note("no_date", "occurred_on", ""))
        day, done = read_date(text)
        if day is None:
            raise RejectedRowError(Note("bad_date", "occurred_on", text))
        if day > self.today:
            raise RejectedRowError(Note("future_date", "occurred_on", text))
        if done:
            notes.append(Note(done, "occurred_on", text))
        return day

    def _fact(self, row: Row) -> dict[str, str]:
        text = " › ".join(row[name] for name in ("fact_family", "fact") if row.get(name))
        if not text:
            raise RejectedRowError(Note("no_word", "fact", ""))
        code = self.words.code("fact", text)
        field = "fact" if row.get("fact") else "fact_family"
        if not code:
            reason = "unknown_word" if code is None else "set_aside_word"
            raise RejectedRowError(Note(reason, field, text))
        return {"family": FAMILY_OF.get(code, code), "subfamily": code if code in FAMILY_OF else ""}

    def _complaint(self, row: Row, notes: list[Note]) -> str:
        text = row.get("complaint", "")
        code = self.words.code("complaint", text) if text else ""
        if text and not code:
            notes.append(Note("word_left_out", "complaint", text))
        return code or Incident.Complaint.UNKNOWN

    def _derived(self, row: Row, site_id: int, day: dt.date) -> str:
        """An identifier for a source that gives none: the row's own words, and how many say the same before it.

        The source's words, not their meaning: giving a word another meaning changes the fact, and makes no second one.
        """
        said = [fold(row.get(name, "")) for name in ("fact_family", "fact", "complaint")]
        text = "|".join([str(site_id), day.isoformat(), *said])
        self.alike[text] += 1
        return f"~{hashlib.sha256(text.encode()).hexdigest()[:24]}-{self.alike[text]}"

    def finish(self, report: RecordReport) -> None:
        """Write the new facts and those that changed."""
        new, changed = [], []
        for source_id, said in self.taken.items():
            before = self.known.get(source_id)
            if before is None:
                new.append(said)
            elif any(getattr(before, name) != getattr(said, name) for name in WRITTEN):
                for name in WRITTEN:
                    setattr(before, name, getattr(said, name))
                changed.append(before)
        Incident.objects.bulk_create(new, batch_size=BATCH)
        Incident.objects.bulk_update(
            changed, ["site", "occurred_on", "family", "subfamily", "complaint"], batch_size=BATCH
        )
        report.created, report.changed = len(new), len(changed)
        report.unchanged = len(self.taken) - len(new) - len(changed)
        report.sites = len({each.site_id for each in self.taken.values()})
        report.words = self.words.table()
        report.left = self._left()
        report.said = [
            _("Source : %(source)s. Un fait de cette source est reconnu à son identifiant et n’est jamais compté deux fois.")
            % {"source": self.source}
        ]  # fmt: skip
        if self.taken and any(key.startswith("~") for key in self.taken):
            report.said.append(
                _("Le fichier ne donne pas d’identifiant : un fait est reconnu à son site, sa date, sa nature et sa suite.")
            )  # fmt: skip

    def _left(self) -> list[tuple[str, str]]:
        """The facts of the source, within the days of the file, that it no longer holds."""
        if not self.taken:
            return []
        days = [each.occurred_on for each in self.taken.values()]
        first, last = min(days), max(days)
        labels = dict(fact_choices())
        gone = [
            each
            for key, each in self.known.items()
            if key not in self.taken and first <= each.occurred_on <= last
        ]
        names = {
            each: (
                self.book.sites[each.site_id].name,
                str(labels[each.subfamily or each.family]),
                date_format(each.occurred_on, "SHORT_DATE_FORMAT"),
            )
            for each in gone
        }
        why = _("importé auparavant, absent de ce fichier")
        return [(" – ".join(names[each]), why) for each in gone]
