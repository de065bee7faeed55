"""What a page shows of the photograph of a rating: the picture, and what its reader may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.principal import Principal
from tenants.campaigns.models import Assessment
from tenants.photographs import services
from tenants.photographs.models import Photograph


@dataclass(frozen=True)
class Card:
    """The photograph of one rating, if there is one that the reader may look at."""

    assessment: Assessment
    photograph: Photograph | None
    may_join: bool
    may_remove: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show or do."""
        return self.photograph is None and not self.may_join


def cards(principal: Principal, ratings: Sequence[Assessment]) -> dict[int, Card]:
    """The cards of these ratings, by rating."""
    found = services.shown(principal, list(ratings))
    return {each.pk: _card(principal, each, found.get(each.pk)) for each in ratings}


def card(principal: Principal, assessment: Assessment) -> Card:
    """The card of one rating."""
    return cards(principal, [assessment])[assessment.pk]


def _card(principal: Principal, assessment: Assessment, photograph: Photograph | None) -> Card:
    if photograph is None:
        return Card(assessment, None, services.may_join(principal, assessment), may_remove=False)
    return Card(assessment, photograph, False, services.may_remove(principal, photograph))
