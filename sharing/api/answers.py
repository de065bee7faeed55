"""What an operation may answer, for the OpenAPI schema: a status that is not told here is a fault (`make schema`)."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

JSON: Final = "application/json"


class RefusalSerializer(serializers.Serializer[Any]):
    """Why there is no answer, and what to do."""

    detail = serializers.CharField()


MISUNDERSTOOD: Final[dict[str, Any]] = {
    "type": "object",
    "description": "The parameters that were not understood, each with its reason.",
    "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
}


def any_of(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Say `anyOf` of what has several forms: a site with little in it has the form of several detail levels."""
    for component in result.get("components", {}).get("schemas", {}).values():
        if "oneOf" in component:
            component["anyOf"] = component.pop("oneOf")
    return result


def answers(
    given: Any, kind: str = JSON, *, found: bool = False, limited: bool = False
) -> dict[tuple[int, str], Any]:
    """The responses of an operation: what it gives, and its refusals.

    `found`: it may find nothing; `limited`: a day's limit holds for it. Any query may be wrong, also where none is read.
    """
    refusals: dict[int, Any] = {
        403: _("Personne n’est connecté, ou son rôle ne donne pas ces données."),
        406: _("Aucune des formes demandées (en-tête Accept) n’est servie ici."),
    }
    if found:
        refusals[404] = _("Rien à cette adresse, ou rien que vous puissiez lire.")
    if limited:
        refusals[429] = _("La limite de consultation du jour est atteinte ; Retry-After dit quand elle finit.")  # fmt: skip
    told: dict[tuple[int, str], Any] = {(200, kind): given}
    told[400, JSON] = OpenApiResponse(MISUNDERSTOOD, _("Un paramètre n’est pas compris."))
    for status, text in sorted(refusals.items()):
        told[status, JSON] = OpenApiResponse(RefusalSerializer, text)
    return told
