"""The hot spots of one landlord: computed over its whole stock, read within reach, never over two landlords."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.hotspots.models import Measure, SpatialFinding, SpatialRun
from tenants.hotspots.services import ask, compute, findings, last_run
from tenants.incidents.models import Incident
from tenants.jobs import registry
from tenants.jobs.models import Job
from tests.cast import X0, Y0, Cast, Landlord, Member, make_site

DRAWS = 499


def silent(_done: int, _total: int, _message: str) -> None:
    """No page watches."""


def gather(cast: Cast, landlord: Landlord, *, level: int = 4) -> None:
    """Twenty sites of that level in the north-east, twenty quiet ones in the south-east, one quiet in the middle."""
    for number in range(20):
        step_x, step_y = 180 * (number % 5), 180 * (number // 5)
        make_site(
            landlord,
            f"H{number}",
            [cast.departement],
            level=level,
            x=X0 + 8_000 + step_x,
            y=Y0 + 8_000 + step_y,
        )
        make_site(
            landlord,
            f"C{number}",
            [cast.departement],
            level=1,
            x=X0 + 8_000 + step_x,
            y=Y0 + step_y,
        )
    make_site(landlord, "M", [cast.departement], level=1, agency=1, x=X0 + 8_270, y=Y0 + 8_270)


def codes(principal_of: Member, finding: str, measure: str = "") -> set[str]:
    """The codes of the sites found to be that, as the member reads them."""
    with landlord_scope(principal_of.principal):
        rows = findings(principal_of.principal).filter(finding=finding)
        if measure:
            rows = rows.filter(measure=measure)
        return set(rows.values_list("site__code", flat=True))


def run_for(member: Member, key: uuid.UUID | None = None) -> SpatialRun:
    return compute(member.principal, key or uuid.uuid4(), silent, permutations=DRAWS)


@pytest.fixture
def computed(cast: Cast) -> SpatialRun:
    """Amandier's run over two clumps; Bouleau's own stock is all grave at the quiet clump, which must not count."""
    gather(cast, cast.amandier)
    for number in range(20):
        make_site(
            cast.bouleau,
            f"B{number}",
            [cast.departement],
            level=4,
            x=X0 + 8_000 + 180 * (number % 5),
            y=Y0 + 180 * (number // 5),
        )
    return run_for(cast.amandier.admin)


def test_the_grave_clump_is_hot_and_the_quiet_one_cold(cast: Cast, computed: SpatialRun) -> None:
    hot, cold = (codes(cast.amandier.admin, each, Measure.GRAVE) for each in ("hot", "cold"))
    assert {code[0] for code in hot} == {"H", "M"}
    assert len(hot) > 10
    # Another landlord's grave sites stand among these: had they counted, nothing would be cold here.
    assert {code[0] for code in cold} == {"C"}
    assert computed.site_count == 46
    assert computed.refusals == {"facts": "all_alike"}


def test_level_4_joined_and_the_quiet_one_among_them_to_watch(
    cast: Cast, computed: SpatialRun
) -> None:
    assert {code[0] for code in codes(cast.amandier.admin, "joined")} == {"H"}
    assert codes(cast.amandier.admin, "low_among_high") == {"M"}


def test_facts_are_counted_for_a_hundred_dwellings(cast: Cast) -> None:
    gather(cast, cast.amandier)
    landlord = cast.amandier
    with landlord_scope(landlord.admin.principal):
        Incident.objects.bulk_create(
            Incident(
                landlord=landlord.organisation,
                site=site,
                occurred_on=timezone.localdate(),
                family="OCCUP",
            )
            for code, site in landlord.sites.items()
            if code.startswith("C")
        )
    run_for(landlord.admin)
    assert {code[0] for code in codes(landlord.admin, "hot", Measure.FACTS)} == {"C"}
    # A sector's reader without the facts is not told of them; here nobody but a caretaker lacks that right.
    assert landlord.caretaker.client().get(reverse("hotspot-list")).status_code == 403


def test_each_reader_is_told_of_the_sites_within_reach(cast: Cast, computed: SpatialRun) -> None:
    """The agency director looks after the north alone; the site to watch is the south's."""
    assert "M" in codes(cast.amandier.admin, "low_among_high")
    assert codes(cast.amandier.director, "low_among_high") == set()
    html = cast.amandier.director.client().get(reverse("hotspot-list")).content.decode()
    assert "Résidence H12" in html
    assert "Résidence M<" not in html


def test_another_landlord_reads_nothing_of_it(cast: Cast, computed: SpatialRun) -> None:
    with landlord_scope(cast.bouleau.admin.principal):
        assert SpatialRun.objects.count() == 0
        assert SpatialFinding.objects.count() == 0
        assert last_run(cast.bouleau.admin.principal) is None


@pytest.mark.parametrize("name", ["hotspot-list", "landlord-map"])
def test_shared_readers_have_no_hot_spots_of_a_landlord(cast: Cast, name: str) -> None:
    for member in (cast.police, cast.parquet, cast.coordinator):
        assert member.client().get(reverse(name)).status_code == 403


def test_too_small_a_stock_says_so(cast: Cast) -> None:
    run = run_for(cast.amandier.admin)
    assert run.refusals == dict.fromkeys(Measure.values, "too_few")
    html = cast.amandier.admin.client().get(reverse("hotspot-list")).content.decode()
    assert "moins de 30 sites cotés ont un voisin" in html


def test_a_second_attempt_writes_the_same_run(cast: Cast) -> None:
    gather(cast, cast.amandier)
    key = uuid.uuid4()
    first = run_for(cast.amandier.admin, key)
    before = codes(cast.amandier.admin, "hot")
    second = run_for(cast.amandier.admin, key)
    assert first.pk == second.pk
    assert codes(cast.amandier.admin, "hot") == before


def test_a_computation_takes_a_reach_over_the_whole_stock(cast: Cast) -> None:
    for member in (cast.amandier.director, cast.amandier.caretaker):
        with pytest.raises(PermissionDenied):
            run_for(member)
        assert member.client().post(reverse("hotspot-compute")).status_code == 403


def test_the_button_asks_for_one_job(cast: Cast) -> None:
    client = cast.amandier.security.client()
    first = client.post(reverse("hotspot-compute"))
    second = client.post(reverse("hotspot-compute"))
    assert first["Location"] == second["Location"]
    with landlord_scope(cast.amandier.admin.principal):
        job = Job.objects.get()
        assert ask(cast.amandier.admin.principal).pk == job.pk
    assert registry.kind(job.kind).permission == "campaigns.manage"
