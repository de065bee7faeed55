"""A released round, ready to be read: built by the report login, so everything here is committed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils import timezone

from sharing.access import shared_scope
from sharing.release.builder import build
from sharing.reports import publishing
from sharing.reports.models import Report
from sharing.rounds.models import CampaignRound
from tenants.access import landlord_scope
from tenants.incidents.models import Incident
from tests.cast import Landlord
from tests.release.scene import Scene, answer_all, make_round, make_scene


@dataclass
class ReportScene:
    """A scene with one round and its report."""

    scene: Scene
    round: CampaignRound
    report: Report


def make_report(*, published: bool = True, facts: bool = False) -> ReportScene:
    """The report of a round that every landlord answered. `facts`: each had thefts and noise, one had traffic too."""
    scene = make_scene()
    round_ = make_round(scene)
    answer_all(scene, round_)
    if facts:
        for landlord in scene.landlords:
            _facts(landlord, ["BIENS", "BIENS", "TRANQ"])
        _facts(scene.landlords[0], ["TRAFIC"] * 3)
    release = build(round_, uuid.uuid4())
    principal = scene.coordinator.principal
    with shared_scope(principal):
        report = Report.objects.create(
            convention=scene.convention, release_id=release.pk, title="Sensibilité des quartiers"
        )
        if published:
            publishing.publish(principal, report)
    return ReportScene(scene, round_, report)


def _facts(landlord: Landlord, families: list[str]) -> None:
    day = timezone.localdate() - dt.timedelta(days=60)
    with landlord_scope(landlord.admin.principal):
        for family in families:
            Incident.objects.create(site=landlord.sites["N1"], family=family, occurred_on=day)
