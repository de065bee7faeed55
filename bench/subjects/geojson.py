"""10,000 features as GeoJSON over HTTP under a scope, beside tipg and a plain DRF-GIS view without one."""

from __future__ import annotations

import json
import statistics
import time

from bench import servers
from bench.ground import Ground
from bench.load import Connection
from bench.registry import Figure, subject
from bench.subjects.tiles import prefecture, warm

SUBJECT = "geojson"
FEATURES = 10_000
REPEATS = 9


@subject(SUBJECT)
def measure(ground: Ground) -> list[Figure]:
    """One client, rounds in turn."""
    servers.install_peers()
    servers.let_peers_in(ground)
    reader = prefecture(ground)
    ours_path = f"/api/v1/points/?perimetre=partages&limit={FEATURES}"
    with (
        servers.product(ground, uncached=True) as ours,
        servers.tipg(ground) as tipg,
        servers.django_peer(ground) as django,
    ):
        warm(ours, reader.cookie, ours_path)
        asked = {
            "ours": (Connection(ours, f"Cookie: {reader.cookie}\r\n"), ours_path),
            "tipg": (
                Connection(tipg),
                f"/collections/bench.points/items?limit={FEATURES}&f=geojson&properties=id,level,dwellings",
            ),
            "DRF-GIS": (Connection(django), "/features"),
        }
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for number in range(REPEATS + 1):
            for name, (connection, path) in asked.items():
                started = time.perf_counter()
                body = connection.get(path)
                if number:
                    taken[name].append(1000 * (time.perf_counter() - started))
                else:
                    found = json.loads(body)
                    features = (
                        found["features"] if "features" in found else found["results"]["features"]
                    )
                    assert len(features) == FEATURES, (name, len(features))
                    assert {"level", "dwellings"} <= set(features[0]["properties"]), name
    middle = {name: statistics.median(values) for name, values in taken.items()}
    return [
        Figure(SUBJECT, f"{FEATURES} features", "ms", middle["ours"], middle[name], name, middle[name] / middle["ours"], target)
        for name, target in (("tipg", 10), ("DRF-GIS", 30))
    ]  # fmt: skip
