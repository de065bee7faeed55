"""Neighbours read of an announced intervention what the annex gives them of its site, and not a word more."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from sharing.access import shared_scope
from sharing.announcements import services
from sharing.announcements.models import Announcement
from sharing.announcements.services import AnnouncementRefusedError, Nearby, near
from sharing.announcements.tasks import tell_of_announcements
from sharing.conventions.models import AnnexLine, Convention
from sharing.details import Detail
from sharing.notices.models import Notice
from tenants.access import landlord_scope
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tests.cast import X0, Y0, Cast, Member, amended, make_site

SECRET = "Opération très secrète"
LEVER = "Médiation de nuit"


def plan(cast: Cast, *codes: str, metres: int = 500, status: str = "planned") -> Intervention:
    """Amandier plans something on those sites and announces it."""
    amandier = cast.amandier
    with landlord_scope(amandier.admin.principal):
        lever, _made = Lever.objects.get_or_create(code="mediation", defaults={"label": LEVER})
        made: Intervention = Intervention.objects.create(
            title=SECRET, lever=lever, starts_on=timezone.localdate(), axis=5, cost_euros=77_777, effect="Effet caché"
        )  # fmt: skip
        for code in codes:
            InterventionSite.objects.create(intervention=made, site=amandier.sites[code])
    principal = amandier.security.principal
    with shared_scope(principal):
        services.announce(principal, made, metres)
        Intervention.objects.filter(pk=made.pk).update(status=status)
    return made


def give(cast: Cast, detail: Detail | None, min_level: int = 1) -> None:
    """What the annex gives landlords, from now on."""
    with amended(cast) as annex:
        annex.lines.filter(reader="landlords").delete()
        if detail is not None:
            AnnexLine.objects.create(
                convention=cast.convention, annex=annex, reader="landlords", territory=cast.departement,
                detail=detail, min_level=min_level,
            )  # fmt: skip


def read(member: Member) -> list[Nearby]:
    with shared_scope(member.principal):
        return near(member.principal)


def page(member: Member) -> str:
    return member.client().get(reverse("landlord-sharing")).content.decode()


def names(cast: Cast, found: Nearby) -> set[str]:
    return {code for code, site in cast.bouleau.sites.items() if site.key in found.own_keys}


def test_without_a_line_nothing_is_told(cast: Cast) -> None:
    plan(cast, "N3")
    assert read(cast.bouleau.admin) == []
    assert tell_of_announcements() == 0


@pytest.mark.parametrize("detail", [Detail.SITE, Detail.FILE])
def test_where_it_reads_the_site_its_name_and_what_is_within_the_distance(
    cast: Cast, detail: Detail
) -> None:
    give(cast, detail)
    plan(cast, "N3", metres=300)  # at x = X0 + 1700; Bouleau's N1 to N4 stand 200 m apart
    [found] = read(cast.bouleau.admin)
    assert (found.place, found.detail) == (cast.amandier.sites["N3"].name, detail)
    assert names(cast, found) == {"N2", "N3", "N4"}
    assert found.lever == (LEVER if detail == Detail.FILE else "")


@pytest.mark.parametrize(
    ("detail", "place"),
    [
        (Detail.COMMUNE, "Aubépine"),
        (Detail.NEIGHBOURHOOD, "Les Tilleuls"),
        (Detail.ZONE, "Les Tilleuls"),
    ],
)
def test_below_a_site_the_place_alone_and_no_distance(
    cast: Cast, detail: Detail, place: str
) -> None:
    give(cast, detail)
    plan(cast, "N1", "N2", metres=300)
    [found] = read(cast.bouleau.admin)  # two sites of one place are one line
    assert (found.place, found.lever) == (place, "")
    assert names(cast, found) == {"N1", "N2", "N3", "N4"}
    text = page(cast.bouleau.admin)
    for secret in ("Résidence N1,", SECRET, LEVER, "77 777", "77777", "Effet caché"):
        assert secret not in text.split("À suivre")[0]


def test_a_reader_cannot_place_the_site_by_adding_sites_of_its_own(cast: Cast) -> None:
    """The oracle: an own site put anywhere in the QPV changes nothing but its own line."""
    give(cast, Detail.NEIGHBOURHOOD)
    plan(cast, "N3", metres=300)
    in_qpv = [cast.departement, cast.communes[0], cast.neighbourhood]
    for number, x in enumerate((X0 + 1_010, X0 + 1_700, X0 + 1_990)):
        make_site(cast.bouleau, f"P{number}", in_qpv, level=1, x=x, y=Y0 + 1_990)
    [found] = read(cast.bouleau.admin)
    assert {"P0", "P1", "P2"} <= names(cast, found)


def test_a_line_from_a_level_holds_for_the_site_s_own_level(cast: Cast) -> None:
    give(cast, Detail.SITE, min_level=4)
    plan(cast, "N3")
    assert read(cast.bouleau.admin) == []


def test_nobody_far_away_is_told(cast: Cast) -> None:
    give(cast, Detail.FILE)
    plan(cast, "S3", metres=300)
    [found] = read(cast.bouleau.admin)
    assert names(cast, found) == {"S3"}
    with landlord_scope(cast.bouleau.admin.principal):
        type(cast.bouleau.sites["S3"]).objects.filter(code="S3").update(state="left")
    assert read(cast.bouleau.admin) == []


def test_it_ends_with_the_plan_the_announcement_the_convention(cast: Cast) -> None:
    give(cast, Detail.FILE)
    made = plan(cast, "N3")
    principal = cast.amandier.admin.principal

    def status(value: str) -> None:
        with landlord_scope(principal):
            Intervention.objects.filter(pk=made.pk).update(status=value)

    def state(value: str) -> None:
        with shared_scope(cast.coordinator.principal):
            Convention.objects.filter(pk=cast.convention.pk).update(state=value)

    assert len(read(cast.bouleau.admin)) == 1
    for change, off, on in ((status, "abandoned", "planned"), (state, "suspended", "active")):
        change(off)
        assert read(cast.bouleau.admin) == []
        change(on)
        assert len(read(cast.bouleau.admin)) == 1
    with shared_scope(principal):
        services.withdraw(principal, made)
    assert read(cast.bouleau.admin) == []


def test_it_is_told_once_on_the_pages_with_the_own_sites_to_watch(cast: Cast) -> None:
    give(cast, Detail.SITE)
    plan(cast, "N3", metres=300)
    assert [tell_of_announcements(), tell_of_announcements()] == [1, 0]
    text = page(cast.bouleau.admin)
    assert "Interventions prévues près de vos sites" in text
    assert cast.bouleau.sites["N4"].name in text
    assert SECRET not in text
    with shared_scope(cast.bouleau.admin.principal):
        [notice] = Notice.objects.filter(cause__startswith="near:")
    assert SECRET not in notice.text + notice.title


def test_who_announces_learns_nothing_of_who_is_told(cast: Cast) -> None:
    give(cast, Detail.SITE)
    plan(cast, "N3")
    tell_of_announcements()
    with shared_scope(cast.amandier.admin.principal):
        assert Notice.objects.filter(cause__startswith="near:").count() == 0
    assert read(cast.amandier.admin) == []


def test_an_agency_reads_its_own_sites_only(cast: Cast) -> None:
    give(cast, Detail.COMMUNE)
    plan(cast, "S3")
    assert len(read(cast.bouleau.admin)) == 1
    assert read(cast.bouleau.director) == []  # of the north; the site is the south's


@pytest.mark.parametrize("who", ["neighbour", "police", "coordinator"])
def test_nobody_else_reads_or_writes_one(cast: Cast, who: str) -> None:
    give(cast, Detail.FILE)
    made = plan(cast, "N3")
    member = {"neighbour": cast.bouleau.admin, "police": cast.police, "coordinator": cast.coordinator}[who]  # fmt: skip

    def forge() -> None:
        Announcement.objects.create(
            landlord=cast.amandier.organisation, intervention_key=uuid.uuid4(), metres=500
        )

    def take_back() -> None:
        if not Announcement.objects.update(withdrawn_at=timezone.now()):
            raise DatabaseError

    def look() -> None:
        if not Announcement.objects.exists():
            raise DatabaseError

    def call() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared.announced_near()")
            if who == "neighbour":
                raise DatabaseError  # its own reading, asked for above

    attempts: tuple[Callable[[], None], ...] = (forge, take_back, look, call)
    for attempt in attempts:
        with shared_scope(member.principal), pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert member.client().post(
        reverse("intervention-announce", args=[made.key]), {"metres": "1000"}
    ).status_code in {403, 404}  # fmt: skip


def test_the_page_announces_and_takes_back(cast: Cast) -> None:
    made = plan(cast, "N3")
    client, url = cast.amandier.admin.client(), reverse("intervention-announce", args=[made.key])
    assert url in client.get(reverse("intervention-edit", args=[made.key])).content.decode()
    client.post(url, {"retirer": "1"})
    assert client.post(url, {"metres": "7"}).status_code == 200
    client.post(url, {"metres": "1000"})
    with shared_scope(cast.amandier.admin.principal):
        assert Announcement.objects.get(withdrawn_at=None).metres == 1000
    assert cast.amandier.director.client().get(url).status_code == 403
    with shared_scope(cast.amandier.admin.principal):
        with pytest.raises(AnnouncementRefusedError, match="déjà"):
            services.announce(cast.amandier.admin.principal, made, 500)
        made.status = "done"
        with pytest.raises(AnnouncementRefusedError, match="prévue"):
            services.announce(cast.amandier.admin.principal, made, 500)
