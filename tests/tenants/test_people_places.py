"""Where people work: agencies and sites, stand-ins for absences, and the staff file."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from accounts.models import Membership, User
from tenants.access import landlord_scope, sites
from tenants.people import services
from tenants.people.models import PlaceChange, StandIn
from tests.accounts.signing_in import PASSWORD
from tests.cast import Cast, Member, make_member

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


def seen_by(member: Member) -> set[str]:
    """Codes of the sites that a member sees."""
    with landlord_scope(member.principal):
        return set(sites(member.principal).values_list("code", flat=True))


@pytest.fixture
def colleague(cast: Cast) -> Member:
    """Another caretaker of Amandier, with no site."""
    return make_member(cast.amandier.organisation, "caretaker", "Gardienne volante")


def test_an_administrator_gives_sites_by_their_codes(cast: Cast, colleague: Member) -> None:
    admin = cast.amandier.admin.client()
    url = f"/affectations/{colleague.membership.pk}/"
    assert admin.post(url, {"codes": "N1\r\nN2, S3"}).status_code == 302
    assert seen_by(colleague) == {"N1", "N2", "S3"}
    admin.post(url, {"codes": "N1"})
    assert seen_by(colleague) == {"N1"}
    page = admin.get("/affectations/").content.decode()
    assert "N1, N2, S3" in page  # the journal keeps the former list


def test_an_unknown_code_changes_nothing_and_is_named(cast: Cast, colleague: Member) -> None:
    answer = cast.amandier.admin.client().post(
        f"/affectations/{colleague.membership.pk}/", {"codes": "N1\nXX9"}
    )
    assert answer.status_code == 422
    assert "XX9" in answer.content.decode()
    assert seen_by(colleague) == set()


def test_an_administrator_attaches_to_agencies(cast: Cast) -> None:
    director = cast.amandier.director
    assert seen_by(director) == {"N1", "N2", "N3", "N4"}
    answer = cast.amandier.admin.client().post(
        f"/affectations/{director.membership.pk}/", {"agencies": [cast.amandier.agencies[1].pk]}
    )
    assert answer.status_code == 302
    assert seen_by(director) == {"S0", "S3"}


def test_nobody_else_gives_places_and_nobody_reaches_across_landlords(cast: Cast) -> None:
    target = f"/affectations/{cast.amandier.caretaker.membership.pk}/"
    for member in (cast.amandier.security, cast.amandier.caretaker, cast.police, cast.coordinator):
        assert member.client().get(target).status_code == 403
        assert member.client().get("/affectations/").status_code == 403
    bouleau = cast.bouleau.admin.client()
    assert bouleau.post(target, {"codes": "N1"}).status_code == 404
    assert seen_by(cast.amandier.caretaker) == {"N3"}


def lend(cast: Cast, absent: Member, stand_in: Member, start: int = 0, days: int = 7) -> StandIn:
    with landlord_scope(cast.amandier.admin.principal):
        return services.lend(
            cast.amandier.admin.principal, absent.membership, stand_in.membership,
            TODAY + start * DAY, TODAY + (start + days) * DAY,
        )  # fmt: skip


def test_a_stand_in_reaches_the_places_of_the_absent_and_keeps_her_own(
    cast: Cast, colleague: Member
) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        services.set_sites(
            cast.amandier.admin.principal, colleague.membership, [cast.amandier.sites["N1"]]
        )
    lend(cast, cast.amandier.caretaker, colleague)
    assert seen_by(colleague) == {"N1", "N3"}
    assert seen_by(cast.amandier.caretaker) == {"N3"}


def test_a_caretaker_can_stand_in_for_an_agency_but_not_in_its_role(
    cast: Cast, colleague: Member
) -> None:
    lend(cast, cast.amandier.director, colleague)
    assert seen_by(colleague) == {"N1", "N2", "N3", "N4"}
    assert not colleague.principal.may("assessments.validate")


@pytest.mark.parametrize("start", [1, -8])
def test_it_counts_by_date(cast: Cast, colleague: Member, start: int) -> None:
    lent = lend(cast, cast.amandier.caretaker, colleague)
    with landlord_scope(cast.amandier.admin.principal):
        StandIn.objects.filter(pk=lent.pk).update(
            starts_on=TODAY + start * DAY, ends_on=TODAY + (start + 7) * DAY
        )
    assert seen_by(colleague) == set()


def test_both_see_it_and_one_click_ends_it_at_once(cast: Cast, colleague: Member) -> None:
    lent = lend(cast, cast.amandier.caretaker, colleague)
    stranger = make_member(cast.amandier.organisation, "caretaker", "Autre gardien")
    for member in (cast.amandier.caretaker, colleague):
        assert "Gardienne volante" in member.client().get("/remplacements/").content.decode()
    assert "Gardienne volante" not in stranger.client().get("/remplacements/").content.decode()
    colleague.client().post(f"/remplacements/{lent.pk}/ecourter/")
    assert seen_by(colleague) == {"N3"}  # the stand-in does not send herself away
    cast.amandier.caretaker.client().post(f"/remplacements/{lent.pk}/ecourter/")
    assert seen_by(colleague) == set()
    with landlord_scope(cast.amandier.admin.principal):
        assert list(PlaceChange.objects.values_list("kind", flat=True)) == ["lent_ended", "lent"]


def test_the_form_plans_one_and_refuses_what_makes_no_sense(cast: Cast, colleague: Member) -> None:
    admin = cast.amandier.admin.client()
    absent, stand_in = cast.amandier.caretaker.membership.pk, colleague.membership.pk
    dates = {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + 3 * DAY).isoformat()}
    refused = [
        {"absent": absent, "stand_in": absent, **dates},
        {"absent": absent, "stand_in": stand_in, **dates, "ends_on": (TODAY - DAY).isoformat()},
        {
            "absent": absent,
            "stand_in": stand_in,
            **dates,
            "ends_on": (TODAY + 400 * DAY).isoformat(),
        },
        {"absent": absent, "stand_in": cast.bouleau.caretaker.membership.pk, **dates},
        {"absent": cast.amandier.security.membership.pk, "stand_in": stand_in, **dates},
    ]
    for data in refused:
        assert admin.post("/remplacements/nouveau/", data).status_code == 422, data
    planned = {"absent": absent, "stand_in": stand_in, **dates}
    assert colleague.client().post("/remplacements/nouveau/", planned).status_code == 403
    assert admin.post("/remplacements/nouveau/", planned).status_code == 302
    assert seen_by(colleague) == {"N3"}


def test_a_suspended_stand_in_reaches_nothing(cast: Cast, colleague: Member) -> None:
    lend(cast, cast.amandier.caretaker, colleague)
    client = colleague.client()
    assert client.get(f"/sites/{cast.amandier.sites['N3'].key}/").status_code == 200
    Membership.objects.filter(pk=colleague.membership.pk).update(suspended_at=timezone.now())
    assert client.get(f"/sites/{cast.amandier.sites['N3'].key}/").status_code == 403


STAFF = """\ufeffFonction;Rôle;Adresse électronique;Agence;Sites
Gardien des Lilas;Gardien;lilas@exemple.test;;N1 | N2
Chef de secteur Sud;chef de secteur;secteur@exemple.test;Agence Sud;
Gardienne sans adresse;Gardien;;;S3
Direction sans adresse;Direction d’agence;;Nord;
Inconnu;Chevalier;x@exemple.test;;
Gardien égaré;Gardien;egare@exemple.test;;ZZ9
Mauvaise adresse;Gardien;pas-une-adresse;;N1
Gardien des Lilas;Gardien;lilas@exemple.test;;N4
"""


def send(client: Client, text: str) -> str:
    """The page that shows what each row would do."""
    file = SimpleUploadedFile("personnes.csv", text.encode(), "text/csv")
    return client.post("/personnes/fichier/", {"file": file}).content.decode()


def test_the_dry_run_shows_each_row_and_changes_nothing(cast: Cast) -> None:
    before = User.objects.count()
    page = send(cast.amandier.admin.client(), STAFF)
    said = page.replace("\u00a0", " ")
    assert "Lignes acceptées : 3. Lignes refusées : 5." in said
    for words in (
        "Invitation par courriel", "Compte sans adresse", "seul un gardien", "Rôle inconnu : « Chevalier »", "ZZ9",
        "« pas-une-adresse » n’est pas", "plus haut dans le fichier",
    ):  # fmt: skip
        assert words in said, words
    assert User.objects.count() == before
    assert mail.outbox == []


def test_applied_rows_invite_and_place(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    admin = cast.amandier.admin.client()
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post("/personnes/fichier/appliquer/", {"text": STAFF}).status_code == 302
    assert sorted(to for message in mail.outbox for to in message.to) == [
        "lilas@exemple.test", "secteur@exemple.test",
    ]  # fmt: skip
    for message in mail.outbox:
        link = re.search(r"http://testserver(/invitation/[\w-]+/)", str(message.body))
        assert link
        assert Client().post(link[1], {"password": PASSWORD}).status_code == 302
    reached = {
        each.user.display_name: seen_by(Member(each.user, each))
        for each in Membership.objects.filter(
            organisation=cast.amandier.organisation, user__display_name__in=STAFF.replace("\n", ";").split(";")
        ).select_related("user", "organisation")
    }  # fmt: skip
    assert reached == {
        "Gardien des Lilas": {"N1", "N2"},
        "Chef de secteur Sud": {"S0", "S3"},
        "Gardienne sans adresse": {"S3"},
    }


def test_the_same_file_again_updates_and_doubles_nobody(cast: Cast) -> None:
    admin = cast.amandier.admin.client()
    email = cast.amandier.caretaker.user.email
    rows = f"fonction,role,email,sites\nGardienne sans adresse,gardien,,S3\nGardien,caretaker,{email},N1"
    for _ in range(2):
        admin.post("/personnes/fichier/appliquer/", {"text": rows})
    assert User.objects.filter(display_name="Gardienne sans adresse").count() == 1
    assert seen_by(cast.amandier.caretaker) == {"N1"}


def test_an_account_without_address_has_no_password_and_gets_no_mail(cast: Cast) -> None:
    admin = cast.amandier.admin.client()
    admin.post("/personnes/fichier/appliquer/", {"text": "fonction;role\nGardienne;gardien"})
    user = User.objects.get(display_name="Gardienne")
    assert not user.has_usable_password()
    assert not user.has_address
    page = admin.get("/personnes/").content.decode()
    assert "sans adresse électronique" in page
    assert user.email not in page
    Client().post("/compte/password/reset/", {"email": user.email})
    assert [message for message in mail.outbox if user.email in message.to] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nom;prénom\nx;y", "colonne"),
        ("", "colonne"),
        ("fonction;role\n" + "Gardien;gardien\n" * 2001, "2 000 lignes"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(cast: Cast, text: str, words: str) -> None:
    page = send(cast.amandier.admin.client(), text or " ").replace("\u00a0", " ")
    assert words in page


def test_a_role_already_held_is_not_changed_by_a_file(cast: Cast) -> None:
    email = cast.amandier.director.user.email
    page = send(cast.amandier.admin.client(), f"fonction;role;email\nDirection;gardien;{email}")
    assert "Déjà membre comme" in page


def test_the_file_knows_the_own_stock_and_people_alone(cast: Cast) -> None:
    with landlord_scope(cast.bouleau.admin.principal):
        cast.bouleau.sites["N1"].code = "B-SEUL"
        cast.bouleau.sites["N1"].save()
    rows = f"fonction;role;email;sites\nGardien;gardien;{cast.bouleau.caretaker.user.email};B-SEUL"
    assert "Inconnu dans votre patrimoine" in send(cast.amandier.admin.client(), rows)
    for member in (cast.amandier.security, cast.police, cast.coordinator):
        assert member.client().get("/personnes/fichier/").status_code == 403
