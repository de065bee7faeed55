"""The journal's page: the landlord sees its readers, the partner itself, nobody anything else."""

from __future__ import annotations

from tests.cast import Cast


def test_the_landlord_reads_who_opened_which_site(cast: Cast) -> None:
    site = cast.amandier.sites["N4"]
    assert cast.police.client().get(f"/partage/sites/{site.key}/").status_code == 200
    page = cast.amandier.admin.client().get("/journal/").content.decode()
    for text in ("Police du Val-d’Orsen", "fiche consultée", site.name, cast.convention.name):
        assert text in page, text


def test_another_landlord_reads_nothing_of_it(cast: Cast) -> None:
    cast.police.client().get(f"/partage/sites/{cast.amandier.sites['N4'].key}/")
    page = cast.bouleau.admin.client().get("/journal/").content.decode()
    assert "fiche consultée" not in page
    assert "Personne n’a encore consulté vos sites" in page


def test_the_partner_reads_its_own_list_and_search(cast: Cast) -> None:
    client = cast.police.client()
    client.get("/partage/sites/")
    client.get("/partage/sites/", {"q": "Résidence N"})
    page = client.get("/journal/").content.decode()
    assert "liste consultée" in page
    assert "Résidence N" in page
    assert "recherche" in page


def test_a_month_that_holds_nothing_falls_back_on_the_newest(cast: Cast) -> None:
    client = cast.police.client()
    client.get("/partage/sites/")
    assert "liste consultée" in client.get("/journal/", {"mois": "1999-01"}).content.decode()


def test_who_may_not_know_is_refused(cast: Cast) -> None:
    for member in (cast.amandier.caretaker, cast.coordinator):
        assert member.client().get("/journal/").status_code == 403
