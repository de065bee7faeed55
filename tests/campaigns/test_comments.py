"""Comments describe facts and places; whatever designates a person is sent back to be rephrased."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DataError, ProgrammingError, connection, transaction
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.comments import check, find
from tenants.campaigns.models import Assessment, Campaign
from tenants.campaigns.purging import PURGED
from tenants.campaigns.services import (
    CampaignError,
    Submission,
    create_campaign,
    open_campaign,
    submit_assessment,
)
from tenants.stock.models import Site
from tenants.wall.context import Scope, open_scope
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
    from tenants.campaigns.models import Decision, Grid
    from tenants.campaigns.services.rating import content_digest
    from tenants.campaigns.tasks import purge_old_texts

    load_grids(Grid, "default")
    cast = make_cast()
    today = timezone.localdate()
    ratings: dict[str, Assessment] = {}
    sent: dict[str, Submission] = {}
    for landlord in (cast.amandier, cast.bouleau):
        admin = landlord.admin.principal
        with landlord_scope(admin):
            campaign = create_campaign(
                admin, name="C", reference_date=today, opens_on=today, closes_on=today
            )
            open_campaign(admin, campaign)
            site = Site.objects.order_by("pk")[0]
            for age in ("old", "recent"):
                given = Submission(
                    key=uuid.uuid4(), criteria=ANSWERS[3], level=4, reason_to_differ="Vu sur place",
                    internal_comment=f"Hall occupé, {age}.", shared_comment="Porte forcée.",
                )  # fmt: skip
                name = f"{landlord.organisation.short_name} {age}"
                sent[name] = given
                ratings[name] = submit_assessment(admin, campaign, site, given).assessment
                Decision.objects.create(
                    assessment=ratings[name], outcome="set_aside", reason=f"Doublon, {age}",
                    decided_by=landlord.admin.user,
                )  # fmt: skip
    old = [each.pk for name, each in ratings.items() if name.endswith("old")]
    before = timezone.now() - timedelta(days=settings.ORSEN_COMMENT_DAYS + 1)
    Assessment.objects.using("owner").filter(pk__in=old).update(received_at=before)
    Decision.objects.using("owner").filter(assessment__in=old).update(decided_at=before)
    digests = {each.pk: content_digest(each) for each in ratings.values()}

    assert purge_old_texts() == 4  # two ratings, two decisions
    assert purge_old_texts() == 0

    kept = Assessment.objects.using("owner").in_bulk()
    for name, rating in ratings.items():
        now = kept[rating.pk]
        texts = (now.internal_comment, now.shared_comment, now.reason_to_differ)
        reason = Decision.objects.using("owner").get(assessment=rating).reason
        assert (now.key, now.level, now.criteria) == (rating.key, 4, rating.criteria)
        if name.endswith("old"):
            assert (*texts, reason) == ("", "", PURGED, PURGED)
        else:
            assert (*texts, reason) == (
                "Hall occupé, recent.",
                "Porte forcée.",
                "Vu sur place",
                "Doublon, recent",
            )
            assert content_digest(now) == digests[rating.pk]
    # Sent again by a browser that had kept it: the rating of then, not a second one.
    with landlord_scope(cast.amandier.admin.principal):
        theirs = ratings["Amandier old"]
        again = submit_assessment(
            cast.amandier.admin.principal, theirs.campaign, theirs.site, sent["Amandier old"]
        )
    assert (again.created, again.assessment.pk, again.diverges) == (False, theirs.pk, False)


def test_recent_texts_are_purged_by_nobody(cast: Cast) -> None:
    for days in (29, 0, -1):
        with pytest.raises(CommandError, match="30"):
            call_command("purge_comments", "--days", str(days))
        with open_scope(Scope("queue", 0, 0)), connection.cursor() as cursor:
            with pytest.raises(DataError, match="30 days"), transaction.atomic():
                cursor.execute("SELECT wall.purge_texts(%s, 'x')", [days])


@pytest.mark.parametrize("purpose", ["landlord", "partner", "coordinator"])
def test_no_reader_purges_texts_or_rewrites_a_rating(cast: Cast, purpose: str) -> None:
    scope = Scope(purpose, cast.amandier.organisation.pk, cast.amandier.admin.user.pk)  # type: ignore[arg-type]
    with open_scope(scope), connection.cursor() as cursor:
        for statement in (
            "SELECT wall.purge_texts(1095, 'x')",
            "UPDATE tenants_assessment SET internal_comment = ''",
            "SET LOCAL ROLE orsen_purger",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_the_purger_has_the_columns_of_texts_and_no_other(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped "
            "AND has_column_privilege('orsen_purger', c.oid, a.attnum, 'UPDATE')"
        )
        written = {f"{table}.{column}" for table, column in cursor.fetchall()}
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner "
            "WHERE r.rolname = 'orsen_purger'"
        )
        owned = {name for (name,) in cursor.fetchall()}
    assert written == {
        "tenants_assessment.internal_comment", "tenants_assessment.shared_comment", "tenants_assessment.reason_to_differ",
        "tenants_decision.reason", "tenants_arrival.reason",
    }  # fmt: skip
    assert owned == {
        "wall.purge_texts(integer,text)", "wall.purge_photographs(integer)", "wall.lost_photographs(text[])",
    }  # fmt: skip
