"""The daily look at the joint actions that are late."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.principal import from_membership
from sharing.access import shared_scope
from sharing.jointactions.services import label_of, overdue, tell_owner

logger = logging.getLogger(__name__)


@shared_task(name="sharing.jointactions.tell_overdue", ignore_result=True)
def tell_of_overdue() -> int:
    """Tell the organisations that answer for late actions, once a due date. Returns how many were told.

    Acts for a member of the coordination that holds the conventions, with that person's rights.
    """
    told = 0
    holders = Organisation.objects.filter(kind=Organisation.Kind.COORDINATOR, is_active=True)
    for holder in holders:
        live = Membership.objects.live().filter(organisation=holder).select_related("organisation")
        found = (from_membership(each) for each in live.order_by("pk"))
        principal = next((each for each in found if each.may("meetings.write")), None)
        if principal is None:
            logger.warning("Nobody of %s may remind of its joint actions.", holder.name)
            continue
        with shared_scope(principal):
            for action in overdue(principal):
                told += tell_owner(
                    holder.pk,
                    action,
                    f"overdue:{action.pk}:{action.due_on:%Y-%m-%d}",
                    _("Action commune en retard : %(problem)s") % {"problem": label_of(action)},
                )
    return told
