"""A landlord's data in one archive that anybody can open: tables as CSV, places as GeoJSON, its files.

Every table that holds something of the landlord goes in, by the same list that the deletion uses. Text goes out in
UTF-8 with `;` between columns, as French spreadsheets open it.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.db import connections, models, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from orsen.operations.departure.tables import Rows, rows_of_landlords
from orsen.operations.postgresql import OperationError

FORMAT = 1
MANIFEST = "manifeste.json"
# Who holds it reads what telephones sealed: a secret of the installation, of no use once the data has been opened.
LEFT_OUT = frozenset({"tenants_capturekey.private"})
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ABOUT = """\
Données de {name}, exportées le {date}.

tables/        une table par fichier, colonnes séparées par « ; », UTF-8. Les géométries y sont en WKT, Lambert-93
               (EPSG:2154). Un texte qui commencerait comme une formule de tableur est précédé d’une apostrophe.
geographie/    les mêmes lignes en GeoJSON (WGS 84), pour les tables qui ont une position.
fichiers/      les fichiers envoyés ou produits, sous leur chemin d’origine.
{manifest}     le nombre de lignes de chaque table et le SHA-256 de chaque fichier.
"""


def find_landlord(name: str) -> Organisation:
    """The landlord of that name, short name or key. Raises OperationError for none or for another organisation."""
    known = Organisation.objects.using("owner").filter(kind=Organisation.Kind.LANDLORD)
    found = [each for each in known if name in {each.name, each.short_name, str(each.key)}]
    if len(found) != 1:
        names = ", ".join(sorted(each.short_name for each in known))
        raise OperationError(
            _("« %(name)s » ne désigne pas un bailleur. Bailleurs connus : %(names)s.")
            % {"name": name, "names": names}
        )
    return found[0]


def export_landlord(landlord: Organisation, path: Path) -> dict[str, int]:
    """Write the archive and return the rows of each table. One snapshot; an existing file is never overwritten.

    Raises OperationError when the file exists, cannot be written, or a private file is missing from the disk.
    """
    partial = path.with_name(f"{path.name}.partial")
    if path.exists():
        raise OperationError(
            _("« %(path)s » existe déjà : choisissez un autre nom.") % {"path": path}
        )
    try:
        partial.touch(mode=0o600)
        with (
            zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive,
            transaction.atomic("owner"),
        ):
            with connections["owner"].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            rows = Writer(archive, landlord).write()
        partial.rename(path)
    except OSError as error:
        raise OperationError(
            _("L’export n’a pas pu être écrit : %(error)s") % {"error": error}
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return rows


class Writer:
    """Writes one landlord's archive."""

    def __init__(self, archive: zipfile.ZipFile, landlord: Organisation) -> None:
        """Keep where to write and whose data."""
        self.archive = archive
        self.landlord = landlord
        self.digests: dict[str, str] = {}
        self.rows: dict[str, int] = {}

    def write(self) -> dict[str, int]:
        """Write everything; return the rows of each table."""
        for each in rows_of_landlords():
            self._table(each)
        self._people()
        for name in private_files(self.landlord):
            self._file(name)
        date = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        about = ABOUT.format(name=self.landlord.name, date=date, manifest=MANIFEST)
        self._text("LISEZ-MOI.txt", about)
        manifest = {
            "format": FORMAT,
            "bailleur": str(self.landlord.key),
            "nom": self.landlord.name,
            "exporte_le": date,
            "lignes": self.rows,
            "fichiers": self.digests,
        }
        self.archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        return self.rows

    def _text(self, name: str, text: str) -> None:
        content = text.encode("utf-8")
        self.archive.writestr(name, content)
        self.digests[name] = hashlib.sha256(content).hexdigest()

    def _table(self, rows: Rows) -> None:
        fields = [
            field
            for field in rows.model._meta.local_fields
            if f"{rows.table}.{field.column}" not in LEFT_OUT
        ]
        name = rows.name
        output = io.StringIO()
        writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
        writer.writerow([field.column for field in fields])
        places: list[dict[str, Any]] = []
        count = 0
        for record in records(rows, self.landlord):
            count += 1
            writer.writerow([cell(record, field) for field in fields])
            places.extend(feature(record, fields))
        self._text(f"tables/{name}.csv", "\ufeff" + output.getvalue())
        if places:
            collection = {"type": "FeatureCollection", "features": places}
            self._text(f"geographie/{name}.geojson", json.dumps(collection, ensure_ascii=False))
        self.rows[name] = count

    def _people(self) -> None:
        output = io.StringIO()
        writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
        writer.writerow(["membership_id", "display_name", "email", "role_code"])
        memberships = self.landlord.memberships.using("owner").select_related("user").order_by("pk")
        for each in memberships:
            writer.writerow(
                [each.pk, safe(each.user.display_name), safe(each.user.email), each.role_code]
            )
        self._text("tables/personnes.csv", "\ufeff" + output.getvalue())

    def _file(self, name: str) -> None:
        path = Path(settings.MEDIA_ROOT) / name
        digest = hashlib.sha256()
        with (
            path.open("rb") as source,
            self.archive.open(f"fichiers/{name}", "w", force_zip64=True) as output,
        ):
            while piece := source.read(1 << 20):
                digest.update(piece)
                output.write(piece)
        self.digests[f"fichiers/{name}"] = digest.hexdigest()


def records(rows: Rows, landlord: Organisation) -> Iterator[models.Model]:
    """The landlord's rows of a table, as the owner reads them."""
    found = rows.model._base_manager.using("owner").filter(**{rows.column: landlord.pk})
    yield from found.order_by("pk").iterator(chunk_size=2000)


def cell(record: models.Model, field: models.Field[Any, Any]) -> str:
    """One value as text: dates as ISO 8601, yes and no as 1 and 0, bytes in hexadecimal, structures as JSON, geometries WKT."""
    value = getattr(record, field.attname)
    if value is None:
        return ""
    if isinstance(field, GeometryField):
        return str(value.wkt)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return safe(json.dumps(value, ensure_ascii=False, default=str))
    return (
        safe(str(value)) if isinstance(field, models.CharField | models.TextField) else str(value)
    )


def safe(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def feature(record: models.Model, fields: list[models.Field[Any, Any]]) -> Iterator[dict[str, Any]]:
    """The record as a GeoJSON feature (EPSG:4326) for each geometry that it has."""
    for field in fields:
        geometry = getattr(record, field.attname) if isinstance(field, GeometryField) else None
        if geometry is not None:
            others = [each for each in fields if not isinstance(each, GeometryField)]
            yield {
                "type": "Feature",
                "geometry": json.loads(geometry.transform(4326, clone=True).json),
                "properties": {each.column: cell(record, each) for each in others},
            }


def private_files(landlord: Organisation) -> list[str]:
    """Paths under MEDIA_ROOT of the landlord's files: what was sent (file fields) and what was made (`path`)."""
    names: set[str] = set()
    for rows in rows_of_landlords():
        for field in rows.model._meta.local_fields:
            if isinstance(field, models.FileField) or (
                field.name == "path" and rows.table == "sharing_receipt"
            ):
                names |= {
                    str(value)
                    for value in rows.model._base_manager.using("owner")
                    .filter(**{rows.column: landlord.pk})
                    .values_list(field.name, flat=True)
                    if value
                }
    return sorted(names)
