"""The words of a source and what they stand for here: said by the landlord once, proposed until it has said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise

from tenants.imports.cleaning.text import fold
from tenants.imports.models import FileImport, RememberedWord

REMEMBERED, PROPOSED, UNKNOWN = "remembered", "proposed", "unknown"
MOST_WORDS: Final = 500  # different words of one field that the page asks about
MOST_LENGTH: Final = 120
Choices = list[tuple[str, str | Promise]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A field whose words are read through a table: its choices, and what a word may mean."""

    field: str
    label: str | Promise
    choices: Callable[[], Choices]
    guess: Callable[[str], str]  # folded word → code, empty when nothing is to be proposed


class WordBook:
    """The words met in one file, with their codes."""

    def __init__(
        self,
        file_import: FileImport,
        vocabularies: Iterable[Vocabulary],
        given: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Read what is remembered of the source; `given` (field → folded word → code) goes before it."""
        self._vocabularies = {each.field: each for each in vocabularies}
        self._codes = {
            name: {code for code, _label in each.choices()}
            for name, each in self._vocabularies.items()
        }
        self._known: dict[tuple[str, str], tuple[str | None, str]] = {}
        for each in RememberedWord.objects.filter(kind=file_import.kind, source=file_import.source):
            self._know(each.field, each.word, each.code, REMEMBERED)
        for field, words in (given or {}).items():
            for word, code in words.items():
                self._know(field, word, code, REMEMBERED)
        self._rows: Counter[tuple[str, str]] = Counter()
        self._shown: dict[tuple[str, str], str] = {}

    def _know(self, field: str, word: str, code: str, origin: str) -> None:
        if code in self._codes.get(field, ()) or not code:
            self._known[field, word] = code, origin

    def code(self, field: str, text: str) -> str | None:
        """What the text stands for: a code, "" for a word that was set aside, None for one that nobody explained."""
        key = field, fold(text)[:MOST_LENGTH]
        if key not in self._known:
            guess = self._vocabularies[field].guess(key[1])
            found = guess if guess in self._codes[field] else None
            self._known[key] = found, PROPOSED if found else UNKNOWN
        self._rows[key] += 1
        self._shown.setdefault(key, " ".join(text.split())[:MOST_LENGTH])
        return self._known[key][0]

    def table(self) -> list[dict[str, Any]]:
        """The words of the file for the page: those without a meaning first, then by their rows."""
        order = [UNKNOWN, PROPOSED, REMEMBERED]
        keys = sorted(
            self._rows,
            key=lambda key: (order.index(self._known[key][1]), -self._rows[key], self._shown[key]),
        )
        return [
            {
                "field": key[0], "word": self._shown[key], "rows": self._rows[key], "code": self._known[key][0],
                "origin": self._known[key][1],
            }
            for key in keys[:MOST_WORDS]
        ]  # fmt: skip


def remember_words(file_import: FileImport, said: Iterable[tuple[str, str, str]]) -> None:
    """Keep what the landlord said: (field, word, code; "" sets the word aside). Runs in its scope."""
    for field, word, code in said:
        RememberedWord.objects.update_or_create(
            kind=file_import.kind,
            source=file_import.source,
            field=field,
            word=fold(word)[:MOST_LENGTH],
            defaults={"code": code, "used_at": timezone.now()},
            create_defaults={"code": code, "landlord_id": file_import.landlord_id},
        )


def exact(choices: Callable[[], Choices]) -> Callable[[str], str]:
    """A guess that takes a word for the code or the label that it is written like."""

    def guess(word: str) -> str:
        for code, label in choices():
            if word and word in {fold(code), fold(str(label))}:
                return code
        return ""

    return guess
