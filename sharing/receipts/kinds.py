"""The kinds of file that leave: a literal table. A file of a kind that is not here is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import known

if TYPE_CHECKING:
    from accounts.principal import Principal
    from sharing.receipts.models import Receipt

# Kind → what else must hold at each download, asked beside the rows and the figures that the file holds.
Guard = Callable[["Principal", "Receipt"], bool]
GUARDS: Final[dict[str, Guard]] = {}


class UnknownKindError(LookupError):
    """A kind of file that the table does not hold."""


@dataclass(frozen=True)
class Kind:
    """What is known of a kind of file.

    `permissions`: one of them is needed to get it, asked again at each download. `for_organisation`: every member who
    holds one of them may download it; otherwise only the person who asked for it.
    """

    name: str
    label: str | Promise
    permissions: tuple[str, ...]
    for_organisation: bool = False


def _kind(
    name: str, label: str | Promise, permissions: str, *, for_organisation: bool = False
) -> Kind:
    return Kind(name, label, tuple(known(each) for each in permissions.split()), for_organisation)


KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in [
        _kind("report", _("rapport"), "reports.read", for_organisation=True),
        _kind("shared_sites", _("export de sites partagés"), "shared.read sharing.read"),
        _kind("shared_map", _("carte de sites partagés"), "shared.read sharing.read"),
        _kind("own_map", _("carte de vos propres sites"), "sites.read"),
        _kind("own_site", _("fiche d’un de vos sites"), "sites.read"),
        _kind("own_sites", _("export de vos propres sites"), "sites.read"),
        _kind("meeting_pack", _("dossier de séance"), "shared.read sharing.read conventions.read"),
        _kind("atfpb_sheet", _("fiche A-TFPB"), "sites.read"),
    ]
}


def kind(name: str) -> Kind:
    """The kind of that name. Raises UnknownKindError."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKindError(name) from None


def guarded(name: str) -> Callable[[Guard], Guard]:
    """Declare what else must hold for a kind. Raises UnknownKindError."""
    kind(name)

    def declare(guard: Guard) -> Guard:
        GUARDS[name] = guard
        return guard

    return declare
