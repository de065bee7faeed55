"""A landlord's « Partage »: what binds it, its own signature, who reads what, and « Voir comme »."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sharing.access import own_sites_as, own_sites_under, shared_scope, shared_sites
from sharing.conventions import services
from sharing.conventions.models import Annex, AnnexLine, Convention, Party, Signature
from sharing.details import Detail
from sharing.journal.models import JournalEntry
from tenants.access import landlord_scope
from tests.cast import Cast, Member, amended, make_landlord


def page(client: Client, route: str, *args: object, **query: str) -> str:
    response = client.get(reverse(route, args=args), query)
    assert response.status_code == 200
    return response.content.decode().replace("\xa0", " ")


def sign(client: Client, cast: Cast, number: int = 1, **values: Any) -> str:
    given = {
        "signatory": "La présidente",
        "signatory_function": "Présidente",
        "signed_on": timezone.localdate(),
        "cap": Detail.FILE,
    }
    data = {f"v{number}-{name}": value for name, value in (given | values).items()}
    response = client.post(
        reverse("party-sign", args=[cast.convention.key, number]), data, follow=True
    )
    assert response.status_code in {200, 422}
    return response.content.decode().replace("\xa0", " ")


def seen(reader: Member) -> set[str]:
    with shared_scope(reader.principal):
        return {
            f"{site.landlord.short_name[0]}:{site.name.removeprefix('Résidence ')}"
            for site in shared_sites(reader.principal)
        }


def proposed_version(cast: Cast) -> Annex:
    """Version 2: the police reads the file from level 2; not in force, signed by nobody."""
    with shared_scope(cast.coordinator.principal):
        convention = Convention.objects.get(pk=cast.convention.pk)
        draft = services.start_version(convention)
        AnnexLine.objects.filter(annex=draft).update(min_level=2, detail=Detail.FILE)
        services.propose(draft)
        return draft


def test_the_page_says_who_reads_how_many_of_the_sites(cast: Cast) -> None:
    text = page(cast.amandier.admin.client(), "landlord-sharing")
    assert "Convention du Val-d’Orsen" in text
    assert "La direction" in text
    row = text[text.index("Police du Val-d’Orsen") :]
    assert re.search(r'class="num">3<', row), "N3, N4 and S3"


def test_an_agency_director_counts_within_her_agency(cast: Cast) -> None:
    text = page(cast.amandier.director.client(), "landlord-sharing")
    row = text[text.index("Police du Val-d’Orsen") :]
    assert re.search(r'class="num">\s*2\s*<', row), "S3 is another agency's"


def test_a_landlord_withdraws_and_signs_again_with_a_limit(cast: Cast) -> None:
    client, key = cast.amandier.admin.client(), cast.convention.key
    assert "plus aucun lecteur" in page(client, "party-withdraw", key)
    assert seen(cast.police) == {"A:N3", "A:N4", "A:S3", "B:N3", "B:N4", "B:S3"}
    client.post(reverse("party-withdraw", args=[key]))
    assert seen(cast.police) == {"B:N3", "B:N4", "B:S3"}
    assert "attend votre signature" in page(client, "landlord-sharing")
    assert "Votre signature est enregistrée" in sign(client, cast, cap=Detail.ZONE)
    assert seen(cast.police) == {"B:N3", "B:N4", "B:S3"}, "signed, but capped below `site`"
    sign(client, cast, cap=Detail.SITE)
    assert len(seen(cast.police)) == 6
    with landlord_scope(cast.amandier.admin.principal):
        own = Signature.objects.filter(organisation=cast.amandier.organisation)
        assert own.count() == 3, "the signatures before are kept"
        assert own.filter(withdrawn_at__isnull=True).count() == 1


def test_a_partners_correspondent_signs_for_it_and_a_reader_may_not(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        parquet = cast.parquet.membership.organisation
        Party.objects.create(convention=cast.convention, organisation=parquet)
    url = reverse("party-sign", args=[cast.convention.key, 1])
    assert cast.parquet.client().post(url, {}).status_code == 403
    client = cast.police.client()
    client.post(reverse("party-withdraw", args=[cast.convention.key]))
    assert seen(cast.police) == set()
    assert "Votre organisation ne l’a pas signée" in page(client, "partner-home")
    assert "v1-cap" not in page(client, "party-convention", cast.convention.key)
    sign(client, cast)
    assert len(seen(cast.police)) == 6


def test_the_security_direction_reads_but_does_not_sign(cast: Cast) -> None:
    client = cast.amandier.security.client()
    assert "L’administrateur de votre organisme peut signer" not in page(client, "landlord-sharing")
    assert client.post(reverse("party-sign", args=[cast.convention.key, 1])).status_code == 403
    assert client.post(reverse("party-withdraw", args=[cast.convention.key])).status_code == 403
    assert cast.amandier.caretaker.client().get(reverse("landlord-sharing")).status_code == 403


def test_nobody_outside_finds_the_convention(cast: Cast) -> None:
    stranger = make_landlord("Cerisier", "Groupe C").admin.client()
    for route in ("party-convention", "party-withdraw"):
        assert stranger.get(reverse(route, args=[cast.convention.key])).status_code == 404
    assert "Aucune convention" in page(stranger, "landlord-sharing")
    police = cast.police.membership.organisation
    assert stranger.get(reverse("view-as", args=[police.key])).status_code == 404


def test_a_form_that_lacks_the_signatory_signs_nothing(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    client.post(reverse("party-withdraw", args=[cast.convention.key]))
    text = sign(client, cast, signatory="")
    assert "obligatoire" in text
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert "dans l’avenir" in sign(client, cast, signed_on=tomorrow)
    assert seen(cast.police) == {"B:N3", "B:N4", "B:S3"}


def test_view_as_shows_own_sites_exactly_as_the_partner_sees_them(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    police = cast.police.membership.organisation
    text = page(client, "view-as", police.key)
    listed = set(re.findall(r"Résidence (\w+)<", text))
    assert {f"A:{name}" for name in listed} == {
        name for name in seen(cast.police) if name[0] == "A"
    }
    with landlord_scope(cast.amandier.admin.principal):
        entry = JournalEntry.objects.get(action="viewed_as")
        assert (entry.subject, entry.rows) == (police.name, 3)


def test_view_as_before_signing_shows_what_the_version_would_give(cast: Cast) -> None:
    draft = proposed_version(cast)
    principal = cast.amandier.admin.principal
    police = cast.police.membership.organisation
    with landlord_scope(principal):
        under = own_sites_under(principal, draft.pk, police.pk)
        today = own_sites_as(principal, police.pk)
    assert under == {cast.amandier.sites[c].key: Detail.FILE for c in ("N2", "N3", "N4", "S3")}
    assert set(today.values()) == {Detail.SITE}
    text = page(cast.amandier.admin.client(), "view-as", police.key, version=str(draft.pk))
    assert set(re.findall(r"Résidence (\w+)<", text)) == {"N2", "N3", "N4", "S3"}
    assert len(seen(cast.police)) == 6, "looking gives nothing to anybody"


def test_what_view_as_promises_before_signing_is_what_the_partner_then_sees(cast: Cast) -> None:
    draft = proposed_version(cast)
    principal = cast.amandier.admin.principal
    police = cast.police.membership.organisation
    with landlord_scope(principal):
        promised = own_sites_under(principal, draft.pk, police.pk)
    sign(cast.amandier.admin.client(), cast, number=2)
    with shared_scope(cast.coordinator.principal):
        services.put_in_force(Annex.objects.select_related("convention").get(pk=draft.pk))
    with shared_scope(cast.police.principal):
        given = {
            site.key: Detail.FILE if site.has_file else Detail.SITE
            for site in shared_sites(cast.police.principal)
        }
    assert given == promised, "Bouleau has not signed version 2: only Amandier's sites remain"


def test_the_preview_counts_the_limit_of_a_signature_already_given(cast: Cast) -> None:
    draft = proposed_version(cast)
    sign(cast.amandier.admin.client(), cast, number=2, cap=Detail.SITE)
    principal = cast.amandier.admin.principal
    with landlord_scope(principal):
        under = own_sites_under(principal, draft.pk, cast.police.membership.organisation_id)
    assert set(under.values()) == {Detail.SITE}


def test_the_preview_of_a_convention_of_others_is_empty(cast: Cast) -> None:
    stranger = make_landlord("Cerisier", "Groupe C").admin
    draft = proposed_version(cast)
    with landlord_scope(stranger.principal):
        assert (
            own_sites_under(stranger.principal, draft.pk, cast.police.membership.organisation_id)
            == {}
        )
    wrong = reverse("view-as", args=[cast.police.membership.organisation.key])
    assert cast.amandier.admin.client().get(wrong, {"version": "999999"}).status_code == 404


def test_a_partner_cannot_ask_for_the_preview(cast: Cast) -> None:
    police = cast.police.membership.organisation
    assert cast.police.client().get(reverse("view-as", args=[police.key])).status_code == 403
    with pytest.raises(PermissionError), shared_scope(cast.police.principal):
        own_sites_under(cast.police.principal, 1, police.pk)


def test_the_landlord_reads_the_sites_of_others_where_the_annex_says_so(cast: Cast) -> None:
    admin = cast.amandier.admin.client()
    assert "Aucun site" in page(admin, "shared-site-list") or "des chiffres" in page(
        admin, "shared-site-list"
    )
    with amended(cast) as annex:
        AnnexLine.objects.create(
            convention=cast.convention, annex=annex, reader="landlords", territory=cast.departement,
            min_level=4, detail=Detail.SITE,
        )  # fmt: skip
    text = page(admin, "shared-site-list")
    assert str(cast.bouleau.sites["N4"].key) in text
    assert str(cast.amandier.sites["N4"].key) not in text
    assert "Bouleau" in page(admin, "shared-site", cast.bouleau.sites["N4"].key)


def test_the_page_costs_the_same_whatever_the_number_of_sites(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.amandier.admin.client()
    with django_assert_max_num_queries(26):
        page(client, "landlord-sharing")
