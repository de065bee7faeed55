"""Sites and addresses: how many dwellings, whose, in which block, on which street.

Sizes follow the averages that the domain notes give: about 63 dwellings a site and 14.6 an address. About 45 % of the
sites stand in QPV-like areas, where several landlords are neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from orsen.demo.areas import NOWHERE, Areas
from orsen.demo.chance import Floats, Ints, generator, shares
from orsen.demo.ground import Ground
from orsen.demo.names import NOUNS, RESIDENCES, capital
from orsen.demo.size import DepartementSize, Size
from orsen.demo.streets import Layer

DWELLINGS_PER_ADDRESS: Final = 14.6
SHARE_IN_QPV: Final = 0.45
# Weight of each of the twelve landlords in each département; the second has five of them, of five groups.
LANDLORD_WEIGHTS: Final = (
    (0.18, 0.07, 0.13, 0.06, 0.14, 0.05, 0.10, 0.08, 0.07, 0.05, 0.04, 0.03),
    (0.30, 0.0, 0.25, 0.0, 0.20, 0.0, 0.15, 0.10, 0.0, 0.0, 0.0, 0.0),
)
ADDRESS_STEP, SET_BACK = 21.0, 15.0  # metres between entrances, and from the middle of the street
# Parts of the stock that came or went during the campaigns.
ARRIVALS, DEPARTURES = 0.03, 0.01


@dataclass
class AddressPlan:
    """One address to be; position in EPSG:2154."""

    number: str
    street: str
    dwellings: int
    x: float
    y: float


@dataclass
class SitePlan:
    """One site to be."""

    landlord: int
    departement: int
    block: int
    commune: int
    iris: int
    qpv: int  # NOWHERE outside
    name: str
    dwellings: int
    construction_year: int
    addresses: list[AddressPlan]
    x: float = 0.0
    y: float = 0.0
    first_campaign: int = 0  # index of the first campaign that holds it
    last_campaign: int = 99


def site_sizes(random: np.random.Generator, count: int, dwellings: int) -> Ints:
    """Dwellings of each site: many small, few large, the given sum."""
    weights = np.clip(random.lognormal(0.0, 0.85, count), 0.06, 7.5)
    return shares(dwellings, weights, least=4)


class Fronts:
    """Hands out positions along the streets of a block, one entrance after the other."""

    def __init__(self, random: np.random.Generator, ground: Ground, layer: Layer) -> None:
        """Start with every front free."""
        self._random, self._ground, self._layer = random, ground, layer
        self.parks = layer.parks
        self._known: dict[int, list[tuple[float, float, str]]] = {}
        self._next: dict[int, int] = {}
        self._number: dict[tuple[int, str], int] = defaultdict(int)
        shapely.prepare(layer.water)

    def take(self, block: int, count: int) -> list[tuple[float, float, str, str]]:
        """`count` entrances as (x, y, number, street); fewer where the block has little dry front."""
        found: list[tuple[float, float, str, str]] = []
        slots = self._slots(block)
        if not slots:
            return found
        start = int(self._next.get(block, self._random.integers(len(slots))))
        for step in range(min(len(slots), count)):
            x, y, street = slots[(start + step) % len(slots)]
            place = (int(self._ground.commune[block]), street)
            self._number[place] += int(self._random.choice([1, 2, 2, 4]))
            found.append((x, y, str(self._number[place]), street))
        self._next[block] = start + len(found) + 1
        return found

    def has_room(self, block: int) -> bool:
        """Whether the block has at least one dry entrance on a street."""
        return bool(self._slots(block))

    def _slots(self, block: int) -> list[tuple[float, float, str]]:
        """Every entrance that the block has room for, street by street."""
        if block not in self._known:
            self._known[block] = self._find_slots(block)
        return self._known[block]

    def _find_slots(self, block: int) -> list[tuple[float, float, str]]:
        centre = self._ground.points[block]
        slots = []
        for (x1, y1, x2, y2), street in sorted(
            self._layer.fronts.get(block, []), key=lambda front: front[1]
        ):
            length = float(np.hypot(x2 - x1, y2 - y1))
            for along in np.arange(SET_BACK, length - SET_BACK, ADDRESS_STEP):
                here = np.array([x1 + (x2 - x1) * along / length, y1 + (y2 - y1) * along / length])
                inward = centre - here
                here = here + inward / max(float(np.hypot(*inward)), 1.0) * SET_BACK
                slots.append((float(here[0]), float(here[1]), street))
        if not slots:
            return []
        places = np.array([slot[:2] for slot in slots])
        held = shapely.contains_xy(self._ground.cells[block], places[:, 0], places[:, 1])
        held &= shapely.contains_xy(self._ground.outline, places[:, 0], places[:, 1])
        held &= ~shapely.contains_xy(self._layer.water, places[:, 0], places[:, 1])
        return [slot for slot, good in zip(slots, held, strict=True) if good]


def make_stock(
    seed: int, size: Size, ground: Ground, areas: Areas, layer: Layer, campaigns: int
) -> list[SitePlan]:
    """All sites of both départements, `campaigns` counting the open one. Counts and sums are those of `size`."""
    random = generator(seed, "stock")
    fronts = Fronts(random, ground, layer)
    homes = ground.points[
        random.choice(len(ground.points), 12, p=ground.population / ground.population.sum())
    ]
    plans: list[SitePlan] = []
    for number, departement in enumerate(size.departements):
        blocks = choose_blocks(random, (number, departement), ground, areas, fronts)
        owners = choose_owners(random, (number, homes), ground, areas, blocks)
        sizes = np.sort(site_sizes(random, departement.sites, departement.dwellings))
        # Large sites stand in dense places, without a rule.
        order = np.argsort(
            ground.urban(ground.points[blocks]) + random.normal(0, 0.35, len(blocks))
        )
        doors = shares(
            max(len(blocks), round(departement.dwellings / DWELLINGS_PER_ADDRESS)),
            sizes * random.lognormal(0, 0.3, len(sizes)),
            least=1,
        )
        doors = np.minimum(doors, sizes)
        for rank, index in enumerate(order.tolist()):
            plans.append(
                make_site(random, (int(blocks[index]), int(owners[index]), int(sizes[rank]), int(doors[rank])),
                          ground, areas, fronts)
            )  # fmt: skip
            plans[-1].departement = number
    move_stock(random, plans, campaigns)
    return plans


def choose_blocks(
    random: np.random.Generator, part: tuple[int, DepartementSize], ground: Ground, areas: Areas, fronts: Fronts
) -> Ints:  # fmt: skip
    """The block of each site: each with a dry entrance on a street."""
    number, departement = part
    in_departement = np.array([town.departement for town in ground.towns])[ground.commune] == number
    activity = np.array([area.iris_type == "A" for area in areas.iris] + [True])[areas.iris_of]
    fit = in_departement & ~fronts.parks & ~activity & (areas.iris_of != NOWHERE)
    fit_qpv = in_departement & ~fronts.parks
    within = round(departement.sites * SHARE_IN_QPV)
    qpvs = [n for n, area in enumerate(areas.qpv) if area.departement_code == departement.code]
    blocks_of = {
        n: [
            block
            for block in np.flatnonzero(fit_qpv & (areas.qpv_of == n)).tolist()
            if fronts.has_room(block)
        ]
        for n in qpvs
    }
    qpvs = [n for n in qpvs if blocks_of[n]]
    surface = np.array([areas.qpv[n].geom.area for n in qpvs])
    counts = shares(within, surface * random.gamma(6, size=len(qpvs)), least=4)
    chosen: list[int] = []
    for qpv, count in zip(qpvs, counts.tolist(), strict=True):
        chosen += np.resize(random.permutation(blocks_of[qpv]), count).tolist()
    outside = np.flatnonzero(fit & (areas.qpv_of == NOWHERE))
    weight = ground.population[outside] * random.gamma(0.5, size=len(outside))
    rest = departement.sites - within
    drawn = random.choice(outside, 2 * rest, p=weight / weight.sum()).tolist()
    roomy = [block for block in drawn if fronts.has_room(block)]
    if len(roomy) < rest:
        raise ValueError(f"only {len(roomy)} of {rest} sites find a street outside the QPV")
    chosen += roomy[:rest]
    return np.array(chosen, dtype=np.int64)


def choose_owners(
    random: np.random.Generator, part: tuple[int, Floats], ground: Ground, areas: Areas, blocks: Ints
) -> Ints:  # fmt: skip
    """The landlord of each site: in one neighbourhood a few of them, mostly those whose home is near."""
    number, homes = part
    weights = np.array(LANDLORD_WEIGHTS[number])
    reach = 0.45 * np.sqrt(ground.outline.area)
    owners = np.empty(len(blocks), dtype=np.int64)
    places = np.where(
        areas.qpv_of[blocks] == NOWHERE, -1 - ground.commune[blocks], areas.qpv_of[blocks]
    )
    for place in np.unique(places):
        here = np.flatnonzero(places == place)
        centre = ground.points[blocks[here]].mean(axis=0)
        near = 0.35 + np.exp(-np.linalg.norm(homes - centre, axis=1) / reach)
        pull = weights * near * random.gamma(2.0, size=len(weights))
        few = (
            int(random.choice([1, 2, 5, 6, 8], p=[0.05, 0.06, 0.25, 0.34, 0.3]))
            if place >= 0
            else 9
        )
        pull[np.argsort(-pull)[few:]] = 0
        pull = pull**0.5 if place >= 0 else pull
        owners[here] = random.choice(len(weights), len(here), p=pull / pull.sum())
    return owners


def make_site(
    random: np.random.Generator, drawn: tuple[int, int, int, int], ground: Ground, areas: Areas, fronts: Fronts
) -> SitePlan:  # fmt: skip
    """One site in its block, with its entrances."""
    block, owner, dwellings, doors = drawn
    entrances = fronts.take(block, doors)
    split = shares(dwellings, random.gamma(8.0, size=len(entrances)), least=1)
    qpv = int(areas.qpv_of[block])
    noun = NOUNS[int(random.integers(len(NOUNS)))]
    kind = RESIDENCES[int(random.integers(len(RESIDENCES)))]
    name = capital(noun) if kind == "Groupe" else f"{kind} {noun}"
    # The middle entrance, so that the pin stands at a door, inside the block.
    x, y = entrances[len(entrances) // 2][:2]
    year = (
        random.integers(1955, 1979)
        if qpv != NOWHERE
        else random.choice([1932, 1951, 1964, 1972, 1988, 1999, 2009, 2017])
    )
    return SitePlan(
        landlord=owner, departement=0, block=block, commune=int(ground.commune[block]), iris=int(areas.iris_of[block]),
        qpv=qpv, name=name, dwellings=dwellings, construction_year=int(year) + int(random.integers(0, 4)),
        addresses=[
            AddressPlan(number, street, int(count), at_x, at_y)
            for (at_x, at_y, number, street), count in zip(entrances, split, strict=True)
        ],
        x=x, y=y,
    )  # fmt: skip


def move_stock(random: np.random.Generator, plans: list[SitePlan], campaigns: int) -> None:
    """A few sites were delivered after the first campaign, a few left the stock before the open one."""
    order = random.permutation(len(plans))
    arrivals, departures = round(len(plans) * ARRIVALS), round(len(plans) * DEPARTURES)
    for index in order[:arrivals].tolist():
        plans[index].first_campaign = int(random.integers(1, campaigns))
    for index in order[arrivals : arrivals + departures].tolist():
        plans[index].last_campaign = int(random.integers(0, campaigns - 1))
