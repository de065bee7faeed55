"""The site that a row speaks of: by the landlord's code, its address, or its name."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from django.utils.translation import gettext_lazy as _

from gis.territories.codes import BadCodeError
from tenants.imports.cleaning import codes
from tenants.imports.cleaning.notes import Note, RejectedRowError
from tenants.imports.cleaning.numbers import whole
from tenants.imports.cleaning.streets import match_key
from tenants.imports.cleaning.text import fold, repair
from tenants.imports.layouts.fields import Field
from tenants.imports.layouts.proposing import NAME_PATTERNS
from tenants.imports.stock.addresses import read_address
from tenants.imports.stock.communes import CommuneBook, load_communes
from tenants.stock.models import Address, Site

_GROUP = _("Site")
SITE_FIELDS: Final = (
    Field("site_code", _("code du site (résidence, groupe)"), _GROUP),
    Field("site_name", _("nom du site"), _GROUP),
    Field("full_address", _("adresse complète (numéro et voie)"), _GROUP),
    Field("number", _("numéro"), _GROUP),
    Field("street", _("voie"), _GROUP),
    Field("postcode", _("code postal"), _GROUP),
    Field("commune_code", _("code INSEE de la commune"), _GROUP),
    Field("commune_name", _("nom de la commune"), _GROUP),
    Field("ban_id", _("clé d’interopérabilité BAN"), _GROUP),
)
SITE_NAMES: Final = frozenset(field.name for field in SITE_FIELDS)
SITE_PATTERNS: Final = tuple(
    (name, pattern) for name, pattern in NAME_PATTERNS if name in SITE_NAMES
)
TELL_THE_SITE: Final = ("site_code", "site_name", "full_address", "street", "ban_id")
Row = dict[str, str]


class SiteBook:
    """The landlord's sites by everything that a row may say of one. Made in the landlord's scope."""

    def __init__(self) -> None:
        """Read the sites and their addresses."""
        self.sites: dict[int, Site] = {site.pk: site for site in Site.objects.all()}
        self._codes = {fold(site.code): site.pk for site in self.sites.values()}
        self._names: dict[str, set[int]] = defaultdict(set)
        self._marks: dict[str, set[int]] = defaultdict(set)
        for site in self.sites.values():
            self._names[fold(site.name)].add(site.pk)
        rows = Address.objects.values_list("site_id", "match_key", "ban_id")
        for site_id, key, ban_id in rows:
            for mark in (key, ban_id):
                if mark:
                    self._marks[mark].add(site_id)
        self._communes: CommuneBook = load_communes()
        self._known: dict[tuple[str, ...], Site] = {}

    def find(self, row: Row) -> Site:
        """The one site that the row names. Raises RejectedRowError: none, several, or the row names no site."""
        said = tuple(row.get(name, "").strip() for name in sorted(SITE_NAMES))
        site = self._known.get(said)
        if site is None:
            site = self._known[said] = self._found(row)
        return site

    def _found(self, row: Row) -> Site:
        code = whole(row.get("site_code", ""))
        if code:
            if (found := self._codes.get(fold(code))) is not None:
                return self.sites[found]
            raise RejectedRowError(Note("unknown_site", "site_code", code))
        said = False
        for field, marks in (
            ("ban_id", self._marks.get(row.get("ban_id", "").strip())),
            ("full_address" if row.get("full_address") else "street", self._at(row)),
            ("site_name", self._names.get(fold(repair(row.get("site_name", ""))[0]))),
        ):
            text = row.get(field, "")
            if not text:
                continue
            said = True
            if marks is not None and len(marks) == 1:
                return self.sites[next(iter(marks))]
            if marks is not None and len(marks) > 1:
                raise RejectedRowError(Note("several_sites", field, text))
        field = next((name for name in TELL_THE_SITE if row.get(name)), "site_code")
        raise RejectedRowError(
            Note("unknown_site" if said else "no_site", field, row.get(field, ""))
        )

    def _at(self, row: Row) -> set[int] | None:
        parts = [name for name in ("full_address", "number", "street") if name in row]
        cleaned: Row = {name: repair(row[name])[0] for name in parts}
        address = read_address(cleaned, [])
        if not address.street:
            return None
        postcode = codes.read_postcode(row["postcode"])[0] if row.get("postcode") else ""
        try:
            commune = codes.read_commune(row.get("commune_code", ""))[0]
        except BadCodeError:
            commune = self._communes.find(row.get("commune_name", ""), postcode)
        return self._marks.get(match_key(commune or postcode, address.number, address.street))
