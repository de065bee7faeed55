"""A photograph belongs to one rating: joined by its author, read in the landlord's reach, gone when it is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment, Campaign, CounterVisit
from tenants.campaigns.services import validate
from tenants.photographs.models import Photograph
from tenants.photographs.redrawing import PictureRefusedError
from tenants.photographs.services import join
from tenants.wall.context import Scope, open_scope
from tests.campaigns.conftest import Rate
from tests.campaigns.test_pages import said
from tests.cast import Cast, Member
from tests.photographs.conftest import SECRET, files, picture, telling


def send(member: Member, rating: Assessment, content: bytes) -> str:
    """Join it by the page; what is said afterwards."""
    url = reverse("photograph-join", args=[rating.key])
    upload = SimpleUploadedFile("IMG_2041 chez Mme Durand.jpg", content, "image/jpeg")
    return member.client().post(url, {"photograph": upload}, follow=True).content.decode()


def joined(member: Member, rating: Assessment) -> Photograph:
    with landlord_scope(member.principal):
        return join(member.principal, rating, picture())


def sees(member: Member, photograph: Photograph) -> bool:
    answer = member.client().get(reverse("photograph", args=[photograph.key]))
    assert answer.status_code in {200, 403, 404}
    return answer.status_code == 200


def test_the_author_joins_one_by_the_receipt(cast: Cast, rate: Rate, media: Path) -> None:
    caretaker = cast.amandier.caretaker
    rating = rate("N3", 3, caretaker)
    receipt = caretaker.client().get(reverse("rate-receipt", args=[rating.key])).content.decode()
    assert "Aucune personne, aucune plaque, aucun nom sur la photographie" in receipt
    assert "La photographie est jointe" in send(caretaker, rating, telling())
    (kept,) = files(media)
    assert SECRET not in kept.read_bytes()
    assert "Durand" not in str(kept)
    assert kept.stat().st_mode & 0o077 == 0
    with landlord_scope(caretaker.principal):
        photograph = Photograph.objects.get()
    answer = caretaker.client().get(reverse("photograph", args=[photograph.key]))
    assert answer.content == kept.read_bytes()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline; filename=")


def test_the_same_file_counts_once_and_another_is_refused(
    cast: Cast, rate: Rate, media: Path
) -> None:
    caretaker = cast.amandier.caretaker
    rating = rate("N3", 3, caretaker)
    first = joined(caretaker, rating)
    assert joined(caretaker, rating).pk == first.pk
    assert "déjà jointe" in send(caretaker, rating, picture(colour="blue"))
    assert "n’est pas une photographie" in send(caretaker, rate("N3", 2, caretaker), b"%PDF-1.7")
    assert len(files(media)) == 1


def test_who_reads_it_and_who_never_does(cast: Cast, rate: Rate) -> None:
    amandier = cast.amandier
    photograph = joined(amandier.caretaker, rate("N3", 3, amandier.caretaker))
    assert sees(amandier.caretaker, photograph)
    assert sees(amandier.director, photograph)
    assert sees(amandier.security, photograph)
    strangers = [cast.bouleau.admin, cast.bouleau.security, cast.police, cast.parquet]
    assert not any(sees(each, photograph) for each in [*strangers, cast.coordinator])
    url = reverse("photograph-remove", args=[photograph.key])
    for each in strangers:
        assert each.client().post(url).status_code in {403, 404}
    with landlord_scope(amandier.admin.principal):
        assert Photograph.objects.count() == 1


@pytest.mark.parametrize("purpose", ["partner", "coordinator", "queue"])
def test_the_base_gives_no_row_to_a_partner(cast: Cast, rate: Rate, purpose: str) -> None:
    joined(cast.amandier.caretaker, rate("N3", 3, cast.amandier.caretaker))
    police = cast.police.principal
    who = (0, 0) if purpose == "queue" else (police.organisation_id, police.user_id)
    scope = Scope(purpose, *who)  # type: ignore[arg-type]
    with open_scope(scope), connection.cursor() as cursor:
        for statement in (
            "SELECT count(*) FROM tenants_photograph",
            "DELETE FROM tenants_photograph",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_another_landlord_finds_no_row_and_moves_none_to_itself(cast: Cast, rate: Rate) -> None:
    joined(cast.amandier.caretaker, rate("N3", 3, cast.amandier.caretaker))
    with landlord_scope(cast.bouleau.admin.principal):
        assert not Photograph.objects.exists()
        assert Photograph.objects.update(landlord=cast.bouleau.organisation) == 0


def test_nobody_joins_one_to_the_rating_of_another(cast: Cast, rate: Rate, media: Path) -> None:
    rating = rate("N3", 3, cast.amandier.caretaker)
    url = reverse("photograph-join", args=[rating.key])
    for each in (cast.amandier.admin, cast.amandier.director, cast.bouleau.admin):
        upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
        assert each.client().post(url, {"photograph": upload}).status_code == 404
    assert files(media) == []


@pytest.fixture
def visit(cast: Cast, rate: Rate) -> tuple[CounterVisit, Photograph]:
    """Asked after a level 4 of the caretaker, who joined a photograph."""
    rating = rate("N3", 4, cast.amandier.caretaker)
    photograph = joined(cast.amandier.caretaker, rating)
    # Who may give the counter-visit does not look before it is asked for either.
    assert not sees(cast.amandier.security, photograph)
    with landlord_scope(cast.amandier.director.principal):
        asked = validate(cast.amandier.director.principal, rating)
    assert asked is not None
    asked.site, asked.campaign = rating.site, rating.campaign
    return asked, photograph


def test_the_counter_visit_is_blind_then_has_both(
    cast: Cast, visit: tuple[CounterVisit, Photograph]
) -> None:
    asked, photograph = visit
    security = cast.amandier.security
    url = reverse("counter-visit", args=[asked.pk])
    assert not sees(security, photograph)
    pages = [
        url,
        reverse("site-detail", args=[asked.site.key]),
        reverse("campaign-detail", args=[asked.campaign.key]),
    ]
    for page in pages:
        assert str(photograph.key) not in security.client().get(page).content.decode()
    assert sees(cast.amandier.director, photograph)
    assert sees(cast.amandier.caretaker, photograph)
    after = security.client().post(url, said(4), follow=True).content.decode()
    assert str(photograph.key) in after
    assert sees(security, photograph)
    with landlord_scope(security.principal):
        result = CounterVisit.objects.select_related("result").get(pk=asked.pk).result
    assert result is not None
    both = send(security, result, picture(colour="blue"))
    assert both.count("<figure") == 2
    with landlord_scope(security.principal):
        mine = Photograph.objects.exclude(pk=photograph.pk).get()
    gone = security.client().post(reverse("photograph-remove", args=[mine.key]), follow=True)
    assert gone.content.decode().count("<figure") == 1


def test_its_author_takes_it_back_while_the_rating_is_proposed(
    cast: Cast,
    rate: Rate,
    media: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    caretaker = cast.amandier.caretaker
    rating = rate("N3", 3, caretaker)
    photograph = joined(caretaker, rating)
    url = reverse("photograph-remove", args=[photograph.key])
    with django_capture_on_commit_callbacks(execute=True):
        assert "est retirée" in caretaker.client().post(url, follow=True).content.decode()
    assert files(media) == []
    again = joined(caretaker, rating)
    with landlord_scope(cast.amandier.director.principal):
        validate(cast.amandier.director.principal, rating)
    url = reverse("photograph-remove", args=[again.key])
    assert "est décidée" in caretaker.client().post(url, follow=True).content.decode()
    assert len(files(media)) == 1
    # Whoever validates takes away at any time what should not have been photographed.
    with django_capture_on_commit_callbacks(execute=True):
        assert cast.amandier.director.client().post(url).status_code == 302
    assert files(media) == []


def test_after_publication_none_is_joined(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    caretaker = cast.amandier.caretaker
    rating = rate("N3", 3, caretaker)
    with landlord_scope(cast.amandier.admin.principal):
        Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.PUBLISHED)
        rating = Assessment.objects.get(pk=rating.pk)
    with pytest.raises(PictureRefusedError, match="publiés"):
        joined(caretaker, rating)


def test_the_page_says_the_size_to_the_browser(cast: Cast, rate: Rate) -> None:
    caretaker = cast.amandier.caretaker
    page = send(caretaker, rate("N3", 3, caretaker), picture(size=(3200, 1600)))
    assert 'width="1600" height="800"' in page
