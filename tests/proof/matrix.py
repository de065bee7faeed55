"""The declared matrix: for each route, who may call it with what, and on whose objects. Written by hand, read by eye.

A route that the URL resolver knows and that stands here not fails the proof. To declare one, add a row:

    "path as in urls.py": Row("verbs", "letters of the roles", object, reach)

Roles, by letter: A administrator, S security direction, D agency director, H sector head, G caretaker, P support reader
(landlord); C correspondent, R reader (partner); X administrator, Y coordinator (coordination); O operator. `*` is everybody
with an organisation, `+` everybody who is logged in, `-` everybody.

Objects: what the path names (`tests/proof/objects.py`); none for a list. Reach: of whose objects the answer is more than
« not found ».
    own        of the reader's own organisation, within the role's reach inside it
    shared     sites that a live, signed annex gives at `site` or `file`
    party      conventions that bind the reader's organisation, whatever their state
    forum      forums of live conventions in which the reader's organisation sits; of a coordination: those it holds
    held       conventions that the coordination holds
    released   published reports of live conventions that give `neighbourhood` or more; of a coordination: all it holds
    zone       zones of published reports of live conventions that give `zone` or more
    anyone     the path names nothing of anybody's
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ALL: Final = "ASDHGPCRXY"
LANDLORD: Final = "ASDHGP"


@dataclass(frozen=True)
class Row:
    """What one route may give."""

    verbs: str
    who: str
    object: str = ""
    reach: str = "anyone"
    # Path of another object than the landlord's own for partners (the API's sites).
    partner_reach: str = ""
    # May refuse where there is something: it wants a body, a state or a person that the world's object has not.
    or_absent: bool = False
    # An answer that carries figures shared between organisations: it may read releases, and no landlord's table.
    figures: bool = False

    def admits(self, letter: str) -> bool:
        """Whether the gate opens for the role of that letter."""
        match self.who:
            case "-":
                return True
            case "+":
                return letter != "-"
            case "*":
                return letter in ALL or letter == "O"
            case _:
                return letter in self.who

    def reach_of(self, letter: str) -> str:
        """Whose objects count for a reader."""
        return self.partner_reach if self.partner_reach and letter in "CR" else self.reach


MATRIX: Final[dict[str, Row]] = {
    # --- everybody's
    "": Row("GET", "*"),
    "organisation/": Row("POST", "+", or_absent=True),
    "healthz": Row("GET", "-"),
    "style/": Row("GET", "-"),
    "guide/": Row("GET", "+"),
    "guide/pdf/": Row("GET", "+"),
    "guide/images/<slug:name>.png": Row("GET", "+", or_absent=True),
    "tuiles/territoires/<slug:kind>/<int:z>/<int:x>/<int:y>.mvt": Row("GET", "+", "territory tile"),
    "tuiles/fond/<int:z>/<int:x>/<int:y>.mvt": Row("GET", "+", "tile"),
    "compte/confirmer/": Row("GET", "+"),
    "invitation/<str:secret>/": Row("GET POST", "-", "secret"),
    # --- territories: common to all
    "territoires/": Row("GET", "XYO"),
    "territoires/composer/": Row("GET POST", "XYO"),
    "territoires/importer/": Row("GET POST", "XYO"),
    # --- people of the reader's own organisation
    "personnes/": Row("GET", "ACX"),
    "personnes/inviter/": Row("GET POST", "ACX"),
    "personnes/<int:pk>/suspendre/": Row("POST", "ACX", "member", "own"),
    "personnes/<int:pk>/retablir/": Row("POST", "ACX", "member", "own"),
    "personnes/<int:pk>/role/": Row("POST", "ACX", "member", "own"),
    "personnes/invitations/<int:pk>/annuler/": Row("POST", "ACX", "invitation", "own"),
    "personnes/securite/": Row("GET", "ACX"),
    "personnes/siret/": Row("GET POST", "ACX"),
    "personnes/fichier/": Row("GET POST", "A"),
    "personnes/fichier/appliquer/": Row("POST", "A", or_absent=True),
    "affectations/": Row("GET", "A"),
    "affectations/<int:pk>/": Row("GET POST", "A", "member", "own"),
    "remplacements/": Row("GET", LANDLORD),
    "remplacements/nouveau/": Row("POST", "A"),
    "remplacements/<int:pk>/ecourter/": Row("POST", LANDLORD, "stand-in", "own", or_absent=True),
    "personnes/telephones/": Row("GET", "ACX"),
    "personnes/telephones/activer/": Row("GET POST", "ACX"),
    "personnes/telephones/activation/<int:pk>/": Row("GET", "ACX", "activation", "own"),
    "personnes/telephones/<int:pk>/retirer/": Row("POST", "ACX", "device", "own"),
    "telephone/": Row("GET POST", "ASDHG"),
    # --- a telephone's own routes: they know a device, never a log-in
    "saisie/": Row("GET", "-"),
    "saisie/sw.js": Row("GET", "-"),
    "saisie/manifest.webmanifest": Row("GET", "-"),
    "saisie/api/activer": Row("POST", "-"),
    "saisie/api/etat": Row("GET", "-"),
    "saisie/api/cotations": Row("POST", "-"),
    "saisie/api/quitter": Row("POST", "-"),
    # --- a landlord's own data
    "tableau-de-bord/": Row("GET", "ASDHP"),
    "sites/": Row("GET", LANDLORD),
    "sites/exporter/": Row("GET POST", LANDLORD),
    "sites/repertoire/": Row("GET", "AS"),
    "sites/repertoire/fichier/": Row("POST", "AS"),
    "sites/repertoire/completer/": Row("POST", "AS"),
    "sites/repertoire/passages/<uuid:key>/annuler/": Row("POST", "AS", "import", "own", or_absent=True),
    "sites/<uuid:key>/": Row("GET", LANDLORD, "site", "own"),
    "sites/<uuid:key>/droits/": Row("GET POST", "A", "site", "own"),
    "sites/<uuid:key>/droits/<int:pk>/retirer/": Row("POST", "A", "grant", "own"),
    "sites/<uuid:key>/faits/nouveau/": Row("GET POST", "ASDHG", "site", "own"),
    "sites/<uuid:key>/interventions/nouvelle/": Row("GET POST", "ASDH", "site", "own"),
    "carte/": Row("GET", LANDLORD),
    "carte/chercher/": Row("GET", LANDLORD),
    "carte/imprimer/": Row("POST", LANDLORD, or_absent=True),
    "carte/interventions/": Row("GET", LANDLORD),
    "carte/tuiles/vues/<int:z>/<int:x>/<int:y>.mvt": Row("GET", LANDLORD, "tile"),
    "carte/liste/": Row("GET", LANDLORD),
    "carte/fiche/<int:pk>/": Row("GET", LANDLORD, "site number", "own"),
    "carte/tuiles/sites/<int:z>/<int:x>/<int:y>.mvt": Row("GET", LANDLORD, "tile"),
    "coter/": Row("GET", "ASDHG"),
    "coter/grille/": Row("GET", LANDLORD),
    "coter/proposition/": Row("POST", "ASDHG"),
    "coter/recu/<uuid:key>/": Row("GET", "ASDHG", "own rating", "own"),
    "coter/<uuid:campaign_key>/<uuid:site_key>/": Row("GET POST", "ASDHG", "campaign site", "own"),
    "campagnes/": Row("GET", "ASDHP"),
    "campagnes/nouvelle/": Row("GET POST", "AS"),
    "campagnes/<uuid:key>/": Row("GET", "ASDHP", "campaign", "own"),
    "campagnes/<uuid:key>/a-arbitrer/": Row("GET", "ASDHP", "campaign", "own"),
    "affectations/par-secteur/": Row("GET", "A"),
    "affectations/par-secteur/donner/": Row("POST", "A"),
    "campagnes/<uuid:key>/relancer/": Row("POST", "AS", "campaign", "own"),
    "campagnes/<uuid:key>/rouvrir/": Row("POST", "AS", "campaign", "own"),
    "campagnes/<uuid:key>/valider/": Row("POST", "ASDH", "campaign", "own"),
    "campagnes/<uuid:key>/ouvrir/": Row("POST", "AS", "campaign", "own"),
    "campagnes/<uuid:key>/clore/": Row("POST", "AS", "campaign", "own"),
    "campagnes/<uuid:key>/publier/": Row("POST", "AS", "campaign", "own"),
    "campagnes/<uuid:key>/fichier/": Row("GET POST", "AS", "campaign", "own"),
    "campagnes/<uuid:key>/fichier/mandat/": Row("POST", "AS", "campaign", "own"),
    "fichiers-preremplis/<uuid:key>.xlsx": Row("GET", "AS", "prefilled file", "own"),
    "campagnes/a-examiner/": Row("GET", "AS"),
    "campagnes/a-examiner/fichier/": Row("POST", "AS"),
    "campagnes/a-examiner/<int:pk>/": Row("POST", "AS", "arrival", "own"),
    "etalonnage/": Row("GET", "ASDHGP"),
    "etalonnage/situations/<int:pk>/": Row("GET POST", "ASDHG", "vignette", or_absent=True),
    "cotations/<uuid:key>/decision/": Row("POST", "ASDH", "assessment", "own"),
    "cotations/<uuid:key>/photographie/": Row("POST", "ASDHG", "own rating", "own", or_absent=True),
    "photographies/<uuid:key>.jpg": Row("GET", LANDLORD, "photograph", "own", or_absent=True),
    "photographies/<uuid:key>/retirer/": Row("POST", "ASDHG", "photograph", "own", or_absent=True),
    "contre-visites/": Row("GET", "ASDHP"),
    "contre-visites/<int:pk>/": Row("GET POST", "ASDHP", "counter-visit", "own"),
    "faits/": Row("GET", "ASDHP"),
    "interventions/fiche-atfpb/": Row("GET POST", "ASDHGP"),
    "interventions/": Row("GET", LANDLORD),
    "interventions/<uuid:key>/prevenir/": Row("GET POST", "AS", "intervention", "own"),
    "interventions/<uuid:key>/": Row("GET POST", "ASDH", "intervention", "own"),
    "leviers/": Row("GET", LANDLORD),
    "leviers/nouveau/": Row("GET POST", "AS"),
    "leviers/<slug:lever>/": Row("GET POST", "AS", "lever", "own"),
    "evolution/": Row("GET", "ASDHP"),
    "sites-a-suivre/": Row("GET", "ASDHP"),
    "sites/<uuid:key>/suivre/": Row("GET POST", "ASDH", "site", "own"),
    "sites/<uuid:key>/ne-plus-suivre/": Row("POST", "ASDH", "site", "own"),
    "sites/<uuid:key>/fiche/": Row("POST", LANDLORD, "site", "own"),
    "points-chauds/": Row("GET", "ASDHP"),
    "points-chauds/calculer/": Row("POST", "AS"),
    "interventions/<uuid:key>/effet/": Row("GET", "ASDHP", "intervention", "own"),
    "barometres/": Row("GET POST", "AS"),
    "barometres/<int:pk>/": Row("GET POST", "AS", "barometer", "own"),
    "barometres/<int:pk>/profil.json": Row("GET", "AS", "barometer", "own"),
    "barometres/<int:pk>/<uuid:key>.<str:extension>": Row("GET", "AS", "barometer output", "own"),
    "grilles/": Row("GET POST", "AS"),
    "grilles/<int:pk>/": Row("GET POST", "AS", "own grid", "own"),
    "grilles/<int:pk>/suite/": Row("POST", "AS", "own grid", "own"),
    "grilles/<int:pk>/apercu/": Row("GET POST", "AS", "own grid", "own"),
    "geocodage/": Row("GET POST", "AS"),
    "geocodage/adresses/<uuid:key>/": Row("POST", "AS", "geocoded address", "own", or_absent=True),
    "geocodage/passages/<uuid:key>/annuler/": Row("POST", "AS", "import", "own", or_absent=True),
    "imports/": Row("GET", "AS"),
    "imports/nouveau/": Row("GET POST", "AS"),
    "imports/<uuid:key>/": Row("GET", "AS", "import", "own"),
    "imports/<uuid:key>/colonnes/": Row("GET POST", "AS", "import", "own"),
    "imports/<uuid:key>/appliquer/": Row("POST", "AS", "import", "own"),
    "imports/<uuid:key>/mots/": Row("POST", "AS", "import", "own"),
    "imports/<uuid:key>/annuler/": Row("POST", "AS", "import", "own"),
    "imports/<uuid:key>/essai.xlsx": Row("GET", "AS", "import", "own"),
    "imports/<uuid:key>/retirer/": Row("POST", "AS", "import", "own"),
    "imports/<uuid:key>/remarques.csv": Row("GET", "AS", "import", "own"),
    "travaux/<uuid:key>/": Row("GET", "*", "job", "own"),
    "travaux/<uuid:key>/annuler/": Row("POST", "*", "job", "own", or_absent=True),
    "travaux/<uuid:key>/relancer/": Row("POST", "*", "job", "own", or_absent=True),
    # --- what is shared, read by partners and by landlords
    "partage/accueil/": Row("GET", "CR"),
    "partage/zones/": Row("GET", "ASDCR"),
    "partage/zones/carte/": Row("GET", "ASDCR"),
    "partage/zones/carte/liste/": Row("GET", "ASDCR"),
    "partage/zones/carte/<int:pk>/": Row("GET", "ASDCR", "zone", "zone"),
    "partage/tuiles/zones/<int:z>/<int:x>/<int:y>.mvt": Row("GET", "ASDCR", "tile"),
    "partage/sites/": Row("GET", "ASDCR"),
    "partage/sites/exporter/": Row("GET POST", "ASDCR"),
    "partage/sites/<uuid:key>/": Row("GET", "ASDCR", "site", "shared"),
    "partage/sites/<uuid:key>/carte/": Row("GET", "ASDCR", "site", "shared"),
    "partage/carte/": Row("GET", "ASDCR"),
    "partage/carte/fiche/<int:number>/": Row("GET", "ASDCR", "tile number", "shared"),
    "partage/carte/chercher/": Row("GET", "ASDCR"),
    "partage/carte/imprimer/": Row("POST", "ASDCR", or_absent=True),
    "partage/tuiles/vues/<int:z>/<int:x>/<int:y>.mvt": Row("GET", "ASDCR", "tile"),
    "partage/carte/liste/": Row("GET", "ASDCR"),
    "partage/tuiles/sites/<int:z>/<int:x>/<int:y>.mvt": Row("GET", "ASDCR", "tile"),
    "partage/voir-comme/<uuid:key>/": Row("GET", "ASD", "partner"),
    "journal/": Row("GET", "ASDCR"),
    # --- conventions, read and signed by their parties
    "partage/": Row("GET", "ASD"),
    "partage/conventions/<uuid:key>/": Row("GET", "ASDCR", "convention", "party"),
    "partage/conventions/<uuid:key>/signer/<int:number>/": Row("POST", "AC", "annex", "party", or_absent=True),
    "partage/conventions/<uuid:key>/retirer/": Row("GET POST", "AC", "convention", "party"),
    "partage/conventions/<uuid:key>/renonciation/": Row("GET POST", "A", "convention", "party"),
    "partage/conventions/<uuid:key>/renonciation/revoquer/": Row("POST", "A", "convention", "party"),
    "partage/conventions/<uuid:key>/correspondant/": Row("GET POST", "AC", "convention", "party"),
    "conventions/documents/<uuid:key>/": Row("GET", "ASDCRXY", "document", "party"),
    "conventions/<uuid:key>/signatures/<int:pk>/document/": Row("GET POST", "ACXY", "signature", "party", or_absent=True),
    "avis/<uuid:key>/vu/": Row("POST", "ASDCRXY", "notice", "own"),
    # --- conventions, kept by the coordination that holds them
    "conventions/": Row("GET", "XY"),
    "conventions/nouvelle/": Row("GET POST", "XY"),
    "conventions/<uuid:key>/": Row("GET", "XY", "convention", "held"),
    "conventions/<uuid:key>/modifier/": Row("GET POST", "XY", "convention", "held"),
    "conventions/<uuid:key>/etat/<slug:code>/": Row("GET POST", "XY", "convention step", "held"),
    "conventions/<uuid:key>/renouveler/": Row("POST", "XY", "convention", "held"),
    "conventions/<uuid:key>/parties/ajouter/": Row("GET POST", "XY", "convention", "held"),
    "conventions/<uuid:key>/parties/<int:pk>/": Row("GET POST", "XY", "party", "held"),
    "conventions/<uuid:key>/parties/<int:pk>/retirer/": Row("POST", "XY", "party", "held"),
    "conventions/<uuid:key>/signatures/": Row("GET POST", "XY", "convention", "held"),
    "conventions/<uuid:key>/signatures/relancer/": Row("POST", "XY", "convention", "held"),
    "conventions/<uuid:key>/explication/": Row("GET", "XY", "convention", "held"),
    "conventions/<uuid:key>/annexe/nouvelle/": Row("POST", "XY", "convention", "held"),
    "conventions/<uuid:key>/annexe/<int:number>/": Row("GET", "XY", "planned annex", "held"),
    "conventions/<uuid:key>/annexe/<int:number>/phrase/": Row("GET", "XY", "planned annex", "held"),
    "conventions/<uuid:key>/annexe/<int:number>/grace/": Row("POST", "XY", "planned annex", "held"),
    "conventions/<uuid:key>/annexe/<int:number>/lignes/": Row("POST", "XY", "planned annex", "held"),
    "conventions/<uuid:key>/annexe/<int:number>/lignes/<int:pk>/": Row("POST", "XY", "line", "held"),
    "conventions/<uuid:key>/annexe/<int:number>/lignes/<int:pk>/retirer/": Row("POST", "XY", "line", "held"),
    "conventions/<uuid:key>/annexe/<int:number>/etape/<slug:code>/": Row("POST", "XY", "annex step", "held"),
    # --- rounds
    "campagnes-des-conventions/": Row("GET", "XY"),
    "conventions/<uuid:key>/campagnes/lancer/": Row("GET POST", "XY", "convention", "held"),
    "campagnes-des-conventions/<uuid:key>/": Row("GET", "XY", "round", "held"),
    "campagnes-des-conventions/<uuid:key>/relancer/": Row("POST", "XY", "round", "held"),
    "campagnes-des-conventions/<uuid:key>/fichiers/": Row("POST", "XY", "round", "held"),
    "campagnes-des-conventions/<uuid:key>/clore/": Row("POST", "XY", "round", "held"),
    "campagnes-des-conventions/<uuid:key>/repondre/": Row("POST", "AS", "round", "party"),
    # --- the calibration between landlords: counts, and the common situations
    "etalonnage-des-bailleurs/": Row("GET", "XY"),
    "etalonnage-des-bailleurs/versions/": Row("POST", "XY"),
    "etalonnage-des-bailleurs/versions/<int:number>/": Row("GET", "XY", "vignette set"),
    "etalonnage-des-bailleurs/versions/<int:number>/ouvrir/": Row("POST", "XY", "vignette set"),
    "etalonnage-des-bailleurs/versions/<int:number>/situations/nouvelle/": Row("GET POST", "XY", "vignette set"),
    "etalonnage-des-bailleurs/versions/<int:number>/situations/<int:pk>/": Row("GET POST", "XY", "vignette"),
    # --- reports, made of releases
    "rapports/": Row("GET", "ASDHPCRXY", figures=True),
    "rapports/campagne/<uuid:key>/produire/": Row("POST", "XY", "round", "held"),
    "rapports/programmes/": Row("GET POST", "XY"),
    "rapports/programmes/<uuid:key>/arreter/": Row("POST", "XY", "schedule", "held"),
    "rapports/<uuid:key>/": Row("GET", "ASDHPCRXY", "report", "released", figures=True),
    "rapports/<uuid:key>/destinataires/": Row("GET", "XY", "report", "held", figures=True),
    "rapports/<uuid:key>/publier/": Row("POST", "XY", "waiting report", "held"),
    "rapports/<uuid:key>/retirer/": Row("POST", "XY", "report", "held"),
    "rapports/<uuid:key>/pdf/": Row("POST", "ASDHPCRXY", "report", "released"),
    "rapports/<uuid:key>/fiches/": Row("POST", "ASDHPCRXY", "report", "released"),
    "rapports/<uuid:key>/formes/": Row("POST", "ASDHPCRXY", "report", "released", or_absent=True),
    "rapports/schema.json": Row("GET", "ASDHPCRXY"),
    "rapports/<uuid:key>/fichier/": Row("GET", "ASDHPCRXY", "report", "released"),
    # --- forums, their meetings, partners' views, joint actions
    "dispositifs/": Row("GET", "ASDCRXY"),
    "dispositifs/<uuid:key>/": Row("GET", "ASDCRXY", "forum", "forum"),
    "conventions/<uuid:key>/dispositifs/nouveau/": Row("GET POST", "XY", "convention", "held", or_absent=True),
    "dispositifs/<uuid:key>/modifier/": Row("GET POST", "XY", "forum", "forum"),
    "dispositifs/<uuid:key>/seances/nouvelle/": Row("GET POST", "ASCXY", "forum", "forum", or_absent=True),
    "dispositifs/<uuid:key>/actions/nouvelle/": Row("GET POST", "ASCXY", "forum", "forum"),
    "seances/<uuid:key>/": Row("GET", "ASDCRXY", "meeting", "forum"),
    "seances/<uuid:key>/ordre-du-jour/": Row("POST", "ASCXY", "meeting", "forum"),
    "seances/<uuid:key>/points/<int:pk>/": Row("POST", "ASCXY", "agenda item", "forum"),
    "seances/<uuid:key>/points/<int:pk>/retirer/": Row("POST", "ASCXY", "agenda item", "forum"),
    "seances/<uuid:key>/clore/": Row("POST", "ASCXY", "meeting", "forum", or_absent=True),
    "seances/<uuid:key>/dossier/": Row("POST", "ASDCRXY", "meeting", "forum", or_absent=True),
    "actions-communes/": Row("GET", "ASDCRXY"),
    "actions-communes/<uuid:key>/": Row("GET POST", "ASDCRXY", "joint action", "forum"),
    "regards/": Row("GET", "ASDCR"),
    "regards/quartier/": Row("GET", "ASCXY"),
    "regards/quartier/<int:pk>/": Row("GET POST", "ASCXY", "", or_absent=True),
    "partage/sites/<uuid:key>/regard/": Row("GET POST", "ASCXY", "site", "shared", or_absent=True),
    # --- copies of files that left, each under its receipt
    "copies/": Row("GET", ALL),
    "copies/<uuid:key>/": Row("GET", ALL, "receipt", "own"),
    "copies/<uuid:key>/fichier/": Row("GET", "ASDHPCRXY", "receipt", "own"),
    "copies/convention/<uuid:key>/": Row("GET", "ASDXY", "convention", "party"),
    "copies/convention/<uuid:key>/supprimer/": Row("POST", "ACXY", "convention", "party", or_absent=True),
    "copies/verifier/": Row("GET POST", ALL),
    # --- layers for desktop programs: a token of one convention, never a log-in
    "acces-sig/": Row("GET POST", "ASDCR"),
    "acces-sig/<uuid:key>/retirer/": Row("POST", "ASDCR", "partner", or_absent=True),
    "acces-sig/projet.qgs": Row("POST", "ASDCR", or_absent=True),
    "ogc": Row("GET", ""),
    "ogc/": Row("GET", ""),
    "ogc/api": Row("GET", ""),
    "ogc/collections": Row("GET", ""),
    "ogc/collections/sites": Row("GET", ""),
    "ogc/collections/sites/items": Row("GET", ""),
    "ogc/collections/sites/items/<str:key>": Row("GET", ""),
    "ogc/conformance": Row("GET", ""),
    "donnees/": Row("GET", ALL),
    # --- API
    "api/v1/": Row("GET", ALL),
    "api/v1/schema/": Row("GET", ALL),
    "api/v1/sites/": Row("GET", "ASDHGPCR"),
    "api/v1/donnees/sites/": Row("GET", LANDLORD),
    "api/v1/donnees/historique/": Row("GET", LANDLORD),
    "api/v1/points/": Row("GET", "ASDHGPCR"),
    "api/v1/sites/<uuid:key>/": Row("GET", "ASDHGPCR", "site", "own", partner_reach="shared"),
    "api/v1/territoires/": Row("GET", ALL),
    "api/v1/conventions/": Row("GET", "ASDCRXY"),
}  # fmt: skip

# Pages of libraries, by the beginning of their paths: they serve nobody's data, and are crawled for canaries all the same.
LIBRARIES: Final[dict[str, Row]] = {
    "compte/": Row("GET POST", "-"),
    "langue/": Row("GET POST", "-"),
    "exploitation/": Row("GET POST", "O"),
}


class UndeclaredRouteError(LookupError):
    """A route without a row."""


def row_of(route: str) -> Row:
    """The row of a route. Raises UndeclaredRouteError."""
    if route in MATRIX:
        return MATRIX[route]
    for beginning, row in LIBRARIES.items():
        if route.startswith(beginning):
            return row
    raise UndeclaredRouteError(f"{route}: declare it in tests/proof/matrix.py")
