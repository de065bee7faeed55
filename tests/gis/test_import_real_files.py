"""The real open data goes through the documented command; nothing is lost, twice gives the same."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count

from gis.models import Territory

OPEN_DATA = Path(settings.ORSEN_OPEN_DATA)
FILES = (
    ("departement", 2018, "departements_idf_2018.geojson", 8),
    ("commune", 2018, "communes_idf_2018.geojson", 1276),
    ("iris", 2021, "iris_idf_2021.geojson", 5264),
    ("qpv", 2024, "qpv2024_idf_06.geojson", 312),
)
pytestmark = [
    pytest.mark.django_db(databases=["owner"]),
    pytest.mark.open_data,
    pytest.mark.skipif(
        not (OPEN_DATA / FILES[0][2]).exists(),
        reason=f"open data files absent from ORSEN_OPEN_DATA ({OPEN_DATA})",
    ),
]


def import_all() -> dict[str, dict[str, Any]]:
    """Run the command on every file; its JSON reports by kind."""
    reports = {}
    for kind, vintage, name, _count in FILES:
        out = StringIO()
        call_command(
            "import_territories",
            str(OPEN_DATA / name),
            kind=kind,
            vintage=vintage,
            json=True,
            stdout=out,
        )
        (reports[kind],) = json.loads(out.getvalue())
    return reports


def test_every_row_of_the_real_files_is_kept_and_placed() -> None:
    reports = import_all()
    for kind, _vintage, _name, count in FILES:
        assert (reports[kind]["read"], reports[kind]["created"]) == (count, count), kind
        assert reports[kind]["rejected"] == []
        assert reports[kind]["without_departement"] == []
        assert reports[kind]["without_commune"] == []
    territories = Territory.objects.using("owner")
    counted = territories.values_list("kind").annotate(n=Count("id")).order_by("kind")
    assert dict(counted) == {kind: count for kind, _v, _n, count in FILES}

    paris = territories.filter(kind="iris", departement_code="75")
    assert paris.count() == 992
    assert not paris.exclude(commune_codes=["75056"]).exists()

    repaired_93 = territories.filter(kind="qpv", departement_code="93", repaired=True)
    assert repaired_93.count() == 24
    # The repair of a rounded outline moves little: no QPV changes by more than 1 %.
    changes = [
        abs(row["area_after_m2"] / row["area_before_m2"] - 1) for row in reports["qpv"]["repaired"]
    ]
    assert len(changes) == 99
    assert max(changes) < 0.01

    two = territories.get(kind="qpv", code="QN00603M")
    assert two.commune_codes == ["06029", "06030"]
    missing = reports["qpv"]["missing_communes"]
    assert all(code.startswith("06") for code in missing)
    assert len(missing) == 11
    assert len(reports["qpv"]["touched_by_missing_communes"]) == 14
    assert reports["iris"]["missing_communes"] == []

    before = list(territories.order_by("id").values_list("id", "created_at"))
    again = import_all()
    for kind, _vintage, _name, count in FILES:
        assert (again[kind]["unchanged"], again[kind]["created"], again[kind]["updated"]) == (
            count,
            0,
            0,
        )
    assert list(territories.order_by("id").values_list("id", "created_at")) == before


def test_the_area_of_seine_saint_denis_is_right() -> None:
    call_command(
        "import_territories",
        str(OPEN_DATA / FILES[0][2]),
        kind="departement",
        vintage=2018,
        stdout=StringIO(),
    )
    area = Territory.objects.using("owner").get(kind="departement", code="93").area_m2
    assert area == pytest.approx(236e6, rel=0.02)  # 236 km² by INSEE; the outline is simplified
