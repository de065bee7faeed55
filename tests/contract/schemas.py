"""The two descriptions that the product gives of itself, as Schemathesis reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from drf_spectacular.generators import SchemaGenerator
from schemathesis import checks
from schemathesis.openapi import from_dict

from sharing.ogc import description

SERVER: Final = "http://testserver"
CHECKS: Final = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@dataclass(frozen=True)
class Described:
    """One description, where it is served, and the headers that its operations are called with."""

    name: str
    schema: Any
    base: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def operations(self) -> list[Any]:
        """Every operation. Raises on one that Schemathesis cannot read."""
        return [found.ok() for found in self.schema.get_all_operations()]


def of_the_api() -> Described:
    """The API under /api/v1/."""
    whole = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return Described("api", from_dict(whole), SERVER)


def of_the_layers(token: str) -> Described:
    """OGC API – Features, opened by a token (empty: by none)."""
    whole = description.openapi(f"{SERVER}/ogc")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Described("ogc", from_dict(whole), f"{SERVER}/ogc", headers)
