"""What stands in the parameters of a path: for each object of the matrix, somebody's own, everybody else's, and nobody's."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from sharing.access.models import number_of
from tests.proof.world import LIVE, READS_RELEASES, READS_SITES, READS_ZONES, Reader, World

Values = dict[str, str]
MISSING: Final = "missing"
OTHERS: Final = 8  # organisations whose people, telephones and jobs are asked for
NOBODY: Final = "7e57ab1e-0b0d-4000-8000-000000000000"  # a key that names nothing
NO_ROW: Final = "7999999999"

# Objects of one landlord's stock: kind → the parameters of its row among the planted ones.
STOCK: Final[dict[str, Callable[[dict[str, Any]], Values]]] = {
    "site": lambda rows: {"key": str(rows["tenants_site"].key)},
    "site number": lambda rows: {"pk": str(rows["tenants_site"].pk)},
    "tile number": lambda rows: {"number": str(number_of(rows["tenants_site"].key))},
    "grant": lambda rows: {"key": str(rows["tenants_site"].key), "pk": str(rows["tenants_objectgrant"].pk)},
    "campaign": lambda rows: {"key": str(rows["tenants_campaign"].key)},
    "campaign site": lambda rows: {"campaign_key": str(rows["tenants_campaign"].key), "site_key": str(rows["tenants_site"].key)},
    "own rating": lambda rows: {"key": str(rows["tenants_assessment"].key)},
    "assessment": lambda rows: {"key": str(rows["tenants_assessment"].key)},
    "photograph": lambda rows: {"key": str(rows["tenants_photograph"].key)},
    "counter-visit": lambda rows: {"pk": str(rows["tenants_countervisit"].pk)},
    "lever": lambda rows: {"lever": rows["tenants_lever"].code},
    "intervention": lambda rows: {"key": str(rows["tenants_intervention"].key)},
    "stand-in": lambda rows: {"pk": str(rows["tenants_standin"].pk)},
    "arrival": lambda rows: {"pk": str(rows["tenants_arrival"].pk)},
    "prefilled file": lambda rows: {"key": str(rows["tenants_prefilledfile"].key)},
    "own grid": lambda rows: {"pk": str(rows["tenants_owngrid"].pk)},
    "barometer": lambda rows: {"pk": str(rows["tenants_barometer"].pk)},
    "barometer output": lambda rows: {
        "pk": str(rows["tenants_barometer"].pk), "key": str(rows["tenants_campaign"].key), "extension": "csv",
    },
    "geocoded address": lambda rows: {"key": str(rows["tenants_geocodedaddress"].key)},
    "import": lambda rows: {"key": str(rows["tenants_fileimport"].key)},
}  # fmt: skip
# Objects of a convention.
AGREED: Final[dict[str, Callable[[dict[str, Any]], Values]]] = {
    "convention": lambda made: {"key": str(made["convention"].key)},
    "convention step": lambda made: {"key": str(made["convention"].key), "code": "suspendre"},
    "annex": lambda made: {"key": str(made["convention"].key), "number": "1"},
    "planned annex": lambda made: {"key": str(made["convention"].key), "number": "2"},
    "annex step": lambda made: {"key": str(made["convention"].key), "number": "2", "code": "proposer"},
    "line": lambda made: {"key": str(made["convention"].key), "number": "2", "pk": str(made["line"].pk)},
    "party": lambda made: {"key": str(made["convention"].key), "pk": str(made["party"].pk)},
    "document": lambda made: {"key": str(made["document"].key)},
    "signature": lambda made: {"key": str(made["convention"].key), "pk": str(made["signature"].pk)},
    "round": lambda made: {"key": str(made["round"].key)},
    "forum": lambda made: {"key": str(made["forum"].key)},
    "meeting": lambda made: {"key": str(made["meeting"].key)},
    "agenda item": lambda made: {"key": str(made["meeting"].key), "pk": str(made["item"].pk)},
    "joint action": lambda made: {"key": str(made["action"].key)},
    "report": lambda made: {"key": str(made["report"].key)},
    "schedule": lambda made: {"key": str(made["schedule"].key)},
    "zone": lambda made: {"pk": str(made["neighbourhood"].pk)},
    "waiting report": lambda made: {"key": str(made["waiting"].key)},
}  # fmt: skip
# Objects of any organisation.
PERSONAL: Final[dict[str, Callable[[dict[str, Any]], Values]]] = {
    "member": lambda own: {"pk": str(own["membership"].pk)},
    "invitation": lambda own: {"pk": str(own["invitation"].pk)},
    "activation": lambda own: {"pk": str(own["activation"].pk)},
    "device": lambda own: {"pk": str(own["device"].pk)},
    "notice": lambda own: {"key": str(own["notice"].key)},
    "receipt": lambda own: {"key": str(own["receipt"].key)},
    "job": lambda own: {"key": str(own["job"].key)},
}
# Roles of a landlord whose reach is a part of it: « elsewhere » is out of it. Campaigns are the whole landlord's.
PART: Final = "DHG"
WHOLE: Final = {"campaign", "arrival", "lever", "stand-in"}


def candidates(kind: str, world: World, reader: Reader) -> Iterator[tuple[str, Values]]:
    """(label, parameters) of every object of a kind: the reader's own first, everybody's, one that does not exist."""
    if kind in STOCK:
        found = [(label, STOCK[kind](rows)) for label, rows in world.rows.items()]
    elif kind in AGREED:
        found = [(relation, AGREED[kind](made)) for relation, made in world.conventions.items()]
    elif kind in PERSONAL:
        own = reader.organisation.pk if reader.organisation else None
        found = [("own" if pk == own else f"org-{pk}", PERSONAL[kind](rows)) for pk, rows in world.own.items()]  # fmt: skip
        found.sort(key=lambda each: each[0] != "own")
        found = found[:OTHERS]
    else:
        yield from ((label, values) for label, values in _common(kind, world))
        return
    yield from found
    yield MISSING, {name: _nobody(name, value) for name, value in found[0][1].items()}


def _nobody(name: str, value: str) -> str:
    if name == "number" and len(value) > 3:  # the number by which tiles call a site
        return str(number_of(uuid.UUID(NOBODY)))
    if name == "pk":
        return NO_ROW
    return value if name in {"number", "code"} else NOBODY


def _common(kind: str, world: World) -> list[tuple[str, Values]]:
    assert world.partner is not None
    tile = world_tiles(world)
    return {
        "": [("", {})],
        "tile": [("", values) for values in tile],
        "territory tile": [("", values | {"kind": "commune"}) for values in tile],
        "vignette": [("", _vignette(world))],
        "vignette set": [("", {"number": _vignette(world)["number"]})],
        "partner": [("", {"key": str(world.partner.key)})],
        "secret": [("", {"secret": uuid.UUID(NOBODY).hex})],
    }[kind]


def _vignette(world: World) -> Values:
    vignette = world.rows["home"]["tenants_vignetteanswer"].vignette
    return {"number": str(vignette.vignette_set.version), "pk": str(vignette.pk)}


def world_tiles(world: World) -> list[Values]:
    """A tile of three zooms around the planted sites."""
    import math

    site = world.rows["home"]["tenants_site"].geom.transform(4326, clone=True)
    found = []
    for zoom in (8, 11, 14):
        side = 2**zoom
        latitude = math.asinh(math.tan(math.radians(site.y)))
        x, y = int((site.x + 180) / 360 * side), int((1 - latitude / math.pi) / 2 * side)
        found.append({"z": str(zoom), "x": str(x), "y": str(y)})
    return found


def is_within(  # noqa: C901 -- one case a reach
    reach: str, kind: str, label: str, reader: Reader, world: World
) -> bool:
    """Whether the reach of a row holds the object of that label, for a reader whom the gate lets in."""
    if reach == "anyone":
        return kind != "partner" or reader.bound
    if label == MISSING:
        return False
    relation = world.relation(label)
    own = _own_labels(reader)
    match reach:
        case "own":
            if kind in PERSONAL:
                return label == "own"
            if kind == "own rating" and not (
                reader.letter == "A" and reader.bound
            ):  # the administrator gave the planted ones
                return False
            out = label == "elsewhere" and reader.letter in PART and kind not in WHOLE
            return label in own and not out
        case "shared":
            if not reader.bound:
                return reader.letter == "A" and relation == "stranger" and label not in own
            return relation in READS_SITES
        case "party":
            return (relation == "stranger") == (not reader.bound) and (reader.bound or reader.letter == "A")  # fmt: skip
        case "forum":
            if reader.letter in "XY":
                return reader.bound and relation != "stranger"
            if not reader.bound:
                return reader.letter == "A" and relation == "stranger"
            return relation in LIVE
        case "held":
            return reader.bound and relation != "stranger"
        case "zone":
            if not reader.bound:
                return reader.letter == "A" and relation == "stranger" and "stranger-2" in world.landlords  # fmt: skip
            return relation in READS_ZONES
        case "released":
            if reader.bound and reader.letter in "XY":
                return relation != "stranger"
            if not reader.bound:
                return reader.letter == "A" and relation == "stranger" and "stranger-2" in world.landlords  # fmt: skip
            return relation in READS_RELEASES
    raise KeyError(reach)


def _own_labels(reader: Reader) -> set[str]:
    if reader.letter in "ASDHGP":
        return {"home", "elsewhere"} if reader.bound else {"stranger-1"}
    return set()


PARAMETER: Final = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def path_of(route: str, values: Values) -> str:
    """The path of a route with these parameters; those that are not given get something harmless."""
    filled = PARAMETER.sub(lambda found: str(values.get(found[1] or found[2], "1")), route)
    return "/" + filled.replace("^", "").replace("$", "").replace("\\", "")
