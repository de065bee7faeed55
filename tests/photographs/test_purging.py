"""After the retention photographs go with the comments, bytes included; no file stays that nothing names."""

from __future__ import annotations

import datetime as dt
import os
import time
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DataError, ProgrammingError, connection, transaction
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.campaigns.grids import load_grids
from tenants.campaigns.models import Assessment, Grid
from tenants.campaigns.services import (
    Submission,
    create_campaign,
    open_campaign,
    submit_assessment,
)
from tenants.photographs.models import Photograph
from tenants.photographs.purging import sweep_photographs
from tenants.photographs.services import join
from tenants.photographs.tasks import purge_old_photographs
from tenants.stock.models import Site
from tenants.wall.context import Scope, open_scope
from tests.campaigns.conftest import ANSWERS
from tests.cast import Landlord, make_cast
from tests.photographs.conftest import files, picture


def joined_by(landlord: Landlord, age: str) -> tuple[Assessment, Photograph]:
    """A rating of its own campaign with a photograph, committed."""
    admin, today = landlord.admin.principal, timezone.localdate()
    with landlord_scope(admin):
        campaign = create_campaign(
            admin, name=age, reference_date=today, opens_on=today, closes_on=today
        )
        open_campaign(admin, campaign)
        said = Submission(key=uuid.uuid4(), criteria=ANSWERS[2])
        rating = submit_assessment(admin, campaign, Site.objects.order_by("pk")[0], said).assessment
        return rating, join(admin, rating, picture())


@pytest.mark.commits
def test_old_photographs_leave_with_their_bytes_and_no_orphan_stays(
    committed: None, media: Path
) -> None:
    load_grids(Grid, "default")
    cast = make_cast()
    made = {
        (landlord.organisation.short_name, age): joined_by(landlord, age)
        for landlord in (cast.amandier, cast.bouleau)
        for age in ("old", "recent")
    }
    before = timezone.now() - dt.timedelta(days=settings.ORSEN_COMMENT_DAYS + 1)
    old = [photograph.pk for (_name, age), (_rating, photograph) in made.items() if age == "old"]
    Photograph.objects.using("owner").filter(pk__in=old).update(received_at=before)
    recent = {str(each.file) for (_name, age), (_rating, each) in made.items() if age == "recent"}
    # What an attempt that stopped left, long ago and just now.
    orphan, young = (media / "photographs/00" / name for name in ("orphan.jpg", "young.jpg"))
    orphan.parent.mkdir(parents=True, exist_ok=True)
    for each in (orphan, young):
        each.write_bytes(b"left")
    for path in files(media):
        if path != young:
            os.utime(path, (time.time() - 7200, time.time() - 7200))

    assert purge_old_photographs() == 2
    assert purge_old_photographs() == 0

    assert set(Photograph.objects.using("owner").values_list("file", flat=True)) == recent
    assert {str(path.relative_to(media)) for path in files(media)} == {
        *recent,
        str(young.relative_to(media)),
    }
    assert Assessment.objects.using("owner").count() == 4
    # A deletion that stopped before the file went: the next sweep takes it.
    Photograph.objects.using("owner").filter(file=min(recent)).delete()
    assert sweep_photographs() == 1
    call_command("purge_comments", "--days", "30")
    assert len(files(media)) == 2


@pytest.mark.parametrize("purpose", ["landlord", "partner", "coordinator"])
def test_no_reader_purges_or_asks_for_names(db: None, purpose: str) -> None:
    scope = Scope(purpose, 1, 1)  # type: ignore[arg-type]
    with open_scope(scope), connection.cursor() as cursor:
        for statement in (
            "SELECT wall.purge_photographs(1095)",
            "SELECT wall.lost_photographs('{a}')",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_recent_ones_are_purged_by_nobody(db: None) -> None:
    for days in (29, 0, -1):
        with open_scope(Scope("queue", 0, 0)), connection.cursor() as cursor:
            with pytest.raises(DataError, match="30 days"), transaction.atomic():
                cursor.execute("SELECT wall.purge_photographs(%s)", [days])
