"""The coordination looks at what each recipient gets: exactly what the recipient's own page reads, and nothing more."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from sharing.access import shared_scope
from sharing.conventions.models import Party
from sharing.release.models import ReleasedNeighbourhood
from sharing.reports import services
from sharing.reports.content import content_of
from sharing.reports.readership import readers_of
from sharing.reports.versions import left_out, versions
from tests.cast import Member
from tests.reports.scene import ReportScene, make_report
from tests.reports.test_telling import readers

pytestmark = pytest.mark.commits


@pytest.fixture
def published(committed: None) -> ReportScene:
    return make_report()


def url(found: ReportScene, member: Member | None = None) -> str:
    address = reverse("report-recipients", args=[found.report.key])
    return f"{address}?destinataire={member.membership.organisation.key}" if member else address


def test_the_previewed_version_is_what_the_recipient_reads(published: ReportScene) -> None:
    principal = published.scene.coordinator.principal
    with shared_scope(principal):
        report = services.report_of(principal, published.report.key)
        found = {each.organisation.pk: each for each in readers_of(principal, report)}
        previewed = {
            pk: content_of(principal, report, with_own=False, only=each.neighbourhood_ids)
            for pk, each in found.items()
        }
    assert set(found) == {m.membership.organisation_id for m in readers(published).values()}
    for member in readers(published).values():
        pk = member.membership.organisation_id
        with shared_scope(member.principal):
            rows = ReleasedNeighbourhood.objects.filter(release=published.report.release_id)
            read = frozenset(rows.values_list("pk", flat=True))
            report = services.report_of(member.principal, published.report.key)
            own = content_of(member.principal, report, with_own=False)
        assert found[pk].neighbourhood_ids == read
        assert (previewed[pk].lines, previewed[pk].areas) == (own.lines, own.areas)
        assert previewed[pk].fingerprint == own.fingerprint


def test_the_same_before_it_is_published(committed: None) -> None:
    draft = make_report(published=False)
    principal = draft.scene.coordinator.principal
    with shared_scope(principal):
        report = services.report_of(principal, draft.report.key)
        found = versions(principal, report)
        assert left_out(report, found) == []
        told = {
            reader.organisation.short_name: len(reader.neighbourhood_ids)
            for version in found
            for reader in version.readers
        }
    assert told["Police 99"] > told["Bruyère"] > 0


def test_the_page_shows_each_its_neighbourhoods_and_nobody_s_own_figures(
    published: ReportScene,
) -> None:
    client = published.scene.coordinator.client()
    whole = client.get(url(published, published.scene.cast.police)).content.decode()
    narrow = client.get(url(published, published.scene.commune)).content.decode()
    landlord = client.get(url(published, published.scene.cast.amandier.admin)).content.decode()
    assert "Les Tilleuls" in whole
    assert "Les Tilleuls" not in narrow
    assert "Les Ormes" in narrow
    assert "Ses propres chiffres" in landlord
    assert "vos-chiffres" not in landlord
    assert "Résidence" not in whole + narrow + landlord  # no site


def test_a_party_without_a_line_is_named_as_reading_nothing(published: ReportScene) -> None:
    with shared_scope(published.scene.coordinator.principal):
        Party.objects.create(
            convention=published.scene.convention,
            organisation=published.scene.cast.parquet.membership.organisation,
        )
    text = published.scene.coordinator.client().get(url(published)).content.decode()
    assert "Parquet d’Orsen" in text.split("n’en lisent rien")[1]
    client = published.scene.coordinator.client()
    assert client.get(url(published, published.scene.cast.parquet)).status_code == 404


def test_only_who_publishes_looks_at_versions(published: ReportScene) -> None:
    for member in (*readers(published).values(), published.scene.cast.parquet):
        assert member.client().get(url(published)).status_code == 403
    client = published.scene.coordinator.client()
    assert client.get(reverse("report-recipients", args=[uuid.uuid4()])).status_code == 404
