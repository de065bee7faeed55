"""Write the drafts of a file as sites and addresses; found again by code, or by their addresses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point

from gis.territories.placement import Placement
from tenants.imports.cleaning.positions import LAMBERT_93, Position
from tenants.imports.stock.gathering import AddressDraft
from tenants.imports.stock.grouping import SiteDraft, derived_code
from tenants.stock.models import Address, Agency, Site
from tenants.stock.placement import PLACED, Hint, locate, nearest_to_middle

BATCH = 1_000
SITE_FIELDS = (
    "name",
    "agency",
    "sector",
    "address",
    "postcode",
    "commune_name",
    "dwellings",
    "geom",
    *PLACED,
)
ADDRESS_FIELDS = (
    "number", "street", "complement", "postcode", "commune_code", "commune_name", "ban_id", "rnb_id", "dwellings",
    "construction_year", "geom", "quality",
)  # fmt: skip


@dataclass(slots=True)
class Stored:
    """What was written: each site with its draft and its placement, and how many were new, found again, left."""

    lines: list[tuple[Site, SiteDraft, Placement]]
    created: int
    updated: int
    untouched: int
    addresses_removed: int
    left: list[Site]
    new_ids: set[int]


def store(drafts: list[SiteDraft], landlord_id: int, *, named: bool) -> Stored:
    """Create or update the sites of the drafts, place them, and replace their addresses' counts.

    `named`: the file has a column for the site's name, which then wins over the present one. Sites of the landlord
    that the file does not hold are left as they are; rows that would not change are not written. Runs in the
    landlord's scope.
    """
    existing = list(Site.objects.order_by("pk"))
    before = {site.pk: _values(site, SITE_FIELDS) for site in existing}
    found = _match(drafts, existing)
    agencies = _agencies(drafts, landlord_id)
    codes = {site.code for site in existing}
    sites = []
    for number, draft in enumerate(drafts):
        site = found.get(number)
        if site is None:
            code = _free_code(derived_code(draft), codes)
            site = Site(landlord_id=landlord_id, code=code, name=site_name(draft))
        elif named and (text := _most(draft, "site_name")):
            site.name = text
        _fill(site, draft, agencies)
        sites.append(site)
    placements = locate(sites, [_hint(draft) for draft in drafts])
    new = [site for site in sites if site.pk is None]
    changed = [
        site
        for site in sites
        if site.pk is not None and _values(site, SITE_FIELDS) != before[site.pk]
    ]
    created = len(new)
    Site.objects.bulk_create(new, batch_size=BATCH)
    _update(Site, changed, SITE_FIELDS, ("landlord", "code"))
    removed = _store_addresses(list(zip(drafts, sites, strict=True)), landlord_id)
    lines = list(zip(sites, drafts, placements, strict=True))
    held = {site.pk for site in found.values()}
    left = [site for site in existing if site.pk not in held and site.state == Site.State.MANAGED]
    new_ids = {site.pk for site in new}
    return Stored(lines, created, len(found), len(existing) - len(found), removed, left, new_ids)


def _values(row: Site | Address, fields: tuple[str, ...]) -> tuple[object, ...]:
    """What a row holds, in a form that can be compared."""
    values = (getattr(row, f"{name}_id" if name == "agency" else name) for name in fields)
    return tuple((each.x, each.y) if isinstance(each, Point) else each for each in values)


def _update(
    model: type[Site | Address], rows: Sequence[Any], fields: tuple[str, ...], unique: tuple[str, ...]
) -> None:  # fmt: skip
    """Update many rows in one statement a batch: Django’s bulk_update took minutes for 10,000 rows."""
    model.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, update_fields=fields, unique_fields=unique
    )


def _match(drafts: list[SiteDraft], existing: list[Site]) -> dict[int, Site]:
    """The present site of each draft: by code; else, without a code of the landlord's, the one that has its addresses."""
    by_code = {site.code: site for site in existing}
    by_id = {site.pk: site for site in existing}
    found: dict[int, Site] = {}
    for number, draft in enumerate(drafts):
        # Popped: of two drafts with one code (long names are cut), the second looks for its addresses.
        site = by_code.pop(derived_code(draft), None)
        if site is not None:
            found[number] = site
    holders: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for key, site_id, dwellings in Address.objects.values_list("match_key", "site_id", "dwellings"):
        holders[key].append((site_id, dwellings))
    taken = {site.pk for site in found.values()}
    for number, draft in enumerate(drafts):
        if number in found or draft.key.kind == "code":
            continue
        votes: Counter[int] = Counter()
        for address in draft.addresses:
            for site_id, dwellings in holders.get(address.key, ()):
                if site_id not in taken:
                    votes[site_id] += max(dwellings, 1)
        if votes:
            site_id = max(votes, key=lambda pk: (votes[pk], -pk))
            found[number] = by_id[site_id]
            taken.add(site_id)
    return found


def _free_code(code: str, codes: set[str]) -> str:
    free, number = code, 1
    while free in codes:
        number += 1
        free = f"{code[:56]}-{number}"
    codes.add(free)
    return free


def _agencies(drafts: Iterable[SiteDraft], landlord_id: int) -> dict[str, Agency]:
    """The agencies that the file names, by code or name; the missing ones are made."""
    names = {name for draft in drafts if (name := _most(draft, "agency"))}
    if not names:
        return {}
    known: dict[str, Agency] = {}
    for agency in Agency.objects.all():
        known.setdefault(agency.name, agency)
        known[agency.code] = agency
    missing = sorted(name for name in names if name not in known and name[:40] not in known)
    made = Agency.objects.bulk_create(
        Agency(landlord_id=landlord_id, code=code, name=name[:120])
        for code, name in {name[:40]: name for name in missing}.items()
    )
    known |= {agency.code: agency for agency in made}
    return {name: known.get(name) or known[name[:40]] for name in names}


def _most(draft: SiteDraft, name: str) -> str:
    """The answer of the site's addresses, by dwellings."""
    votes: Counter[str] = Counter()
    for address in draft.addresses:
        votes.update(address.texts.get(name, {}))
    return max(votes, key=lambda value: (votes[value], value)) if votes else ""


def site_name(draft: SiteDraft) -> str:
    """What a new site is called: its name in the file, its residence, or its main address."""
    main = draft.main
    given = _most(draft, "site_name")
    if not given and draft.key.kind == "name":
        given = _most(draft, "residence")
    return (given or f"{main.number} {main.street}".strip())[:160]


def _fill(site: Site, draft: SiteDraft, agencies: dict[str, Agency]) -> None:
    main = draft.main
    site.address = f"{main.number} {main.street}".strip()[:240]
    site.postcode = main.postcode
    site.commune_name = main.text("commune_name")
    site.dwellings = draft.dwellings
    if agency := agencies.get(_most(draft, "agency")):
        site.agency = agency
    if sector := _most(draft, "sector"):
        site.sector = sector
    if position := site_position(draft):
        site.geom = _point(position)


def site_position(draft: SiteDraft) -> Position | None:
    """The position of the address that is nearest to the middle of the dwellings: a pin stands at a real address."""
    placed = [
        (each.position, each.dwellings) for each in draft.addresses if each.position is not None
    ]
    return nearest_to_middle(placed) if placed else None


def _point(position: Position) -> Point:
    return Point(position.x, position.y, srid=LAMBERT_93)


def _hint(draft: SiteDraft) -> Hint:
    codes: Counter[str] = Counter()
    for address in draft.addresses:
        if address.commune_code:
            codes[address.commune_code] += max(address.dwellings, 1)
    commune = max(codes, key=lambda code: (codes[code], code)) if codes else ""
    return Hint(commune, _most(draft, "iris_code"), _most(draft, "qpv_code"))


def _store_addresses(pairs: list[tuple[SiteDraft, Site]], landlord_id: int) -> int:
    """Write the addresses; returns how many of these sites are no longer in the file and were removed."""
    present = {
        (address.site_id, address.match_key): address
        for address in Address.objects.filter(site__in=[site.pk for _draft, site in pairs])
    }
    new, changed = [], []
    for draft, site in pairs:
        for each in draft.addresses:
            address = present.pop((site.pk, each.key), None)
            if address is None:
                address = Address(landlord_id=landlord_id, site=site, match_key=each.key)
                _fill_address(address, each)
                new.append(address)
                continue
            before = _values(address, ADDRESS_FIELDS)
            _fill_address(address, each)
            if _values(address, ADDRESS_FIELDS) != before:
                changed.append(address)
    gone = [address.pk for address in present.values()]
    Address.objects.filter(pk__in=gone).delete()
    Address.objects.bulk_create(new, batch_size=BATCH)
    _update(Address, changed, ADDRESS_FIELDS, ("landlord", "site", "match_key"))
    return len(gone)


def _fill_address(address: Address, draft: AddressDraft) -> None:
    address.number, address.street = draft.number, draft.street
    address.complement = draft.buildings
    address.postcode, address.commune_code = draft.postcode, draft.commune_code
    address.commune_name = draft.text("commune_name")
    address.ban_id = draft.text("ban_id") or address.ban_id
    address.rnb_id = draft.text("rnb_id") or address.rnb_id
    address.dwellings = draft.dwellings
    address.construction_year = draft.year or address.construction_year
    if position := draft.position:
        address.geom = _point(position)
        address.quality = draft.quality
    elif address.geom is None:
        address.quality = draft.quality
