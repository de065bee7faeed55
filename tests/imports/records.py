"""Files of facts, ratings and interventions, as other tools give them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.models import FileImport
from tests.cast import Landlord


def csv(*lines: str) -> bytes:
    """A CSV with `;`, as French spreadsheets write it."""
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


FACTS = csv(
    "N° fait;Date du fait;Famille;Type de fait;Plainte;Code site;Nom de la victime;Commentaire",
    "F-1;03/02/2025;Tranquillité;Tapage nocturne;Non;N1;Quelqu’un;texte",
    "F-2;2025-03-04;Biens;Tags dans le hall;Main courante;N2;;texte",
    "F-3;12/04/2025;Divers;Zzz;Oui;N1;;texte",
    "F-4;31/02/2025;Biens;Tags dans le hall;Oui;N1;;texte",
    "F-5;05/05/2025;Biens;Tags dans le hall;Oui;ABSENT;;texte",
    "F-1;06/05/2025;Biens;Tags dans le hall;Oui;N1;;texte",
)
RATINGS = csv(
    "Code site;Niveau;Date de cotation;Gravité;Fréquence;Équipements;Service",
    "N1;4;03/10/2023;4;4;4;4",
    "N2;calme;;;;;",
    "N3;;05/10/2023;2;2;1;1",
    "ABSENT;2;;;;;",
)
INTERVENTIONS = csv(
    "N° action;Intitulé;Type d’action;Début;Fin;Coût;Axe;Bilan;Code site",
    "A1;Pose de caméras;Vidéo;01/02/2024;30/06/2024;12 500,40 €;5;Moins de rassemblements;N1",
    "A1;Pose de caméras;Vidéo;01/02/2024;30/06/2024;12 500,40 €;5;Moins de rassemblements;N2",
    "A2;Médiation de soirée;Médiation;01/09/2024;;;;M. Dupont a été vu;N3",
    "A3;Autre;Zzz;01/09/2024;;;;;N3",
)


def received(
    landlord: Landlord, kind: str, content: bytes, *, source: str = "ORFI", **options: Any
) -> FileImport:
    """The file as the page takes it in, its mapping as proposed."""
    principal = landlord.admin.principal
    with landlord_scope(principal):
        file_import = services.receive(
            principal, SimpleUploadedFile("t.csv", content), "t.csv", source=source, kind=kind
        )
        file_import.options = options
        file_import.save()
    return file_import


def apply(landlord: Landlord, file_import: FileImport, *, trial: bool = False) -> FileImport:
    """Run it, or try it; read anew."""
    principal = landlord.admin.principal
    services.apply(principal, file_import.key, trial=trial)
    with landlord_scope(principal):
        return services.import_of(principal, file_import.key)


def reasons(landlord: Landlord, file_import: FileImport) -> list[tuple[int, str]]:
    """Line and beginning of the reason of every rejected row."""
    with landlord_scope(landlord.admin.principal):
        rows = file_import.issues.filter(severity="rejected")
        return [(each.line, each.reason[:22]) for each in rows]
