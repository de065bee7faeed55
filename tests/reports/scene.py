"""A released round, ready to be read: built by the report login, so everything here is committed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sharing.access import shared_scope
from sharing.release.builder import build
from sharing.reports import publishing
from sharing.reports.models import Report
from sharing.rounds.models import CampaignRound
from tests.release.scene import Scene, answer_all, make_round, make_scene


@dataclass
class ReportScene:
    """A scene with one round and its report."""

    scene: Scene
    round: CampaignRound
    report: Report


def make_report(*, published: bool = True) -> ReportScene:
    """The report of a round that every landlord answered."""
    scene = make_scene()
    round_ = make_round(scene)
    answer_all(scene, round_)
    release = build(round_, uuid.uuid4())
    principal = scene.coordinator.principal
    with shared_scope(principal):
        report = Report.objects.create(
            convention=scene.convention, release_id=release.pk, title="Sensibilité des quartiers"
        )
        if published:
            publishing.publish(principal, report)
    return ReportScene(scene, round_, report)
