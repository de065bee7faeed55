"""Who reads which report, and that every shared figure on its page comes from the release."""

from __future__ import annotations

import re

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import Convention
from sharing.reports import publishing, services
from sharing.reports.services import ReportRefusedError
from tests.reports.scene import ReportScene, make_report

pytestmark = pytest.mark.commits

# What the page of a report may read: the release and the report, the convention and its round, territories; who is
# reading; and it writes that it was read.
SHARED_FIGURES = {
    "sharing_release",
    "sharing_releasedneighbourhood",
    "sharing_report",
    "sharing_reportfile",
    "sharing_withdrawal",  # why a report is no longer there
    "sharing_receipt",
    "sharing_receiptpart",
    "tenants_job",  # how far the reader's files are
}
FRAME = {
    "sharing_convention", "sharing_campaignround", "territory_territory", "sharing_journalentry",
    "accounts_user", "accounts_membership", "accounts_organisation", "django_session", "django_content_type",
}  # fmt: skip


@pytest.fixture
def published(committed: None) -> ReportScene:
    return make_report()


@pytest.fixture
def draft(committed: None) -> ReportScene:
    return make_report(published=False)


def page(client: Client, found: ReportScene) -> str:
    answer = client.get(reverse("report-detail", args=[found.report.key]))
    assert answer.status_code == 200
    return answer.content.decode()


def tables_of(queries: CaptureQueriesContext) -> set[str]:
    statements = " ".join(query["sql"] for query in queries.captured_queries)
    # EXTRACT(EPOCH FROM now()) reads a clock, not a table.
    return set(
        re.findall(r'(?<!EPOCH )(?<!epoch )(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_.]+)"?', statements)
    )


@pytest.mark.parametrize("what", ["detail", "list"])
def test_a_partner_s_page_reads_the_release_and_nothing_else(
    published: ReportScene, what: str
) -> None:
    client = published.scene.cast.police.client()
    url = reverse("report-list")
    if what == "detail":
        url = reverse("report-detail", args=[published.report.key])
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    read = tables_of(queries)
    assert "sharing_release" in read
    assert read <= SHARED_FIGURES | FRAME


def test_the_pdf_reads_the_release_and_nothing_else(published: ReportScene) -> None:
    from sharing.receipts.facts import Facts
    from sharing.reports.content import content_of
    from sharing.reports.typesetting import document

    principal = published.scene.cast.police.principal
    with CaptureQueriesContext(connection) as queries, shared_scope(principal):
        document(
            content_of(principal, services.report_of(principal, published.report.key)),
            "Police",
            Facts("2026-AAAA-BBBB", "T", "Police", (), "", timezone.now(), timezone.now()),
        )
    assert tables_of(queries) <= SHARED_FIGURES | FRAME


def test_reading_a_site_would_be_seen(published: ReportScene) -> None:
    """The two tests above can fail: the same capture shows a page that reads sites."""
    from sharing.access import shared_sites

    principal = published.scene.cast.police.principal
    with CaptureQueriesContext(connection) as queries, shared_scope(principal):
        list(shared_sites(principal))
    assert not tables_of(queries) <= SHARED_FIGURES | FRAME


def test_the_police_read_every_neighbourhood_and_no_withheld_figure(published: ReportScene) -> None:
    text = page(published.scene.cast.police.client(), published)
    assert "Les Tilleuls" in text
    assert "Les Ormes" in text
    assert "Masqué" in text
    assert "Vos propres chiffres" not in text
    row = (
        text.split("Les Ormes</")[-1] if "Les Ormes</t" in text else text.split("Les Ormes<span")[1]
    )
    assert 'class="num"' not in row.split("</tr>")[0]


def test_a_commune_reads_its_own_neighbourhoods_only(published: ReportScene) -> None:
    text = page(published.scene.commune.client(), published)
    assert "Les Ormes" in text
    assert "Tilleuls" not in text


def test_a_landlord_has_its_own_figures_beside(published: ReportScene) -> None:
    text = page(published.scene.cast.amandier.admin.client(), published)
    own = text.split("vos-chiffres")[-1]
    assert "Les Ormes" in own  # its own two sites, although the neighbourhood is withheld for all
    assert "Bouleau" not in text


def test_own_figures_stay_within_the_reach_of_the_role(published: ReportScene) -> None:
    own: dict[str, list[int]] = {}
    from sharing.reports.content import content_of
    from tenants.access import landlord_scope

    amandier = published.scene.cast.amandier
    with landlord_scope(amandier.admin.principal):
        from tenants.stock.models import Site

        Site.objects.filter(code__in=["O1", "O2"]).update(agency=amandier.agencies[1])
    for name, member in (("all", amandier.admin), ("agency", amandier.director)):
        with landlord_scope(member.principal):
            content = content_of(
                member.principal, services.report_of(member.principal, published.report.key)
            )
            own[name] = sorted(line.name for line in content.own_lines)  # type: ignore[type-var]
    assert own == {"all": ["Les Ormes", "Les Tilleuls"], "agency": ["Les Tilleuls"]}


def test_a_stranger_and_an_unpublished_report(draft: ReportScene) -> None:
    cast = draft.scene.cast
    for reader in (cast.police, cast.amandier.admin, cast.parquet):
        client = reader.client()
        assert client.get(reverse("report-detail", args=[draft.report.key])).status_code == 404
        assert draft.report.title not in client.get(reverse("report-list")).content.decode()
        assert client.post(reverse("report-publish", args=[draft.report.key])).status_code == 403
    assert "Relecture" in page(draft.scene.coordinator.client(), draft)


def test_publishing_then_withdrawing(draft: ReportScene) -> None:
    coordinator, police = draft.scene.coordinator.client(), draft.scene.cast.police.client()
    url = reverse("report-detail", args=[draft.report.key])
    coordinator.post(reverse("report-publish", args=[draft.report.key]))
    assert police.get(url).status_code == 200
    assert draft.scene.cast.parquet.client().get(url).status_code == 404  # bound by nothing
    withdrawing = reverse("report-withdraw", args=[draft.report.key])
    coordinator.post(withdrawing)  # without a reason
    assert police.get(url).status_code == 200
    coordinator.post(withdrawing, {"reason": "data"})
    gone = police.get(url)
    assert gone.status_code == 410
    assert "Les Tilleuls" not in gone.content.decode()
    assert "Rapport retiré" in page(coordinator, draft)


def test_the_day_after_the_convention_ends_nobody_reads_the_report(published: ReportScene) -> None:
    police = published.scene.cast.police.client()
    assert "Les Tilleuls" in page(police, published)
    Convention.objects.using("owner").filter(pk=published.scene.convention.pk).update(
        ends_on=published.scene.convention.starts_on
    )
    connections["owner"].close()
    assert police.get(reverse("report-detail", args=[published.report.key])).status_code == 404
    assert published.report.title not in police.get(reverse("report-list")).content.decode()


def test_one_published_report_a_round(published: ReportScene) -> None:
    from sharing.reports.models import Report

    principal = published.scene.coordinator.principal
    with shared_scope(principal):
        second = Report.objects.create(
            convention=published.scene.convention, release=published.report.release, title="Second"
        )
        with pytest.raises(ReportRefusedError, match="déjà publié"):
            publishing.publish(principal, second)


def test_reading_is_journalled(published: ReportScene) -> None:
    from sharing.journal.models import Action, JournalEntry

    police = published.scene.cast.police
    page(police.client(), published)
    with shared_scope(police.principal):
        assert JournalEntry.objects.filter(action=Action.READ_REPORT).count() == 1
