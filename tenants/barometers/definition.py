"""The definition of a profile: checked, its losses, its marks in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from tenants.campaigns.grids.reading import CRITERIA
from tenants.imports.cleaning.text import fold

MOST_CRITERIA, MOST_MARKS, MOST_TEXT = 30, 20, 120
DEGREES: Final = (1, 2, 3, 4)
# A neutral example, of no tool that exists: five marks on four levels, a criterion without an equivalent.
EXAMPLE: Final[dict[str, Any]] = {
    "title": "Baromètre d’exemple",
    "site": "Code résidence",
    "level": {"column": "Note globale", "marks": {"A": 1, "B": 1, "C": 2, "D": 3, "E": 4}},
    "criteria": [
        {"label": "Gravité", "column": "Gravité", "equivalent": "nature_gravity",
         "marks": {"aucune": 1, "gêne": 2, "grave": 3, "très grave": 4}},
        {"label": "Rythme", "column": "Rythme", "equivalent": "frequency",
         "marks": {"rare": 1, "parfois": 2, "souvent": 3, "tous les jours": 4}},
        {"label": "État des halls", "column": "Halls", "equivalent": "equipment",
         "marks": {"bon": 1, "moyen": 2, "mauvais": 4}},
        {"label": "Travail des équipes", "column": "Équipes", "equivalent": "service",
         "marks": {"normal": 1, "gêné": 2, "difficile": 3, "empêché": 4}},
        {"label": "Satisfaction des locataires", "column": "Satisfaction", "equivalent": "",
         "marks": {"oui": 1, "non": 4}},
    ],
}  # fmt: skip


class BadDefinitionError(ValueError):
    """A definition that cannot be used; the text says what to change."""


@dataclass(frozen=True)
class Loss:
    """What a profile does not keep: in which criterion, in words."""

    label: str
    text: str


def checked(given: Any) -> dict[str, Any]:
    """The definition, known members only. Raises BadDefinitionError."""
    if not isinstance(given, dict):
        raise BadDefinitionError(_("Le profil doit être un objet JSON."))
    criteria = given.get("criteria", [])
    if not isinstance(criteria, list) or len(criteria) > MOST_CRITERIA:
        raise BadDefinitionError(_("Les critères doivent être une liste de 30 au plus."))
    level = given.get("level") or {}
    found: dict[str, Any] = {
        "title": _text(given, "title"),
        "site": _text(given, "site"),
        "level": {"column": _text(level, "column"), "marks": _marks(level)},
        "criteria": [_criterion(each) for each in criteria],
    }
    used = [each["equivalent"] for each in found["criteria"] if each["equivalent"]]
    if len(used) != len(set(used)):
        raise BadDefinitionError(
            _("Deux critères de l’outil ont le même équivalent : n’en gardez qu’un.")
        )
    columns = [found["site"], found["level"]["column"], *(c["column"] for c in found["criteria"])]
    if len(columns) != len(set(columns)):
        raise BadDefinitionError(_("Deux fois la même colonne : donnez à chacune son nom."))
    return found


def _criterion(given: Any) -> dict[str, Any]:
    equivalent = given.get("equivalent", "") if isinstance(given, dict) else ""
    if equivalent not in {"", *CRITERIA}:
        raise BadDefinitionError(
            _("Équivalent inconnu : « %(code)s ». Équivalents possibles : %(known)s.")
            % {"code": str(equivalent)[:40], "known": ", ".join(CRITERIA)}
        )
    return {
        "label": _text(given, "label"), "column": _text(given, "column"), "equivalent": equivalent,
        "marks": _marks(given),
    }  # fmt: skip


def _text(given: Any, name: str) -> str:
    text = given.get(name) if isinstance(given, dict) else None
    if not isinstance(text, str) or not text.strip() or len(text) > MOST_TEXT:
        raise BadDefinitionError(
            _("Il manque le texte « %(name)s », ou il est trop long.") % {"name": name}
        )
    return text.strip()


def _marks(given: Any) -> dict[str, int]:
    marks = given.get("marks") if isinstance(given, dict) else None
    if not isinstance(marks, dict) or not 1 <= len(marks) <= MOST_MARKS:
        raise BadDefinitionError(_("Chaque critère a de 1 à 20 notes."))
    for mark, degree in marks.items():
        if (
            not mark.strip()
            or len(mark) > MOST_TEXT
            or type(degree) is not int
            or degree not in DEGREES
        ):
            raise BadDefinitionError(
                _("La note « %(mark)s » doit valoir 1, 2, 3 ou 4.") % {"mark": mark[:40]}
            )
    if len({fold(mark) for mark in marks}) != len(marks):
        raise BadDefinitionError(_("Deux notes s’écrivent de la même façon."))
    return dict(marks)


def losses(definition: dict[str, Any], *, written_out: bool = True) -> list[Loss]:
    """What folds together, what has no equivalent, what the tool cannot say.

    `written_out`: the profile also gives its marks back, so that those which fold together come out as the first.
    """
    parts = [(_("Niveau"), definition["level"]["marks"], True)]
    parts += [(c["label"], c["marks"], bool(c["equivalent"])) for c in definition["criteria"]]
    found = []
    for label, marks, kept in parts:
        if not kept:
            found.append(
                Loss(label, _("sans équivalent dans la grille : ses notes ne sont pas reprises"))
            )
            continue
        for degree in DEGREES:
            alike = [mark for mark, value in marks.items() if value == degree]
            if len(alike) > 1:
                values = {"marks": ", ".join(alike), "degree": degree, "out": alike[0]}
                text = (
                    _("%(marks)s se confondent en %(degree)s, et ressortent en « %(out)s »")
                    if written_out
                    else _("%(marks)s se confondent en %(degree)s")
                )
                found.append(Loss(label, text % values))
            elif not alike:
                found.append(Loss(label, _("aucune note ne donne %(degree)s") % {"degree": degree}))
    missing = set(CRITERIA) - {each["equivalent"] for each in definition["criteria"]}
    if missing:
        text = (
            _("%(number)s critères de la grille n’ont pas d’équivalent : le niveau vient de la note seule")
            if written_out
            else _("%(number)s critères communs n’ont pas d’équivalent : les partenaires n’y liront pas de réponse")
        )  # fmt: skip
        found.append(Loss(_("Grille"), text % {"number": len(missing)}))
    return found


def columns_of(definition: dict[str, Any]) -> dict[str, str]:
    """The column of each field of an import of ratings."""
    columns = {"site_code": definition["site"], "level": definition["level"]["column"]}
    return columns | {
        c["equivalent"]: c["column"] for c in definition["criteria"] if c["equivalent"]
    }


def words_of(definition: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What each mark stands for, as an import reads words: field → folded mark → degree."""
    given = {"level": definition["level"]["marks"]}
    given |= {c["equivalent"]: c["marks"] for c in definition["criteria"] if c["equivalent"]}
    return {
        field: {fold(mark): str(degree) for mark, degree in marks.items()}
        for field, marks in given.items()
    }


def mark_for(marks: dict[str, int], degree: int | None) -> str:
    """The mark that says a degree: the first of those that do; empty when none does."""
    return next((mark for mark, value in marks.items() if value == degree), "")
