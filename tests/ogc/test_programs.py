"""GDAL's OAPIF driver opens the layer of a running server, pages through it, filters it, gets Lambert-93."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread

from sharing.access import shared_scope, shared_sites
from sharing.conventions.models import Convention
from sharing.ogc import tokens
from tests.cast import Cast, Member, make_cast

pytestmark = pytest.mark.commits


@pytest.fixture
def address(committed: None) -> Iterator[str]:
    """The product served from this process."""
    thread = LiveServerThread("127.0.0.1", lambda _inner: WSGIHandler(), port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def shown(member: Member) -> list[tuple[str, float, float]]:
    with shared_scope(member.principal):
        return sorted(
            (site.name, site.geom.x, site.geom.y) for site in shared_sites(member.principal)
        )


def ogr(address: str, token: str, *more: str) -> subprocess.CompletedProcess[str]:
    """GDAL's reading of the layer as GeoJSON, two features a page, so that it has to page."""
    return subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", f"OAPIF:{address}/ogc/", "sites", "-oo", "PAGE_SIZE=2", *more],
        env=os.environ | {"GDAL_HTTP_HEADERS": f"Authorization: Bearer {token}"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def points(done: subprocess.CompletedProcess[str]) -> list[tuple[str, float, float]]:
    assert done.returncode == 0, done.stderr
    features = json.loads(done.stdout)["features"]
    return sorted(
        (each["properties"]["name"], *each["geometry"]["coordinates"]) for each in features
    )


def near(found: list[tuple[str, float, float]], wanted: list[tuple[str, float, float]]) -> bool:
    return [each[0] for each in found] == [each[0] for each in wanted] and all(
        abs(one[1] - other[1]) < 0.2 and abs(one[2] - other[2]) < 0.2
        for one, other in zip(found, wanted, strict=True)
    )


def end(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.update(state="ended")


def test_gdal_reads_its_scope_pages_filters_and_is_shut_out_at_the_end(address: str) -> None:
    cast = make_cast()
    token = tokens.make(cast.police.principal, cast.convention.key, "GDAL")[1]
    wanted = shown(cast.police)
    assert len(wanted) > 4
    lambert = ("-oo", "CRS=EPSG:2154", "-lco", "RFC7946=NO")
    done = ogr(address, token, "-oo", "CRS=EPSG:2154")
    if "CRS" in done.stderr and "not" in done.stderr:  # drivers before 3.7 have no option CRS
        done = ogr(address, token, "-t_srs", "EPSG:2154")
    assert near(points(done), wanted), (done.stderr, lambert)
    middle = wanted[0]
    box = [str(each) for each in (middle[1] - 20, middle[2] - 20, middle[1] + 20, middle[2] + 20)]
    inside = points(
        ogr(address, token, "-t_srs", "EPSG:2154", "-spat", *box, "-spat_srs", "EPSG:2154")
    )
    assert {each[0] for each in inside} == {
        each[0]
        for each in wanted
        if abs(each[1] - middle[1]) <= 20 and abs(each[2] - middle[2]) <= 20
    }
    other = tokens.make(cast.amandier.admin.principal, cast.convention.key, "GDAL")[1]
    assert points(ogr(address, other)) == [] == shown(cast.amandier.admin)
    end(cast)
    assert ogr(address, token).returncode != 0
