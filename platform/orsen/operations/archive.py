"""The file of a backup: a tar with the database's dump, the private files, and a manifest that closes it.

The manifest comes last and holds the SHA-256 of all that precedes it, so that an archive cut short is told from a
whole one, and a damaged one is refused before anything is touched.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from orsen.operations.postgresql import OperationError

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
MEDIA = "media"
CHUNK = 1 << 20


@dataclass
class Manifest:
    """What the archive holds, and what the installation was when it was made."""

    made_at: str
    database: str
    server_version: int
    migrations: list[str]
    rows: dict[str, int]
    format: int = FORMAT
    files: dict[str, str] = field(
        default_factory=dict
    )  # name in the archive → SHA-256, hexadecimal


class HashingReader(io.RawIOBase):
    """A file being read, with the SHA-256 of what has been read so far."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on, taking the bytes into the digest."""
        piece = self.source.read(size)
        self.digest.update(piece)
        return piece


def write(path: Path, dump: Path, media: Path, manifest: Manifest) -> None:
    """Write the archive in one go: a file beside it, forced to the disk, then renamed."""
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, dump, DUMP, manifest)
            for file in sorted(each for each in media.rglob("*") if each.is_file()):
                _add(
                    archive,
                    file,
                    str(PurePosixPath(MEDIA) / file.relative_to(media).as_posix()),
                    manifest,
                )
            text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
            info = tarfile.TarInfo(MANIFEST)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
        raw.flush()
        os.fsync(raw.fileno())
    partial.rename(path)


def _add(archive: tarfile.TarFile, file: Path, name: str, manifest: Manifest) -> None:
    with file.open("rb") as source:
        info = tarfile.TarInfo(name)
        info.size = os.fstat(source.fileno()).st_size
        reader = HashingReader(source)
        archive.addfile(info, reader)
        manifest.files[name] = reader.digest.hexdigest()


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack the archive into an empty folder and check every file against the manifest.

    Raises OperationError when the archive is not one of ours, is cut short or damaged.
    """
    try:
        with tarfile.open(path, "r|") as archive:
            digests = {member.name: _extract(archive, member, folder) for member in archive}
    except (tarfile.TarError, OSError) as error:
        raise OperationError(
            _("« %(path)s » ne se lit pas : %(error)s. Prenez une autre sauvegarde.")
            % {"path": path, "error": error}
        ) from error
    if digests.pop(MANIFEST, None) is None:
        raise OperationError(
            _(
                "« %(path)s » n’a pas de manifeste : l’archive est incomplète. Prenez une autre sauvegarde."
            )
            % {"path": path}
        )
    fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if fields.get("format") != FORMAT:
        raise OperationError(
            _("Le format %(format)s de cette sauvegarde n’est pas connu de cette version.")
            % {"format": fields.get("format")}
        )
    manifest = Manifest(**fields)
    if digests != manifest.files:
        names = sorted(
            name
            for name in digests.keys() | manifest.files.keys()
            if digests.get(name) != manifest.files.get(name)
        )
        raise OperationError(
            _("La sauvegarde est abîmée (%(names)s). Rien n’a été touché : prenez-en une autre.")
            % {"names": ", ".join(names[:5])}
        )
    return manifest


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Write one member under the folder and return its SHA-256. Raises TarError for what a backup never holds."""
    parts = PurePosixPath(member.name).parts
    expected = member.name in {DUMP, MANIFEST} or (len(parts) > 1 and parts[0] == MEDIA)
    source = archive.extractfile(member) if member.isreg() else None
    if source is None or not expected or ".." in parts:
        raise tarfile.TarError(member.name)
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
        while piece := source.read(CHUNK):
            digest.update(piece)
            output.write(piece)
    return digest.hexdigest()
