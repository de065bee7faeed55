"""How the API describes itself: landing page, conformance, collections, OpenAPI 3."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from sharing.ogc.crs import CRS84, STORED, SYSTEMS
from sharing.ogc.features import FILTERS, PROPERTIES

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
LAYER: Final = "sites"
CONFORMANCE: Final = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
]
STORAGE: Final = f"http://www.opengis.net/def/crs/EPSG/0/{STORED}"
MOST: Final = 10_000
USUAL: Final = 1_000


def link(href: str, rel: str, kind: str = JSON, title: str = "") -> dict[str, str]:
    """A link as OGC API writes it."""
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def landing(base: str, convention: str) -> dict[str, Any]:
    """The first page."""
    return {
        "title": _("ORSEN, sites partagés"),
        "description": _("Les sites que la convention « %(name)s » vous donne à lire.")
        % {"name": convention},
        "links": [
            link(f"{base}/", "self"),
            link(f"{base}/api", "service-desc", OPENAPI),
            link(f"{base}/conformance", "conformance"),
            link(f"{base}/collections", "data"),
        ],
    }


def collection(base: str, extent: list[float] | None) -> dict[str, Any]:
    """The one layer. `extent`: in CRS84, of what this reader sees."""
    about: dict[str, Any] = {
        "id": LAYER,
        "title": _("Sites partagés"),
        "description": _("Nom, adresse, position, logements, niveau publié et sa date, bailleur."),
        "itemType": "feature",
        "crs": [crs.uri for crs in SYSTEMS],
        "storageCrs": STORAGE,
        "links": [
            link(f"{base}/collections/{LAYER}", "self"),
            link(f"{base}/collections/{LAYER}/items", "items", GEOJSON),
        ],
    }
    if extent:
        about["extent"] = {"spatial": {"bbox": [extent], "crs": CRS84.uri}}
    return about


def _parameter(
    name: str, kind: dict[str, Any], text: str, *, style: bool = False
) -> dict[str, Any]:
    listed = {"style": "form", "explode": False} if style else {}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": text,
        "schema": kind,
        **listed,
    }


def items_parameters() -> list[dict[str, Any]]:
    """The parameters of a request for items."""
    crs = {"type": "string", "format": "uri", "enum": [each.uri for each in SYSTEMS]}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    return [
        _parameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            "page size",
        ),
        _parameter(
            "offset", {"type": "integer", "minimum": 0, "default": 0}, "features to pass over"
        ),
        _parameter("bbox", numbers, "west,south,east,north in bbox-crs (CRS84)", style=True),
        _parameter("bbox-crs", crs, "system of the bbox"),
        _parameter("crs", crs, "system of the answer"),
        _parameter(
            "datetime", {"type": "string"}, "publication: a date, or start/end, .. for open"
        ),
        *(
            _parameter(name, {"type": PROPERTIES[name][1]}, "exactly this value")
            for name in FILTERS
        ),
    ]


def openapi(base: str) -> dict[str, Any]:
    """OpenAPI 3.0 of these routes."""

    def answers(kind: str, *, found: bool = False, limited: bool = False) -> dict[str, Any]:
        given = {"200": {"description": "OK", "content": {kind: {"schema": {"type": "object"}}}}}
        refusals = {
            "400": "Bad parameter",
            "401": "No valid token",
            "403": "The convention has ended",
        }
        refusals |= {"429": "The day's limit is reached"} if limited else {}
        refusals |= {"404": "Not found"} if found else {}
        return given | {code: {"description": text} for code, text in refusals.items()}

    identified = {"in": "path", "required": True, "schema": {"type": "string"}}
    crs = [each for each in items_parameters() if each["name"] == "crs"]
    return {
        "openapi": "3.0.3",
        "info": {"title": _("ORSEN, sites partagés"), "version": "1.0"},
        "servers": [{"url": base}],
        "security": [{"token": []}, {"password": []}],
        "paths": {
            "/": {"get": {"operationId": "landing", "responses": answers(JSON)}},
            "/api": {"get": {"operationId": "description", "responses": answers(OPENAPI)}},
            "/conformance": {"get": {"operationId": "conformance", "responses": answers(JSON)}},
            "/collections": {"get": {"operationId": "collections", "responses": answers(JSON)}},
            "/collections/sites": {"get": {"operationId": "layer", "responses": answers(JSON)}},
            "/collections/sites/items": {
                "get": {
                    "operationId": "items",
                    "parameters": items_parameters(),
                    "responses": answers(GEOJSON, limited=True),
                }
            },
            "/collections/sites/items/{featureId}": {
                "get": {
                    "operationId": "item",
                    "parameters": [{"name": "featureId", **identified}, *crs],
                    "responses": answers(GEOJSON, found=True, limited=True),
                }
            },
        },
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            }
        },
    }
