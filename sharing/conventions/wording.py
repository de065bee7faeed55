"""An annex in plain French: one sentence a line, and what is wrong with a line beside the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from gis.territories.models import Territory
from sharing.conventions.models import AnnexLine, Convention, Party
from sharing.details import SHOWS, Detail, rank

# Subject, and whether its verb is plural.
CATEGORY_SUBJECTS = {
    "police": (gettext_lazy("La police nationale"), False),
    "gendarmerie": (gettext_lazy("La gendarmerie nationale"), False),
    "parquet": (gettext_lazy("Le parquet"), False),
    "prefecture": (gettext_lazy("La préfecture"), False),
    "commune": (gettext_lazy("Les communes signataires"), True),
    "other": (gettext_lazy("Les autres partenaires signataires"), True),
}
PLACES = {
    "departement": gettext_lazy("dans le département %(name)s (%(code)s)"),
    "commune": gettext_lazy("dans la commune %(name)s (%(code)s)"),
    "qpv": gettext_lazy("dans le quartier prioritaire %(name)s (%(code)s)"),
    "iris": gettext_lazy("dans l’IRIS %(name)s (%(code)s)"),
    "zone": gettext_lazy("dans la zone %(name)s"),
    "custom": gettext_lazy("dans le territoire « %(name)s »"),
}
LEVELS = {
    1: gettext_lazy("les sites de tous les niveaux"),
    2: gettext_lazy("les sites de niveau 2, 3 et 4"),
    3: gettext_lazy("les sites de niveau 3 et 4"),
    4: gettext_lazy("les sites de niveau 4"),
}
GIVEN = {
    Detail.ZONE: gettext_lazy("leur nombre par niveau dans une zone fixe d’au moins cinq sites de trois groupes de bailleurs"),
    Detail.SITE: gettext_lazy("nom, adresse, position, logements, niveau publié, date, contact du bailleur"),
    Detail.FILE: gettext_lazy(
        "nom, adresse, position, logements, niveau publié, date, contact du bailleur, critères, historique, "
        "interventions, nombre de faits et commentaire à partager"
    ),
}  # fmt: skip


def reader_of(line: AnnexLine) -> tuple[str, bool]:
    """Who reads, as the subject of a sentence, and whether the verb is plural."""
    if line.reader == AnnexLine.Reader.LANDLORDS:
        return _("Les bailleurs signataires"), True
    if line.reader == AnnexLine.Reader.ORGANISATION:
        return (line.organisation.name if line.organisation else "…"), False
    subject, plural = CATEGORY_SUBJECTS.get(line.category, ("…", False))
    return str(subject), plural


def place_of(territory: Territory) -> str:
    """« dans la commune Aubépine (99001) »."""
    return str(PLACES[territory.kind]) % {"name": territory.name, "code": territory.code}


def sentence(line: AnnexLine) -> str:
    """What a line gives, in one sentence."""
    subject, plural = reader_of(line)
    values = {
        "who": subject,
        "where": place_of(line.territory),
        "sites": LEVELS[line.min_level],
        "what": GIVEN.get(Detail(line.detail), SHOWS[Detail(line.detail)]),
    }
    if line.detail == Detail.NOTHING:
        text = (
            _("%(who)s ne lisent rien, %(where)s, sur %(sites)s.")
            if plural
            else _("%(who)s ne lit rien, %(where)s, sur %(sites)s.")
        )
    elif rank(line.detail) <= rank(Detail.NEIGHBOURHOOD):
        text = (
            _("%(who)s lisent, %(where)s, %(what)s ; aucun site.")
            if plural
            else _("%(who)s lit, %(where)s, %(what)s ; aucun site.")
        )
    else:
        text = (
            _("%(who)s lisent, %(where)s, %(sites)s : %(what)s.")
            if plural
            else _("%(who)s lit, %(where)s, %(sites)s : %(what)s.")
        )
    return text % values


def _same_reader(one: AnnexLine, other: AnnexLine) -> bool:
    return (one.reader, one.category, one.organisation_id) == (
        other.reader,
        other.category,
        other.organisation_id,
    )


def problems(
    line: AnnexLine,
    others: Iterable[AnnexLine],
    convention: Convention,
    parties: Sequence[Party],
) -> list[str]:
    """What a reader of the annex should know about a line: it says twice, contradicts, or gives nothing."""
    found = []
    for other in others:
        if other is line or (line.pk is not None and other.pk == line.pk):
            continue
        if not _same_reader(line, other) or line.territory_id != other.territory_id:
            continue
        found += _against(line, other)
    found += _without_effect(line, convention, parties)
    return found


def _against(line: AnnexLine, other: AnnexLine) -> list[str]:
    if line.min_level == other.min_level:
        if line.detail == other.detail:
            return [_("En double : une autre ligne dit la même chose. Retirez l’une des deux.")]
        lower = min((line, other), key=lambda each: rank(each.detail))
        return [
            _(
                "Contradiction : une autre ligne donne « %(detail)s » au même lecteur, pour le même territoire et les "
                "mêmes niveaux. La moins précise s’applique : « %(lower)s »."
            )
            % {"detail": other.get_detail_display(), "lower": lower.get_detail_display()}
        ]
    if line.min_level > other.min_level:
        if line.detail == other.detail:
            return [
                _("Sans effet : la ligne à partir du niveau %(level)s donne déjà le même détail.")
                % {"level": other.min_level}
            ]
        if rank(line.detail) < rank(other.detail):
            return [
                _(
                    "Attention : cette ligne donne moins (« %(less)s ») pour les niveaux plus élevés que celle à "
                    "partir du niveau %(level)s (« %(more)s »)."
                )
                % {
                    "less": line.get_detail_display(),
                    "more": other.get_detail_display(),
                    "level": other.min_level,
                }
            ]
    return []


def _without_effect(line: AnnexLine, convention: Convention, parties: Sequence[Party]) -> list[str]:
    found = []
    organisations: list[Organisation] = [party.organisation for party in parties]
    if line.reader == AnnexLine.Reader.ORGANISATION and line.organisation_id not in {
        each.pk for each in organisations
    }:
        found.append(
            _("Sans effet : ce lecteur n’est pas partie à la convention. Ajoutez-le aux parties.")
        )
    if line.reader == AnnexLine.Reader.CATEGORY and line.category not in {
        each.partner_category for each in organisations
    }:
        found.append(
            _("Sans effet : aucun partenaire de cette catégorie n’est partie à la convention.")
        )
    departement = line.territory.departement_code
    if departement and departement not in convention.departement_codes:
        found.append(_("Sans effet : ce territoire est hors des départements de la convention."))
    return found
