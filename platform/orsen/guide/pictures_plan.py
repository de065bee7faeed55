"""Which pictures the guide shows and how each is taken; `make guide` takes them from the running demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "pictures"
PHONE: Final = (390, 780)
DESK: Final = (1180, 760)


@dataclass(frozen=True)
class Picture:
    """Who looks (start of the account's address), where it starts (URL name), and the first link to follow (CSS)."""

    name: str
    account: str
    start: str
    follow: str = ""
    size: tuple[int, int] = DESK

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return FOLDER / f"{self.name}.png"


CARETAKER: Final = "gardien.orsen-habitat"
SECURITY: Final = "securite.orsen-habitat"
PARTNER: Final = "correspondant.police"
COORDINATION: Final = "coordination.aorif"

PICTURES: Final = {
    each.name: each
    for each in (
        Picture("coter-liste", CARETAKER, "rate-list", size=PHONE),
        Picture("coter-site", CARETAKER, "rate-list", 'main a[href^="/coter/"][href*="-"]', PHONE),
        Picture("etalonnage", CARETAKER, "calibration", size=PHONE),
        Picture("campagne", SECURITY, "campaign-list", "main .card__title a"),
        Picture("contre-visites", SECURITY, "counter-visit-list"),
        Picture("evolution", SECURITY, "evolution"),
        Picture("a-suivre", SECURITY, "watch-list"),
        Picture("leviers", SECURITY, "lever-list"),
        Picture("fiche-site", SECURITY, "site-list", "main a.row-link"),
        Picture("partenaire-accueil", PARTNER, "partner-home"),
        Picture("partenaire-carte", PARTNER, "shared-map"),
        Picture("partenaire-sites", PARTNER, "shared-site-list"),
        Picture("conventions", COORDINATION, "convention-list"),
        Picture("campagnes-conventions", COORDINATION, "round-list"),
        Picture("etalonnage-bailleurs", COORDINATION, "calibration-figures"),
        Picture("rapports", COORDINATION, "report-list"),
    )
}
