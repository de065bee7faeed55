"""The routes of OGC API – Features. A token opens them; PostgreSQL decides what is in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import Transform
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gate import public
from sharing.access import shared_scope
from sharing.access.models import SharedSite
from sharing.journal import harvest
from sharing.journal.models import Action
from sharing.journal.services import record_rows
from sharing.ogc import description
from sharing.ogc.crs import BY_URI, CRS84, BadBoxError, Crs, box_of
from sharing.ogc.features import FILTERS, PROPERTIES, Asked, as_feature, narrowed, placed, sites_of
from sharing.ogc.tokens import EndedError, NoTokenError, Reader, reader_of

DAY = 24 * 3600
View = Callable[..., HttpResponse]


class BadParameterError(ValueError):
    """A parameter that is not understood; the text says which."""


def answer(content: Any, kind: str = description.JSON, status: int = 200) -> HttpResponse:
    """JSON that no cache keeps: it is one reader's."""
    response = HttpResponse(orjson.dumps(content), content_type=kind, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def refusal(status: int, text: str) -> HttpResponse:
    """An error as RFC 7807 writes it."""
    return answer({"title": text, "status": status}, "application/problem+json", status)


def with_token(view: View) -> View:
    """Let in whoever shows a token that opens something today, within that reader's scope."""

    @public
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            reader = reader_of(request)
        except NoTokenError as error:
            response = refusal(401, str(error))
            response["WWW-Authenticate"] = 'Basic realm="ORSEN", charset="UTF-8"'
            return response
        except EndedError as error:
            return refusal(403, str(error))
        try:
            with shared_scope(reader.principal):
                return view(request, reader, *args, **kwargs)
        except BadParameterError as error:
            return refusal(400, str(error))

    return guarded


def base_of(request: HttpRequest) -> str:
    """The address of the landing page, without its last slash."""
    return request.build_absolute_uri("/ogc")


def reading_is_kept(reader: Reader, sites: list[SharedSite]) -> bool:
    """Journal the reading and count it against the day's limit; False when that is passed.

    A map program asks for the same sites at every move: each counts once a day and person.
    """
    key = f"ogc:{reader.principal.membership_id}:{reader.convention_id}:{timezone.localdate()}"
    known: set[str] = cache.get(key) or set()
    fresh = [each for each in sites if str(each.key) not in known]
    if not fresh:
        return True
    if harvest.is_over(reader.principal, len(fresh)):
        return False
    record_rows(reader.principal, Action.LISTED, fresh, harvest.API)
    cache.set(key, known | {str(each.key) for each in fresh}, DAY)
    return True


def over_the_limit() -> HttpResponse:
    """429 until midnight."""
    response = refusal(429, harvest.refusal())
    response["Retry-After"] = str(harvest.wait_seconds())
    return response


@with_token
def landing(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What is here."""
    return answer(description.landing(base_of(request), reader.convention_name))


@with_token
def conformance(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What this API conforms to."""
    return answer({"conformsTo": description.CONFORMANCE})


@with_token
def openapi(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The description in OpenAPI."""
    return answer(description.openapi(base_of(request)), description.OPENAPI)


def _extent(reader: Reader) -> list[float] | None:
    found = sites_of(reader).order_by().aggregate(box=Extent(Transform("geom", CRS84.srid)))["box"]
    return [round(each, 6) for each in found] if found else None


@with_token
def collections(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The layers."""
    base = base_of(request)
    return answer(
        {
            "links": [description.link(f"{base}/collections", "self")],
            "crs": list(BY_URI),
            "collections": [description.collection(base, _extent(reader))],
        }
    )


@with_token
def layer(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The one layer."""
    return answer(description.collection(base_of(request), _extent(reader)))


def _system(request: HttpRequest, name: str) -> Crs:
    uri = request.GET.get(name, CRS84.uri)
    if uri not in BY_URI:
        raise BadParameterError(_("Système de coordonnées inconnu : %(uri)s.") % {"uri": uri[:120]})
    return BY_URI[uri]


def _number(request: HttpRequest, name: str, usual: int, least: int) -> int:
    text = request.GET.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) < least:
        raise BadParameterError(_("%(name)s : un nombre entier est attendu.") % {"name": name})
    return int(text)


def _interval(text: str) -> tuple[str, str]:
    """The days of a `datetime`: one instant, or two parts around a slash, « .. » for open."""
    parts = text.split("/")
    days = []
    for part in parts:
        if part in {"", ".."} and len(parts) == 2:
            days.append("")
            continue
        try:
            days.append(dt.datetime.fromisoformat(part).date().isoformat())
        except ValueError as error:
            raise BadParameterError(
                _("datetime : une date ou un intervalle est attendu.")
            ) from error
    if len(days) > 2 or days == ["", ""]:
        raise BadParameterError(_("datetime : une date ou un intervalle est attendu."))
    return days[0], days[-1]


def asked_of(request: HttpRequest) -> Asked:
    """The parameters of a request for items. Raises BadParameterError, for an unknown one too (Part 1, 7.15)."""
    known = {"limit", "offset", "bbox", "bbox-crs", "crs", "datetime", *FILTERS}
    unknown = sorted(set(request.GET) - known)
    if unknown:
        raise BadParameterError(_("Paramètre inconnu : %(name)s.") % {"name": unknown[0][:60]})
    if any("\0" in value for name in request.GET for value in request.GET.getlist(name)):
        raise BadParameterError(_("Caractère interdit dans un paramètre."))
    equal = []
    for name in FILTERS:
        if name in request.GET:
            value = request.GET[name]
            if PROPERTIES[name][1] == "integer":
                value = str(_number(request, name, 0, 0))
            equal.append((name, value))
    box_crs = _system(request, "bbox-crs")
    try:
        box = box_of(request.GET["bbox"], box_crs) if "bbox" in request.GET else None
    except BadBoxError as error:
        raise BadParameterError(_("bbox : ouest,sud,est,nord sont attendus.")) from error
    since, until = _interval(request.GET["datetime"]) if "datetime" in request.GET else ("", "")
    limit = min(_number(request, "limit", description.USUAL, 1), description.MOST)
    return Asked(
        _system(request, "crs"),
        limit,
        _number(request, "offset", 0, 0),
        box,
        box_crs,
        since,
        until,
        tuple(equal),
    )


@with_token
def items(request: HttpRequest, reader: Reader) -> HttpResponse:
    """One page of the features."""
    asked = asked_of(request)
    chosen = narrowed(sites_of(reader), asked)
    matched = chosen.order_by().count()
    page = chosen[asked.offset : asked.offset + asked.limit]
    rows = list(placed(page, asked.crs))
    if not reading_is_kept(reader, rows):
        return over_the_limit()
    features = [as_feature(each, asked.crs) for each in rows]
    base = f"{base_of(request)}/collections/{description.LAYER}/items"

    def page_at(offset: int) -> str:
        query = request.GET.dict() | {"limit": str(asked.limit), "offset": str(offset)}
        return f"{base}?{urlencode(query)}"

    links = [description.link(page_at(asked.offset), "self", description.GEOJSON)]
    if asked.offset + len(features) < matched:
        links.append(
            description.link(page_at(asked.offset + asked.limit), "next", description.GEOJSON)
        )
    if asked.offset:
        before = max(asked.offset - asked.limit, 0)
        links.append(description.link(page_at(before), "prev", description.GEOJSON))
    response = answer(
        {
            "type": "FeatureCollection",
            "timeStamp": timezone.now().isoformat(timespec="seconds"),
            "numberMatched": matched,
            "numberReturned": len(features),
            "links": links,
            "features": features,
        },
        description.GEOJSON,
    )
    response["Content-Crs"] = f"<{asked.crs.uri}>"
    return response


@with_token
def item(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """One feature; the same answer for an absent one and for one that is not this reader's."""
    crs = _system(request, "crs")
    try:
        rows = list(placed(sites_of(reader).filter(key=UUID(key)), crs))
    except ValueError:
        rows = []
    if not rows:
        return refusal(
            404, _("Ce site n’existe pas, ou la convention ne vous le donne pas à lire.")
        )
    if not reading_is_kept(reader, rows):
        return over_the_limit()
    found = as_feature(rows[0], crs)
    base = f"{base_of(request)}/collections/{description.LAYER}"
    links = [
        description.link(f"{base}/items/{found['id']}", "self", description.GEOJSON),
        description.link(base, "collection"),
    ]
    response = answer(found | {"links": links}, description.GEOJSON)
    response["Content-Crs"] = f"<{crs.uri}>"
    return response
