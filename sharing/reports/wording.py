"""The words and figures that the page and the PDF share, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sharing.release.models import Release
from sharing.reports.content import Cell, NeighbourhoodLine, ReportContent
from sharing.reports.numbers import number, percent


@dataclass(frozen=True)
class Fact:
    """One figure of the summary, what it counts, and a remark."""

    label: str
    value: str
    hint: str = ""


def summary(content: ReportContent) -> list[Fact]:
    """The figures at the head of the report. None adds neighbourhoods up: a total would unmask what is withheld."""
    facts = [
        Fact(
            _("Quartiers publiés"),
            number(len(content.published)),
            _("sur %(count)s ; les autres sont masqués") % {"count": number(len(content.lines))},
        ),
        Fact(
            _("Couverture"),
            percent(content.report.release.coverage),
            _(
                "des logements des quartiers de la convention sont dans un quartier publié (à 5 points près)"
            ),
        ),
    ]
    highest = content.highest
    if highest is not None and highest.high_share is not None:
        facts.append(
            Fact(
                _("Part la plus élevée en niveau 3 ou 4"), percent(highest.high_share), highest.name
            )
        )
    facts.append(
        Fact(
            _("Quartiers comparables"),
            number(len(content.compared)),
            _("publiés aux deux campagnes, donc une évolution"),
        )
    )
    return facts


def headline(content: ReportContent) -> str:
    """The report in one sentence."""
    highest = content.highest
    if highest is None or highest.high_share is None:
        return _(
            "Aucun quartier ne réunit assez de bailleurs, de sites et de logements pour que ses chiffres soient "
            "publiés : tous sont masqués."
        )
    return _(
        "Parmi les quartiers publiés, celui où la part des sites cotés au niveau 3 ou 4 est la plus élevée est "
        "%(name)s : %(share)s."
    ) % {"name": highest.name, "share": percent(highest.high_share)}


def together_text(line: NeighbourhoodLine) -> str:
    """Which neighbourhoods share the figures of this line; empty where they are its own."""
    if not line.together:
        return ""
    return _("Chiffres réunis avec %(names)s") % {"names": ", ".join(line.together)}


def undivided_text(line: NeighbourhoodLine) -> str:
    """What stands in place of the dwellings by level where they are not told."""
    return _("environ %(count)s, non répartis") % {"count": number(line.dwelling_total)}


def rounding_text(line: NeighbourhoodLine) -> str:
    """To what the dwellings of a line are rounded; empty where they are not told by level."""
    if line.step is None:
        return ""
    return _("Logements arrondis à %(step)s près") % {"step": number(line.step)}


def band_text(cell: Cell) -> str:
    """« 12 (niveaux 1–2) »."""
    return _("%(count)s (niveaux %(levels)s)") % {
        "count": number(cell.count),
        "levels": cell.levels,
    }


def change_text(line: NeighbourhoodLine) -> str:
    """« de 42 % (5 sites sur 12) à 58 % » at level 3 or 4, from what both rounds' releases tell."""
    if line.before is None:
        return _("non comparable")
    return _("de %(before)s (%(high)s sur %(total)s) à %(now)s") % {
        "before": percent(line.before.share),
        "high": number(line.before.high),
        "total": number(line.before.total),
        "now": line.high_text,
    }


def source_line(release: Release) -> str:
    """Which campaign, which stock, which outlines."""
    return _("%(round)s, patrimoine au %(day)s ; contours %(geography)s, millésime %(vintage)s") % {
        "round": release.round.name,
        "day": date_format(release.round.reference_date, "DATE_FORMAT"),
        "geography": _("QPV et IRIS") if release.geography == "both" else release.geography.upper(),
        "vintage": release.vintage,
    }


def comparison_line(release: Release) -> str:
    """Against which campaign the evolution is told."""
    if release.previous_round is None:
        return _("Première campagne de la convention : il n’y a pas encore d’évolution à montrer.")
    return _(
        "L’évolution donne la part des sites en niveau 3 ou 4 à la campagne précédente (%(round)s), puis à celle-ci, pour "
        "les territoires publiés aux deux. Des sites ont pu arriver ou partir entre les deux."
    ) % {"round": release.previous_round.name}


def method(release: Release) -> list[tuple[str, str]]:
    """The method in plain words: pairs of title and paragraph."""
    rules = release.rules
    return [
        (
            _("D’où viennent les chiffres"),
            _(
                "Pendant la campagne, chaque bailleur signataire a coté ses sites de 1 (calme) à 4 (le plus complexe) "
                "avec la même grille. Le rapport additionne, quartier par quartier, les sites et les logements que les "
                "bailleurs ont cotés à chaque niveau. Seules entrent les campagnes closes, dont les cotations ne "
                "changent plus. Un niveau décrit un lieu et son fonctionnement, jamais des personnes."
            ),
        ),
        (
            _("Pourquoi des chiffres sont masqués"),
            _(
                "Un quartier est publié s’il réunit au moins %(groups)s groupes de bailleurs, %(sites)s sites et "
                "%(dwellings)s logements, si aucun groupe n’y pèse au point que ses propres chiffres puissent être "
                "devinés par un autre, et si ses sites ne sont pas tous au même niveau. Un quartier trop petit est réuni "
                "à un voisin de la même commune ; un niveau tenu par trop peu de groupes est donné avec son voisin "
                "(niveaux 1–2, niveaux 3–4). « Masqué » ne veut dire ni zéro, ni calme, ni difficile : il ne faut rien "
                "en conclure."
            )
            % {name: rules[name] for name in ("groups", "sites", "dwellings")},
        ),
        (
            _("Pourquoi un chiffre sûr peut manquer"),
            _(
                "Quartiers, communes et département se recoupent : un chiffre publié en trop permettrait d’en retrouver "
                "un autre par soustraction. Avant chaque diffusion, le calcul est attaqué comme le ferait un lecteur, puis "
                "chaque bailleur avec ses propres chiffres et avec les diffusions précédentes ; on masque jusqu’à ce que "
                "plus rien ne se retrouve. Un site nouveau n’entre qu’avec assez d’autres. La couverture est arrondie à "
                "cinq points."
            ),
        ),
        (
            _("Pourquoi les logements sont arrondis"),
            _(
                "Le nombre de logements de chaque résidence est connu de tous : une somme exacte par niveau désignerait "
                "souvent les seules résidences qui la donnent. Les logements sont donc arrondis, d’autant plus que le "
                "quartier est grand, et leurs sommes peuvent différer de quelques unités. Quand aucun arrondi ne suffit, "
                "ils ne sont pas répartis par niveau ; les parts de ce rapport comptent donc des sites."
            ),
        ),
        (
            _("Ce que le rapport ne dit pas"),
            _(
                "Les niveaux sont un ordre, non une mesure : on compare des parts de sites, jamais des moyennes. "
                "Un quartier sans logement social et un quartier masqué se présentent de la même façon. Ces règles de "
                "diffusion sont celles de la plateforme, inspirées des pratiques de la statistique publique."
            ),
        ),
    ]
