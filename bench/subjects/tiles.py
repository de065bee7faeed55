"""Tiles of sites under a scope, beside tile servers that know no reader."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench import servers
from bench.ground import Ground, Reader
from bench.load import CLIENTS, Ask, Connection, Runs, ask_all
from bench.registry import Figure, subject

SUBJECT = "tiles"
ZOOMS = range(8, 17)
TILES = 300
FAR = (8, 9, 10)  # where a tile holds most
MAPPED_PEERS = ("tipg", "django-vectortiles", "MapServer")
TIPG = "/collections/bench.points/tiles/WebMercatorQuad"
FLOOR = "raw ST_AsMVT"
RAW = """
SELECT ST_AsMVT(t, 'points', 4096, 'mvt', 'id') FROM (
  SELECT id, level, dwellings, ST_AsMVTGeom(geom, e, 4096, 0, true) AS mvt
  FROM bench.points, ST_TileEnvelope(%s, %s, %s) AS e WHERE geom && e) t
"""


@dataclass(frozen=True)
class Address:
    """One tile."""

    z: int
    x: int
    y: int


@dataclass
class Contender:
    """Something that answers tiles: a name, a client's way to ask, and a tile's address in its words."""

    name: str
    asks: Callable[[], list[Ask]]
    path: Callable[[Address], str]


def addresses(ground: Ground) -> list[Address]:
    """The tiles that all are asked for: as many of each zoom, where the points are, each once."""
    rows = ground.sql(
        "SELECT ST_X(ST_Transform(geom, 4326)), ST_Y(ST_Transform(geom, 4326)) FROM bench.points "
        "ORDER BY md5(id::text) LIMIT 4000"
    )
    random = np.random.default_rng(1)
    found: list[Address] = []
    for z in ZOOMS:
        here: dict[Address, None] = {}
        for at in random.permutation(len(rows)).tolist():
            longitude, latitude = rows[at]
            side = 1 << z
            y = (1 - np.arcsinh(np.tan(np.radians(latitude))) / np.pi) / 2 * side
            here[Address(z, int((longitude + 180) / 360 * side), int(y))] = None
            if len(here) == -(-TILES // len(ZOOMS)):
                break
        found += here
    # Far zooms have fewer tiles with something in them: the near ones make up the number.
    while len(found) < TILES:
        found.append(found[len(found) % 200 + 50])
    random.shuffle(found)  # type: ignore[arg-type]
    return found[:TILES]


def over_http(port: int, headers: str = "") -> Callable[[], list[Ask]]:
    """Kept connections, one a client."""
    return lambda: [Connection(port, headers).get for _ in range(CLIENTS)]


def raw_asks(ground: Ground) -> list[Ask]:
    """PostgreSQL alone: a connection a client, no server in between."""

    def asker() -> Ask:
        connection = ground.connection(user=servers.PEER_LOGIN, password=servers.PEER_PASSWORD)
        connection.autocommit = True
        cursor = connection.cursor()

        def ask(path: str) -> bytes:
            cursor.execute(RAW, [int(part) for part in path.split("/")])
            return bytes(cursor.fetchone()[0] or b"")

        return ask

    return [asker() for _ in range(CLIENTS)]


def prefecture(ground: Ground) -> Reader:
    """The reader of every published site."""
    rows = ground.sql("SELECT id FROM accounts_organisation WHERE partner_category = 'prefecture'")
    return ground.reader(rows[0][0])


def largest_landlord(ground: Ground, sites: int) -> tuple[int, int]:
    """The landlord whose stock is nearest to a size, and how many sites it has."""
    return ground.sql(
        "SELECT landlord_id, count(*) FROM tenants_site GROUP BY 1 ORDER BY abs(count(*) - %s) LIMIT 1", sites
    )[0]  # fmt: skip


def shared_path(each: Address, query: str = "") -> str:
    """The address of a shared tile."""
    return f"/partage/tuiles/sites/{each.z}/{each.x}/{each.y}.mvt{query}"


def warm(port: int, cookie: str, path: str) -> None:
    """Until every worker has the scope: new connections spread over them."""
    for _ in range(6 * servers.WORKERS):
        Connection(port, f"Cookie: {cookie}\r\n").get(path)


def race(contenders: Sequence[Contender], tiles: Sequence[Address], rounds: int) -> dict[str, Runs]:
    """Interleaved rounds of everybody over the same tiles, one unmeasured round first."""
    runs = {each.name: Runs() for each in contenders}
    asks = {each.name: each.asks() for each in contenders}
    for number in range(rounds + 1):
        for each in contenders:
            run = ask_all(asks[each.name], [each.path(tile) for tile in tiles])
            if number:
                runs[each.name].rounds.append(run)
        print(f"  round {number}: " + ", ".join(
            f"{each.name} {(runs[each.name].rounds or [run])[-1].per_second:.0f}/s" for each in contenders
        ), flush=True)  # fmt: skip
    return runs


@subject(SUBJECT)
def measure(ground: Ground) -> list[Figure]:
    """Every figure of tiles over HTTP."""
    servers.install_peers()
    servers.let_peers_in(ground)
    tiles = addresses(ground)
    reader = prefecture(ground)
    cookie = f"Cookie: {reader.cookie}\r\n"
    figures: list[Figure] = []
    with ExitStack() as stack:
        ours = stack.enter_context(servers.product(ground, uncached=True))
        tipg = stack.enter_context(servers.tipg(ground))
        django = stack.enter_context(servers.django_peer(ground))
        mapserver = stack.enter_context(servers.mapserver(ground))
        warm(ours, reader.cookie, shared_path(Address(16, 0, 0)))
        contenders = [
            Contender("ours", over_http(ours, cookie), lambda t: shared_path(t, "?couche=points")),
            Contender("ours, as the page asks", over_http(ours, cookie), shared_path),
            Contender("tipg", over_http(tipg),
                      lambda t: f"{TIPG}/{t.z}/{t.x}/{t.y}?properties=id,level,dwellings"),
            Contender("django-vectortiles", over_http(django), lambda t: f"/tiles/{t.z}/{t.x}/{t.y}"),
            Contender("MapServer", over_http(mapserver), lambda t: servers.mapserver_path(t.z, t.x, t.y)),
            Contender(FLOOR, lambda: raw_asks(ground), lambda t: f"{t.z}/{t.x}/{t.y}"),
        ]  # fmt: skip
        same_points(contenders, tiles)
        runs = race(contenders, tiles, ground.rounds)
        figures += throughput(runs, tiles)
        best_p95 = min(runs[name].p95_ms() for name in MAPPED_PEERS)
        figures += first_tiles(ground, ours, best_p95)
        figures += low_zoom(ground, ours, reader)
    figures += cached(ground, tiles, reader)
    return figures


def same_points(contenders: Sequence[Contender], tiles: Sequence[Address]) -> None:
    """Everybody's tiles hold the same points with the same attributes. Raises AssertionError."""
    import mapbox_vector_tile

    chosen = [tile for tile in tiles if tile.z in {12, 14}][:6]
    for tile in chosen:
        held = {}
        for each in contenders:
            if each.name == "ours, as the page asks":
                continue
            layers = mapbox_vector_tile.decode(each.asks()[0](each.path(tile)))
            features = next(iter(layers.values()))["features"] if layers else []
            held[each.name] = sorted(
                (int(one["properties"]["level"]), int(one["properties"]["dwellings"])) for one in features
            )  # fmt: skip
        for name, points in held.items():
            # Peers keep points on the far edge of a tile too.
            assert abs(len(points) - len(held["ours"])) <= 2, (
                name,
                tile,
                len(points),
                len(held["ours"]),
            )


def throughput(runs: dict[str, Runs], tiles: Sequence[Address]) -> list[Figure]:
    """Tiles a second and the slow end."""

    def far(at: int) -> bool:
        return tiles[at].z in FAR

    ours, page = runs["ours"], runs["ours, as the page asks"]
    best = max(MAPPED_PEERS, key=lambda name: runs[name].per_second)
    quickest = min(MAPPED_PEERS, key=lambda name: runs[name].p95_ms(far))
    everybody = "; ".join(
        f"{name} {run.per_second:.0f}/s, p95 at z8–z10 {run.p95_ms(far):.0f} ms, {run.mean_bytes / 1000:.0f} kB"
        for name, run in runs.items()
    )
    peer, floor = runs[best].per_second, runs[FLOOR].per_second
    p95 = runs[quickest].p95_ms(far)
    return [
        Figure(SUBJECT, "uncached tile of a scope already met", "tiles/s", ours.per_second, peer, best,
               ours.per_second / peer, 5, note=everybody),
        Figure(SUBJECT, "uncached tile beside PostgreSQL alone", "tiles/s", ours.per_second, floor, FLOOR,
               ours.per_second / floor, 3.5),
        Figure(SUBJECT, "slow end of far tiles (p95, z8–z10)", "ms", ours.p95_ms(far), p95, quickest,
               p95 / ours.p95_ms(far), 6),
        Figure(SUBJECT, "uncached tile as the map page asks for it", "tiles/s", page.per_second, peer, best,
               page.per_second / peer, 8),
    ]  # fmt: skip


def moved(ground: Ground, landlord_id: int | None = None) -> None:
    """What happens when data change: every scope that reads them is met anew."""
    ground.sql(
        "UPDATE tenants_dataversion SET own = own + 1, shared = shared + 1 WHERE %s IS NULL OR landlord_id = %s",
        landlord_id, landlord_id,
    )  # fmt: skip


def first_tiles(ground: Ground, port: int, best_p95: float) -> list[Figure]:
    """The first tile of a scope that the process has not met."""
    figures = []
    landlord_id, sites = largest_landlord(ground, 30_000)
    whole = prefecture(ground)
    count = ground.sql("SELECT count(*) FROM bench.points")[0][0]
    spot = next(each for each in addresses(ground) if each.z == 12)
    for name, reader, path, size in (
        ("landlord", ground.reader(landlord_id), f"/carte/tuiles/sites/{spot.z}/{spot.x}/{spot.y}.mvt", sites),
        ("partner", whole, shared_path(spot), count),
    ):  # fmt: skip
        client = Connection(port, f"Cookie: {reader.cookie}\r\n")
        client.get("/banc/vide/0/0/0.mvt" if name == "partner" else path)
        taken = []
        for _ in range(9 if name == "landlord" else 5):
            moved(ground, landlord_id if name == "landlord" else None)
            started = time.perf_counter()
            client.get(path)
            taken.append(1000 * (time.perf_counter() - started))
        ours = statistics.median(taken)
        note = f"{size} sites; median of {len(taken)}, largest {max(taken):.0f} ms"
        if name == "landlord":
            figures.append(
                Figure(SUBJECT, "first tile of a scope never met, about 30,000 sites", "ms", ours, best_p95,
                       "best peer's p95 of its own tiles", best_p95 / ours, 1, note=note)
            )  # fmt: skip
        else:
            figures.append(
                Figure(SUBJECT, "first tile of a scope never met, all published sites", "ms", ours, target=2000,
                       at_most=True, note=note)
            )  # fmt: skip
    return figures


def low_zoom(ground: Ground, port: int, reader: Reader) -> list[Figure]:
    """A tile that holds every point, not kept."""
    client = Connection(port, f"Cookie: {reader.cookie}\r\n")
    worst, size = 0.0, 0
    for z in (0, 5, 7):
        spot = next(each for each in addresses(ground) if each.z == 8)
        path = shared_path(Address(z, spot.x >> (8 - z), spot.y >> (8 - z)))
        warm(port, reader.cookie, path)
        taken = []
        for _ in range(40):
            started = time.perf_counter()
            body = client.get(path)
            taken.append(1000 * (time.perf_counter() - started))
        worst, size = max(worst, statistics.median(taken)), max(size, len(body))
    return [
        Figure(SUBJECT, "low zoom, every point in the tile", "ms", worst, target=10, at_most=True,
               note="worst of z0, z5, z7, median of 40, over HTTP"),
        Figure(SUBJECT, "low zoom, largest tile", "kB", size / 1000, target=30, at_most=True),
    ]  # fmt: skip


def cached(ground: Ground, tiles: Sequence[Address], reader: Reader) -> list[Figure]:
    """Kept tiles beside an empty answer after the same checks, by one worker."""
    with servers.product(ground, uncached=False, workers=1) as port:
        headers = f"Cookie: {reader.cookie}\r\n"
        near = [tile for tile in tiles if tile.z >= 12]
        contenders = [
            Contender("kept tile", over_http(port, headers), shared_path),
            Contender("empty answer", over_http(port, headers), lambda t: f"/banc/vide/{t.z}/{t.x}/{t.y}.mvt"),
        ]  # fmt: skip
        gc.collect()
        runs = race(contenders, near * 3, ground.rounds)
    ours, other = runs["kept tile"].per_second, runs["empty answer"].per_second
    return [
        Figure(SUBJECT, "kept tile beside an empty answer after the same checks", "tiles/s", ours, other,
               "the same worker", ours / other, 0.5,
               note=f"tiles of {runs['kept tile'].mean_bytes / 1000:.0f} kB")
    ]  # fmt: skip


def decoded(content: bytes) -> Any:
    """For looking at a tile by hand."""
    import mapbox_vector_tile

    return mapbox_vector_tile.decode(content)
