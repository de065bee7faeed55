"""A telephone made of Python: activated like a real one, it seals its ratings and sends them over HTTP."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.devices.gate import COOKIE
from accounts.devices.services import CAPTURE, offer
from accounts.models import DeviceSession
from tenants.capture.sealing import seal
from tests.cast import Landlord, Member

ANSWERS = {
    1: {"nature_gravity": 1, "frequency": 1, "equipment": 1, "service": 1},
    2: {"nature_gravity": 2, "frequency": 2, "equipment": 1, "service": 1},
    3: {"nature_gravity": 3, "frequency": 2, "equipment": 2, "service": 2},
    4: {"nature_gravity": 4, "frequency": 4, "equipment": 3, "service": 3},
}
AS_SCRIPT = {"HTTP_X_ORSEN_CAPTURE": "1"}
assert CAPTURE == "assessments.write"


@dataclass
class Item:
    """A rating as it waits on the telephone."""

    key: uuid.UUID
    sha256: str
    sealed: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """As it travels."""
        return {"key": str(self.key), "sha256": self.sha256, "sealed": self.sealed}


def make_item(public: bytes, body: dict[str, Any], key: uuid.UUID | None = None) -> Item:
    """Seal a body, completed with its key, for a landlord's public key."""
    key = key or uuid.uuid4()
    whole = {"v": 1, "key": str(key), "salt": uuid.uuid4().hex, **body}
    plain = json.dumps(whole).encode()
    return Item(key, hashlib.sha256(plain).hexdigest(), seal(public, key, plain).as_json())


@dataclass
class Telephone:
    """An activated telephone and its state."""

    client: Client = field(default_factory=Client)
    state: dict[str, Any] = field(default_factory=dict)

    def activate(self, secret: str) -> HttpResponse:
        """Take the code."""
        return self.post("activer", {"secret": secret})

    def post(self, name: str, said: object) -> HttpResponse:
        """Send JSON as the page's script does."""
        return self.client.post(  # type: ignore[return-value]
            f"/saisie/api/{name}",
            json.dumps(said),
            content_type="application/json",
            headers=None,
            **AS_SCRIPT,
        )

    def fetch(self) -> HttpResponse:
        """Ask for the list; keep it."""
        response = self.client.get("/saisie/api/etat", **AS_SCRIPT)
        if response.status_code == 200:
            self.state = response.json()
        return response  # type: ignore[return-value]

    @property
    def session(self) -> DeviceSession:
        """Its session, as the server knows it."""
        from accounts.people.services import digest

        return DeviceSession.objects.get(secret_sha256=digest(self.client.cookies[COOKIE].value))

    @property
    def public(self) -> bytes:
        """The landlord's key."""
        return base64.b64decode(self.state["seal"]["public"])

    def site(self, name: str) -> dict[str, Any]:
        """A site of its list, by name."""
        return next(
            site
            for part in self.state["campaigns"]
            for site in part["sites"]
            if site["name"] == name
        )

    def body(self, site_key: str, answers: int = 3, **said: object) -> dict[str, Any]:
        """What it says of a site."""
        return {
            "campaign": self.state["campaigns"][0]["key"],
            "site": site_key,
            "member": self.state["member"]["id"],
            "criteria": ANSWERS[answers],
            "level": None,
            "reason": "",
            "ticks": [],
            "internal": "",
            "shared": "",
            "rated_at": dt.datetime.now(dt.UTC).isoformat(),
            **said,
        }

    def rate(
        self, name: str, answers: int = 3, key: uuid.UUID | None = None, **said: object
    ) -> Item:
        """A rating of a site of its list, ready to be sent."""
        return make_item(self.public, self.body(self.site(name)["key"], answers, **said), key)

    def send(self, *items: Item) -> list[dict[str, Any]]:
        """Send them; the outcomes."""
        response = self.post("cotations", {"items": [item.as_json() for item in items]})
        assert response.status_code == 200, response.content
        return list(response.json()["outcomes"])


def activated(landlord: Landlord, member: Member | None = None) -> Telephone:
    """A telephone activated for a member (the caretaker) by the administrator's code, its list taken along."""
    _activation, secret = offer(
        landlord.admin.principal, (member or landlord.caretaker).membership.pk
    )
    telephone = Telephone()
    assert telephone.activate(secret).status_code == 200
    assert telephone.fetch().status_code == 200
    return telephone
