"""Invented names in French form: trees, trades, rivers, places; never a person's name, never a real commune."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

# Main town first; none is a commune of France.
COMMUNES: Final = (
    [
        "Orsen", "Aulnoye-sur-Orsen", "Belcharme", "Bois-Tilleul", "Brévannelle", "Charmoise-le-Pont", "Clairbruyère",
        "Corvelles-sous-Bois", "Coudrelle", "Douvrelle", "Épinoy-la-Garenne", "Ferrelle-sur-Orsen", "Fontorge",
        "Frênelle-le-Haut", "Garnelle", "Grange-Alouette", "Hêtroy", "Jonchelle", "La Meulerie", "La Tannelle",
        "Les Grandes-Halles", "Lavandelle", "Maraîchelle", "Mirebruyère", "Monterelle", "Noiselle-les-Prés",
        "Ormelle", "Osierville-l’Écluse", "Peuplerie", "Pierrelongue-d’Orsen", "Pont-Vernelle", "Prunelay-d’Orsen",
        "Ronceville-le-Bas", "Sablonnelle", "Saulnoy", "Sorbelle", "Thuyelle", "Valmerise", "Verdorsen", "Vignelles",
    ],
    [
        "Vernelle", "Hautbuis", "Les Essarts-Hauts", "Genevrelle", "Combe-Noisette", "Lac-Dessous", "Mélézoy",
        "Roche-Alouette", "Airelles-la-Source",
    ],
)  # fmt: skip

NOUNS: Final = [
    "des Tilleuls", "des Aulnes", "des Charmes", "des Bouleaux", "des Peupliers", "des Merisiers", "des Saules",
    "des Noisetiers", "des Cormiers", "des Érables", "des Frênes", "des Platanes", "des Pruniers", "des Sureaux",
    "des Tanneurs", "des Potiers", "des Meuniers", "des Tisserands", "des Carriers", "des Vanniers", "des Charrons",
    "des Teinturiers", "des Verriers", "des Bateliers", "des Maraîchers", "des Forgerons", "des Cordiers",
    "des Faïenciers", "des Horlogers", "des Typographes", "de l’Orsen", "de la Vernelle", "du Gué", "du Bac",
    "du Moulin", "de l’Écluse", "du Lavoir", "des Roseaux", "de la Source", "du Vieux-Pont", "des Quais",
    "de la Fontaine", "du Canal", "de la Halle", "du Marché", "de la Gare", "de la Mairie", "de l’Usine",
    "des Écoles", "du Stade", "de la Poste", "du Château-d’Eau", "de la Plaine", "du Coteau", "de la Butte",
    "des Carrières", "de la Sablière", "du Belvédère", "des Vignes", "des Vergers", "des Prés", "des Jardins",
    "de la Garenne", "du Bois", "de la Clairière", "des Alouettes", "des Hirondelles", "des Mésanges",
    "des Rouges-Gorges", "du Chêne-Creux", "de la Croisée", "des Trois-Chemins", "du Midi", "du Nord", "du Levant",
    "du Couchant", "de la Concorde", "de l’Avenir", "du Progrès", "de la Fraternité", "des Capucines", "des Lilas",
    "des Glycines", "des Iris", "des Coquelicots", "des Genêts", "de la Lavande", "du Thym", "de l’Étoile",
    "de la Comète", "du Zodiaque", "des Arcades", "du Théâtre", "de l’Observatoire", "de la Briqueterie",
    "de la Filature", "de la Verrerie", "de la Papeterie", "de l’Octroi", "du Relais", "des Messageries",
]  # fmt: skip
MAIN_WAYS: Final = ["avenue", "boulevard", "route", "cours"]
LOCAL_WAYS: Final = ["rue", "allée", "rue", "impasse", "chemin", "passage", "square", "sente"]
PARKS: Final = ["Parc", "Jardin", "Square", "Bois"]
RESIDENCES: Final = ["Résidence", "Cité", "Le Clos", "Groupe", "Les Terrasses", "Le Hameau"]


def commune_names(random: np.random.Generator, count: int, departement: int) -> list[str]:
    """Names for the communes of a département, the main town's first."""
    names = COMMUNES[departement]
    if count > len(names):
        raise ValueError(f"{count} communes asked for, {len(names)} names known.")
    return [names[0], *random.permutation(names[1:]).tolist()[: count - 1]]


def neighbourhood_names(random: np.random.Generator, count: int) -> list[str]:
    """Names of neighbourhoods: « Les Tanneurs », « La Sablière Nord »."""
    stems = [capital(noun) for noun in NOUNS]
    names = [
        *stems,
        *(f"{stem} {side}" for side, stem in product(["Nord", "Sud", "Est", "Ouest"], stems)),
    ]
    if count > len(stems):
        stems = names[: max(count, 2 * len(stems))]
    shuffled: list[str] = random.permutation(stems).tolist()
    return shuffled[:count]


def capital(noun: str) -> str:
    """« des Tanneurs » → « Les Tanneurs », « de la Sablière » → « La Sablière », « du Gué » → « Le Gué »."""
    for start, article in [("des ", "Les "), ("de la ", "La "), ("de l’", "L’"), ("du ", "Le ")]:
        if noun.startswith(start):
            return article + noun.removeprefix(start)
    return noun


class StreetNames:
    """Hands out street names, each once in a commune."""

    def __init__(self, random: np.random.Generator) -> None:
        """Start with nothing given."""
        self._random = random
        self._left: dict[tuple[int, bool], list[str]] = {}

    def take(self, commune: int, *, main: bool) -> str:
        """A name not given yet in that commune; numbered once all are."""
        known = self._left.get((commune, main))
        if not known:
            ways = MAIN_WAYS if main else sorted(set(LOCAL_WAYS))
            fresh = [f"{way} {noun}" for way in ways for noun in NOUNS]
            weights = np.array([4.0 if name.startswith("rue") else 1.0 for name in fresh])
            order = self._random.permutation(len(fresh))
            order = order[np.argsort(self._random.random(len(fresh)) ** (1 / weights[order]))]
            again = known is not None
            known = [f"{fresh[n]} prolongée" if again else fresh[n] for n in order]
            self._left[commune, main] = known
        return known.pop()
