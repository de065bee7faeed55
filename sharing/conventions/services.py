"""The life of a convention: versions of its annex, signatures, states. Every refusal says what to do.

The wall lets a coordination write only the conventions it holds, and a party only its own signature; the services say
when, and in which order.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from sharing.conventions.models import Annex, AnnexLine, Convention, Party, Signature
from sharing.details import Detail

LONGEST_GRACE = 90


class ConventionError(ValueError):
    """A step that the convention does not allow now; the message says why and what to do."""


@dataclass(frozen=True)
class SignatureGiven:
    """Who signs, as what, on which day, and for a landlord the detail level it allows at most."""

    signatory: str
    signatory_function: str
    signed_on: dt.date
    cap: Detail = Detail.FILE


def annex_in_force(convention: Convention) -> Annex | None:
    """The version that applies."""
    return Annex.objects.filter(convention=convention, state=Annex.State.IN_FORCE).first()


def annex_to_come(convention: Convention) -> Annex | None:
    """The version being written or signed, if any."""
    return Annex.objects.filter(
        convention=convention, state__in=[Annex.State.DRAFT, Annex.State.PROPOSED]
    ).first()


@transaction.atomic
def create_convention(convention: Convention, parties: list[Organisation]) -> Convention:
    """Save a new convention with its parties and an empty first version of its annex."""
    convention.save()
    Party.objects.bulk_create(
        Party(convention=convention, organisation=each, correspondent=each.contact_label,
              correspondent_email=each.contact_email)
        for each in parties
    )  # fmt: skip
    Annex.objects.create(convention=convention, number=1)
    return convention


@transaction.atomic
def start_version(convention: Convention) -> Annex:
    """A new draft of the annex, with the lines of the version before it. Raises ConventionError while one is open."""
    _refuse_ended(convention)
    if annex_to_come(convention) is not None:
        raise ConventionError(
            _("Une version de l’annexe est déjà en préparation : terminez-la d’abord.")
        )
    last = Annex.objects.filter(convention=convention).order_by("-number").first()
    draft = Annex.objects.create(
        convention=convention,
        number=last.number + 1 if last else 1,
        grace_days=last.grace_days if last else 0,
    )
    if last is not None:
        copy_lines(last, draft)
    return draft


def copy_lines(source: Annex, target: Annex) -> None:
    """Write the lines of one version into another."""
    AnnexLine.objects.bulk_create(
        AnnexLine(convention=target.convention, annex=target, reader=line.reader, category=line.category,
                  organisation_id=line.organisation_id, territory_id=line.territory_id, min_level=line.min_level,
                  detail=line.detail)
        for line in source.lines.order_by("pk")
    )  # fmt: skip


def require_draft(annex: Annex) -> None:
    """Raise ConventionError unless the version may still change."""
    if annex.state != Annex.State.DRAFT:
        raise ConventionError(
            _("Cette version de l’annexe ne se modifie plus. Préparez une nouvelle version.")
        )


def set_grace(annex: Annex, days: int) -> None:
    """Days after the end during which the annex still gives. Raises ConventionError out of 0 to 90."""
    require_draft(annex)
    if not 0 <= days <= LONGEST_GRACE:
        raise ConventionError(_("Le délai de grâce va de 0 à 90 jours."))
    annex.grace_days = days
    annex.save(update_fields=["grace_days"])


def propose(annex: Annex) -> None:
    """Freeze a draft, so that the parties sign it. Raises ConventionError for an empty one."""
    require_draft(annex)
    if not annex.lines.exists():
        raise ConventionError(
            _("L’annexe n’a aucune ligne : elle ne donnerait rien à lire. Ajoutez-en une.")
        )
    _move(annex, Annex.State.PROPOSED)


def take_back(annex: Annex) -> None:
    """Open a proposed version again. Raises ConventionError once somebody has signed it."""
    if annex.state != Annex.State.PROPOSED:
        raise ConventionError(_("Seule une version proposée à la signature peut être reprise."))
    if annex.signatures.filter(withdrawn_at__isnull=True).exists():
        raise ConventionError(
            _(
                "Cette version est déjà signée par une partie : elle ne peut plus changer. "
                "Mettez-la en vigueur, puis préparez la suivante."
            )
        )
    _move(annex, Annex.State.DRAFT)


@transaction.atomic
def put_in_force(annex: Annex) -> None:
    """Let a proposed version replace the one in force, which is kept."""
    convention = annex.convention
    _refuse_ended(convention)
    if annex.state != Annex.State.PROPOSED:
        raise ConventionError(_("Proposez d’abord cette version à la signature des parties."))
    Annex.objects.filter(convention=convention, state=Annex.State.IN_FORCE).update(
        state=Annex.State.REPLACED
    )
    _move(annex, Annex.State.IN_FORCE, in_force_at=timezone.now())


@transaction.atomic
def activate(convention: Convention) -> None:
    """Bring a prepared or suspended convention into force, with its proposed annex when none is in force yet."""
    if convention.state not in {Convention.State.DRAFT, Convention.State.SUSPENDED}:
        raise ConventionError(_("Seule une convention en préparation ou suspendue peut l’être."))
    if convention.ends_on < timezone.localdate():
        raise ConventionError(_("La date de fin est passée : renouvelez la convention."))
    if annex_in_force(convention) is None:
        coming = annex_to_come(convention)
        if coming is None or coming.state != Annex.State.PROPOSED:
            raise ConventionError(_("Proposez d’abord l’annexe à la signature des parties."))
        put_in_force(coming)
    _set_state(convention, Convention.State.ACTIVE)


def suspend(convention: Convention) -> None:
    """Stop all reading under the convention at once; activating it again brings it back."""
    if convention.state != Convention.State.ACTIVE:
        raise ConventionError(_("Seule une convention en vigueur peut être suspendue."))
    _set_state(convention, Convention.State.SUSPENDED)


def end(convention: Convention) -> None:
    """Stop all reading under the convention for good."""
    if convention.state not in {Convention.State.ACTIVE, Convention.State.SUSPENDED}:
        raise ConventionError(_("Seule une convention en vigueur ou suspendue peut être terminée."))
    _set_state(convention, Convention.State.ENDED)


@transaction.atomic
def renew(convention: Convention) -> Convention:
    """A new draft with the same parties, départements and annex, for as long, from the day after the end."""
    last = Annex.objects.filter(convention=convention).order_by("-number").first()
    starts_on = convention.ends_on + dt.timedelta(days=1)
    following = Convention.objects.create(
        name=convention.name, reference=convention.reference, coordinator_id=convention.coordinator_id,
        departement_codes=convention.departement_codes, geography=convention.geography, starts_on=starts_on,
        ends_on=starts_on + (convention.ends_on - convention.starts_on),
    )  # fmt: skip
    Party.objects.bulk_create(
        Party(convention=following, organisation_id=party.organisation_id, correspondent=party.correspondent,
              correspondent_email=party.correspondent_email)
        for party in convention.parties.all()
    )  # fmt: skip
    annex = Annex.objects.create(
        convention=following, number=1, grace_days=last.grace_days if last else 0
    )
    if last is not None:
        copy_lines(last, annex)
    return following


@transaction.atomic
def sign(party: Party, annex: Annex, given: SignatureGiven, *, by_itself: bool) -> Signature:
    """Record a party's signature of a version; a party that signs again replaces its own signature.

    The coordination records signatures given on paper (`by_itself` false); it cannot touch one that exists.
    """
    _refuse_ended(party.convention)
    if annex.convention_id != party.convention_id or annex.state not in {
        Annex.State.PROPOSED,
        Annex.State.IN_FORCE,
    }:
        raise ConventionError(_("Cette version de l’annexe n’est pas à signer."))
    if given.signed_on > timezone.localdate():
        raise ConventionError(_("La date de signature est dans l’avenir."))
    live = Signature.objects.filter(
        convention_id=party.convention_id,
        organisation_id=party.organisation_id,
        annex=annex,
        withdrawn_at__isnull=True,
    )
    if by_itself:
        live.update(withdrawn_at=timezone.now())
    elif live.exists():
        raise ConventionError(
            _("Cette partie a déjà signé cette version. Elle seule peut changer sa signature.")
        )
    return Signature.objects.create(
        convention_id=party.convention_id, organisation_id=party.organisation_id, annex=annex,
        signatory=given.signatory, signatory_function=given.signatory_function, signed_on=given.signed_on,
        cap=given.cap,
    )  # fmt: skip


def withdraw(party: Party) -> int:
    """Withdraw every signature of the party under the convention. Effective at the next request of any reader."""
    return Signature.objects.filter(
        convention_id=party.convention_id,
        organisation_id=party.organisation_id,
        withdrawn_at__isnull=True,
    ).update(withdrawn_at=timezone.now())


def remove_party(party: Party) -> None:
    """Take an organisation out. Raises ConventionError while a signature of it counts."""
    if Signature.objects.filter(
        convention_id=party.convention_id,
        organisation_id=party.organisation_id,
        withdrawn_at__isnull=True,
    ).exists():
        raise ConventionError(
            _("Cette partie a signé : elle retire d’abord sa signature elle-même.")
        )
    party.delete()


def _refuse_ended(convention: Convention) -> None:
    if convention.state == Convention.State.ENDED:
        raise ConventionError(_("Cette convention est terminée. Renouvelez-la."))


def _set_state(convention: Convention, state: Convention.State) -> None:
    convention.state = state
    convention.save(update_fields=["state"])


def _move(annex: Annex, state: Annex.State, *, in_force_at: dt.datetime | None = None) -> None:
    annex.state = state
    annex.in_force_at = in_force_at
    annex.save(update_fields=["state", "in_force_at"])
