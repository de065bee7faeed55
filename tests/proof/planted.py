"""Routes that only the proof has: an injectable query, and a statement box. What an adversary with SQL would hold."""

from __future__ import annotations

from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

from accounts.gate import signed_in
from orsen.urls import urlpatterns as product

TABLES = {"own": "tenants_site", "shared": "shared.site"}


@signed_in
def injectable(request: HttpRequest) -> JsonResponse:
    """A search as nobody should write it: the reader's text becomes part of the statement."""
    table = TABLES[request.GET.get("table", "own")]
    return _run(f"SELECT name FROM {table} WHERE name = '{request.GET['q']}'")


@signed_in
def statement_box(request: HttpRequest) -> JsonResponse:
    """Whatever statement the reader sends."""
    return _run(request.GET["sql"])


def _run(statement: str) -> JsonResponse:
    """The rows, or PostgreSQL's own words: the worst view shows them."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
    except Error as error:
        return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"rows": [[str(value) for value in row] for row in rows]})


urlpatterns = [
    *product,
    path("plante/recherche/", injectable, name="planted-search"),
    path("plante/instruction/", statement_box, name="planted-statement"),
]
