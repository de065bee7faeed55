"""The coordination's pages: a convention from the draft to its renewal, with its annex and signatures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from sharing.access import shared_scope, shared_sites
from sharing.conventions import services
from sharing.conventions.models import Annex, AnnexLine, Convention, Party, Signature
from sharing.conventions.standing import standing
from sharing.conventions.wording import problems, sentence
from sharing.details import Detail
from tests.cast import Cast, Member, amended, make_member

GIVEN = {"signatory": "La directrice", "signatory_function": "Direction générale"}


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content.decode().replace("\xa0", " ")
    return response.content.decode().replace("\xa0", " ")


def post(client: Client, route: str, /, *args: object, **values: Any) -> str:
    response = client.post(reverse(route, args=args), values, follow=True)
    assert response.status_code in {200, 422}
    return response.content.decode().replace("\xa0", " ")


def seen(reader: Member) -> int:
    with shared_scope(reader.principal):
        return int(shared_sites(reader.principal).count())


def coordination(cast: Cast) -> Any:
    return shared_scope(cast.coordinator.principal)


def add_line(cast: Cast, client: Client, number: int, **values: Any) -> str:
    given = {
        "reader": "category:police",
        "territory": cast.departement.pk,
        "min_level": 4,
        "detail": Detail.SITE,
    }
    return post(client, "annex-line-add", cast.convention.key, number, **given | values)


def test_a_convention_from_the_draft_to_the_first_reading(cast: Cast) -> None:
    client = cast.coordinator.client()
    today = timezone.localdate()
    parties = [cast.amandier.organisation, cast.parquet.membership.organisation]
    post(
        client, "convention-create", name="Convention du parquet", departement_codes=["99"], starts_on=today,
        ends_on=today + dt.timedelta(days=30), geography="qpv", parties=[each.pk for each in parties],
    )  # fmt: skip
    with coordination(cast):
        key = Convention.objects.get(name="Convention du parquet").key
    refused = post(client, "convention-step", key, "activer")
    assert "Proposez d’abord l’annexe" in refused
    add = {"reader": "category:parquet", "territory": cast.departement.pk, "min_level": 4, "detail": Detail.SITE}  # fmt: skip
    assert "Le parquet lit" in post(client, "annex-line-add", key, 1, **add)
    post(client, "annex-step", key, 1, "proposer")
    for organisation in parties:
        with coordination(cast):
            party = Party.objects.get(convention__key=key, organisation=organisation)
            annex = Annex.objects.get(convention__key=key)
        assert seen(cast.parquet) == 0
        post(
            client, "convention-signatures", key, party=party.pk, annex=annex.pk, signed_on=today, cap=Detail.FILE,
            **GIVEN,
        )  # fmt: skip
    assert seen(cast.parquet) == 0
    post(client, "convention-step", key, "activer")
    assert seen(cast.parquet) == 1
    assert "en vigueur" in page(client, "convention", key)


def test_the_pages_of_the_coordination_show_no_site(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    for text in [
        page(client, "convention-list"),
        page(client, "convention", key),
        page(client, "annex", key, 1),
        page(client, "convention-signatures", key),
        page(client, "convention-explain", key, lecteur=str(cast.police.membership.organisation_id),
             territoire=str(cast.communes[0].pk)),
    ]:  # fmt: skip
        assert "Résidence" not in text


def test_another_coordination_finds_nothing(cast: Cast) -> None:
    other = Organisation.objects.create(kind="coordinator", name="Coordination voisine", short_name="V")  # fmt: skip
    client = make_member(other, "coordinator", "Coordination voisine").client()
    assert cast.convention.name not in page(client, "convention-list")
    assert client.get(reverse("convention", args=[cast.convention.key])).status_code == 404
    assert (
        client.post(reverse("convention-step", args=[cast.convention.key, "suspendre"])).status_code
        == 404
    )
    assert seen(cast.police) == 6


@pytest.mark.parametrize("who", ["police", "parquet"])
def test_a_partner_may_not_open_the_coordination_pages(cast: Cast, who: str) -> None:
    client = getattr(cast, who).client()
    for name in ["convention-list", "convention-create", "round-list"]:
        assert client.get(reverse(name)).status_code == 403


def test_suspending_and_ending_cut_the_reading_at_once(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    assert "plus personne ne lit rien" in page(client, "convention-step", key, "suspendre")
    assert seen(cast.police) == 6
    post(client, "convention-step", key, "suspendre")
    assert seen(cast.police) == 0
    post(client, "convention-step", key, "reprendre")
    assert seen(cast.police) == 6
    post(client, "convention-step", key, "terminer")
    assert seen(cast.police) == 0
    assert "Seule une convention" in post(client, "convention-step", key, "reprendre")
    assert seen(cast.police) == 0


def test_a_new_version_gives_nothing_of_a_landlord_until_it_signs_it(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    post(client, "annex-start", key)
    add_line(cast, client, 2, min_level=1, reader="category:police")
    post(client, "annex-step", key, 2, "proposer")
    text = page(client, "annex", key, 2)
    assert "2 bailleurs doivent signer cette version" in text
    with coordination(cast):
        convention = Convention.objects.get(key=key)
        party = Party.objects.get(convention=convention, organisation=cast.amandier.organisation)
        coming = services.annex_to_come(convention)
        assert coming is not None
        services.sign(party, coming, services.SignatureGiven("X", "Y", timezone.localdate()), by_itself=False)  # fmt: skip
    assert seen(cast.police) == 6, "the version in force still applies, with its own signatures"
    post(client, "annex-step", key, 2, "en-vigueur")
    with shared_scope(cast.police.principal):
        owners = {s.landlord_id for s in shared_sites(cast.police.principal).select_related(None)}
    assert owners == {cast.amandier.organisation.pk}
    text = page(client, "annex", key, 2)
    assert "1 bailleur n’a pas signé cette version" in text
    assert "Bouleau" in page(client, "convention-signatures", key)
    assert "remplacée" in page(client, "annex", key, 1)


def test_a_version_that_somebody_signed_does_not_change_any_more(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    post(client, "annex-start", key)
    post(client, "annex-step", key, 2, "proposer")
    assert "ne se modifie plus" in add_line(cast, client, 2)
    post(client, "annex-step", key, 2, "reprendre")
    assert "La ligne est enregistrée" in add_line(cast, client, 2)
    post(client, "annex-step", key, 2, "proposer")
    with coordination(cast):
        party = Party.objects.get(organisation=cast.bouleau.organisation)
        annex = Annex.objects.get(number=2)
        services.sign(party, annex, services.SignatureGiven("X", "Y", timezone.localdate()), by_itself=False)  # fmt: skip
    assert "déjà signée" in post(client, "annex-step", key, 2, "reprendre")


def test_the_annex_in_force_cannot_be_edited(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    with coordination(cast):
        line = AnnexLine.objects.get()
    assert "ne se modifie plus" in add_line(cast, client, 1)
    assert "ne se modifie plus" in post(client, "annex-line-delete", key, 1, line.pk)
    assert "ne se modifie plus" in post(client, "annex-grace", key, 1, grace_days="30")
    with coordination(cast):
        assert AnnexLine.objects.count() == 1
        assert Annex.objects.get().grace_days == 0


def test_a_line_is_edited_and_removed_in_a_draft(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    post(client, "annex-start", key)
    with coordination(cast):
        line = AnnexLine.objects.get(annex__number=2)
    values = {"reader": f"organisation:{cast.police.membership.organisation_id}", "territory": cast.communes[0].pk,
              "min_level": 2, "detail": Detail.FILE}  # fmt: skip
    text = post(client, "annex-line-edit", key, 2, line.pk, **values)
    assert "Police du Val-d’Orsen lit, dans la commune Aubépine (99001)" in text
    assert "selected" in page(client, "annex", key, 2, ligne=str(line.pk))
    post(client, "annex-line-delete", key, 2, line.pk)
    with coordination(cast):
        assert not AnnexLine.objects.filter(annex__number=2).exists()
    assert "aucune ligne" in post(client, "annex-step", key, 2, "proposer")


def test_the_sentence_is_written_while_the_line_is_chosen(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    text = page(client, "annex-sentence", key, 1, reader="category:police", territory=str(cast.departement.pk),
                min_level="3", detail="site")  # fmt: skip
    assert (
        "La police nationale lit, dans le département Val-d’Orsen (99), les sites de niveau 3 et 4"
        in text
    )
    assert "En double" in text
    assert "phrase s’écrit ici" in page(client, "annex-sentence", key, 1, reader="category:police")


def test_sentences_and_problems_of_lines(cast: Cast) -> None:
    with coordination(cast):
        convention = Convention.objects.get(pk=cast.convention.pk)
        parties = standing(convention).parties

        def line(**values: Any) -> AnnexLine:
            given = {"reader": "category", "category": "police", "territory": cast.departement, "min_level": 3,
                     "detail": Detail.SITE}  # fmt: skip
            return AnnexLine(convention=convention, **given | values)

        def found(one: AnnexLine, *others: AnnexLine) -> str:
            return " ".join(problems(one, others, convention, parties))

        one = line()
        assert found(one) == ""
        assert "En double" in found(one, line())
        assert "«\u00a0dossier\u00a0»" in found(one, line(detail=Detail.FILE))
        assert "La moins précise s’applique\u00a0: «\u00a0site\u00a0»" in found(
            one, line(detail=Detail.FILE)
        )
        assert "Sans effet\u00a0: la ligne à partir du niveau 1" in found(one, line(min_level=1))
        assert "donne moins" in found(line(min_level=4, detail=Detail.ZONE), one)
        assert "hors des départements" in found(
            line(territory=type(cast.departement)(kind="departement", code="98", name="Voisin", departement_code="98"))
        )  # fmt: skip
        assert "aucun partenaire de cette catégorie" in found(line(category="parquet"))
        parquet = cast.parquet.membership.organisation
        assert "n’est pas partie" in found(line(reader="organisation", category="", organisation=parquet))  # fmt: skip
        landlords = line(reader="landlords", category="", min_level=1, detail=Detail.NOTHING)
        assert sentence(landlords).startswith("Les bailleurs signataires ne lisent rien")
        assert "aucun site" in sentence(line(detail=Detail.NEIGHBOURHOOD))


def test_the_explanation_names_the_line_that_applies_and_why_others_give_way(cast: Cast) -> None:
    with amended(cast) as annex:
        for values in [
            {"territory": cast.communes[0], "min_level": 1, "detail": Detail.NOTHING},
            {"territory": cast.departement, "min_level": 4, "detail": Detail.FILE},
        ]:
            AnnexLine.objects.create(
                convention=cast.convention, annex=annex, reader="category", category="police", **values
            )  # fmt: skip
    police = str(cast.police.membership.organisation_id)
    client, key = cast.coordinator.client(), cast.convention.key
    inside = page(client, "convention-explain", key, lecteur=police, territoire=str(cast.communes[0].pk))  # fmt: skip
    assert "Cède à la ligne dont le territoire est plus petit." in inside
    outside = page(client, "convention-explain", key, lecteur=police, territoire=str(cast.communes[1].pk))  # fmt: skip
    assert "Cède à la ligne dont le niveau minimum est plus élevé." in outside
    assert "Aucune ligne ne convient" in outside
    assert seen(cast.police) == 2, "what the page explains is what the reader gets: S3 of both"


def test_the_explanation_agrees_with_what_the_reader_sees(cast: Cast) -> None:
    """The first line of `explain` for each site's commune and level is the detail the reader really has."""
    police = cast.police.membership.organisation_id
    with amended(cast) as annex:
        AnnexLine.objects.create(
            convention=cast.convention, annex=annex, reader="category", category="police", min_level=4,
            territory=cast.communes[0], detail=Detail.FILE,
        )  # fmt: skip
    with coordination(cast), connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, detail FROM shared.explain(%s, %s, %s) WHERE applies",
            [annex.pk, police, cast.communes[0].pk],
        )
        explained = dict(cursor.fetchall())
    with shared_scope(cast.police.principal):
        files = {s.level: s.has_file for s in shared_sites(cast.police.principal).filter(commune_code="99001")}  # fmt: skip
    assert explained == {3: 4, 4: 5}
    assert files == {3: False, 4: True}


def test_a_stranger_gets_no_explanation(cast: Cast) -> None:
    with coordination(cast):
        annex_pk = Annex.objects.get().pk
    with shared_scope(cast.parquet.principal), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM shared.explain(%s, %s, %s)",
            [
                annex_pk,
                cast.police.membership.organisation_id,
                cast.communes[0].pk,
            ],
        )
        assert cursor.fetchone() == (0,)


def test_a_convention_in_force_may_end_earlier_but_not_later(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    values = {"name": "Nom", "reference": ""}
    later = cast.convention.ends_on + dt.timedelta(days=1)
    assert "pas reculée" in post(client, "convention-edit", key, ends_on=later, **values)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    post(client, "convention-edit", key, ends_on=yesterday, **values)
    assert seen(cast.police) == 0
    with coordination(cast):
        assert Convention.objects.get(key=key).departement_codes == ["99"]


def test_renewing_copies_parties_and_annex_but_no_signature(cast: Cast) -> None:
    post(cast.coordinator.client(), "convention-renew", cast.convention.key)
    with coordination(cast):
        following = Convention.objects.get(state="draft")
        assert following.starts_on == cast.convention.ends_on + dt.timedelta(days=1)
        assert following.parties.count() == 3
        assert AnnexLine.objects.filter(convention=following).count() == 1
        assert not Signature.objects.filter(convention=following).exists()


def test_a_party_that_signed_is_not_taken_out_by_the_coordination(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    with coordination(cast):
        party = Party.objects.get(organisation=cast.amandier.organisation)
    assert "retire d’abord sa signature" in post(client, "party-remove", key, party.pk)
    post(client, "party-add", key, organisation=cast.parquet.membership.organisation_id,
         correspondent="Vice-procureur", correspondent_email="vp@parquet.test")  # fmt: skip
    with coordination(cast):
        added = Party.objects.get(organisation=cast.parquet.membership.organisation)
    assert "Vice-procureur" in page(client, "convention", key)
    post(client, "party-edit", key, added.pk, organisation=cast.police.membership.organisation_id,
         correspondent="Greffe", correspondent_email="")  # fmt: skip
    with coordination(cast):
        added.refresh_from_db()
        assert added.correspondent == "Greffe"
        assert added.organisation_id == cast.parquet.membership.organisation_id
    post(client, "party-remove", key, added.pk)
    assert "Greffe" not in page(client, "convention", key)


def test_the_coordination_cannot_replace_a_signature_that_was_given(cast: Cast) -> None:
    client, key = cast.coordinator.client(), cast.convention.key
    with coordination(cast):
        party, annex = (
            Party.objects.get(organisation=cast.amandier.organisation),
            Annex.objects.get(),
        )
    text = post(client, "convention-signatures", key, party=party.pk, annex=annex.pk, cap=Detail.FILE,
                signed_on=timezone.localdate(), **GIVEN)  # fmt: skip
    assert "Elle seule peut changer sa signature" in text


def test_the_list_costs_the_same_for_one_convention_and_for_five(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.coordinator.client()
    for _number in range(4):
        post(client, "convention-renew", cast.convention.key)
    with django_assert_max_num_queries(22):
        page(client, "convention-list")
