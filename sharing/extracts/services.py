"""Make a file of sites: gather through the doors, write, keep its receipt."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.access import shared_sites
from sharing.extracts import gathering
from sharing.extracts.dictionary import HISTORY, INTERVENTIONS
from sharing.extracts.writing import FORMS
from sharing.receipts.models import Receipt
from sharing.receipts.services import deliver
from sharing.sites.filters import SiteFilter

FURTHER = (HISTORY.name, INTERVENTIONS.name)


@dataclass(frozen=True)
class Wanted:
    """What is asked for: a form of file, further tables, and for shared sites the filters of their list."""

    form: str
    tables: tuple[str, ...] = ()
    asked: SiteFilter = field(default_factory=SiteFilter)


def make_own(principal: Principal, wanted: Wanted) -> Receipt:
    """A file of the member's own sites. Call it in her scope."""
    gathered = gathering.own(principal, gathering.own_sites(principal), wanted.tables)
    return _deliver(principal, "own_sites", _("Vos sites"), "sites", wanted, gathered)


def make_shared(principal: Principal, wanted: Wanted) -> Receipt:
    """A file of the shared sites that the reader sees and the filters keep. Call it in her scope."""
    chosen = wanted.asked.order(wanted.asked.apply(shared_sites(principal)))
    gathered = gathering.shared(principal, chosen, wanted.tables)
    return _deliver(principal, "shared_sites", _("Sites partagés"), "sites-partages", wanted, gathered)  # fmt: skip


def _deliver(
    principal: Principal, kind: str, title: str, name: str, wanted: Wanted, gathered: gathering.Gathered,
) -> Receipt:  # fmt: skip
    form = FORMS[wanted.form]
    return deliver(
        principal, kind=kind, title=title, file_name=f"{name}-{timezone.localdate():%Y-%m-%d}.{form.suffix}",
        media_type=form.media_type, make=lambda facts: form.write(gathered, facts), holdings=gathered.holdings,
        rows=len(gathered.sites),
    )  # fmt: skip
