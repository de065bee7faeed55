"""Load the demonstration into an empty database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from orsen.demo.agreements import FIRST_PARTIES, SECOND_PARTIES, Agreements, make_agreements
from orsen.demo.calendar import CAMPAIGNS
from orsen.demo.calibration import write_answers
from orsen.demo.chance import generator
from orsen.demo.forums import make_forums
from orsen.demo.land_rows import write_land
from orsen.demo.landlord_rows import LandlordWriter
from orsen.demo.people import make_people
from orsen.demo.size import Size
from orsen.demo.world import World, make_world
from tenants.campaigns.services.launching import current_grid

Say = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """What was loaded."""

    world: World
    agreements: Agreements


def load(seed: int, size: Size, say: Say) -> Loaded:
    """Draw the world and write it, in one transaction: the demonstration is there whole, or not at all."""
    say("Dessin du territoire inventé, du patrimoine et de son histoire")
    world = make_world(seed, size, timezone.localdate())
    with transaction.atomic():
        say("Écriture des territoires et du fond de carte")
        places = write_land(world.areas, world.layer)
        say("Création des organismes et des comptes")
        codes = [each.code for each in size.departements]
        people = make_people(places["99002"].name, codes)
        agreements = make_agreements(generator(seed, "agreements"), world.calendar, people, places)
        grid = current_grid()
        for index, landlord in enumerate(people.landlords):
            say(f"Patrimoine et campagnes : {landlord.organisation.name}")
            writer = LandlordWriter(world, index, landlord, places)
            writer.write(grid, round_keys(agreements, index))
        say("Dispositifs, séances, regards et actions communes")
        make_forums(people, agreements, places, world.calendar.today)
        write_answers(seed, people)
    return Loaded(world, agreements)


def round_keys(agreements: Agreements, landlord: int) -> Sequence[Sequence[UUID | None]]:
    """Keys of the rounds that the landlord answers, per département; None where it is bound by no convention."""
    nothing: list[UUID | None] = [None] * CAMPAIGNS
    first = [each.key for each in agreements.first_rounds] if landlord in FIRST_PARTIES else nothing
    second = (
        [each.key for each in agreements.second_rounds] if landlord in SECOND_PARTIES else nothing
    )
    return first, second


def count_rows() -> None:
    """Let PostgreSQL count what came in at once, rather than when it next thinks of it: its plans rest on it."""
    if "owner" in settings.DATABASES:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
