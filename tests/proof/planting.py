"""A row of every table behind the wall, each column with a canary of its own: made from the models themselves.

A new table is planted without a word here, unless a constraint needs a value (GIVEN). A column that can hold no canary is
listed (BARE) with the reason; one that is neither planted nor listed fails.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Final

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.gis.db.models import PointField
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from accounts.models import Invitation, Membership, Organisation, User
from gis.territories.models import Territory
from tenants.barometers.definition import EXAMPLE
from tenants.calibration.models import Vignette
from tenants.campaigns.grids import read_grid
from tenants.campaigns.grids.reading import CRITERIA
from tenants.campaigns.models import Grid
from tenants.campaigns.services.launching import current_grid
from tenants.jobs.files import write_durably
from tenants.owngrids.definition import from_common
from tenants.stock.models import Site
from tenants.wall import registry
from tests.proof.canary import Book

OWNER: Final = "owner"  # the login that migrations use: it may write every table


@dataclass
class Ground:
    """What the rows of one owner stand on."""

    book: Book
    owner: str
    organisation: Organisation
    user: User
    membership: Membership
    corner: tuple[float, float]
    territories: list[Territory]
    level: int = 4


def _somebody_else(ground: Ground) -> Membership:
    """Another member; the planted stand-in is over, so that it changes nobody's reach."""
    return Membership.objects.using(OWNER).exclude(pk=ground.membership.pk).order_by("pk")[0]


def _invitation(ground: Ground) -> Invitation:
    return Invitation.objects.using(OWNER).create(
        organisation=ground.organisation, email=f"{uuid.uuid4().hex[:12]}@exemple.test", display_name="Invité",
        role_code="caretaker", secret_sha256=uuid.uuid4().hex * 2, invited_by=ground.user, expires_at=timezone.now(),
    )  # fmt: skip


def _site_type() -> ContentType:
    return ContentType.objects.using(OWNER).get(app_label="tenants", model="site")


def _first_permission() -> Permission | None:
    return Permission.objects.using(OWNER).filter(content_type=_site_type()).first()


def _arrival_body(ground: Ground, made: dict[str, Any]) -> str:
    """What a telephone said of the planted site: pages read it back."""
    said = {name: ground.book.text(ground.owner, "tenants_arrival.body") for name in ("internal", "shared")}  # fmt: skip
    keys = {
        "key": str(uuid.uuid4()),
        "campaign": str(made["tenants_campaign"].key),
        "site": str(made["tenants_site"].key),
    }
    numbers = {"criteria": dict.fromkeys(CRITERIA, 2), "member": ground.membership.pk}
    return json.dumps({**said, **keys, **numbers})


def _picture(ground: Ground) -> str:
    """A file on the disk that says whose it is: who gets its bytes is told by them."""
    content = ground.book.text(ground.owner, "tenants_photograph.file").encode()
    return write_durably(f"photographs/00/{uuid.uuid4().hex}.jpg", content).path


Given = Callable[[Ground, dict[str, Any]], Any]


def today() -> dt.date:
    """The day that every planted row says: dates are common to all."""
    return timezone.localdate()


# Values that a constraint or the product's logic needs, by table and column.
GIVEN: Final[dict[str, Given]] = {
    "tenants_site.departement_code": lambda ground, made: "99",
    "tenants_site.commune_code": lambda ground, made: "99001",
    "tenants_site.commune_name": lambda ground, made: "Aubépine",
    "tenants_site.postcode": lambda ground, made: "99100",
    "tenants_site.qpv_code": lambda ground, made: "QN09901M",
    "tenants_site.territory_ids": lambda ground, made: [each.pk for each in ground.territories],
    "tenants_site.placement": lambda ground, made: Site.Placement.GEOMETRY,
    "tenants_site.current_level": lambda ground, made: ground.level,
    "tenants_site.published_level": lambda ground, made: ground.level,
    "tenants_site.current_on": lambda ground, made: today(),
    "tenants_site.published_on": lambda ground, made: today(),
    "tenants_site.left_on": lambda ground, made: None,
    "tenants_campaign.state": lambda ground, made: "open",
    "tenants_campaign.round_key": lambda ground, made: None,
    "tenants_campaign.departement_codes": lambda ground, made: [],
    "tenants_campaignsite.departement_code": lambda ground, made: "99",
    "tenants_campaignsite.commune_code": lambda ground, made: "99001",
    "tenants_campaignsite.territory_ids": lambda ground, made: [each.pk for each in ground.territories],
    "tenants_campaignsite.level": lambda ground, made: ground.level,
    "tenants_rememberedmapping.kind": lambda ground, made: "stock",
    "tenants_fileimport.decisions": lambda ground, made: {},
    "tenants_fileimport.kind": lambda ground, made: "stock",
    "tenants_geocodedaddress.state": lambda ground, made: "doubtful",
    "tenants_geocodedaddress.score": lambda ground, made: 60,
    "tenants_geocodedaddress.source": lambda ground, made: "ban",
    "tenants_geocodedaddress.kind": lambda ground, made: "housenumber",
    "tenants_barometer.definition": lambda ground, made: EXAMPLE,
    "tenants_barometer.version": lambda ground, made: 1,
    "tenants_owngrid.definition": lambda ground, made: from_common(read_grid(current_grid())),
    "tenants_owngrid.version": lambda ground, made: 1,
    "tenants_campaign.own_grid": lambda ground, made: None,  # the planted ratings speak of the common criteria
    "tenants_assessment.own_answers": lambda ground, made: None,
    "tenants_prefilledfile.lines": lambda ground, made: [],
    "tenants_fileimport.options": lambda ground, made: {},
    "tenants_rememberedword.kind": lambda ground, made: "incidents",
    "tenants_assessment.file_import": lambda ground, made: None,
    "tenants_decision.file_import": lambda ground, made: None,
    "tenants_assessment.criteria": lambda ground, made: dict.fromkeys(CRITERIA, 2),
    "tenants_assessment.ticks": lambda ground, made: {},
    "tenants_assessment.kind": lambda ground, made: "counter_visit",  # a level 4 settles once it is confirmed
    "tenants_assessment.level": lambda ground, made: ground.level,
    "tenants_assessment.suggested_level": lambda ground, made: 1,
    "tenants_vignetteanswer.criteria": lambda ground, made: dict.fromkeys(CRITERIA, 2),
    "tenants_vignetteanswer.level": lambda ground, made: ground.level,
    "tenants_vignetteanswer.suggested_level": lambda ground, made: 1,
    "tenants_countervisit.result": lambda ground, made: None,
    "tenants_photograph.file": lambda ground, made: _picture(ground),
    "tenants_publication.level": lambda ground, made: ground.level,
    "tenants_publication.previous_level": lambda ground, made: 1,
    "tenants_lever.from_level": lambda ground, made: 1,
    "tenants_intervention.axis": lambda ground, made: 5,
    "tenants_rowissue.line": lambda ground, made: 2,
    "tenants_capturekey.retired_at": lambda ground, made: timezone.now(),
    "tenants_arrival.state": lambda ground, made: "aside",
    "tenants_arrival.cause": lambda ground, made: "reach",
    "tenants_arrival.assessment": lambda ground, made: None,
    "tenants_arrival.body": lambda ground, made: _arrival_body(ground, made),
    "tenants_spatialrun.refusals": lambda ground, made: {},
    "tenants_spatialfinding.p": lambda ground, made: 0.01,
    "tenants_spatialfinding.q": lambda ground, made: 0.02,
    "tenants_standin.stand_in": lambda ground, made: _somebody_else(ground),
    "tenants_standin.ended_at": lambda ground, made: timezone.now(),
    "tenants_pendingplace.invitation": lambda ground, made: _invitation(ground),
    "tenants_pendingplace.agency_ids": lambda ground, made: [],
    "tenants_pendingplace.site_ids": lambda ground, made: [],
    "tenants_objectgrant.permission": lambda ground, made: _first_permission(),
    "tenants_objectgrant.content_type": lambda ground, made: _site_type(),
    "tenants_objectgrant.object_pk": lambda ground, made: str(made["tenants_site"].pk),
    "tenants_objectgrant.until": lambda ground, made: today() + dt.timedelta(days=30),
}  # fmt: skip

# Columns that hold no canary, and why.
TOO_SHORT: Final = "shorter than a canary; holds a code of a territory or of an open register, common to all landlords"
BARE: Final[dict[str, str]] = {
    "tenants_address.number": TOO_SHORT,
    "tenants_address.postcode": TOO_SHORT,
    "tenants_address.commune_code": TOO_SHORT,
    "tenants_site.iris_code": TOO_SHORT,
    "tenants_campaignsite.iris_code": TOO_SHORT,
    "tenants_campaignsite.qpv_code": TOO_SHORT,
    "tenants_site.tile_x": "the position again, as PostgreSQL computes it",
    "tenants_site.tile_y": "the position again, as PostgreSQL computes it",
    "tenants_spatialfinding.p": "a share between 0 and 1",
    "tenants_spatialfinding.q": "a share between 0 and 1",
    "tenants_geocodedaddress.score": "a share of 100",
    "tenants_address.construction_year": "a year says nothing of whose it is",
}
# Tables in which no row can stand.
EMPTY: Final = {"tenants_groupobjectgrant": "its constraint admits no row"}


def landlord_models() -> list[type[models.Model]]:
    """Every model walled by landlord, what a row needs before the row."""
    walled = [
        model
        for model in registry.managed_models()
        if registry.wall_of(model) == "landlord" and model._meta.db_table not in EMPTY
    ]
    graph = {
        model: {
            target
            for each in model._meta.local_fields
            if isinstance(target := each.related_model, type) and target in walled and target is not model
            and f"{model._meta.db_table}.{each.name}" not in GIVEN
        }
        for model in walled
    }  # fmt: skip
    for model in walled:  # a grant names its object by number, not by a foreign key
        if model._meta.db_table == "tenants_objectgrant":
            graph[model].add(Site)
    return list(TopologicalSorter(graph).static_order())


def plant(ground: Ground) -> dict[str, Any]:
    """One row of each table for this owner, by table name. Raises ValueError naming a column that holds no canary."""
    made: dict[str, Any] = {}
    for model in landlord_models():
        table = model._meta.db_table
        values = {
            each.name: value
            for each in model._meta.local_fields
            if (value := _value(ground, made, table, each)) is not _LEFT
        }
        row = model(**values)
        row.save(using=OWNER, force_insert=True)
        made[table] = row
    return made


_LEFT = object()  # leave the column to its default


def _value(ground: Ground, made: dict[str, Any], table: str, each: models.Field[Any, Any]) -> Any:
    column = f"{table}.{each.name}"
    if column in GIVEN:
        return GIVEN[column](ground, made)
    if each.name == "landlord":
        return ground.organisation
    if each.is_relation:
        return _related(ground, made, column, each)
    if each.choices or column in BARE:
        return (
            each.choices[0][0]
            if each.choices and not each.has_default() and not each.null
            else _LEFT
        )  # type: ignore[index]
    return _canary(ground, column, each)


def _related(
    ground: Ground, made: dict[str, Any], column: str, each: models.Field[Any, Any]
) -> Any:
    target: Any = each.related_model
    common = {User: ground.user, Membership: ground.membership, Organisation: ground.organisation}
    if target in common:
        return common[target]
    if target is Grid:
        return Grid.objects.using(OWNER).order_by("pk").first()
    if target is Vignette:
        # Two owners may share their person, who answers a situation once.
        return Vignette.objects.using(OWNER).order_by("pk")[int(ground.owner == "elsewhere")]
    if target is Territory:
        return ground.territories[-1]
    if target._meta.db_table in made:
        return made[target._meta.db_table]
    if each.null:
        return None
    raise ValueError(f"{column}: say in tests/proof/planting.py (GIVEN) what it refers to.")


def _canary(  # noqa: C901 -- one case a type
    ground: Ground, column: str, each: models.Field[Any, Any]
) -> Any:
    book, owner = ground.book, ground.owner
    if each.primary_key:
        return book.row(owner, column)
    match each:
        case models.GeneratedField():
            return _LEFT
        case models.UUIDField():
            return book.key(owner, column)
        case models.FileField():
            return ContentFile(book.text(owner, column).encode(), name=f"{book.text(owner, column)}.csv")  # fmt: skip
        case models.CharField() | models.TextField():
            try:
                return book.text(owner, column, each.max_length)
            except ValueError as error:
                raise ValueError(f"{column}: too short for a canary; say why it may be bare (BARE).") from error  # fmt: skip
        case models.BinaryField():
            return book.text(owner, column).encode()
        case PointField():
            return book.place(owner, column, ground.corner)
        case models.JSONField():
            return {"texte": book.text(owner, column)}
        case models.PositiveSmallIntegerField() | models.SmallIntegerField():
            raise ValueError(f"{column}: too small for a canary; give a value (GIVEN) or say why not (BARE).")  # fmt: skip
        case models.IntegerField() | models.FloatField() | models.DecimalField():
            return book.number(owner, column)
        case models.DateTimeField():
            return timezone.now()
        case models.DateField():
            return today()
        case models.BooleanField():
            return _LEFT
    raise ValueError(f"{column}: no canary of the kind {type(each).__name__}; teach tests/proof/planting.py.")  # fmt: skip
