"""A geocoding from its launch to its end, and what a person decides of the doubtful ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from gis.territories.importing.errors import ImportRefusedError
from tenants.access import landlord_scope, sites
from tenants.geocoding import client
from tenants.geocoding.answers import Answer, Kind, Query, Source, State, state_of
from tenants.geocoding.client import Geocoder
from tenants.geocoding.matching import match
from tenants.geocoding.models import GeocodedAddress
from tenants.geocoding.placing import KIND, give_positions, take_back
from tenants.imports.models import FileImport
from tenants.imports.running import one_at_a_time
from tenants.jobs.models import Job
from tenants.jobs.services import enqueue, jobs_of
from tenants.stock.models import Address

JOB_KIND: Final = "geocoding"
PERMISSION: Final = "stock.import"
SITES_AT_ONCE: Final = 100
Progress = Callable[[int, int], None]


def waiting(principal: Principal) -> QuerySet[Address]:
    """The addresses of the member's sites that have no position. Raises PermissionDenied without the right."""
    if not principal.is_landlord or not principal.may(PERMISSION):
        raise PermissionDenied(_("Votre rôle ne permet pas de placer des adresses."))
    found: QuerySet[Address] = Address.objects.filter(site__in=sites(principal), geom__isnull=True)
    return found


def undecided(principal: Principal) -> QuerySet[GeocodedAddress]:
    """The answers that a person must look at: doubtful ones, and addresses that nobody found."""
    unplaced = waiting(principal).filter(match_key=OuterRef("match_key"))
    found: QuerySet[GeocodedAddress] = GeocodedAddress.objects.filter(
        Exists(unplaced), state__in=(State.DOUBTFUL, State.NOTHING)
    )
    return found.order_by("state", "-score", "match_key")


def counts(principal: Principal) -> dict[str, int]:
    """How many addresses are without a position, and what is known of them."""
    lacking = waiting(principal)
    answered = GeocodedAddress.objects.filter(match_key=OuterRef("match_key"))
    told = lacking.aggregate(
        total=Count("pk"),
        doubtful=Count("pk", filter=Exists(answered.filter(state=State.DOUBTFUL))),
        nothing=Count("pk", filter=Exists(answered.filter(state=State.NOTHING))),
        left=Count("pk", filter=Exists(answered.filter(state=State.LEFT))),
    )
    return {name: int(number) for name, number in told.items()}


def runs_of(principal: Principal) -> QuerySet[FileImport]:
    """The landlord's geocodings and placings, latest first."""
    waiting(principal)
    found: QuerySet[FileImport] = FileImport.objects.filter(kind=KIND)
    return found


def start(principal: Principal, *, send: bool) -> Job:
    """Ask a worker to geocode. `send`: what the BAN does not know is asked of the service.

    Raises ImportRefusedError when one is under way or nothing is to be done.
    """
    if not waiting(principal).exists():
        raise ImportRefusedError(_("Toutes vos adresses ont une position."))
    one_at_a_time(principal.organisation_id)
    job = last_job(principal)
    if job is not None and job.is_open:
        raise ImportRefusedError(_("Un géocodage est déjà en cours."))
    # One that was cancelled or given up keeps what it did, and can be taken back.
    runs_of(principal).filter(state=FileImport.State.RUNNING).update(
        state=FileImport.State.APPLIED, applied_at=timezone.now()
    )
    run = _new_run(principal, _("Géocodage"), state=FileImport.State.RUNNING)
    run.options = {"send": send and bool(client.host())}
    run.save()
    return enqueue(principal, JOB_KIND, {"run": str(run.key)})


def last_job(principal: Principal) -> Job | None:
    """The last geocoding asked for."""
    return jobs_of(principal).filter(kind=JOB_KIND).order_by("-created_at").first()


@dataclass(slots=True)
class _Part:
    """Some sites' addresses, what is known of them, what must be asked."""

    last_site: int
    addresses: list[Address]
    queries: dict[str, Query]
    known: dict[str, GeocodedAddress]
    found: dict[str, Answer]


def geocode(principal: Principal, key: UUID | str, progress: Progress) -> dict[str, int]:
    """Geocode part by part; each part is one transaction, and a run taken up again goes on after the last one.

    Opens the scopes itself; none is open while a service is asked. Raises GeocoderError.
    """
    geocoder: Geocoder | None = None
    while True:
        with landlord_scope(principal):
            run = run_of(principal, key)
            if run.state != FileImport.State.RUNNING:
                return dict(run.report)
            part = _next_part(principal, run)
            if part is None:
                run.state, run.applied_at = FileImport.State.APPLIED, timezone.now()
                run.save()
                return dict(run.report)
            left = waiting(principal).filter(site__gt=part.last_site).count()
        done = int(run.report.get("seen", 0))
        total = done + len(part.addresses) + left
        progress(done, total)
        if run.options.get("send"):
            for query in _to_ask(part):
                geocoder = geocoder or Geocoder()
                answer = geocoder.search(query)
                with landlord_scope(
                    principal
                ):  # kept at once: a worker that dies does not ask again
                    part.known[query.match_key] = _keep(
                        query, _better(part, query, answer), asked=True
                    )
                progress(done, total)
        with landlord_scope(principal):
            _settle(principal, key, part)


def run_of(principal: Principal, key: UUID | str) -> FileImport:
    """One of the landlord's. Raises Http404 alike for an absent one and for another landlord's."""
    found = runs_of(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Ce géocodage n’existe pas, ou n’est pas de votre organisme."))
    return found


def _next_part(principal: Principal, run: FileImport) -> _Part | None:
    lacking = waiting(principal).filter(site__gt=run.report.get("after", 0))
    keys = list(lacking.order_by("site").values_list("site", flat=True).distinct()[:SITES_AT_ONCE])
    if not keys:
        return None
    addresses = list(lacking.filter(site__in=keys).order_by("site", "pk"))
    queries = {each.match_key: query_of(each) for each in addresses}
    known = {each.match_key: each for each in GeocodedAddress.objects.filter(match_key__in=queries)}
    return _Part(keys[-1], addresses, queries, known, match(queries.values()))


def query_of(address: Address) -> Query:
    """An address as it is looked for."""
    return Query(
        address.match_key, address.number, address.street, address.postcode, address.commune_code, address.commune_name
    )  # fmt: skip


def _decided(known: GeocodedAddress | None) -> bool:
    return known is not None and (known.source == Source.HAND or known.state == State.LEFT)


def _to_ask(part: _Part) -> Iterable[Query]:
    for key, query in part.queries.items():
        known = part.known.get(key)
        if _decided(known) or (known is not None and known.asked_service):
            continue
        if state_of(query, part.found.get(key)) != State.APPLIED:
            yield query


def _better(part: _Part, query: Query, answer: Answer | None) -> Answer | None:
    both = [each for each in (part.found.get(query.match_key), answer) if each is not None]
    return max(both, key=lambda each: each.score, default=None)


def _keep(query: Query, answer: Answer | None, *, asked: bool) -> GeocodedAddress:
    kept = GeocodedAddress.objects.filter(match_key=query.match_key).first() or GeocodedAddress(
        match_key=query.match_key
    )
    kept.asked_service = kept.asked_service or asked
    kept.state, kept.answered_at = state_of(query, answer), timezone.now()
    said = answer or Answer(
        str(Source.SERVICE if asked else Source.BAN), str(Kind.NOTHING), 0, "", None
    )
    kept.source, kept.kind, kept.score, kept.label = said.source, said.kind, said.score, said.label
    kept.geom, kept.ban_id, kept.entrance = said.point, said.ban_id, said.entrance
    kept.save()
    return kept


def answer_of(kept: GeocodedAddress) -> Answer:
    """What was kept, as an answer."""
    return Answer(
        kept.source, kept.kind, kept.score, kept.label, kept.geom, kept.ban_id, kept.entrance
    )


def _settle(principal: Principal, key: UUID | str, part: _Part) -> None:
    one_at_a_time(principal.organisation_id)
    run = FileImport.objects.select_for_update().get(pk=run_of(principal, key).pk)
    if run.state != FileImport.State.RUNNING or run.report.get("after", 0) >= part.last_site:
        return
    told: dict[str, Any] = {
        "applied": 0,
        "doubtful": 0,
        "nothing": 0,
        "left": 0,
        "seen": 0,
    } | run.report
    found = []
    for address in waiting(principal).filter(pk__in=[each.pk for each in part.addresses]):
        known = part.known.get(address.match_key)
        query = part.queries[address.match_key]
        if _decided(known):
            told["left"] += 1
            continue
        matched = part.found.get(address.match_key)
        if known is None or not known.asked_service or state_of(query, matched) == State.APPLIED:
            known = part.known[address.match_key] = _keep(query, matched, asked=False)
        elif known.state == State.APPLIED or known.geom is not None:
            known.state = state_of(query, answer_of(known))
            known.save()
        told[known.state] += 1
        if known.state == State.APPLIED:
            found.append((address, answer_of(known)))
    give_positions(run, found)
    run.report = told | {"after": part.last_site, "seen": told["seen"] + len(part.addresses)}
    run.save()


def undecided_one(principal: Principal, key: UUID | str) -> GeocodedAddress:
    """One answer to be decided. Raises Http404 alike for an absent one and for another landlord's."""
    found = undecided(principal).filter(key=key).first()
    if found is None:
        raise Http404(_("Cette adresse n’est plus à placer, ou n’est pas de votre organisme."))
    return found


def accept(principal: Principal, kept: GeocodedAddress) -> None:
    """Take the doubtful position. Raises ImportRefusedError where there is none."""
    if kept.geom is None:
        raise ImportRefusedError(
            _("Cette adresse n’a pas de position proposée : placez-la, ou laissez-la.")
        )
    _place(principal, kept)


def place(principal: Principal, kept: GeocodedAddress, longitude: float, latitude: float) -> None:
    """Put the address where a person says, in degrees. Raises ImportRefusedError for what no territory holds."""
    point = client.lambert_93(longitude, latitude)
    if point is None:
        raise ImportRefusedError(_("Ces coordonnées ne désignent pas un lieu en France."))
    kept.source, kept.kind, kept.score = Source.HAND, Kind.HOUSE_NUMBER, 100
    kept.geom, kept.ban_id, kept.entrance = point, "", False
    _place(principal, kept)


def leave(kept: GeocodedAddress) -> None:
    """Leave the address without a position; later geocodings leave it too."""
    kept.state, kept.answered_at = State.LEFT, timezone.now()
    kept.save()


def undo_run(principal: Principal, run: FileImport) -> int:
    """Take the positions of a run back. Raises ImportRefusedError when something was built on them."""
    waiting(principal)
    one_at_a_time(principal.organisation_id)
    return take_back(run)


def _place(principal: Principal, kept: GeocodedAddress) -> None:
    one_at_a_time(principal.organisation_id)
    kept.state, kept.answered_at = State.APPLIED, timezone.now()
    kept.save()
    addresses = list(waiting(principal).filter(match_key=kept.match_key))
    name = f"{addresses[0]}, {addresses[0].commune_name}" if addresses else kept.label
    run = _new_run(principal, name, state=FileImport.State.APPLIED)
    give_positions(run, [(each, answer_of(kept)) for each in addresses])


def _new_run(principal: Principal, name: str, *, state: str) -> FileImport:
    made: FileImport = FileImport.objects.create(
        kind=KIND, file_name=name[:200], state=state, created_by_id=principal.user_id,
        applied_at=timezone.now() if state == FileImport.State.APPLIED else None,
    )  # fmt: skip
    return made
