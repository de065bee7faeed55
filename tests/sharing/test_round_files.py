"""The pre-filled files of a whole convention: asked for by the coordination, made under each mandate, never seen by it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from sharing.access import shared_scope
from sharing.conventions.models import Convention
from sharing.rounds import files, services
from sharing.rounds.models import CampaignRound
from tenants.access import landlord_scope
from tenants.campaigns.models import Campaign
from tenants.campaigns.services import open_campaign
from tenants.jobs.models import Job
from tenants.jobs.runner import run_one
from tenants.prefilled.models import PrefilledFile
from tenants.prefilled.services import JOB_KIND
from tests.cast import Cast, Landlord, make_cast


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.jobs.broker.wake", lambda _queue: True)


def begun(cast: Cast) -> CampaignRound:
    """A round that the landlord of the convention answered, its campaign open."""
    today = timezone.localdate()
    with shared_scope(cast.coordinator.principal):
        made: CampaignRound = CampaignRound.objects.create(
            convention=cast.convention, name="Printemps", reference_date=today, opens_on=today,
            closes_on=today + dt.timedelta(days=30),
        )  # fmt: skip
    with shared_scope(cast.amandier.admin.principal):
        campaign = services.answer(cast.amandier.admin.principal, made)
        open_campaign(cast.amandier.admin.principal, campaign)
    return made


def campaign_of(landlord: Landlord) -> Campaign:
    with landlord_scope(landlord.admin.principal):
        found: Campaign = Campaign.objects.get(round_key__isnull=False)
    return found


def give(landlord: Landlord, **said: str) -> None:
    """The mandate, on its page."""
    answer = landlord.admin.client().post(
        reverse("prefilled-mandate", args=[campaign_of(landlord).key]), said or {"donner": "1"}
    )
    assert answer.status_code == 302


def jobs_of(landlord: Landlord) -> list[Job]:
    with landlord_scope(landlord.admin.principal):
        return list(Job.objects.filter(kind=JOB_KIND))


def asked(cast: Cast, made: CampaignRound) -> int:
    """The coordination asks; how many landlords' jobs that started."""
    assert cast.coordinator.client().post(reverse("round-files", args=[made.key])).status_code == 302  # fmt: skip
    return files.launch(cast.coordinator.principal, str(made.key))


def shown(cast: Cast, made: CampaignRound) -> str:
    page = cast.coordinator.client().get(reverse("round", args=[made.key]))
    return page.content.decode().replace("\xa0", " ")


def test_nothing_starts_without_a_mandate(cast: Cast) -> None:
    made = begun(cast)
    assert "pas de mandat" in shown(cast, made)
    assert reverse("round-files", args=[made.key]) not in shown(cast, made)
    assert asked(cast, made) == 0
    assert jobs_of(cast.amandier) == []


def test_the_job_is_the_landlord_s_and_acts_for_who_gave_the_mandate(cast: Cast) -> None:
    made = begun(cast)
    give(cast.amandier)
    assert "mandat donné" in shown(cast, made)
    assert asked(cast, made) == 1
    (job,) = jobs_of(cast.amandier)
    assert job.organisation_id == cast.amandier.organisation.pk
    assert job.membership_id == cast.amandier.admin.principal.membership_id
    assert files.launch(cast.coordinator.principal, str(made.key)) == 0  # it is under way already
    assert "demandé" in shown(cast, made)


def test_a_mandate_that_was_taken_back_starts_nothing(cast: Cast) -> None:
    made = begun(cast)
    give(cast.amandier)
    give(cast.amandier, retirer="1")
    assert asked(cast, made) == 0


def test_a_mandate_of_somebody_who_left_counts_no_longer(cast: Cast) -> None:
    made = begun(cast)
    give(cast.amandier)
    Membership.objects.filter(pk=cast.amandier.admin.principal.membership_id).update(suspended_at=timezone.now())  # fmt: skip
    assert asked(cast, made) == 0
    assert "pas de mandat" in shown(cast, made)


def test_a_mandate_of_somebody_who_may_no_longer_counts_no_longer(cast: Cast) -> None:
    made = begun(cast)
    give(cast.amandier)
    Membership.objects.filter(pk=cast.amandier.admin.principal.membership_id).update(role_code="caretaker")  # fmt: skip
    assert asked(cast, made) == 0


def test_another_landlord_s_person_cannot_be_named_in_a_mandate(cast: Cast) -> None:
    made = begun(cast)
    give(cast.amandier)
    with landlord_scope(cast.amandier.admin.principal):
        Campaign.objects.filter(round_key=made.key).update(
            file_mandate_id=cast.bouleau.admin.principal.membership_id
        )
    assert asked(cast, made) == 0
    assert jobs_of(cast.bouleau) == []


@pytest.mark.parametrize("over", ["round", "convention"])
def test_what_is_over_asks_for_nothing(cast: Cast, over: str) -> None:
    made = begun(cast)
    give(cast.amandier)
    with shared_scope(cast.coordinator.principal):
        if over == "round":
            services.close(made)
        else:
            Convention.objects.filter(pk=made.convention_id).update(state="ended")
    with pytest.raises(services.RoundError):
        files.launch(cast.coordinator.principal, str(made.key))
    assert jobs_of(cast.amandier) == []


def test_only_the_coordination_that_holds_the_convention_asks(cast: Cast) -> None:
    made = begun(cast)
    give(cast.amandier)
    url = reverse("round-files", args=[made.key])
    for reader in (cast.amandier.admin, cast.bouleau.admin, cast.police, cast.parquet):
        assert reader.client().post(url).status_code == 403
    for principal in (cast.police.principal, cast.amandier.admin.principal):
        with (
            shared_scope(principal),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM shared.round_files(%s)", [made.key])


@pytest.mark.commits
def test_the_file_is_there_for_the_landlord_and_the_coordination_sees_only_that(
    committed: None,
) -> None:
    cast = make_cast()
    made = begun(cast)
    give(cast.amandier)
    cast.coordinator.client().post(reverse("round-files", args=[made.key]))
    assert run_one("jobs")  # the coordination's, which asks
    assert run_one("jobs")  # the landlord's, which makes
    with landlord_scope(cast.amandier.admin.principal):
        file = PrefilledFile.objects.get()
        assert file.created_by_id == cast.amandier.admin.user.pk
        assert len(file.lines) > 0
    page = shown(cast, made)
    assert f"prêt le {timezone.localdate():%d/%m/%Y}" in page
    assert str(file.key) not in page
    assert "Résidence" not in page
    book = reverse("prefilled-workbook", args=[file.key])
    campaign = reverse("prefilled-file", args=[campaign_of(cast.amandier).key])
    for url in (book, campaign):
        assert cast.coordinator.client().get(url).status_code == 403
    tried: list[Any] = []
    with shared_scope(cast.coordinator.principal):
        for statement in ("SELECT lines FROM tenants_prefilledfile", "SELECT name FROM tenants_campaign"):  # fmt: skip
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)
            tried.append(statement)
    assert len(tried) == 2
    with shared_scope(cast.coordinator.principal):
        assert {job.kind for job in Job.objects.all()} == {files.JOB_KIND}
    assert files.launch(cast.coordinator.principal, str(made.key)) == 0  # it is ready
    assert cast.amandier.admin.client().get(book).status_code == 200
