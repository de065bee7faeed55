"""Where a convention stands for a party: what is missing, what stops it from giving anything, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from sharing.conventions.models import Annex, Convention, Party, Signature

SOON = 90  # days before the end from which pages say so


@dataclass(frozen=True)
class Missing:
    """A signature that is still to be given, and what its absence means."""

    party: Party
    annex: Annex
    consequence: str


@dataclass(frozen=True)
class Standing:
    """One convention with its versions, parties and live signatures, read once."""

    convention: Convention
    parties: list[Party]
    annexes: list[Annex]
    signatures: list[Signature]

    @property
    def in_force(self) -> Annex | None:
        """The version that applies."""
        return next((each for each in self.annexes if each.state == Annex.State.IN_FORCE), None)

    @property
    def to_come(self) -> Annex | None:
        """The version being written or signed."""
        coming = {Annex.State.DRAFT, Annex.State.PROPOSED}
        return next((each for each in self.annexes if each.state in coming), None)

    @property
    def to_sign(self) -> list[Annex]:
        """The versions that a party may sign now."""
        open_to = {Annex.State.PROPOSED, Annex.State.IN_FORCE}
        if self.convention.state == Convention.State.ENDED:
            return []
        return [each for each in self.annexes if each.state in open_to]

    def signature(self, organisation_id: int, annex: Annex | None = None) -> Signature | None:
        """The party's live signature: of that version, or the latest of any."""
        own = [each for each in self.signatures if each.organisation_id == organisation_id]
        if annex is not None:
            own = [each for each in own if each.annex_id == annex.pk]
        return own[-1] if own else None

    def party(self, organisation_id: int) -> Party | None:
        """The organisation as a party."""
        return next((p for p in self.parties if p.organisation_id == organisation_id), None)

    @property
    def days_left(self) -> int:
        """Days until its last one; negative once it is past."""
        return (self.convention.ends_on - timezone.localdate()).days

    @property
    def ends_soon(self) -> bool:
        """Whether its end is near enough to say so."""
        return self.convention.state == Convention.State.ACTIVE and 0 <= self.days_left <= SOON

    @property
    def missing(self) -> list[Missing]:
        """Signatures still to be given: a landlord signs each version, a partner the convention once."""
        found = []
        for annex in self.to_sign:
            for party in self.parties:
                landlord = party.organisation.kind == Organisation.Kind.LANDLORD
                if self.signature(party.organisation_id, annex if landlord else None) is None:
                    found.append(Missing(party, annex, _consequence(annex, landlord=landlord)))
        return found

    def obstacles(self, organisation_id: int) -> list[str]:
        """Why the convention gives the organisation nothing to read today; empty when it may."""
        convention, today = self.convention, timezone.localdate()
        found = []
        if convention.state == Convention.State.DRAFT:
            found.append(_("La convention est en préparation."))
        elif convention.state == Convention.State.SUSPENDED:
            found.append(_("La convention est suspendue par sa coordination."))
        elif convention.state == Convention.State.ENDED:
            found.append(_("La convention est terminée."))
        if today < convention.starts_on:
            found.append(_("Elle commence le %(day)s.") % {"day": _day(convention.starts_on)})
        grace = self.in_force.grace_days if self.in_force else 0
        if (today - convention.ends_on).days > grace:
            found.append(_("Elle a pris fin le %(day)s.") % {"day": _day(convention.ends_on)})
        if self.in_force is None:
            found.append(_("Aucune version de son annexe n’est en vigueur."))
        if self.signature(organisation_id) is None:
            found.append(_("Votre organisation ne l’a pas signée."))
        return found

    def silent_landlords(self, organisation_id: int) -> list[Organisation]:
        """Landlords of which a reader sees nothing, for want of their signature of the version in force."""
        if self.in_force is None:
            return []
        return [
            party.organisation
            for party in self.parties
            if party.organisation.kind == Organisation.Kind.LANDLORD
            and party.organisation_id != organisation_id
            and self.signature(party.organisation_id, self.in_force) is None
        ]


def _consequence(annex: Annex, *, landlord: bool) -> str:
    if not landlord:
        return _("Ne lit rien tant qu’il n’a pas signé.")
    if annex.state == Annex.State.IN_FORCE:
        return _("Rien de ses sites n’est partagé tant qu’il n’a pas signé cette version.")
    return _(
        "Ses sites cesseront d’être partagés à l’entrée en vigueur de cette version, s’il ne l’a pas signée."
    )


def _day(day: object) -> str:
    return date_format(day, "j F Y")  # type: ignore[arg-type]  # stubs want a datetime; a date does


def standings(conventions: QuerySet[Convention] | Iterable[Convention]) -> list[Standing]:
    """Read conventions with all that their standing needs: five queries whatever their number."""
    ids = [convention.pk for convention in conventions]
    rows = (
        Convention.objects.filter(pk__in=ids)
        .select_related("coordinator")
        .prefetch_related(
            Prefetch(
                "parties",
                Party.objects.select_related("organisation").order_by(
                    "organisation__kind", "organisation__name"
                ),
            ),
            "annexes",
            Prefetch(
                "signatures",
                Signature.objects.filter(withdrawn_at__isnull=True)
                .prefetch_related("documents")
                .order_by("signed_on", "pk"),
            ),
        )
    )
    return [
        Standing(each, list(each.parties.all()), list(each.annexes.all()), list(each.signatures.all()))
        for each in rows
    ]  # fmt: skip


def standing(convention: Convention) -> Standing:
    """Where one convention stands."""
    return standings([convention])[0]
