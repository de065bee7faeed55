"""The campaign pages by HTTP: who gets in, what they show, what they refuse."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.models import Assessment, Campaign, CounterVisit, Publication
from tenants.campaigns.services import close, validate
from tests.campaigns.conftest import ANSWERS, Rate
from tests.cast import Cast, Landlord, Member


def url_of(campaign: Campaign, landlord: Landlord, code: str) -> str:
    return reverse("rate-site", args=(campaign.key, landlord.sites[code].key))


def said(answers: int = 3, **more: object) -> dict[str, object]:
    return {"key": str(uuid.uuid4()), "level": "", **ANSWERS[answers], **more}


def count(landlord: Landlord) -> int:
    with landlord_scope(landlord.admin.principal):
        return Assessment.objects.count()


def text_of(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


PAGES = ["rate-list", "grid-aid", "campaign-list", "campaign-create", "counter-visit-list"]


@pytest.mark.parametrize("page", PAGES)
def test_partners_and_coordinators_have_no_such_page(
    cast: Cast, campaign: Campaign, page: str
) -> None:
    for member in (cast.police, cast.parquet, cast.coordinator):
        assert member.client().get(reverse(page)).status_code == 403
    assert Client().get(reverse(page)).status_code == 302


@pytest.mark.parametrize(
    ("page", "caretaker", "director", "security"),
    [
        ("rate-list", 200, 200, 200),
        ("campaign-list", 403, 200, 200),
        ("campaign-create", 403, 403, 200),
        ("counter-visit-list", 403, 200, 200),
    ],
)
def test_each_role_opens_its_pages(
    cast: Cast, campaign: Campaign, page: str, caretaker: int, director: int, security: int
) -> None:
    landlord = cast.amandier
    wanted = [
        (landlord.caretaker, caretaker),
        (landlord.director, director),
        (landlord.security, security),
    ]
    for member, status in wanted:
        assert member.client().get(reverse(page)).status_code == status, member.membership.role_code


def test_a_caretaker_is_offered_the_assigned_site_alone(cast: Cast, campaign: Campaign) -> None:
    html = text_of(cast.amandier.caretaker.client(), "rate-list")
    assert "Résidence N3" in html
    assert "Résidence N4" not in html


def test_an_agency_director_is_offered_the_agency_alone(cast: Cast, campaign: Campaign) -> None:
    html = text_of(cast.amandier.director.client(), "rate-list")
    assert "Résidence N4" in html
    assert "Résidence S3" not in html


def test_another_landlord_finds_nothing(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    assessment = rate("N3", 3)
    client = cast.bouleau.admin.client()
    assert client.get(reverse("campaign-detail", args=(campaign.key,))).status_code == 404
    assert client.get(url_of(campaign, cast.amandier, "N3")).status_code == 404
    decision = reverse("assessment-decide", args=(assessment.key,))
    assert client.post(decision, {"outcome": "validated"}).status_code == 404
    assert "Campagne 2026" not in text_of(client, "campaign-list")


def test_a_site_out_of_reach_cannot_be_rated(cast: Cast, campaign: Campaign) -> None:
    client = cast.amandier.caretaker.client()
    assert client.get(url_of(campaign, cast.amandier, "N4")).status_code == 404
    assert client.post(url_of(campaign, cast.amandier, "N4"), said()).status_code == 404
    assert count(cast.amandier) == 0


def test_a_rating_leads_to_its_receipt_and_the_list_moves_on(
    cast: Cast, campaign: Campaign
) -> None:
    client = cast.amandier.caretaker.client()
    form = client.get(url_of(campaign, cast.amandier, "N3"))
    assert "Que s’est-il passé" in form.content.decode()
    answer = client.post(url_of(campaign, cast.amandier, "N3"), said(3), follow=True)
    assert "Cotation reçue" in answer.content.decode()
    assert "Tous vos sites sont cotés" in text_of(client, "rate-list")
    assert count(cast.amandier) == 1


def test_a_form_sent_twice_counts_once(cast: Cast, campaign: Campaign) -> None:
    client, sent = cast.amandier.caretaker.client(), said(2)
    receipts = {
        client.post(url_of(campaign, cast.amandier, "N3"), sent).headers["Location"]
        for _again in range(2)
    }
    assert len(receipts) == 1
    assert count(cast.amandier) == 1


def test_a_missing_answer_is_named_and_the_others_stay(cast: Cast, campaign: Campaign) -> None:
    sent = said(3, internal_comment="Porte forcée au 12")
    del sent["frequency"]
    answer = cast.amandier.caretaker.client().post(url_of(campaign, cast.amandier, "N3"), sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Choisissez une réponse." in html
    assert "Porte forcée au 12" in html
    assert str(sent["key"]) in html
    assert 'name="nature_gravity" value="3" required checked' in html
    assert count(cast.amandier) == 0


def test_another_level_without_a_reason_is_refused_and_stays_chosen(
    cast: Cast, campaign: Campaign
) -> None:
    client = cast.amandier.caretaker.client()
    answer = client.post(url_of(campaign, cast.amandier, "N3"), said(3, level="2"))
    assert answer.status_code == 422
    assert "pourquoi votre niveau diffère" in answer.content.decode()
    assert 'name="level" value="2" checked' in answer.content.decode()
    kept = client.post(
        url_of(campaign, cast.amandier, "N3"),
        said(3, level="2", reason_to_differ="Faits cessés depuis l’été"),
    )
    assert kept.status_code == 302


def test_the_suggestion_is_shown_without_a_script(cast: Cast, campaign: Campaign) -> None:
    client = cast.amandier.caretaker.client()
    answer = client.post(url_of(campaign, cast.amandier, "N3"), said(4, preview="1"))
    assert answer.status_code == 200
    assert "La grille propose le niveau 4" in answer.content.decode()
    assert count(cast.amandier) == 0


def test_the_suggestion_follows_the_answers(cast: Cast, campaign: Campaign) -> None:
    client = cast.amandier.caretaker.client()
    partly = client.post(reverse("rate-suggestion"), {"nature_gravity": "3"})
    assert "1 sur 4" in partly.content.decode()
    whole = client.post(reverse("rate-suggestion"), ANSWERS[2])
    assert "La grille propose le niveau 2" in whole.content.decode()


def test_a_campaign_closed_meanwhile_keeps_the_rating_as_late(
    cast: Cast, campaign: Campaign
) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        close(cast.amandier.admin.principal, campaign)
    client = cast.amandier.caretaker.client()
    assert "est close" in client.get(url_of(campaign, cast.amandier, "N3")).content.decode()
    answer = client.post(url_of(campaign, cast.amandier, "N3"), said(3), follow=True)
    assert "conservée comme tardive" in answer.content.decode()
    assert "Aucune campagne n’est ouverte" in text_of(client, "rate-list")
    with landlord_scope(cast.amandier.admin.principal):
        assert Assessment.objects.get().is_late


def test_a_comment_warns_against_naming_people(cast: Cast, campaign: Campaign) -> None:
    html = cast.amandier.caretaker.client().get(url_of(campaign, cast.amandier, "N3"))
    assert "Ne nommez personne" in html.content.decode()


def decide(member: Member, assessment: Assessment, **how: str) -> str:
    answer = member.client().post(
        reverse("assessment-decide", args=(assessment.key,)), how, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_validating_and_setting_aside(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    director = cast.amandier.director
    first, second = rate("N1", 1), rate("N2", 2)
    assert "le niveau 1 est retenu" in decide(director, first, outcome="validated")
    assert "Dites pourquoi" in decide(director, second, outcome="set_aside")
    assert "est écartée" in decide(director, second, outcome="set_aside", reason="Mauvais site")
    assert "déjà été prise" in decide(director, first, outcome="validated")


def test_a_caretaker_cannot_decide(cast: Cast, rate: Rate) -> None:
    client = cast.amandier.caretaker.client()
    url = reverse("assessment-decide", args=(rate("N3", 2).key,))
    assert client.post(url, {"outcome": "validated"}).status_code == 403


def test_a_director_sees_and_decides_her_agency_alone(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    elsewhere = rate("S3", 2, cast.amandier.admin)
    rate("N1", 1)
    client = cast.amandier.director.client()
    html = text_of(client, "campaign-detail", campaign.key)
    assert "Résidence N1" in html
    assert "Résidence S3" not in html
    url = reverse("assessment-decide", args=(elsewhere.key,))
    assert client.post(url, {"outcome": "validated"}).status_code == 404


def test_simple_ratings_are_validated_together(cast: Cast, campaign: Campaign, rate: Rate) -> None:
    for code, level in (("N1", 1), ("N2", 2), ("N4", 4)):
        rate(code, level)
    rate("N3", 3)
    rate("N3", 2, cast.amandier.caretaker)  # two people: to arbitrate one by one
    html = text_of(cast.amandier.director.client(), "campaign-detail", campaign.key)
    assert "Valider les 2 cotations simples" in html
    url = reverse("campaign-validate-all", args=(campaign.key,))
    answer = cast.amandier.director.client().post(url, follow=True)
    assert "2 niveaux sont retenus" in answer.content.decode()
    with landlord_scope(cast.amandier.admin.principal):
        decided = Assessment.objects.exclude(decisions=None).values_list("site__code", flat=True)
        assert set(decided) == {"N1", "N2"}


def test_a_whole_campaign_by_its_pages(cast: Cast, grid: None) -> None:
    client = cast.amandier.security.client()
    today = timezone.localdate()
    sent = {
        "name": "Campagne d’essai",
        "reference_date": today,
        "opens_on": today,
        "closes_on": today,
    }
    refused = client.post(
        reverse("campaign-create"), sent | {"closes_on": today - dt.timedelta(days=1)}
    )
    assert refused.status_code == 422
    assert "précède l’ouverture" in refused.content.decode()
    assert "Campagne d’essai" in refused.content.decode()
    assert client.post(reverse("campaign-create"), sent).status_code == 302
    with landlord_scope(cast.amandier.security.principal):
        campaign = Campaign.objects.get()

    def step(name: str) -> str:
        answer = client.post(reverse(name, args=(campaign.key,)), follow=True)
        return str(answer.content.decode())

    assert "6 sites à coter" in step("campaign-open")
    client.post(url_of(campaign, cast.amandier, "N3"), said(2))
    with landlord_scope(cast.amandier.security.principal):
        assessment = Assessment.objects.get()
    decide(cast.amandier.security, assessment, outcome="validated")
    assert "Closez la campagne" in step("campaign-publish")
    assert "La campagne est close" in step("campaign-close")
    assert "1 niveau est publié" in step("campaign-publish")
    with landlord_scope(cast.amandier.security.principal):
        cast.amandier.sites["N3"].refresh_from_db()
        assert Publication.objects.count() == 1
    assert cast.amandier.sites["N3"].published_level == 2
    reopen = reverse("campaign-reopen", args=(campaign.key,))
    assert client.post(reopen, {"reason": ""}).status_code == 422
    answer = client.post(reopen, {"reason": "Agence Sud absente"}, follow=True)
    assert "Agence Sud absente" in answer.content.decode()


@pytest.mark.parametrize("name", ["campaign-open", "campaign-close", "campaign-publish"])
def test_steps_are_for_those_who_manage_and_by_post(
    cast: Cast, campaign: Campaign, name: str
) -> None:
    url = reverse(name, args=(campaign.key,))
    assert cast.amandier.director.client().post(url).status_code == 403
    assert cast.amandier.admin.client().get(url).status_code == 405


@pytest.fixture
def visit(cast: Cast, rate: Rate) -> CounterVisit:
    """Asked after a rating of level 4 by the caretaker, with a comment."""
    assessment = rate("N3", 4, cast.amandier.caretaker, internal_comment="Guetteurs au hall B")
    with landlord_scope(cast.amandier.director.principal):
        asked = validate(cast.amandier.director.principal, assessment)
    assert asked is not None
    return asked


def test_a_counter_visit_is_given_blind_then_compared(cast: Cast, visit: CounterVisit) -> None:
    client = cast.amandier.security.client()
    url = reverse("counter-visit", args=(visit.pk,))
    assert "Résidence N3" in text_of(client, "counter-visit-list")
    before = client.get(url).content.decode()
    assert "Guetteurs au hall B" not in before
    assert "Que s’est-il passé" in before
    after = client.post(url, said(2), follow=True).content.decode()
    assert "Le niveau est corrigé" in after
    assert "Guetteurs au hall B" in after


def test_the_rater_is_told_that_somebody_else_visits(
    cast: Cast, campaign: Campaign, rate: Rate
) -> None:
    security = cast.amandier.security
    assessment = rate("N3", 4, security)
    with landlord_scope(security.principal):
        visit = validate(security.principal, assessment)
    assert visit is not None
    url = reverse("counter-visit", args=(visit.pk,))
    assert "revient à quelqu’un d’autre" in security.client().get(url).content.decode()
    answer = security.client().post(url, said(4))
    assert answer.status_code == 422
    with landlord_scope(security.principal):
        visit.refresh_from_db()
    assert visit.state == CounterVisit.State.PENDING


def test_a_director_reads_but_does_not_visit(cast: Cast, visit: CounterVisit) -> None:
    url = reverse("counter-visit", args=(visit.pk,))
    answer = cast.amandier.director.client().post(url, said(4))
    assert answer.status_code == 422
    assert cast.bouleau.security.client().get(url).status_code == 404


def test_an_overdue_counter_visit_is_said_to_be(cast: Cast, visit: CounterVisit) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        visit.due_on = timezone.localdate() - dt.timedelta(days=1)
        visit.save(update_fields=["due_on"])
    assert "1 contre-visite est en retard" in text_of(
        cast.amandier.security.client(), "counter-visit-list"
    )
    assert "1 contre-visite en retard" in text_of(cast.amandier.security.client(), "landlord-home")
