"""A landlord's staff from a CSV: read, checked row by row without changing anything, then applied.

One person a row: `fonction` (shown name), `rôle`, and where they apply `adresse électronique`, `agence` (codes or names)
and `sites` (the landlord's codes); several in a cell are parted by a bar or a comma. A caretaker without an address gets
an account that only an activated telephone opens.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership
from accounts.principal import Principal
from accounts.roles import Role, roles_of
from tenants.people.forms import split_codes
from tenants.stock.models import Agency, Site

MOST_ROWS: Final = 2_000
MOST_BYTES: Final = 1_048_576
COLUMNS: Final = {
    "fonction": ("fonction", "nom affiche", "nom", "personne"),
    "role": ("role", "profil"),
    "email": ("adresse electronique", "courriel", "email", "e-mail", "mail", "adresse mail"),
    "agency": ("agence", "agences"),
    "sites": ("sites", "site", "codes site", "code site", "codes des sites"),
}


class StaffFileError(ValueError):
    """A file that cannot be read at all, in a sentence for who sent it."""


@dataclass
class Row:
    """A row, what it would do, or why it is refused."""

    line: int
    fonction: str
    role: Role | None
    email: str
    agencies: list[Agency] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    membership: Membership | None = None
    outcome: str = ""
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether it is left out."""
        return bool(self.reason)


def plain(text: str) -> str:
    """Lower case, without accents or doubled spaces: how titles and labels are compared."""
    kept = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(c for c in kept if not unicodedata.combining(c)).split())


def text_of(raw: bytes) -> str:
    """The text of the file. Raises StaffFileError for one that is too large or is no text."""
    if len(raw) > MOST_BYTES:
        raise StaffFileError(_("Ce fichier dépasse 1 Mo : envoyez-le en plusieurs parties."))
    if b"\x00" in raw:
        raise StaffFileError(
            _("Ce fichier n’est pas un CSV : enregistrez-le au format CSV depuis votre tableur.")
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def cells_of(text: str) -> list[dict[str, str]]:
    """The rows as {column: cell}. Raises StaffFileError when the columns that are needed are not there."""
    text = text.lstrip("\ufeff")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise StaffFileError(_("Ce fichier n’est pas un CSV lisible : %s.") % error) from error
    if len(rows) - 1 > MOST_ROWS:
        raise StaffFileError(_("Plus de 2 000 lignes : envoyez le fichier en plusieurs parties."))
    titles = [plain(title) for title in rows[0]] if rows else []
    places = {
        name: titles.index(alias)
        for name, aliases in COLUMNS.items()
        for alias in reversed(aliases)
        if alias in titles
    }
    if "fonction" not in places or "role" not in places:
        raise StaffFileError(
            _("Il manque la colonne « fonction » ou « rôle » : reprenez le modèle proposé.")
        )
    return [
        {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        for row in rows[1:]
    ]


def check(principal: Principal, text: str) -> list[Row]:
    """What each row would do. Changes nothing; needs the landlord's scope. Raises StaffFileError."""
    roles = {
        plain(name): role for role in roles_of("landlord") for name in (role.code, str(role.label))
    }
    agencies = {
        plain(name): each for each in Agency.objects.all() for name in (each.name, each.code)
    }
    sites = {site.code: site for site in Site.objects.all()}
    live = Membership.objects.live().filter(organisation_id=principal.organisation_id)
    held: dict[str, list[Membership]] = {}
    for membership in live.select_related("user"):
        held.setdefault(membership.user.email, []).append(membership)
    open_to = set(
        Invitation.objects.filter(
            organisation_id=principal.organisation_id, accepted_at=None, cancelled_at=None
        ).values_list("email", "role_code")
    )
    rows, seen = [], set()
    for number, cells in enumerate(cells_of(text), start=2):
        row = Row(
            number,
            cells["fonction"],
            roles.get(plain(cells["role"])),
            cells.get("email", "").lower(),
        )
        row.reason = _places(row, cells, agencies, sites) or _person(row, cells, held, open_to)
        who = (row.email or plain(row.fonction), row.role.code if row.role else "")
        if not row.reason and who in seen:
            row.reason = _("Cette personne figure déjà plus haut dans le fichier.")
        seen.add(who)
        rows.append(row)
    return rows  # fmt: skip


def _places(
    row: Row, cells: dict[str, str], agencies: dict[str, Agency], sites: dict[str, Site]
) -> str:
    if row.role is None:
        return _("Rôle inconnu : « %s ».") % cells["role"]
    named, codes = split_codes(cells.get("agency", "")), split_codes(cells.get("sites", ""))
    unknown = [name for name in named if plain(name) not in agencies]
    unknown += [code for code in codes if code not in sites]
    if unknown:
        return _("Inconnu dans votre patrimoine : %s.") % ", ".join(unknown[:5])
    if row.role.reach == "agency":
        row.agencies = list(
            {agencies[plain(name)].pk: agencies[plain(name)] for name in named}.values()
        )
    if row.role.reach == "assigned":
        row.sites = [sites[code] for code in codes]
    return ""  # fmt: skip


def _person(
    row: Row, cells: dict[str, str], held: dict[str, list[Membership]], open_to: set[tuple[str, str]]
) -> str:  # fmt: skip
    if not row.fonction or len(row.fonction) > 120 or row.role is None:
        return _("La fonction manque, ou dépasse 120 caractères.")
    if not row.email:
        return _without_address(row, held)
    try:
        validate_email(row.email)
    except ValidationError:
        return _("« %s » n’est pas une adresse électronique.") % cells["email"]
    mine = held.get(row.email, [])
    row.membership = next((each for each in mine if each.role_code == row.role.code), None)
    if row.membership is not None:
        row.outcome = _("déjà membre : affectation mise à jour")
    elif mine:
        return (
            _("Déjà membre comme « %s » : changez son rôle dans « Personnes ».")
            % mine[0].role.label
        )
    elif (row.email, row.role.code) in open_to:
        row.outcome = _("déjà invitée : nouvelle invitation")
    else:
        row.outcome = _("invitation par courriel")
    return ""  # fmt: skip


def _without_address(row: Row, held: dict[str, list[Membership]]) -> str:
    if row.role is None or row.role.reach != "assigned":
        return _("Sans adresse électronique, seul un gardien peut être ajouté.")
    same = [
        each
        for members in held.values()
        for each in members
        if each.role_code == row.role.code
        and not each.user.has_address
        and plain(each.user.display_name) == plain(row.fonction)
    ]
    row.membership = same[0] if same else None
    row.outcome = (
        _("déjà là : affectation mise à jour")
        if same
        else _("compte sans adresse : activez son téléphone")
    )
    return ""
