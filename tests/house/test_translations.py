"""Every text of the product has its English translation, and its French spaces."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.messages import CATALOGUE, Message, gather, read

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?\w+[^>]*>")
# A colon inside a word, as in EPSG:4326, and the end of an HTML entity are no punctuation.
BARE_MARK = re.compile(r"(?<![\u00a0\u202f])(?:[!?»]|:(?!\S)|(?<!&nbsp)(?<!&amp);)")
BARE_QUOTE = re.compile(r"«(?![\u00a0\u202f])")
STRAIGHT_APOSTROPHE = re.compile(r"\w'\w")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[Message]:
    """The texts that stand in the product now, whatever the catalogue says."""
    return read(gather(tmp_path_factory.mktemp("messages")))


def key(message: Message) -> tuple[str, str, str]:
    return message.context, message.singular, message.plural


def faults(message: Message) -> list[str]:
    """What is wrong with the translation of a message, if anything is."""
    if "fuzzy" in message.flags:
        return ["fuzzy"]
    if len(message.translations) != (2 if message.plural else 1) or not all(message.translations):
        return ["not translated"]
    originals = [message.singular, message.plural][: len(message.translations)]
    return [
        f"other placeholders: {translation!r}"
        for original, translation in zip(originals, message.translations, strict=True)
        if sorted(PLACEHOLDER.findall(original)) != sorted(PLACEHOLDER.findall(translation))
    ]


def ill_spaced(text: str) -> bool:
    return any(pattern.search(text) for pattern in (BARE_MARK, BARE_QUOTE, STRAIGHT_APOSTROPHE))


def test_every_text_has_its_english_translation(texts: list[Message]) -> None:
    """A failure names the texts: run `make messages`, then translate them in the catalogue."""
    translated = {key(message): message for message in read(CATALOGUE)}
    wrong = [
        f"{text.singular!r} ({text.files[0]}): {fault}"
        for text in texts
        for fault in faults(translated.get(key(text), Message()))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_catalogue_translates_nothing_that_is_gone(texts: list[Message]) -> None:
    present = {key(text) for text in texts}
    assert [m.singular for m in read(CATALOGUE) if key(m) not in present] == []


def test_french_marks_stand_behind_a_space_that_does_not_break(texts: list[Message]) -> None:
    wrong = [
        f"{text.singular!r} ({text.files[0]})"
        for text in texts
        if ill_spaced(text.singular) or ill_spaced(text.plural)
    ]
    assert not wrong, "\n".join(wrong)


def test_texts_of_python_and_of_templates_are_found(texts: list[Message]) -> None:
    found = {text.singular: text for text in texts}
    assert "platform/orsen/navigation.py" in found["Tableau de bord"].files
    assert "platform/orsen/templates/components/pagination.html" in found["Page suivante"].files
    assert found["%(number)s logement"].plural == "%(number)s logements"


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (Message(singular="Site", translations=["Site"]), None),
        (Message(singular="Site", translations=[""]), "not translated"),
        (Message(singular="Site", translations=["Site"], flags={"fuzzy"}), "fuzzy"),
        (Message(singular="%(n)s sites", translations=["%(m)s sites"]), "other placeholders"),
        (Message(singular="Site", plural="Sites", translations=["Site", ""]), "not translated"),
        (
            Message(singular="Un site", plural="%(n)s sites", translations=["One site", "Sites"]),
            "other placeholders",
        ),
    ],
)  # fmt: skip
def test_a_translation_at_fault_is_seen(message: Message, fault: str | None) -> None:
    found = faults(message)
    assert (found == []) if fault is None else found[0].startswith(fault)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Publier\u202f?", False),
        ("En WGS 84 (EPSG:4326)\u00a0: oui", False),
        ("«\u00a0dossier\u00a0»", False),
        ("Publier ?", True),
        ("Rôle : lecteur", True),
        ("Rôle:", True),
        ("« dossier\u00a0»", True),
        ("l'annexe", True),
    ],
)
def test_a_bare_mark_is_seen(text: str, wrong: bool) -> None:
    assert ill_spaced(text) is wrong


def test_a_catalogue_is_read_with_its_plurals_and_its_long_lines(tmp_path: Path) -> None:
    catalogue = tmp_path / "en.po"
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#: a.py b.html\n#, python-format\nmsgctxt "liste"\nmsgid ""\n"Bonjour,\\n"\n"%(a)s \\"b\\""\n'
        'msgid_plural "Bonjours"\nmsgstr[0] "Hello,\\n"\n"%(a)s"\nmsgstr[1] "Hellos"\n'
    )
    assert read(catalogue) == [
        Message(
            context="liste",
            singular='Bonjour,\n%(a)s "b"',
            plural="Bonjours",
            translations=["Hello,\n%(a)s", "Hellos"],
            flags={"python-format"},
            files=["a.py", "b.html"],
        )
    ]
