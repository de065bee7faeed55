"""Version 1 of the project's own grid.

The federation's official table of levels is not public: the sentences below are this project's own and the product says
so wherever it shows them. The four criteria are those that a landlord decides a level from. Texts are French in the
database (they are data of a version) and translated when they are shown.
"""

from __future__ import annotations

from typing import Any, Final

CODE: Final = "orsen"
VERSION: Final = 1


def _(text: str) -> str:
    """Mark a text for translation; the French text is what is kept."""
    return text


TITLE: Final = _("Grille ORSEN Plateforme")

DEFINITION: Final[dict[str, Any]] = {
    "notice": _("Grille propre à ORSEN Plateforme : elle n’est pas le texte officiel de l’AORIF."),
    "criteria": [
        {
            "code": "nature_gravity",
            "label": _("Nature et gravité des faits"),
            "question": _("Que s’est-il passé de plus sérieux sur le site ?"),
            "help": _("Pensez aux douze derniers mois, parties communes et abords compris."),
            "degrees": [
                {"value": 1, "label": _("Rien de notable, ou des gênes entre voisins"),
                 "example": _("Du bruit un soir, un sac laissé dans le hall.")},
                {"value": 2, "label": _("Des incivilités qui gênent la vie du site"),
                 "example": _("Rassemblements dans un hall, tags, encombrants, insultes.")},
                {"value": 3, "label": _("Des faits graves, ou un trafic visible"),
                 "example": _("Vente dans une entrée, menaces, véhicule brûlé.")},
                {"value": 4, "label": _("Des violences, ou un groupe organisé qui impose ses règles"),
                 "example": _("Entrées filtrées, agression, guetteurs postés toute la journée.")},
            ],
        },
        {
            "code": "frequency",
            "label": _("Fréquence"),
            "question": _("À quel rythme ces faits reviennent-ils ?"),
            "help": _("Comptez ce que vous avez constaté vous-même ou que l’équipe a signalé."),
            "degrees": [
                {"value": 1, "label": _("Isolés"), "example": _("Moins d’un fait par trimestre.")},
                {"value": 2, "label": _("Occasionnels"), "example": _("Environ une fois par mois.")},
                {"value": 3, "label": _("Réguliers"), "example": _("Chaque semaine, à des moments connus.")},
                {"value": 4, "label": _("Quotidiens"), "example": _("Tous les jours ou presque.")},
            ],
        },
        {
            "code": "equipment",
            "label": _("Effet sur les équipements"),
            "question": _("Les équipements fonctionnent-ils ?"),
            "help": _("Portes, contrôle d’accès, ascenseurs, éclairage, boîtes aux lettres, parkings, locaux."),
            "degrees": [
                {"value": 1, "label": _("Ils fonctionnent normalement"),
                 "example": _("Pannes ordinaires, sans lien avec les faits.")},
                {"value": 2, "label": _("Dégradations légères, vite réparées"),
                 "example": _("Serrure forcée une fois, ampoules retirées.")},
                {"value": 3, "label": _("Un équipement est souvent hors service"),
                 "example": _("Porte d’entrée bloquée chaque semaine, éclairage cassé.")},
                {"value": 4, "label": _("Des équipements sont neutralisés ou détournés"),
                 "example": _("Ascenseur retenu, caméras détruites, caves occupées.")},
            ],
        },
        {
            "code": "service",
            "label": _("Effet sur le service rendu aux locataires"),
            "question": _("L’équipe et les entreprises peuvent-elles travailler ?"),
            "help": _("Ménage, rondes, dépannages, distribution du courrier, accueil."),
            "degrees": [
                {"value": 1, "label": _("Oui, normalement"), "example": _("Aucune précaution particulière.")},
                {"value": 2, "label": _("Oui, avec des précautions"),
                 "example": _("Horaires adaptés, ménage à refaire plus souvent.")},
                {"value": 3, "label": _("Avec difficulté"),
                 "example": _("Une entreprise reporte ses passages, rondes à deux.")},
                {"value": 4, "label": _("Plus à certaines heures, ou à certains endroits"),
                 "example": _("Présence du personnel impossible le soir, droit de retrait.")},
            ],
        },
    ],
    "ticks": [
        {"code": "hall_gathering", "label": _("Hall ou cage d’escalier occupé")},
        {"code": "parking_occupied", "label": _("Parking, cave ou sous-sol occupé")},
        {"code": "dealing", "label": _("Trafic visible")},
        {"code": "lookouts", "label": _("Guetteurs, entrées filtrées")},
        {"code": "threats_staff", "label": _("Menaces envers le personnel ou les entreprises")},
        {"code": "repeated_damage", "label": _("Dégradations répétées")},
        {"code": "fires", "label": _("Départs de feu")},
        {"code": "door_broken", "label": _("Porte ou contrôle d’accès hors service")},
        {"code": "lift_down", "label": _("Ascenseur neutralisé")},
        {"code": "lights_out", "label": _("Éclairage dégradé")},
        {"code": "dumping", "label": _("Dépôts d’encombrants ou d’ordures")},
        {"code": "wrecks", "label": _("Épaves, mécanique sauvage")},
        {"code": "rodeos", "label": _("Rodéos motorisés")},
        {"code": "withdrawal", "label": _("Retrait d’un intervenant")},
    ],
    "levels": [
        {"value": 1, "label": _("Site calme"),
         "text": _("Gênes ordinaires. Les équipements et le service fonctionnent.")},
        {"value": 2, "label": _("Site à surveiller"),
         "text": _("Incivilités répétées, sans effet durable sur les équipements ou le service.")},
        {"value": 3, "label": _("Site sensible"),
         "text": _("Faits graves ou trafic régulier. Des équipements ou des prestations en souffrent.")},
        {"value": 4, "label": _("Site très sensible"),
         "text": _("Violences ou groupe organisé. Le service n’est plus rendu partout, ni à toute heure.")},
    ],
}  # fmt: skip
