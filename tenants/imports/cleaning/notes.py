"""What is said about a cell: repaired, doubtful, or the reason why its row is rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

REJECTED, REPAIRED, DOUBTFUL = "rejected", "repaired", "doubtful"

# code: (severity, what happened and what to do)
REASONS: Final[dict[str, tuple[str, str]]] = {
    "shifted_row": (REJECTED, gettext_noop(
        "La ligne a plus de cellules que l’en-tête : elle est décalée. Corrigez-la dans le fichier.")),
    "no_commune": (REJECTED, gettext_noop(
        "La commune manque : ni code INSEE, ni code postal, ni nom. Complétez la ligne.")),
    "bad_commune": (REJECTED, gettext_noop(
        "Le code de la commune est illisible. Corrigez-le : cinq caractères, par exemple 93066.")),
    "no_address": (REJECTED, gettext_noop(
        "La ligne n’a ni voie, ni lieu-dit, ni nom de résidence. Complétez-la.")),
    "bad_dwellings": (REJECTED, gettext_noop(
        "Le nombre de logements n’est pas un nombre entier. Corrigez-le.")),
    "dwelling_twice": (REJECTED, gettext_noop(
        "Ce logement est déjà plus haut dans le fichier : il n’est compté qu’une fois.")),
    "no_site": (REJECTED, gettext_noop(
        "La ligne ne dit pas de quel site il s’agit. Indiquez son code, son nom ou son adresse.")),
    "unknown_site": (REJECTED, gettext_noop(
        "Aucun site de votre patrimoine n’a ce code, ce nom ou cette adresse. Corrigez la ligne, ou importez d’abord le "
        "patrimoine.")),
    "several_sites": (REJECTED, gettext_noop(
        "Plusieurs sites de votre patrimoine portent ce nom ou cette adresse. Indiquez le code du site.")),
    "no_date": (REJECTED, gettext_noop("La date manque. Complétez la ligne.")),
    "bad_date": (REJECTED, gettext_noop(
        "La date est illisible. Écrivez-la jour/mois/année, par exemple 31/12/2025.")),
    "future_date": (REJECTED, gettext_noop("La date est à venir : un fait ou une cotation a déjà eu lieu.")),
    "unknown_word": (REJECTED, gettext_noop(
        "Ce mot de la source n’a pas encore de sens ici. Donnez-le-lui dans la table des mots, puis refaites l’essai.")),
    "set_aside_word": (REJECTED, gettext_noop("Vous avez écarté ce mot de la source : la ligne n’est pas reprise.")),
    "no_word": (REJECTED, gettext_noop("La ligne ne dit pas ce qu’il s’est passé. Complétez-la.")),
    "person": (REJECTED, gettext_noop(
        "La ligne semble désigner une personne : elle est refusée et sa cellule n’est pas gardée. Retirez ce qui désigne "
        "la personne.")),
    "twice_in_file": (REJECTED, gettext_noop("Cet identifiant est déjà plus haut dans le fichier.")),
    "site_twice": (REJECTED, gettext_noop("Ce site est déjà coté plus haut dans le fichier.")),
    "site_not_in_campaign": (REJECTED, gettext_noop(
        "Ce site n’est pas dans le patrimoine de la campagne : il n’y est pas coté.")),
    "no_level": (REJECTED, gettext_noop(
        "La ligne n’a ni niveau, ni réponse à chacun des quatre critères. Complétez-la.")),
    "bad_seal": (REJECTED, gettext_noop(
        "Le sceau de la ligne manque ou a changé, ou il est d’un autre fichier. Repartez du fichier d’origine.")),
    "sealed_changed": (REJECTED, gettext_noop(
        "Une cellule scellée a changé : la ligne n’est pas reprise. Remettez la valeur d’origine.")),
    "row_twice": (REJECTED, gettext_noop("Cette ligne scellée est déjà plus haut dans le fichier : elle a été copiée.")),
    "no_answer": (REJECTED, gettext_noop("Il manque une réponse : répondez aux quatre critères, ou à aucun.")),
    "bad_answer": (REJECTED, gettext_noop("Cette réponse n’est pas dans la liste. Choisissez-en une de la liste.")),
    "no_reason": (REJECTED, gettext_noop(
        "Le niveau donné diffère de celui de la grille, sans motif. Dites pourquoi, ou laissez le niveau de la grille.")),
    "no_title": (REJECTED, gettext_noop("L’intitulé de l’intervention manque. Complétez la ligne.")),
    "end_before_start": (REJECTED, gettext_noop("La fin précède le début. Corrigez l’une des deux dates.")),
    "text_dropped": (DOUBTFUL, gettext_noop(
        "Le texte semble désigner une personne : il n’est pas repris, le reste de la ligne l’est.")),
    "bad_cost": (DOUBTFUL, gettext_noop("Le coût n’est pas un nombre positif : il n’est pas repris.")),
    "word_left_out": (DOUBTFUL, gettext_noop("Ce mot de la source n’a pas de sens ici : la cellule n’est pas reprise.")),
    "day_first": (REPAIRED, gettext_noop("Date écrite sans siècle, lue dans l’ordre jour, mois, année.")),
    "zero_commune": (REPAIRED, gettext_noop("Zéro initial du code de commune remis.")),
    "commune_joined": (REPAIRED, gettext_noop(
        "Code de commune recomposé à partir du code du département.")),
    "commune_from_name": (REPAIRED, gettext_noop(
        "Code de commune trouvé par le nom et le code postal.")),
    "zero_postcode": (REPAIRED, gettext_noop("Zéro initial du code postal remis.")),
    "mojibake": (REPAIRED, gettext_noop("Accents rétablis.")),
    "number_split": (REPAIRED, gettext_noop("Numéro séparé de la voie.")),
    "index_split": (REPAIRED, gettext_noop("Indice de répétition séparé du numéro.")),
    "zeros_in_number": (REPAIRED, gettext_noop("Zéros retirés devant le numéro.")),
    "type_twice": (REPAIRED, gettext_noop("Type de voie écrit deux fois, gardé une fois.")),
    "number_twice": (REPAIRED, gettext_noop("Numéro écrit deux fois, gardé une fois.")),
    "address_from_extra": (REPAIRED, gettext_noop(
        "Numéro et voie lus dans le complément d’identification.")),
    "coordinates_swapped": (REPAIRED, gettext_noop("Longitude et latitude remises dans l’ordre.")),
    "lost_character": (DOUBTFUL, gettext_noop(
        "Un caractère accentué est perdu dans le fichier et ne peut pas être retrouvé. Corrigez-le à la source.")),
    "cut_name": (DOUBTFUL, gettext_noop(
        "Le nom semble coupé (sans doute à un accent perdu). Vérifiez-le à la source.")),
    "mangled_cell": (DOUBTFUL, gettext_noop(
        "La cellule ressemble à une date écrite par un tableur à la place d’un code. Vérifiez-la à la source.")),
    "mangled_number": (DOUBTFUL, gettext_noop(
        "Le numéro de voie a été changé en date par un tableur : il n’est pas repris.")),
    "number_conflict": (DOUBTFUL, gettext_noop(
        "Le numéro et la voie portent deux numéros différents : celui de la colonne du numéro est gardé.")),
    "number_unclear": (DOUBTFUL, gettext_noop(
        "La voie commence par un nombre sans type de voie : impossible de dire si c’est un numéro.")),
    "bad_number": (DOUBTFUL, gettext_noop("Le numéro de voie n’est pas lisible : il n’est pas repris.")),
    "bad_postcode": (DOUBTFUL, gettext_noop("Le code postal n’a pas cinq chiffres : il n’est pas repris.")),
    "bad_year": (DOUBTFUL, gettext_noop("L’année de construction est illisible : elle n’est pas reprise.")),
    "bad_iris": (DOUBTFUL, gettext_noop("Le code IRIS est illisible : il n’est pas repris.")),
    "bad_coordinates": (DOUBTFUL, gettext_noop(
        "Les coordonnées sont illisibles ou hors du territoire : elles ne sont pas reprises.")),
    "unknown_epsg": (DOUBTFUL, gettext_noop(
        "Le système de coordonnées n’est pas connu : les coordonnées ne sont pas reprises.")),
    "commune_centre": (DOUBTFUL, gettext_noop(
        "La position est le centre de la commune : elle n’est jamais placée sur la carte.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a cell: the code of its reason, the field it was read for, the value as the file has it."""

    code: str
    field: str
    value: str

    @property
    def severity(self) -> str:
        """`rejected`, `repaired` or `doubtful`."""
        return REASONS[self.code][0]


class RejectedRowError(ValueError):
    """A row that cannot be attached to an address."""

    def __init__(self, note: Note) -> None:
        """Keep the note."""
        super().__init__(note.code)
        self.note = note
