"""A convention, its parties, their signatures, and the versions of its annex."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from sharing.details import Detail
from tenants.wall.models import PartyRow, Policy

# `shared.my_conventions()` and `shared.held_conventions()` are in sharing/sql: conventions that the organisation of
# the context is a party of, and those that it coordinates in the person's départements.
MINE = "ANY ((SELECT shared.my_conventions())::bigint[])"
HELD = "ANY ((SELECT shared.held_conventions())::bigint[])"
# What a coordinator by département prepares is in hers, like what she reads.
IN_MY_DEPARTEMENTS = (
    "((SELECT shared.my_departements()) IS NULL "
    "OR departement_codes && (SELECT shared.my_departements())::varchar[])"
)


CORRESPONDENT = ("correspondent_name", "correspondent", "correspondent_email")


def party_reads(column: str) -> tuple[Policy, ...]:
    """Every party of the convention reads; its coordinator reads and writes."""
    return (
        Policy("orsen_app", "SELECT", f"{column} = {MINE}"),
        Policy("orsen_partner", "SELECT", f"{column} = {MINE}"),
        Policy("orsen_coordinator", "SELECT,INSERT,UPDATE,DELETE", f"{column} = {HELD}"),
    )


class Convention(PartyRow):
    """An agreement over départements and dates. Only a live one (active, within its dates) gives anything to read."""

    class State(models.TextChoices):
        """Where it stands in its life."""

        DRAFT = "draft", _("en préparation")
        ACTIVE = "active", _("en vigueur")
        SUSPENDED = "suspended", _("suspendue")
        ENDED = "ended", _("terminée")

    wall_policies = (
        Policy("orsen_app", "SELECT", f"id = {MINE}"),
        Policy("orsen_partner", "SELECT", f"id = {MINE}"),
        Policy(
            "orsen_coordinator",
            "SELECT,INSERT,UPDATE",
            f"coordinator_id = (SELECT wall.coordinator()) AND {IN_MY_DEPARTEMENTS}",
        ),
    )

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=160)
    reference = models.CharField(_("référence"), max_length=60, blank=True)
    coordinator = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("coordination")
    )
    departement_codes = ArrayField(models.CharField(max_length=3), verbose_name=_("départements"))
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.DRAFT)
    # The geography of its reports; several are protected together, as linked tables.
    geography = models.CharField(
        _("quartiers des rapports"),
        max_length=8,
        choices=[("qpv", _("QPV")), ("iris", _("IRIS")), ("both", _("QPV et IRIS"))],
        default="qpv",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(PartyRow.Meta):
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ("-starts_on", "name")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="convention_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether it gives something to read today, any grace aside (PostgreSQL decides; this is for display)."""
        return (
            self.state == self.State.ACTIVE
            and self.starts_on <= timezone.localdate() <= self.ends_on
        )


class Party(PartyRow):
    """An organisation bound by a convention, with the correspondent it names."""

    # Each party names its own correspondent.
    wall_policies = (
        *party_reads("convention_id"),
        Policy("orsen_app", "UPDATE", f"organisation_id = (SELECT wall.landlord()) AND convention_id = {MINE}",
               columns=CORRESPONDENT),
        Policy("orsen_partner", "UPDATE", f"organisation_id = (SELECT wall.partner()) AND convention_id = {MINE}",
               columns=CORRESPONDENT),
    )  # fmt: skip

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    correspondent_name = models.CharField(_("correspondant (personne)"), max_length=120, blank=True)
    correspondent = models.CharField(_("correspondant (fonction)"), max_length=120, blank=True)
    correspondent_email = models.EmailField(_("adresse du correspondant"), blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("partie")
        verbose_name_plural = _("parties")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["convention", "organisation"], name="party_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} ∈ {self.convention_id}"


class Signature(PartyRow):
    """A party's signature by a named person. A landlord's own one caps what the annex gives of its sites.

    A signature is of one version of the annex. The one of a landlord gives nothing under another version.
    """

    wall_policies = (
        Policy("orsen_app", "SELECT", f"convention_id = {MINE}"),
        Policy("orsen_app", "INSERT,UPDATE",
               f"organisation_id = (SELECT wall.landlord()) AND convention_id = {MINE}"),
        Policy("orsen_partner", "SELECT", f"convention_id = {MINE}"),
        Policy("orsen_partner", "INSERT,UPDATE",
               f"organisation_id = (SELECT wall.partner()) AND convention_id = {MINE}"),
        Policy("orsen_coordinator", "SELECT", f"convention_id = {HELD}"),
        # The coordination records signatures given on paper.
        Policy("orsen_coordinator", "INSERT", f"convention_id = {HELD}"),
    )  # fmt: skip

    convention = models.ForeignKey(Convention, models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    annex = models.ForeignKey("sharing.Annex", models.PROTECT, related_name="signatures", null=True)
    signatory = models.CharField(_("signataire"), max_length=120)
    signatory_function = models.CharField(_("fonction du signataire"), max_length=120)
    signed_on = models.DateField(_("signée le"))
    cap = models.CharField(
        _("niveau de détail au plus"), max_length=14, choices=Detail, default=Detail.FILE
    )
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ("signed_on", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["convention", "organisation", "annex"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_signature_per_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} → {self.convention_id}"


class SignatureDocument(PartyRow):
    """The signed document of a signature, as it was sent. Read by the parties and the coordination; never changed."""

    wall_policies = (
        Policy("orsen_app", "SELECT", f"convention_id = {MINE}"),
        Policy("orsen_app", "INSERT",
               f"organisation_id = (SELECT wall.landlord()) AND convention_id = {MINE}"),
        Policy("orsen_partner", "SELECT", f"convention_id = {MINE}"),
        Policy("orsen_partner", "INSERT",
               f"organisation_id = (SELECT wall.partner()) AND convention_id = {MINE}"),
        Policy("orsen_coordinator", "SELECT,INSERT", f"convention_id = {HELD}"),
    )  # fmt: skip

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    signature = models.ForeignKey(Signature, models.PROTECT, related_name="documents")
    media_type = models.CharField(max_length=40)
    path = models.CharField(max_length=240)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("taille (octets)"))
    sent_at = models.DateTimeField(_("déposé le"), default=timezone.now)

    class Meta(PartyRow.Meta):
        verbose_name = _("document signé")
        verbose_name_plural = _("documents signés")
        ordering = ("sent_at", "pk")

    def __str__(self) -> str:
        return f"{self.signature_id}: {self.sha256[:12]}"


class Annex(PartyRow):
    """A version of the annex. One is in force at a time; the old ones are kept.

    Lines change in a draft only. A proposed version is frozen, so that parties sign what will come into force; it may
    gather its signatures while the version before it still applies.
    """

    class State(models.TextChoices):
        """Where the version stands."""

        DRAFT = "draft", _("projet")
        PROPOSED = "proposed", _("proposée à la signature")
        IN_FORCE = "in_force", _("en vigueur")
        REPLACED = "replaced", _("remplacée")

    wall_policies = party_reads("convention_id")

    convention = models.ForeignKey(Convention, models.CASCADE, related_name="annexes")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.DRAFT)
    grace_days = models.PositiveSmallIntegerField(_("délai de grâce (jours)"), default=0)
    in_force_at = models.DateTimeField(_("en vigueur le"), null=True, blank=True)

    class Meta(PartyRow.Meta):
        verbose_name = _("annexe")
        verbose_name_plural = _("annexes")
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["convention", "number"], name="annex_number_once"),
            models.UniqueConstraint(
                fields=["convention"], condition=Q(state="in_force"), name="one_annex_in_force"
            ),
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(state__in=["draft", "proposed"]),
                name="one_annex_to_come",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.convention_id} v{self.number}"


class AnnexLine(PartyRow):
    """One rule: reader × territory × minimum sensitivity level → detail level."""

    class Reader(models.TextChoices):
        """Who the line names."""

        CATEGORY = "category", _("une catégorie de partenaires")
        ORGANISATION = "organisation", _("un partenaire nommé")
        LANDLORDS = "landlords", _("les bailleurs signataires")

    wall_policies = party_reads("convention_id")

    # Repeated from the annex, so that the policy needs no join.
    convention = models.ForeignKey(Convention, models.CASCADE, related_name="+")
    annex = models.ForeignKey(Annex, models.CASCADE, related_name="lines")
    reader = models.CharField(_("lecteur"), max_length=12, choices=Reader)
    category = models.CharField(
        _("catégorie"), max_length=12, choices=Organisation.PartnerCategory, blank=True
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partenaire"),
    )
    territory = models.ForeignKey(
        "territory.Territory", models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    min_level = models.PositiveSmallIntegerField(_("à partir du niveau"), default=1)
    detail = models.CharField(_("niveau de détail"), max_length=14, choices=Detail)

    class Meta(PartyRow.Meta):
        verbose_name = _("ligne de l’annexe")
        verbose_name_plural = _("lignes de l’annexe")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(min_level__range=(1, 4)), name="annex_line_level_1_to_4"
            ),
            models.CheckConstraint(
                condition=Q(reader="category", organisation__isnull=True) & ~Q(category="")
                | Q(reader="organisation", organisation__isnull=False, category="")
                | Q(reader="landlords", organisation__isnull=True, category=""),
                name="annex_line_names_one_reader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annex_id}: {self.detail}"
