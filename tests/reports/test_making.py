"""From the button to the file: the build, its refusals, the PDF of each reader."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from sharing.access import shared_scope
from sharing.conventions.models import Convention, Party
from sharing.receipts.models import Receipt
from sharing.reports.models import Report, ReportFile
from sharing.rounds.models import CampaignRound
from tenants.jobs.claims import QUEUE_SCOPE
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.wall.context import open_scope
from tests.cast import Cast, Member, amended
from tests.release.scene import Scene, answer, answer_all, make_round, make_scene
from tests.reports.scene import ReportScene, make_report
from tests.sharing.cuts import past_its_end, suspended, withdrawn_by_the_reader

pytestmark = pytest.mark.commits


@pytest.fixture(autouse=True)
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda queue: True)
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


@pytest.fixture
def scene(committed: None) -> Scene:
    return make_scene()


def last_job() -> Job:
    with open_scope(QUEUE_SCOPE):
        return Job.objects.order_by("-pk")[0]


def ask(scene: Scene, round_: CampaignRound) -> str:
    """Press the button; the page that follows."""
    answer_ = scene.coordinator.client().post(
        reverse("report-build", args=[round_.key]), follow=True
    )
    assert answer_.status_code == 200
    return answer_.content.decode()


def test_the_button_makes_a_report_to_read_over(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    assert "En attente" in ask(scene, round_)
    ask(scene, round_)  # twice
    assert run_one("report")
    assert not run_one("report")
    job = last_job()
    assert (job.state, job.done_steps, job.total_steps) == (Job.State.DONE, 3, 3)
    with shared_scope(scene.coordinator.principal):
        report = Report.objects.get()
        assert report.published_at is None
        of_qpv = report.release.neighbourhoods.filter(territory__kind="qpv")
        assert of_qpv.count() == 2


def test_an_attempt_after_a_crash_makes_no_second_report(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    ask(scene, round_)
    run_one("report")
    with open_scope(QUEUE_SCOPE):  # as if the worker had died before its final write
        Job.objects.update(
            state=Job.State.RUNNING, lease_until=timezone.now() - dt.timedelta(minutes=1)
        )
    assert run_one("report")
    with shared_scope(scene.coordinator.principal):
        assert Report.objects.count() == 1


def test_an_open_round_is_refused(scene: Scene) -> None:
    round_ = make_round(scene, state="open")
    answer_all(scene, round_)
    assert "n’est pas close" in ask(scene, round_)
    assert not run_one("report")


def test_a_round_that_no_landlord_finished_is_refused(scene: Scene) -> None:
    round_ = make_round(scene)
    answer(scene.landlords[0], round_, {"N1": 1}, state="open")
    assert "Aucun bailleur n’a clos sa campagne" in ask(scene, round_)


def test_a_convention_of_two_groups_is_refused(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    with shared_scope(scene.coordinator.principal):
        Party.objects.filter(organisation=scene.landlords[2].organisation).delete()
    assert "que 2 groupes de bailleurs" in ask(scene, round_)


def test_an_ended_convention_is_refused(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    with shared_scope(scene.coordinator.principal):
        Convention.objects.filter(pk=scene.convention.pk).update(state=Convention.State.ENDED)
    assert "n’est pas en vigueur" in ask(scene, round_)


def test_what_changed_while_the_job_waited_is_refused_by_the_job(scene: Scene) -> None:
    round_ = make_round(scene)
    answer_all(scene, round_)
    ask(scene, round_)
    with shared_scope(scene.coordinator.principal):
        CampaignRound.objects.filter(pk=round_.pk).update(state=CampaignRound.State.OPEN)
    run_one("report")
    assert last_job().state == Job.State.DEAD
    assert "n’est pas close" in last_job().message


def test_nobody_but_the_coordination_builds(scene: Scene) -> None:
    round_ = make_round(scene)
    for reader in (scene.cast.police, scene.cast.amandier.admin):
        assert reader.client().post(reverse("report-build", args=[round_.key])).status_code == 403


@pytest.fixture
def published(committed: None) -> ReportScene:
    return make_report()


def make_file(reader: Member, found: ReportScene) -> bytes:
    """Ask for the PDF as the reader, let the worker make it, and download it."""
    client = reader.client()
    client.post(reverse("report-pdf", args=[found.report.key]))
    assert run_one("jobs")
    assert last_job().message == "PDF prêt"
    answer_ = client.get(reverse("report-file", args=[found.report.key]), follow=True)
    assert answer_["Content-Type"] == "application/pdf"
    return bytes(answer_.content)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_each_reader_has_its_own_file(published: ReportScene) -> None:
    cast = published.scene.cast
    police = text_of(make_file(cast.police, published))
    landlord = text_of(make_file(cast.amandier.admin, published))
    commune = text_of(make_file(published.scene.commune, published))
    assert "Les Tilleuls" in police
    assert "Vos propres chiffres" not in police
    assert "Vos propres chiffres" in landlord
    assert "Tilleuls" not in commune
    with shared_scope(cast.police.principal):
        assert ReportFile.objects.count() == 1  # nobody sees another's file


def test_the_pdf_is_tagged_titled_and_carries_its_fonts(published: ReportScene) -> None:
    reader = PdfReader(io.BytesIO(make_file(published.scene.cast.police, published)))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- a PDF boolean
    assert catalog["/Lang"].startswith("fr")
    assert reader.metadata is not None
    assert reader.metadata.title == published.report.title
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts
    assert all("AtkinsonHyperlegibleNext" in font for font in fonts)


def test_an_agency_director_gets_a_file_without_the_landlord_s_figures(
    published: ReportScene,
) -> None:
    amandier = published.scene.cast.amandier
    whole = text_of(make_file(amandier.admin, published))
    part = text_of(make_file(amandier.director, published))
    assert "Vos propres chiffres" in whole
    assert "Vos propres chiffres" not in part


def test_a_withdrawn_report_gives_no_file_even_made_before(published: ReportScene) -> None:
    police = published.scene.cast.police
    make_file(police, published)
    published.scene.coordinator.client().post(
        reverse("report-withdraw", args=[published.report.key]), {"reason": "data"}
    )
    assert (
        police.client().get(reverse("report-file", args=[published.report.key])).status_code == 404
    )


def test_a_file_made_for_a_wider_annex_is_not_given(published: ReportScene) -> None:
    commune = published.scene.commune
    make_file(commune, published)
    cast = replace(
        published.scene.cast,
        convention=published.scene.convention,
        coordinator=published.scene.coordinator,
    )
    with amended(cast) as annex:
        annex.lines.filter(organisation=commune.membership.organisation).update(
            territory=cast.communes[0]
        )
    answer_ = commune.client().get(reverse("report-file", args=[published.report.key]))
    assert answer_.status_code == 302


def test_an_altered_file_is_not_given(published: ReportScene, media: Path) -> None:
    police = published.scene.cast.police
    make_file(police, published)
    for path in media.rglob("*.pdf"):
        path.write_bytes(b"%PDF-1.7 something else")
    answer_ = police.client().get(reverse("report-file", args=[published.report.key]), follow=True)
    assert "abîmé" in answer_.content.decode()


def test_the_pdf_carries_its_receipt_and_the_receipt_its_digest(published: ReportScene) -> None:
    import hashlib

    police = published.scene.cast.police
    pdf = make_file(police, published)
    with shared_scope(police.principal):
        receipt = Receipt.objects.get()
    assert receipt.sha256 == hashlib.sha256(pdf).hexdigest()
    text = " ".join(text_of(pdf).split())
    for said in (
        receipt.number,
        "Correspondant, Police",
        published.scene.convention.name,
        "quartier",
    ):
        assert said in text, said


def test_a_landlord_that_answered_sees_the_copies_and_one_that_did_not_sees_none(
    published: ReportScene,
) -> None:
    make_file(published.scene.cast.police, published)
    seen = {}
    with shared_scope(published.scene.coordinator.principal):
        idle = CampaignRound.objects.create(
            convention=published.scene.convention, name="Autre", reference_date=timezone.localdate(),
            opens_on=timezone.localdate(), closes_on=timezone.localdate(),
        )  # fmt: skip
    assert idle.pk
    first, *_rest, last = published.scene.landlords
    with shared_scope(last.admin.principal):
        from tenants.campaigns.models import Campaign

        Campaign.objects.update(round_key=idle.key)
    for landlord in (first, last):
        with shared_scope(landlord.admin.principal):
            seen[landlord is first] = Receipt.objects.count()
    assert seen == {True: 1, False: 0}


@pytest.mark.parametrize("cut", [past_its_end, suspended, withdrawn_by_the_reader])
def test_what_is_cut_gives_no_page_no_file_and_no_job(
    published: ReportScene, cut: Callable[[Cast], None]
) -> None:
    cast = published.scene.cast
    cast.convention = published.scene.convention
    police = cast.police
    make_file(police, published)
    client = police.client()
    client.post(reverse("report-pdf", args=[published.report.key]))
    with shared_scope(police.principal):
        receipt = Receipt.objects.get()
    cut(cast)
    assert client.get(reverse("report-detail", args=[published.report.key])).status_code == 404
    assert client.get(reverse("report-file", args=[published.report.key])).status_code == 404
    assert client.get(reverse("receipt-file", args=[receipt.key])).status_code == 403
    assert published.report.title not in client.get(reverse("report-list")).content.decode()
    assert run_one("jobs")
    assert last_job().state == Job.State.DEAD
    assert "Vous ne lisez plus ce rapport" in last_job().message
    with shared_scope(police.principal):
        assert Receipt.objects.count() == 1


def test_rights_that_end_while_the_page_is_set_leave_nothing(
    published: ReportScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    police = published.scene.cast.police
    police.client().post(reverse("report-pdf", args=[published.report.key]))

    def meanwhile(*_args: object) -> bytes:
        Convention.objects.using("owner").update(state=Convention.State.SUSPENDED)
        return b"%PDF-1.7"

    monkeypatch.setattr("sharing.reports.jobs.typeset", meanwhile)
    assert run_one("jobs")
    assert last_job().state == Job.State.DEAD
    with shared_scope(police.principal):
        assert Receipt.objects.count() == 0
        assert ReportFile.objects.count() == 0
