"""The columns of a pre-filled file: sealed ones, then those to fill in. Their French names are the file's format."""

from __future__ import annotations

from typing import Final

FIXED: Final = (
    "Code du site", "Nom du site", "Adresse", "Code postal", "Commune", "Logements", "Longitude", "Latitude",
)  # fmt: skip
CRITERIA_COLUMNS: Final = {
    "nature_gravity": "Nature et gravité des faits",
    "frequency": "Fréquence",
    "equipment": "Effet sur les équipements",
    "service": "Effet sur le service",
}
LEVEL: Final = "Niveau donné (si différent de la grille)"
REASON: Final = "Motif de l’écart"
TO_FILL: Final = (*CRITERIA_COLUMNS.values(), LEVEL, REASON)
