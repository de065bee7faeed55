"""The zone: how many sites at which level in a released neighbourhood, and nothing that leads to a site."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from sharing.access import Zone, shared_scope, zones
from sharing.conventions import services as agreements
from sharing.conventions.models import AnnexLine, Party
from sharing.details import Detail
from sharing.journal.models import JournalEntry
from sharing.release.builder import build
from sharing.release.models import ReleasedNeighbourhood
from sharing.release.rules import Thresholds
from sharing.reports import publishing
from sharing.reports.models import Report
from tests.cast import Member, amended
from tests.release.scene import answer_all, make_round
from tests.reports.scene import ReportScene, make_report

pytestmark = pytest.mark.commits

Rule = tuple[int, Detail]  # minimum level, detail


@pytest.fixture
def found(committed: None) -> ReportScene:
    return make_report()


def give(found: ReportScene, *rules: Rule, landlords: bool = False) -> None:
    """The police (or every landlord) reads the département under those rules, and nobody anything else."""
    cast = found.scene.cast
    cast.convention = found.scene.convention
    with amended(cast) as draft:
        AnnexLine.objects.filter(annex=draft).delete()
        for min_level, detail in rules:
            AnnexLine.objects.create(
                convention=found.scene.convention, annex=draft, territory=cast.departement, min_level=min_level,
                detail=detail, **({"reader": "landlords"} if landlords else {"reader": "category", "category": "police"}),
            )  # fmt: skip


def read(member: Member) -> dict[str, Zone]:
    with shared_scope(member.principal):
        return {zone.names[0]: zone for zone in zones(member.principal)}


def test_a_zone_says_how_many_sites_at_which_level(found: ReportScene) -> None:
    give(found, (1, Detail.ZONE))
    seen = read(found.scene.cast.police)
    assert seen["Les Tilleuls"].sites == {
        "total": 12, "1-2": 6, "3-4": 6, "1": 3, "2": 3, "3": 3, "4": 3,
    }  # fmt: skip
    assert seen["Les Ormes"].sites is None
    assert not seen["Les Ormes"].is_kept_back
    page = found.scene.cast.police.client().get(reverse("shared-zone-list")).content.decode()
    assert "Les Tilleuls" in page
    for landlord in found.scene.landlords:
        for site in landlord.sites.values():
            assert site.name not in page
            assert site.address not in page
            assert str(site.key) not in page


def test_what_is_left_beside_exact_sites_must_be_enough(found: ReportScene) -> None:
    police = found.scene.cast.police
    give(found, (1, Detail.ZONE), (3, Detail.SITE))
    assert (
        read(police)["Les Tilleuls"].sites is not None
    )  # six sites of three groups at two levels are left
    give(found, (1, Detail.ZONE), (2, Detail.SITE))
    kept = read(police)["Les Tilleuls"]
    assert (kept.sites, kept.groups, kept.is_kept_back) == (None, None, True)  # three of one level
    page = police.client().get(reverse("shared-zone-list")).content.decode()
    assert "en dirait trop sur les autres" in page


def test_the_floors_are_those_of_a_release() -> None:
    rules = Thresholds(p=10)
    assert (rules.sites, rules.groups) == (5, 3)  # sharing/sql/011_zones.sql


def test_nothing_below_the_zone_nor_outside_the_convention(found: ReportScene) -> None:
    cast = found.scene.cast
    assert read(cast.police) == {}  # the scene's annex stops at the neighbourhood
    give(found, (1, Detail.ZONE))
    assert read(found.scene.commune) == {}
    assert read(cast.amandier.admin) == {}
    assert found.scene.commune.client().get(reverse("shared-zone-list")).status_code == 200
    assert cast.coordinator.client().get(reverse("shared-zone-list")).status_code == 403
    assert cast.amandier.caretaker.client().get(reverse("shared-zone-list")).status_code == 403


def test_a_landlord_reads_zones_where_the_annex_says_so(found: ReportScene) -> None:
    give(found, (1, Detail.ZONE), landlords=True)
    assert read(found.scene.cast.amandier.admin)["Les Tilleuls"].sites is not None


def test_zones_end_with_the_reader_s_signature(found: ReportScene) -> None:
    police = found.scene.cast.police
    give(found, (1, Detail.ZONE))
    assert read(police)
    with shared_scope(police.principal):
        agreements.withdraw(
            Party.objects.get(
                organisation=police.membership.organisation, convention=found.scene.convention
            )
        )
    assert read(police) == {}


def test_a_withdrawn_report_takes_its_zones_away(found: ReportScene) -> None:
    give(found, (1, Detail.ZONE))
    with shared_scope(found.scene.coordinator.principal):
        publishing.withdraw(found.scene.coordinator.principal, found.report, "data")
    assert read(found.scene.cast.police) == {}


def test_reading_zones_is_journalled_and_searched(found: ReportScene) -> None:
    police = found.scene.cast.police
    give(found, (1, Detail.ZONE))
    text = police.client().get(reverse("shared-zone-list"), {"q": "tilleuls"}).content.decode()
    assert "Les Tilleuls" in text
    assert "Les Ormes" not in text
    with shared_scope(police.principal):
        entry = JournalEntry.objects.filter(detail=Detail.ZONE).latest("at")
    assert (entry.action, entry.subject, entry.rows) == ("searched", "tilleuls", 1)
    none = police.client().get(reverse("shared-zone-list"), {"q": "rien de tel"}).content.decode()
    assert "Aucune zone ne répond" in none


def test_the_newest_published_round_alone_is_read(found: ReportScene) -> None:
    """Two rounds side by side would be the difference between them."""
    give(found, (1, Detail.ZONE))
    scene = found.scene
    later = make_round(scene, days_ago=1)
    answer_all(scene, later)
    release = build(later, uuid.uuid4())
    with shared_scope(scene.coordinator.principal):
        report = Report.objects.create(
            convention=scene.convention, release_id=release.pk, title="Seconde campagne"
        )
        publishing.publish(scene.coordinator.principal, report)
    with shared_scope(scene.cast.police.principal):
        seen = zones(scene.cast.police.principal)
        rows = ReleasedNeighbourhood.objects.filter(territory__kind="qpv")
        assert len({row.release_id for row in rows}) == 2
    assert len({zone.codes for zone in seen}) == len(seen)
