"""People, organisations, memberships. Declared common: they say who is asking, never what a landlord owns."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.devices.models import DeviceActivation, DeviceSession
from accounts.proconnect.models import ProConnectIdentity
from accounts.roles import ROLES, Role
from accounts.security.models import SecurityEvent
from accounts.siret import validate_siret

__all__ = [
    "NO_ADDRESS",
    "DeviceActivation",
    "DeviceSession",
    "Invitation",
    "LandlordGroup",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "ProConnectIdentity",
    "SecurityEvent",
    "User",
    "UserManager",
]

# Domain of the made-up addresses of people who have none; `.invalid` is reserved for what never exists (RFC 2606).
NO_ADDRESS = "sans-adresse.invalid"


class LandlordGroup(models.Model):
    """A group of landlords: the contributor that statistical secrecy counts."""

    wall = "common"
    name = models.CharField(_("nom"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("groupe de bailleurs")
        verbose_name_plural = _("groupes de bailleurs")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A landlord, a partner, the coordination (AORIF) or the platform's operator."""

    class Kind(models.TextChoices):
        """What the organisation is; fixes which database purpose its people get."""

        LANDLORD = "landlord", _("Bailleur")
        PARTNER = "partner", _("Partenaire")
        COORDINATOR = "coordinator", _("Coordination")
        OPERATOR = "operator", _("Exploitant")

    class PartnerCategory(models.TextChoices):
        """Categories that an annex line may name."""

        POLICE = "police", _("Police nationale")
        GENDARMERIE = "gendarmerie", _("Gendarmerie nationale")
        PARQUET = "parquet", _("Parquet")
        PREFECTURE = "prefecture", _("Préfecture")
        COMMUNE = "commune", _("Commune")
        OTHER = "other", _("Autre partenaire")

    wall = "common"
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("nature"), max_length=12, choices=Kind)
    name = models.CharField(_("nom"), max_length=160, unique=True)
    short_name = models.CharField(_("nom court"), max_length=40)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True, validators=[validate_siret])
    other_sirets = ArrayField(
        models.CharField(max_length=14, validators=[validate_siret]),
        verbose_name=_("autres SIRET"),
        default=list,
        blank=True,
    )
    partner_category = models.CharField(
        _("catégorie de partenaire"), max_length=12, choices=PartnerCategory, blank=True
    )
    group = models.ForeignKey(
        LandlordGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="landlords",
        verbose_name=_("groupe"),
    )
    contact_label = models.CharField(_("contact (fonction)"), max_length=120, blank=True)
    contact_email = models.EmailField(_("adresse électronique du contact"), blank=True)
    contact_phone = models.CharField(_("téléphone du contact"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="landlord", group__isnull=False)
                | (~Q(kind="landlord") & Q(group__isnull=True)),
                name="organisation_group_iff_landlord",
            ),
            models.CheckConstraint(
                condition=(Q(kind="partner") & ~Q(partner_category=""))
                | (~Q(kind="partner") & Q(partner_category="")),
                name="organisation_category_iff_partner",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def declared_sirets(self) -> frozenset[str]:
        """The SIRETs under which ProConnect may send its people."""
        return frozenset({self.siret, *self.other_sirets} - {""})


class UserManager(BaseUserManager["User"]):
    """Makes people; the e-mail address is the name they log in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person. Raises ValueError without an e-mail address."""
        if not email:
            raise ValueError("An e-mail address is needed.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make the platform's operator: the Django admin, common tables only."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in, named by what she does (`display_name`), known by an e-mail address."""

    wall = "common"
    email = models.EmailField(_("adresse électronique"), unique=True)
    display_name = models.CharField(_("nom affiché"), max_length=120)
    is_active = models.BooleanField(_("actif"), default=True)
    is_staff = models.BooleanField(_("exploitant"), default=False)
    date_joined = models.DateTimeField(_("arrivée"), default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["display_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")

    def __str__(self) -> str:
        return self.display_name or self.email

    @property
    def has_address(self) -> bool:
        """Whether mail reaches her; an account without an address is opened by an activated telephone alone."""
        return not self.email.endswith(f"@{NO_ADDRESS}")

    @property
    def has_mail(self) -> bool:
        """Whether mail can reach her: a caretaker may have a telephone only (RFC 2606: `.invalid` receives none)."""
        return not self.email.endswith(".invalid")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, by whether they count now."""

    def live(self) -> MembershipQuerySet:
        """Those that count at this instant: begun, not ended, not suspended, organisation and person active."""
        today = timezone.localdate()
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=today),
            since__lte=today,
            suspended_at__isnull=True,
            organisation__is_active=True,
            user__is_active=True,
        )


class Membership(models.Model):
    """One person acting for one organisation in one role, for a time."""

    wall = "common"
    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("personne")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role_code = models.CharField(
        _("rôle"), max_length=32, choices=[(code, each.label) for code, each in ROLES.items()]
    )
    # Of a role by département alone.
    departement_codes = ArrayField(
        models.CharField(max_length=3), verbose_name=_("départements"), default=list, blank=True
    )
    since = models.DateField(_("depuis"), default=timezone.localdate)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspendue le"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role_code"], name="membership_once_per_role"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} — {self.role.label} ({self.organisation.short_name})"

    @property
    def role(self) -> Role:
        """The role's row of the table."""
        return ROLES[self.role_code]

    @property
    def label(self) -> str:
        """The role, with its départements where it has some: « Coordinateur départemental (93, 94) »."""
        codes = ", ".join(self.departement_codes)
        return f"{self.role.label} ({codes})" if codes else str(self.role.label)


class Invitation(models.Model):
    """An offer to act for an organisation, sent by mail. Only a hash of its secret is kept."""

    wall = "common"
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("adresse électronique"))
    display_name = models.CharField(_("nom affiché"), max_length=120)
    role_code = models.CharField(
        _("rôle"), max_length=32, choices=[(code, each.label) for code, each in ROLES.items()]
    )
    departement_codes = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("envoyée le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    accepted_at = models.DateTimeField(_("acceptée le"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "email", "role_code"],
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_invitation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role_code})"

    @property
    def role(self) -> Role:
        """The role's row of the table."""
        return ROLES[self.role_code]

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return (
            self.accepted_at is None
            and self.cancelled_at is None
            and self.expires_at > timezone.now()
        )
