"""The operator's pages: records that landlords' tables point to are kept."""

from __future__ import annotations

import pytest
from django.db.models import Model

from accounts.models import User
from tenants.campaigns.models import Grid
from tests.cast import Cast


@pytest.fixture
def operator(cast: Cast) -> Cast:
    """The cast, its police correspondent's clients being the operator's."""
    cast.police.user = User.objects.create_superuser(
        "exploitation@exemple.test", display_name="Exploitation"
    )
    return cast


def test_no_page_of_the_operator_deletes_a_record_in_use(operator: Cast) -> None:
    grid = Grid.objects.order_by("pk").first()
    assert grid is not None
    amandier = operator.amandier.admin
    records: list[Model] = [
        amandier.membership,
        amandier.user,
        amandier.membership.organisation,
        grid,
    ]
    client = operator.police.client()
    for record in records:
        page = f"/exploitation/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/"
        assert client.get(f"{page}change/").status_code == 200, page
        assert client.get(f"{page}delete/").status_code == 403, page
        assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403, page
        assert type(record).objects.filter(pk=record.pk).exists()  # type: ignore[attr-defined]
