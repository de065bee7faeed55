"""The receipt of a file that left, and what the file holds of each landlord. Added, never changed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.details import Detail
from tenants.wall.models import PartyRow, Policy

OWN = "organisation_id = (SELECT wall.organisation())"
# Copies with rows of the landlord's sites, or with figures that its campaign went into.
HOLDS_MINE = (
    "(SELECT wall.landlord()) = ANY (landlord_ids) "
    "OR release_ids && (SELECT shared.releases_holding_me())::bigint[]"
)
UNDER_HELD = "convention_ids && (SELECT shared.held_conventions())::bigint[]"


class Receipt(PartyRow):
    """One file given to one person of one organisation. The SHA-256 is here alone: no file can hold its own."""

    wall_policies = (
        Policy("orsen_app", "INSERT", OWN),
        Policy("orsen_app", "SELECT", f"{OWN} OR {HOLDS_MINE}"),
        Policy("orsen_partner", "SELECT,INSERT", OWN),
        Policy("orsen_coordinator", "INSERT", OWN),
        Policy("orsen_coordinator", "SELECT", f"{OWN} AND convention_ids = '{{}}' OR {UNDER_HELD}"),
        # Removes expired files from the disk.
        Policy("orsen_queue", "SELECT", "(SELECT wall.queue())"),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("reçu"), max_length=16, unique=True)
    kind = models.CharField(_("nature"), max_length=24)  # a name of sharing.receipts.kinds
    title = models.CharField(_("objet"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    membership_id = models.BigIntegerField()
    role_code = models.CharField(_("fonction"), max_length=30)
    # Empty for a landlord's copy of its own data.
    convention_ids = ArrayField(models.BigIntegerField(), default=list)
    landlord_ids = ArrayField(models.BigIntegerField(), default=list)
    release_ids = ArrayField(models.BigIntegerField(), default=list)
    # The finest that the file holds of others' data; empty: own data alone.
    detail = models.CharField(_("niveau de détail"), max_length=14, choices=Detail, blank=True)
    rows = models.PositiveIntegerField(_("lignes"), default=0)
    # Names the released figures that the reader could read when the file was made.
    figures = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(_("nom du fichier"), max_length=120)
    media_type = models.CharField(max_length=100)
    path = models.CharField(max_length=240)
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("taille (octets)"))
    made_at = models.DateTimeField(_("fait le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))

    class Meta(PartyRow.Meta):
        verbose_name = _("reçu")
        verbose_name_plural = _("reçus")
        ordering = ("-made_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-made_at"], name="receipt_own"),
            models.Index(fields=["expires_at"], name="receipt_expiry"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def has_expired(self) -> bool:
        """Whether its time is over: the file is no longer given."""
        return self.expires_at <= timezone.now()


class ReceiptPart(PartyRow):
    """The sites of one landlord in a copy. Only the reader and that landlord see it, never another landlord."""

    wall_policies = (
        Policy("orsen_app", "INSERT", OWN),
        Policy("orsen_app", "SELECT", f"{OWN} OR about_id = (SELECT wall.landlord())"),
        Policy("orsen_partner", "SELECT,INSERT", OWN),
        Policy("orsen_coordinator", "SELECT,INSERT", OWN),
    )

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    about = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("bailleur concerné")
    )
    convention_id = models.BigIntegerField(_("convention"), null=True)
    detail = models.CharField(_("niveau de détail"), max_length=14, choices=Detail)
    site_keys = ArrayField(models.UUIDField(), default=list)

    class Meta(PartyRow.Meta):
        verbose_name = _("contenu d’un reçu")
        verbose_name_plural = _("contenus des reçus")
        indexes: ClassVar = [models.Index(fields=["about", "convention_id"], name="receipt_about")]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.about_id}"
