"""Gather the French texts of the product into its English catalogue.

`make messages` runs it: new texts come in empty, to be translated by hand; texts that are gone leave.
The catalogue holds no date, no line number and no path outside the repository, so that it changes only
with the texts. `tests/house/test_translations.py` gathers them afresh and refuses a gap.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("platform", "gis", "tenants", "sharing")
TEMPLATES = {".html", ".txt", ".xml", ".typ", ".svg"}
CATALOGUE = ROOT / "platform/orsen/locale/en/LC_MESSAGES/django.po"
# What Django offers beyond the functions that xgettext knows.
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3",
    "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3",
)  # fmt: skip
HEADER = """# English translation of the product's French texts; `make messages` keeps its list.
msgid ""
msgstr ""
"Project-Id-Version: orsen\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


@dataclass
class Message:
    """One text of a catalogue: its context, the French singular and plural, the files it stands in."""

    context: str = ""
    singular: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    files: list[str] = field(default_factory=list)


def run(*words: str | Path, cwd: Path = ROOT) -> str:
    """The output of a gettext tool; its own words when it fails."""
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr.strip()}")
    return done.stdout


def sources() -> Iterator[Path]:
    """The Python files and the templates of the product, below the repository's root."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            is_template = path.suffix in TEMPLATES and "templates" in path.parts
            if path.is_file() and (path.suffix == ".py" or is_template):
                yield path.relative_to(ROOT)


def gather(folder: Path) -> Path:
    """Write every text of the product as a gettext template in `folder`, and return its path.

    Templates are turned into Python there rather than beside their source, as Django's own command
    does, because two runs at a time would read each other's leftovers.
    """
    names = []
    for path in sources():
        text = (ROOT / path).read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        elif "gettext" not in text:
            continue
        copy = folder / "sources" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
        names.append(str(path))
    (folder / "files").write_text("\n".join(names), encoding="utf-8")
    gathered = folder / "django.pot"
    run(
        "xgettext", "--language=Python", "--from-code=UTF-8", "--add-location=file", "--no-wrap",
        "--add-comments=Translators", *(f"--keyword={word}" for word in KEYWORDS),
        f"--files-from={folder / 'files'}", f"--output={gathered}", cwd=folder / "sources",
    )  # fmt: skip
    text = gathered.read_text(encoding="utf-8")
    body = text.partition("\n\n")[2]
    gathered.write_text(f"{HEADER}\n{body}", encoding="utf-8")
    return gathered


def read(catalogue: Path) -> list[Message]:
    """The messages of a catalogue, its header left out."""
    messages, last = [Message()], "singular"
    for line in run("msgcat", "--no-wrap", catalogue).splitlines():
        message = messages[-1]
        if not line:
            messages.append(Message())
        elif line.startswith("#: "):
            message.files += line[3:].split()
        elif line.startswith("#, "):
            message.flags |= set(line[3:].split(", "))
        elif found := re.fullmatch(r'(msg\w+)?(?:\[\d\])? ?"(.*)"', line):
            word, text = found[1], re.sub(r"\\(.)", unescape, found[2])
            if word == "msgstr":
                message.translations.append(text)
            elif word:
                last = {"msgctxt": "context", "msgid": "singular", "msgid_plural": "plural"}[word]
                setattr(message, last, text)
            elif message.translations:
                message.translations[-1] += text
            else:
                setattr(message, last, getattr(message, last) + text)
    return [message for message in messages if message.singular]


def unescape(found: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t"}.get(found[1], found[1])


def update() -> list[Message]:
    """Bring the catalogue up to date with the product; return the messages still to translate."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gathered = gather(folder)
        if CATALOGUE.exists():
            merged = folder / "merged.po"
            run(
                "msgmerge", "--no-fuzzy-matching", "--no-wrap", "--quiet", "--add-location=file",
                f"--output-file={merged}", CATALOGUE, gathered,
            )  # fmt: skip
            gathered = merged
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        run(
            "msgattrib", "--no-obsolete", "--no-wrap", "--add-location=file",
            f"--output-file={CATALOGUE}", gathered,
        )  # fmt: skip
    return [message for message in read(CATALOGUE) if not all(message.translations)]


def main() -> int:
    missing = update()
    for message in missing:
        print(f"to translate: {message.singular!r} ({', '.join(message.files)})")
    print(
        f"{CATALOGUE.relative_to(ROOT)}: {len(read(CATALOGUE))} texts, {len(missing)} to translate."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
