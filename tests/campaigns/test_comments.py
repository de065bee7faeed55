"""Comments describe facts and places; whatever designates a person is sent back to be rephrased."""

from __future__ import annotations

import uuid

import pytest
from django.core.management import call_command
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.comments import check, find
from tenants.campaigns.models import Assessment, Campaign
from tenants.campaigns.services import (
    CampaignError,
    Submission,
    create_campaign,
    open_campaign,
    submit_assessment,
)
from tests.campaigns.conftest import ANSWERS
from tests.cast import Cast, make_cast

UNLAWFUL = {
    "email": ["écrire à gardien.tilleuls@exemple.fr", "contact : a.b @ exemple.com"],
    "phone": ["appeler le 06 12 34 56 78", "0612345678", "+33 6 12 34 56 78", "tel 01.99.00.00.00"],
    "plate": ["Clio AB-123-CD garée là", "un scooter ab-123-cd", "AB 123 CD", "fourgon 1234 AB 93"],
    "flat": ["bruit à l’appartement 12", "appt n° 304", "au 3e étage gauche", "logement B12", "porte 214"],
    "person": [
        "M. Durand crie", "la famille Benzema", "Mme D. se plaint", "le fils Traoré", "Kévin et ses amis",
        "monsieur Petit", "le nommé Tony", "Mohamed deale", "Jean-Luc a vu",
    ],
    "health": ["un locataire dépressif", "elle est alcoolique", "sorti de l’hôpital psychiatrique", "il a le VIH"],
    "offence": ["sorti de prison en mai", "un délinquant connu", "les dealers du hall", "il a été condamné"],
    "origin": ["des gitans", "un groupe de maghrébins"],
}  # fmt: skip
LAWFUL = [
    "",
    "Vente de stupéfiants dans le hall B tous les soirs.",
    "Rassemblement d’une dizaine de personnes au 12 rue Jean-Moulin.",
    "Porte du hall 3 forcée deux fois, ascenseur en panne depuis le 12 mars 2026.",
    "Agression d’un prestataire le 3 octobre, plainte déposée.",
    "Tags sur la tour Victor, dépôt d’encombrants place Martin.",
    "Trois véhicules brûlés sur le parking ; 60 logements concernés.",
    "Menaces envers le personnel, ménage suspendu après 18 h.",
    "Squat de la cave du bâtiment A, porte 3 cassée.",
    "Places pour personnes à mobilité réduite occupées par des épaves.",
    "L’enceinte du parking est ouverte ; caméra 4 hors service depuis 2 semaines.",
]


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in UNLAWFUL.items() for text in texts]
)
def test_what_designates_a_person_is_found(code: str, text: str) -> None:
    assert code in {each.code for each in find(text)}
    assert check([text])


@pytest.mark.parametrize("text", LAWFUL)
def test_facts_and_places_pass(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("field", ["internal_comment", "shared_comment"])
def test_the_server_refuses_and_keeps_nothing(cast: Cast, campaign: Campaign, field: str) -> None:
    principal = cast.amandier.caretaker.principal
    said = Submission(key=uuid.uuid4(), criteria=ANSWERS[3], **{field: "M. Durand crie."})
    with landlord_scope(principal), pytest.raises(CampaignError, match="Reformulez") as refusal:
        submit_assessment(principal, campaign, cast.amandier.sites["N3"], said)
    assert refusal.value.code == "comment"
    with landlord_scope(principal):
        assert not Assessment.objects.exists()


def test_the_form_says_it_at_the_field_and_loses_nothing(cast: Cast, campaign: Campaign) -> None:
    client = cast.amandier.caretaker.client()
    path = f"/coter/{campaign.key}/{cast.amandier.sites['N3'].key}/"
    said = {"key": str(uuid.uuid4()), **ANSWERS[3], "internal_comment": "appeler le 06 12 34 56 78"}
    response = client.post(path, said)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Retirez le numéro de téléphone" in page
    assert "appeler le 06 12 34 56 78" in page


@pytest.mark.commits
def test_old_texts_are_purged_and_ratings_stay(committed: None) -> None:
    from tenants.campaigns.grids import load_grids
    from tenants.campaigns.models import Grid

    load_grids(Grid, "default")
    cast = make_cast()
    admin, today = cast.amandier.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        campaign = create_campaign(
            admin, name="C", reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, campaign)
        for answers, said in ((3, {"internal_comment": "Hall occupé."}), (2, {})):
            given = Submission(
                key=uuid.uuid4(), criteria=ANSWERS[answers], level=4, reason_to_differ="Vu sur place", **said
            )  # fmt: skip
            submit_assessment(admin, campaign, cast.amandier.sites["N3"], given)
    call_command("purge_comments", "--days", "1")
    with landlord_scope(admin):
        assert Assessment.objects.exclude(internal_comment="").count() == 1
    call_command("purge_comments", "--days", "-1")
    with landlord_scope(admin):
        kept = list(
            Assessment.objects.order_by("pk").values_list(
                "level", "internal_comment", "reason_to_differ"
            )
        )
    assert kept == [(4, "", "texte purgé"), (4, "", "texte purgé")]
