"""Another tool's marks: a profile with its losses pours a campaign in, and out again."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tenants.access import landlord_scope
from tenants.barometers.definition import EXAMPLE, BadDefinitionError, checked, losses
from tenants.barometers.models import Barometer
from tenants.barometers.services import keep
from tenants.campaigns.models import Assessment, Campaign, CampaignSite
from tests.cast import Cast
from tests.imports.records import apply, csv, received
from tests.imports.test_trial_and_undo import apart as apart
from tests.imports.test_trial_and_undo import tables, undo

MARKS = csv(
    "Code résidence;Note globale;Gravité;Rythme;Halls;Équipes;Satisfaction",
    "N1;E;très grave;tous les jours;mauvais;empêché;non",
    "N2;B;aucune;rare;bon;normal;oui",
    "N3;Z;aucune;rare;bon;normal;oui",
)
PAST = {"campaign": "new", "name": "Baromètre 2023", "day": "2023-10-01"}


def profile(cast: Cast) -> Barometer:
    with landlord_scope(cast.amandier.admin.principal):
        return keep(cast.amandier.admin.principal, EXAMPLE)


def test_the_example_says_what_it_loses() -> None:
    told = {
        (each.label, each.text.split(",")[0].split("\u00a0:")[0])
        for each in losses(checked(EXAMPLE))
    }
    assert ("Niveau", "A") in told  # A and B fold together
    assert ("État des halls", "aucune note ne donne 3") in told
    assert ("Satisfaction des locataires", "sans équivalent dans la grille") in told
    whole = copy.deepcopy(EXAMPLE)
    whole["level"]["marks"] = {"1": 1, "2": 2, "3": 3, "4": 4}
    whole["criteria"] = whole["criteria"][:4]
    whole["criteria"][2]["marks"]["médiocre"] = 3
    assert losses(checked(whole)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("level", "marks"), {}), (("level", "marks"), {"A": 5}), (("level", "marks"), {"A": True}),
        (("level", "marks"), {"a": 1, "À": 2}), (("title",), ""), (("title",), 3), (("criteria",), "x"),
        (("criteria",), [1]), (("criteria", 0, "equivalent"), "level"), (("criteria", 0, "equivalent"), "service"),
        (("criteria", 0, "column"), "Rythme"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_used_is_refused(path: tuple[Any, ...], value: Any) -> None:
    given: Any = copy.deepcopy(EXAMPLE)
    place = given
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(BadDefinitionError):
        checked(given)


def test_a_campaign_is_poured_in_and_out_again(cast: Cast) -> None:
    kept = profile(cast)
    before = tables(cast.amandier)
    file = received(cast.amandier, "ratings", MARKS)
    assert file.mapping["equipment"] == "Halls"
    assert "Satisfaction" not in file.mapping.values()
    applied = apply(
        cast.amandier, received(cast.amandier, "ratings", MARKS, **PAST, barometer=str(kept.pk))
    )
    assert [row["word"] for row in applied.report["words"] if row["origin"] == "unknown"] == ["Z"]
    with landlord_scope(cast.amandier.admin.principal):
        levels = dict(
            CampaignSite.objects.filter(campaign__name="Baromètre 2023").values_list(
                "site__code", "level"
            )
        )
        assert levels == {"N1": 4, "N2": 1}
        assert Assessment.objects.get(site__code="N1").criteria["equipment"] == 4
        campaign = Campaign.objects.get(name="Baromètre 2023")
    client = cast.amandier.admin.client()

    def output(extension: str) -> bytes:
        url = reverse("barometer-output", args=[kept.pk, campaign.key, extension])
        return client.get(url).content

    lines = output("csv").decode("utf-8-sig").splitlines()
    assert lines[0] == "Code résidence;Nom;Note globale;Gravité;Rythme;Halls;Équipes;Satisfaction"
    assert lines[1] == "N1;Résidence N1;E;très grave;tous les jours;mauvais;empêché;"
    # B came in as level 1 and goes out as A, the first mark of that level: the page of the profile says so.
    assert lines[2] == "N2;Résidence N2;A;aucune;rare;bon;normal;"
    sheet = openpyxl.load_workbook(io.BytesIO(output("xlsx"))).worksheets[0]
    assert [cell.value or "" for cell in sheet[2]] == lines[1].split(";")
    undo(cast.amandier, applied)
    assert tables(cast.amandier) == before


def test_a_profile_is_changed_on_its_page_into_a_new_version(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    made = client.post(reverse("barometer-list"))
    page = client.get(made["Location"]).content.decode()
    assert "se confondent en 1" in page
    sent = client.post(
        made["Location"], {"title": "Le nôtre", "note-0-1": "2", "critere-5": "", "critere-4": ""}
    )
    assert sent.status_code == 302
    with landlord_scope(cast.amandier.admin.principal):
        first, second = Barometer.objects.order_by("version")
        assert first.definition == EXAMPLE
        assert second.definition["level"]["marks"]["B"] == 2
        assert second.definition["criteria"][3]["equivalent"] == ""
    refused = client.post(sent["Location"], {"critere-5": "frequency"})
    assert refused.status_code == 422
    assert "même équivalent" in refused.content.decode()
    body = client.get(reverse("barometer-json", args=[second.pk])).content
    again = client.post(reverse("barometer-list"), {"file": SimpleUploadedFile("p.json", body)})
    assert again.status_code == 302
    assert json.loads(
        client.get(reverse("barometer-json", args=[second.pk + 1])).content
    ) == json.loads(body)
    wrong = client.post(reverse("barometer-list"), {"file": SimpleUploadedFile("p.json", b"[[")})
    assert wrong.status_code == 422


def test_another_landlord_finds_no_profile(cast: Cast) -> None:
    kept = profile(cast)
    for name in ("barometer", "barometer-json"):
        assert cast.bouleau.admin.client().get(reverse(name, args=[kept.pk])).status_code == 404
    assert cast.amandier.director.client().get(reverse("barometer-list")).status_code == 403
