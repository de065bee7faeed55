"""The copies already taken under a convention, reader by reader, and the request to delete them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.conventions.models import Convention, Party
from sharing.notices.services import Telling, tell
from sharing.receipts import kinds
from sharing.receipts.models import Receipt
from sharing.receipts.services import receipts


@dataclass
class Taken:
    """What one organisation took, whom to write to, and the text to send."""

    organisation: Organisation
    correspondent: str
    address: str
    copies: list[tuple[Receipt, str]] = field(default_factory=list)
    text: str = ""


def copies_under(principal: Principal, convention: Convention) -> list[Taken]:
    """The copies that others took under a convention, expired ones included: a file kept is still a file.

    PostgreSQL shows the coordination all of them, a landlord those that hold data of its own.
    """
    found = (
        receipts(principal)
        .filter(convention_ids__contains=[convention.pk])
        .exclude(organisation_id=principal.organisation_id)
        .order_by("organisation__name", "-made_at")
    )
    parties = {
        party.organisation_id: party for party in Party.objects.filter(convention=convention)
    }
    by_reader: dict[int, Taken] = {}
    for receipt in found:
        party = parties.get(receipt.organisation_id)
        taken = by_reader.setdefault(
            receipt.organisation_id,
            Taken(
                receipt.organisation,
                ", ".join(filter(None, [party.correspondent_name, party.correspondent])) if party else "",
                party.correspondent_email if party else "",
            ),
        )  # fmt: skip
        taken.copies.append((receipt, str(kinds.kind(receipt.kind).label)))
    for taken in by_reader.values():
        taken.text = request_text(
            principal, convention, [receipt for receipt, _kind in taken.copies]
        )
    return list(by_reader.values())


def request_text(principal: Principal, convention: Convention, found: Iterable[Receipt]) -> str:
    """The letter that asks for the deletion of these copies and for a word once it is done."""
    lines = "\n".join(
        _("– reçu %(number)s, « %(title)s », du %(day)s")
        % {
            "number": receipt.number,
            "title": receipt.title,
            "day": date_format(timezone.localtime(receipt.made_at), "j F Y"),
        }
        for receipt in found
    )
    sender = Organisation.objects.values_list("name", flat=True).get(pk=principal.organisation_id)
    return _(
        "Bonjour,\n\nLes droits de lecture donnés par la convention « %(convention)s » ont changé. Votre organisation a "
        "emporté ces copies, qui ne doivent plus être gardées :\n%(copies)s\n\nMerci de les supprimer, sauvegardes et "
        "transmissions comprises, et de nous le confirmer par écrit.\n\n%(sender)s"
    ) % {"convention": convention.name, "copies": lines, "sender": sender}


def ask_for_deletion(principal: Principal, convention: Convention, reader_id: int) -> bool:
    """Send the request to one reader: on its pages, and to its correspondent. Once a day; returns whether it left."""
    taken = next(
        (each for each in copies_under(principal, convention) if each.organisation.pk == reader_id),
        None,
    )
    if taken is None:
        return False
    day = timezone.localdate()
    return bool(
        tell(
            principal.organisation_id,
            [
                Telling(
                    f"deletion:{convention.pk}:{principal.organisation_id}:{reader_id}:{day:%Y-%m-%d}",
                    reader_id,
                    _("Copies à supprimer : « %(name)s »") % {"name": convention.name},
                    taken.text,
                    mail_to=taken.address,
                    convention_id=convention.pk,
                    only_while_live=False,
                )
            ],
        )
    )
