"""Which detail an annex gives for a site: raw answers of the sharing functions, case by case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from sharing.access import own_sites_as, shared_file, shared_scope, shared_site, shared_sites
from sharing.conventions.models import AnnexLine, Convention, Signature
from sharing.details import ORDER, Detail
from tenants.access import landlord_scope
from tests.cast import Cast, Member, amended, make_cast, make_convention


def codes(cast: Cast, reader: Member) -> set[str]:
    with shared_scope(reader.principal):
        return {
            f"{short[0]}:{name.removeprefix('Résidence ')}"
            for short, name in shared_sites(reader.principal).values_list(
                "landlord__short_name", "name"
            )
        }


def add_line(cast: Cast, **fields: object) -> None:
    with amended(cast) as annex:
        AnnexLine.objects.create(convention=cast.convention, annex=annex, **fields)


def test_the_order_of_details_is_the_same_in_both_languages(cast: Cast) -> None:
    with shared_scope(cast.police.principal), connection.cursor() as cursor:
        for position, detail in enumerate(ORDER):
            cursor.execute("SELECT shared.detail_rank(%s)", [detail.value])
            assert cursor.fetchone()[0] == position


def test_a_partner_sees_what_its_line_gives(cast: Cast) -> None:
    assert codes(cast, cast.police) == {"A:N3", "A:N4", "A:S3", "B:N3", "B:N4", "B:S3"}


def test_a_stranger_another_landlord_and_the_coordination_see_no_site(cast: Cast) -> None:
    assert codes(cast, cast.parquet) == set()
    assert codes(cast, cast.amandier.admin) == set()
    assert codes(cast, cast.coordinator) == set()


def test_the_coordination_cannot_read_the_sharing_views(cast: Cast) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        shared_scope(cast.coordinator.principal),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared.site")


def test_the_day_after_the_end_nobody_sees_anything(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.filter(pk=cast.convention.pk).update(ends_on=timezone.localdate())
    assert len(codes(cast, cast.police)) == 6
    with shared_scope(cast.coordinator.principal):
        Convention.objects.filter(pk=cast.convention.pk).update(
            ends_on=timezone.localdate() - dt.timedelta(days=1)
        )
    assert codes(cast, cast.police) == set()


def test_a_grace_counts_only_where_the_annex_signs_one(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.filter(pk=cast.convention.pk).update(
            ends_on=timezone.localdate() - dt.timedelta(days=2)
        )
    assert codes(cast, cast.police) == set()
    with amended(cast) as annex:
        annex.grace_days = 2
        annex.save(update_fields=["grace_days"])
    assert len(codes(cast, cast.police)) == 6


@pytest.mark.parametrize("state", ["draft", "suspended", "ended"])
def test_only_an_active_convention_gives(cast: Cast, state: str) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.filter(pk=cast.convention.pk).update(state=state)
    assert codes(cast, cast.police) == set()


def test_a_landlord_that_withdraws_its_signature_is_no_longer_seen(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Signature.objects.filter(organisation=cast.amandier.organisation).update(
            withdrawn_at=timezone.now()
        )
    assert codes(cast, cast.police) == {"B:N3", "B:N4", "B:S3"}


def test_a_landlord_cannot_withdraw_the_signature_of_another(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        assert (
            Signature.objects.filter(organisation=cast.bouleau.organisation).update(
                withdrawn_at=timezone.now()
            )
            == 0
        )


def test_a_reader_that_has_not_signed_sees_nothing(cast: Cast) -> None:
    with shared_scope(cast.police.principal):
        Signature.objects.filter(organisation=cast.police.membership.organisation).update(
            withdrawn_at=timezone.now()
        )
    assert codes(cast, cast.police) == set()


def test_the_signature_caps_the_annex(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Signature.objects.filter(organisation=cast.amandier.organisation).update(cap=Detail.ZONE)
    assert codes(cast, cast.police) == {"B:N3", "B:N4", "B:S3"}


def test_a_named_reader_wins_over_its_category(cast: Cast) -> None:
    add_line(
        cast, reader="organisation", organisation=cast.police.membership.organisation, territory=cast.departement,
        min_level=1, detail=Detail.ZONE,
    )  # fmt: skip
    assert codes(cast, cast.police) == set()


def test_a_smaller_territory_wins_over_a_larger_one(cast: Cast) -> None:
    add_line(
        cast,
        reader="category",
        category="police",
        territory=cast.communes[0],
        min_level=1,
        detail=Detail.NOTHING,
    )
    assert codes(cast, cast.police) == {"A:S3", "B:S3"}


def test_a_higher_minimum_level_wins_over_a_lower_one(cast: Cast) -> None:
    add_line(
        cast,
        reader="category",
        category="police",
        territory=cast.departement,
        min_level=4,
        detail=Detail.FILE,
    )
    with shared_scope(cast.police.principal):
        files = {site.name for site in shared_sites(cast.police.principal).filter(has_file=True)}
    assert files == {"Résidence N4"}
    assert len(codes(cast, cast.police)) == 6


def test_on_a_tie_the_lower_detail_applies(cast: Cast) -> None:
    add_line(
        cast,
        reader="category",
        category="police",
        territory=cast.departement,
        min_level=3,
        detail=Detail.COMMUNE,
    )
    assert codes(cast, cast.police) == set()


def test_a_line_for_landlords_does_not_show_a_landlord_its_own_sites(cast: Cast) -> None:
    add_line(cast, reader="landlords", territory=cast.departement, min_level=4, detail=Detail.SITE)
    assert codes(cast, cast.amandier.admin) == {"B:N4"}


def test_a_convention_covers_its_own_departements_only(cast: Cast) -> None:
    with shared_scope(cast.coordinator.principal):
        Convention.objects.filter(pk=cast.convention.pk).update(departement_codes=["98"])
    assert codes(cast, cast.police) == set()


def test_two_conventions_give_the_higher_of_the_two(cast: Cast) -> None:
    line = AnnexLine(
        reader="category",
        category="police",
        territory=cast.communes[1],
        min_level=3,
        detail=Detail.FILE,
    )
    parties = [cast.amandier.organisation, cast.police.membership.organisation]
    make_convention(cast.coordinator, parties, cast.departement, [line])
    with shared_scope(cast.police.principal):
        assert {s.name for s in shared_sites(cast.police.principal).filter(has_file=True)} == {
            "Résidence S3"
        }


def test_the_file_is_read_only_where_the_annex_gives_it(cast: Cast) -> None:
    add_line(
        cast,
        reader="category",
        category="police",
        territory=cast.departement,
        min_level=4,
        detail=Detail.FILE,
    )
    with shared_scope(cast.police.principal):
        principal = cast.police.principal
        level4 = shared_site(principal, cast.amandier.sites["N4"].key)
        level3 = shared_site(principal, cast.amandier.sites["N3"].key)
        assert shared_file(principal, level4) is not None
        assert shared_file(principal, level3) is None


def test_voir_comme_says_what_the_partner_itself_sees(cast: Cast) -> None:
    police = cast.police.membership.organisation_id
    with landlord_scope(cast.amandier.admin.principal):
        seen = own_sites_as(cast.amandier.admin.principal, police)
    assert seen == {cast.amandier.sites[code].key: Detail.SITE for code in ("N3", "N4", "S3")}
    with shared_scope(cast.police.principal):
        keys = set(
            shared_sites(cast.police.principal)
            .filter(landlord=cast.amandier.organisation)
            .values_list("key", flat=True)
        )
    assert keys == seen.keys()


def test_a_partner_cannot_ask_for_another_reader(cast: Cast) -> None:
    for call in ("site_details(%s)", "previous_site_details(%s)", "rules(%s)", "own_sites_as(%s)"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            shared_scope(cast.police.principal),
        ):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT * FROM shared.{call}", [cast.parquet.membership.organisation_id]
                )


def test_the_cast_can_be_made_twice_in_one_run(db: None) -> None:
    assert make_cast().police.user.pk
