"""The limits on reading exact sites: cards and rows of the API, and rows of lists, that one person may read in a day.

Lists and the list beside the map show many sites at a glance, so their limit is wider. Counted from the journal itself,
so that nothing is read without being counted. What is over it is refused, and the landlords concerned and the
coordination are told, once a day for each person.
"""

from __future__ import annotations

import datetime as dt
import math

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.conventions.models import Convention, Party
from sharing.details import Detail
from sharing.journal.models import Action, JournalEntry
from sharing.journal.services import record
from sharing.notices.services import Telling, tell

API = "API"  # the journal's subject of the rows that the API gave


def read_today(principal: Principal) -> QuerySet[JournalEntry]:
    """The person's readings since midnight that count: cards, and rows of the API."""
    return _today(principal).filter(Q(action=Action.OPENED) | Q(action=Action.LISTED, subject=API))


def _today(principal: Principal) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(
        organisation_id=principal.organisation_id,
        membership_id=principal.membership_id,
        at__gte=_midnight(timezone.localdate()),
    )


def is_over(principal: Principal, wanted: int) -> bool:
    """Whether reading that many sites more passes the day's limit; then those concerned are told."""
    return _is_over(principal, read_today(principal), wanted, settings.ORSEN_HARVEST_SITES_PER_DAY)


def listed_today(principal: Principal) -> QuerySet[JournalEntry]:
    """The rows of lists, the one beside the map included, that the person was shown since midnight."""
    return _today(principal).filter(
        action__in=(Action.LISTED, Action.SEARCHED), detail__in=(Detail.SITE, Detail.FILE)
    ).exclude(subject=API)  # fmt: skip


def is_over_in_lists(principal: Principal, wanted: int) -> bool:
    """Whether showing that many rows more passes the day's limit of lists; then those concerned are told."""
    return _is_over(principal, listed_today(principal), wanted, settings.ORSEN_HARVEST_ROWS_PER_DAY)


def _is_over(
    principal: Principal, entries: QuerySet[JournalEntry], wanted: int, limit: int
) -> bool:
    read = entries.aggregate(n=Sum("rows"))["n"] or 0
    if read + wanted <= limit:
        return False
    _alert(principal, entries)
    return True


def refusal(limit: int | None = None) -> str:
    """What the reader is told, and what to do. `limit`: the one of cards unless told."""
    return _(
        "Vous avez atteint le nombre de sites qu’une personne peut consulter en un jour (%(n)s). La lecture reprend "
        "demain. Pour un besoin plus large, demandez un export, ou voyez avec la coordination de la convention. Les "
        "bailleurs concernés et la coordination sont prévenus."
    ) % {"n": limit or settings.ORSEN_HARVEST_SITES_PER_DAY}


def wait_seconds() -> int:
    """Seconds until the count starts again, at midnight."""
    tomorrow = _midnight(timezone.localdate() + dt.timedelta(days=1))
    return math.ceil((tomorrow - timezone.now()).total_seconds())


def refused_page(request: HttpRequest, limit: int | None = None) -> HttpResponse:
    """The page of a reading that was refused (429). Returned, not raised: what was written to alert must stay."""
    context = {"status": 429, "heading": _("Trop de consultations"), "text": refusal(limit)}
    response = render(request, "error.html", context, status=429)
    response["Retry-After"] = str(wait_seconds())
    response["Cache-Control"] = "no-store"
    return response


def refused_list(request: HttpRequest) -> HttpResponse:
    """The page of a list that was refused (429)."""
    return refused_page(request, settings.ORSEN_HARVEST_ROWS_PER_DAY)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _alert(principal: Principal, entries: QuerySet[JournalEntry]) -> None:
    """Journal it for each landlord concerned; tell each of them and the coordination of each convention. Once a day."""
    counts = (
        entries.filter(about__isnull=False, convention_id__isnull=False)
        .order_by()
        .values("about_id", "convention_id")
        .annotate(n=Sum("rows"))
    )
    reader = Organisation.objects.get(pk=principal.organisation_id)
    cause = f"harvest:{principal.membership_id}:{timezone.localdate():%Y-%m-%d}"
    conventions = Convention.objects.select_related("coordinator").in_bulk(
        [row["convention_id"] for row in counts]
    )
    addresses = {
        (party.convention_id, party.organisation_id): party.correspondent_email
        for party in Party.objects.filter(convention__in=conventions)
    }
    values = {"reader": reader.name, "function": principal.role.label}
    title = _("Consultation inhabituelle par %(reader)s") % values
    to_landlord = _(
        "Une personne (%(function)s, %(reader)s) a atteint le nombre de sites qu’elle peut consulter en un jour ; %(n)s "
        "consultations portaient sur vos sites. Ses lectures sont suspendues jusqu’à demain. Le journal des accès les "
        "détaille ; si ce n’est pas attendu, voyez avec ce partenaire ou avec la coordination."
    )
    to_holder = _(
        "Une personne (%(function)s, %(reader)s) a atteint le nombre de sites qu’elle peut consulter en un jour au titre "
        "de la convention « %(convention)s ». Ses lectures sont suspendues jusqu’à demain. Les bailleurs concernés sont "
        "prévenus ; voyez avec le correspondant de ce partenaire."
    )
    for row in counts:
        convention = conventions[row["convention_id"]]
        landlord = Telling(
            f"{cause}:{convention.pk}:{row['about_id']}", row["about_id"], title,
            to_landlord % {**values, "n": row["n"]}, reverse("journal"),
            addresses.get((convention.pk, row["about_id"]), ""), convention.pk,
        )  # fmt: skip
        holder = Telling(
            f"{cause}:{convention.pk}", convention.coordinator_id, title,
            to_holder % {**values, "convention": convention.name},
            reverse("convention", args=[convention.key]), convention.coordinator.contact_email, convention.pk,
        )  # fmt: skip
        if landlord in tell(principal.organisation_id, [landlord, holder]):
            record(principal, Action.LIMITED, Detail.SITE, about_id=row["about_id"], convention_id=convention.pk,
                   rows=row["n"])  # fmt: skip
