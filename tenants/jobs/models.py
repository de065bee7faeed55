"""The job row: written in the transaction of the change that needs it; Celery and Redis only wake a worker."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.wall.models import PartyRow, Policy

OWN = "organisation_id = (SELECT wall.organisation())"


class Job(PartyRow):
    """Work to be done for one organisation by one of its members, whose rights are evaluated again at the claim."""

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", _("en attente")
        RUNNING = "running", _("en cours")
        DONE = "done", _("terminé")
        CANCELLED = "cancelled", _("annulé")
        DEAD = "dead", _("abandonné")

    wall_policies = (
        Policy("orsen_app", "SELECT,INSERT,UPDATE", OWN),
        Policy("orsen_partner", "SELECT,INSERT,UPDATE", OWN),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE", OWN),
        Policy("orsen_queue", "SELECT,UPDATE", "(SELECT wall.queue())"),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("nature"), max_length=40)  # a name of tenants.jobs.registry
    queue = models.CharField(max_length=12, default="jobs")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    membership_id = (
        models.BigIntegerField()
    )  # of the person who asked; evaluated again at the claim
    principal = models.JSONField()
    payload = models.JSONField(default=dict)  # identifiers only, never content
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(_("tentative"), default=0)  # also the fencing token
    # Two ways of going wrong, counted apart: a worker that says so, and one that is killed and says nothing.
    failures = models.PositiveSmallIntegerField(default=0)
    silences = models.PositiveSmallIntegerField(default=0)
    # Running: until when the worker holds it. Waiting: not before, after a failed attempt.
    lease_until = models.DateTimeField(null=True, blank=True)
    done_steps = models.PositiveIntegerField(default=0)
    total_steps = models.PositiveIntegerField(default=0)
    message = models.TextField(_("message"), blank=True)
    result = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("travail")
        verbose_name_plural = _("travaux")
        ordering = ("-created_at",)
        indexes: ClassVar = [
            models.Index(
                fields=["queue", "created_at"],
                name="job_waiting",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}
