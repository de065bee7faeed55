"""A forum of the cast: the police chairs, both landlords sit; and one that others hold."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from sharing.access import shared_scope
from sharing.conventions.models import AnnexLine
from sharing.details import Detail
from sharing.meetings import services
from sharing.meetings.models import Forum, Meeting
from tests.cast import Cast, amended


@dataclass
class Scene:
    """What the tests stand on."""

    forum: Forum
    meeting: Meeting


def landlords_read_fours(cast: Cast) -> None:
    """A version of the annex under which landlords read one another's sites of level 4, and the police their files."""
    with amended(cast) as draft:
        AnnexLine.objects.create(
            convention=cast.convention, annex=draft, reader="landlords", territory=cast.departement,
            min_level=4, detail=Detail.SITE,
        )  # fmt: skip
        AnnexLine.objects.create(
            convention=cast.convention, annex=draft, reader="category", category="police",
            territory=cast.departement, min_level=4, detail=Detail.FILE,
        )  # fmt: skip


def make_forum(cast: Cast, *, members: list[int] | None = None, name: str = "GPO d’Aubépine") -> Forum:  # fmt: skip
    """A forum of the cast's convention, chaired by the police where it sits."""
    police = cast.police.membership.organisation_id
    sits = members or [
        police,
        cast.amandier.organisation.pk,
        cast.bouleau.organisation.pk,
    ]
    with shared_scope(cast.coordinator.principal):
        forum = Forum(convention=cast.convention, kind="gpo", name=name, territory=cast.departement)
        return services.save_forum(
            cast.coordinator.principal,
            forum,
            dict.fromkeys(sits, "Correspondant"),
            police if police in sits else None,
        )


def make_scene(cast: Cast) -> Scene:
    """A forum with a meeting of today."""
    landlords_read_fours(cast)
    forum = make_forum(cast)
    with shared_scope(cast.police.principal):
        meeting = services.plan_meeting(
            cast.police.principal, forum, timezone.localdate(), "Commissariat, salle 2"
        )
    return Scene(forum, meeting)
