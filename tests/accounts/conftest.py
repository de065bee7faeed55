"""The OpenID provider, once for the whole run of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Organisation
from accounts.proconnect import provider as product_side
from tests.cast import Member, make_member
from tests.oidc.running import CLIENT_ID, CLIENT_SECRET, SIRET, RunningProvider, running

CALLBACK = "http://testserver/compte/proconnect/retour/"
AFTER_LOGOUT = "http://testserver/compte/proconnect/sortie/"


@pytest.fixture(scope="session")
def openid_provider() -> Iterator[RunningProvider]:
    """A real provider on the loopback."""
    with running(CALLBACK, AFTER_LOGOUT) as provider:
        yield provider


@pytest.fixture
def proconnect(openid_provider: RunningProvider, settings: Settings) -> Iterator[RunningProvider]:
    """The product, set up for that provider."""
    settings.ORSEN_PROCONNECT_ISSUER = openid_provider.issuer
    settings.ORSEN_PROCONNECT_CLIENT_ID = CLIENT_ID
    settings.ORSEN_PROCONNECT_CLIENT_SECRET = CLIENT_SECRET
    settings.ORSEN_PROCONNECT_ACR_VALUES = ["eidas1", "eidas2"]
    settings.ORSEN_PROCONNECT_MFA_ACR_VALUES = ["eidas2"]
    product_side.forget()
    yield openid_provider
    product_side.forget()


@pytest.fixture
def police(db: None) -> Member:
    """A correspondent of a police that has declared its SIRET; nothing else exists."""
    organisation = Organisation.objects.create(
        kind="partner",
        name="Police du Val-d’Orsen",
        short_name="Police 99",
        partner_category="police",
        siret=SIRET,
    )
    return make_member(organisation, "partner_correspondent", "Correspondant police")
