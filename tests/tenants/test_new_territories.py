"""A territory that comes in later holds the sites that are already there, for every landlord at once."""

from __future__ import annotations

from gis.models import Territory
from sharing.access import shared_scope, shared_sites
from sharing.conventions.models import AnnexLine
from sharing.details import Detail
from tenants.access import landlord_scope
from tenants.stock.models import Site
from tests.cast import KM, X0, Y0, Cast, amended, square


def district(name: str, x: float, communes: list[str] | None = None) -> Territory:
    return Territory.objects.create(
        kind="custom", code=f"C-{name[-8:]}", name=name, vintage=2026, departement_code="99", commune_codes=communes or [],
        geom=square(x, Y0, 5 * KM),
    )  # fmt: skip


def holders(cast: Cast, territory: Territory) -> set[str]:
    found = set()
    for landlord in (cast.amandier, cast.bouleau):
        with landlord_scope(landlord.admin.principal):
            held = Site.objects.filter(territory_ids__contains=[territory.pk])
            found |= {f"{landlord.organisation.short_name[0]}:{site.code}" for site in held}
    return found


def test_a_new_district_holds_the_sites_inside_it(cast: Cast) -> None:
    east = district("Circonscription est", X0 + 5 * KM)
    assert holders(cast, east) == {"A:S3", "A:S0", "B:S3", "B:S0"}


def test_a_site_without_a_position_counts_when_its_whole_commune_does(cast: Cast) -> None:
    with landlord_scope(cast.amandier.admin.principal):
        Site.objects.filter(code="N1").update(geom=None)
    assert "A:N1" in holders(cast, district("Ouest", X0, ["99001"]))
    assert "A:N1" not in holders(cast, district("Est", X0 + 5 * KM, ["99002"]))


def test_an_annex_line_on_the_new_district_gives_at_once(cast: Cast) -> None:
    east = district("Circonscription est", X0 + 5 * KM)
    with amended(cast) as annex:
        AnnexLine.objects.create(
            convention=cast.convention, annex=annex, reader="category", category="police", territory=east, min_level=3,
            detail=Detail.FILE,
        )  # fmt: skip
    with shared_scope(cast.police.principal):
        files = {site.name for site in shared_sites(cast.police.principal).filter(has_file=True)}
    assert files == {"Résidence S3"}


def test_a_new_vintage_does_not_end_what_was_signed(cast: Cast) -> None:
    """The annex names the département of 2024; sites placed in the one of 2026 are still covered, and only once."""
    newer = Territory.objects.create(
        kind="departement",
        code="99",
        name="Val-d’Orsen",
        vintage=2026,
        departement_code="99",
        geom=square(X0, Y0, 10 * KM),
    )
    for landlord in (cast.amandier, cast.bouleau):
        with landlord_scope(landlord.admin.principal):
            for site in Site.objects.all():
                site.territory_ids = [
                    newer.pk,
                    *(i for i in site.territory_ids if i not in {cast.departement.pk, newer.pk}),
                ]
                site.save()
    with shared_scope(cast.police.principal):
        assert shared_sites(cast.police.principal).count() == 6
