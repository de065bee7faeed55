"""Facts and interventions by HTTP: entered from the card, read within reach, never about a person."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from tenants.access import landlord_scope
from tenants.incidents.forms import IncidentForm
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tests.cast import Cast


def fact(**more: str) -> dict[str, str]:
    return {
        "occurred_on": timezone.localdate().isoformat(),
        "fact": "OCCUP_HALL",
        "complaint": "logged",
    } | more


def test_a_caretaker_enters_a_fact_on_an_assigned_site_alone(cast: Cast) -> None:
    client, sites = cast.amandier.caretaker.client(), cast.amandier.sites
    assert (
        client.post(reverse("incident-create", args=(sites["N3"].key,)), fact()).status_code == 302
    )
    assert (
        client.post(reverse("incident-create", args=(sites["N4"].key,)), fact()).status_code == 404
    )
    with landlord_scope(cast.amandier.admin.principal):
        kept = Incident.objects.get()
    assert (kept.site_id, kept.family, kept.subfamily) == (sites["N3"].pk, "OCCUP", "OCCUP_HALL")
    assert kept.complaint == "logged"


def test_a_fact_may_stay_at_the_level_of_its_family(cast: Cast) -> None:
    url = reverse("incident-create", args=(cast.amandier.sites["N3"].key,))
    cast.amandier.director.client().post(url, fact(fact="TRAFIC"))
    with landlord_scope(cast.amandier.admin.principal):
        kept = Incident.objects.get()
    assert (kept.family, kept.subfamily) == ("TRAFIC", "")


def test_a_refused_fact_keeps_what_was_entered(cast: Cast) -> None:
    url = reverse("incident-create", args=(cast.amandier.sites["N3"].key,))
    tomorrow = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    answer = cast.amandier.director.client().post(url, fact(occurred_on=tomorrow))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Cette date est à venir" in html
    assert f'value="{tomorrow}"' in html
    assert '<option value="OCCUP_HALL" selected>' in html


def test_a_fact_has_no_field_for_a_person() -> None:
    assert set(IncidentForm().fields) == {"occurred_on", "fact", "complaint"}


def test_facts_are_listed_within_reach_and_by_filter(cast: Cast) -> None:
    today = timezone.localdate()
    with landlord_scope(cast.amandier.admin.principal):
        for code, family, days in (("N3", "OCCUP", 5), ("N4", "BIENS", 60), ("S3", "BIENS", 5)):
            Incident.objects.create(
                site=cast.amandier.sites[code],
                family=family,
                occurred_on=today - dt.timedelta(days=days),
            )
    url = reverse("incident-list")

    def shown(client_of: object, query: str = "") -> set[str]:
        html = client_of.client().get(url + query).content.decode()  # type: ignore[attr-defined]
        return {code for code in ("N3", "N4", "S3") if f"Résidence {code}" in html}

    assert shown(cast.amandier.admin) == {"N3", "N4", "S3"}
    assert shown(cast.amandier.director) == {"N3", "N4"}
    assert shown(cast.amandier.admin, "?famille=BIENS") == {"N4", "S3"}
    assert shown(cast.amandier.admin, "?periode=30") == {"N3", "S3"}
    assert shown(cast.amandier.admin, "?agence=Sud") == {"S3"}
    assert shown(cast.amandier.admin, "?q=N3") == {"N3"}
    assert shown(cast.bouleau.admin) == set()
    assert cast.amandier.caretaker.client().get(url).status_code == 403


def plan(*keys: object, **more: str) -> dict[str, object]:
    said: dict[str, object] = {
        "title": "Pose d’une caméra",
        "lever": "videoprotection",
        "status": "planned",
        "starts_on": "2026-03-01",
        "ends_on": "",
        "axis": "5",
        "cost_euros": "12000",
        "effect": "",
        "sites": [str(key) for key in keys],
    }
    return said | more


def test_an_intervention_is_planned_from_the_card(cast: Cast) -> None:
    sites, client = cast.amandier.sites, cast.amandier.director.client()
    url = reverse("intervention-create", args=(sites["N3"].key,))
    assert client.post(url, plan(sites["N3"].key, sites["N4"].key)).status_code == 302
    with landlord_scope(cast.amandier.admin.principal):
        kept = Intervention.objects.select_related("lever").get()
        linked = set(kept.site_links.values_list("site__code", flat=True))
    assert (kept.lever.code, kept.axis, kept.cost_euros, linked) == (
        "videoprotection", 5, 12000, {"N3", "N4"},
    )  # fmt: skip
    card = client.get(reverse("site-detail", args=(sites["N4"].key,))).content.decode()
    assert "Pose d’une caméra" in card
    assert "Pose d’une caméra" in client.get(reverse("intervention-list")).content.decode()


def test_a_second_intervention_uses_the_same_lever(cast: Cast) -> None:
    sites, client = cast.amandier.sites, cast.amandier.director.client()
    url = reverse("intervention-create", args=(sites["N3"].key,))
    for _twice in range(2):
        client.post(url, plan(sites["N3"].key))
    with landlord_scope(cast.amandier.admin.principal):
        assert Lever.objects.filter(code="videoprotection").count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends_on": "2026-02-01"}, "La fin précède le début"),
        ({"sites": []}, "Choisissez au moins un site"),
        ({"title": ""}, "obligatoire"),
    ],
)
def test_a_refused_intervention_says_why(cast: Cast, change: dict[str, str], said: str) -> None:
    site = cast.amandier.sites["N3"]
    url = reverse("intervention-create", args=(site.key,))
    answer = cast.amandier.director.client().post(url, plan(site.key) | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "12000" in answer.content.decode()


def test_sites_out_of_reach_are_neither_added_nor_taken_away(cast: Cast) -> None:
    sites = cast.amandier.sites
    director, admin = cast.amandier.director.client(), cast.amandier.admin.client()
    url = reverse("intervention-create", args=(sites["N3"].key,))
    assert director.post(url, plan(sites["N3"].key, sites["S3"].key)).status_code == 422
    admin.post(url, plan(sites["N3"].key, sites["S3"].key))
    with landlord_scope(cast.amandier.admin.principal):
        kept = Intervention.objects.get()
    edit = reverse("intervention-edit", args=(kept.key,))
    assert director.post(edit, plan(sites["N4"].key, status="done")).status_code == 302
    with landlord_scope(cast.amandier.admin.principal):
        links = InterventionSite.objects.values_list("site__code", flat=True)
        assert set(links) == {"N4", "S3"}
        kept.refresh_from_db()
    assert kept.status == "done"


def test_interventions_stay_with_those_who_may(cast: Cast) -> None:
    site = cast.amandier.sites["N3"]
    url = reverse("intervention-create", args=(site.key,))
    assert cast.amandier.caretaker.client().get(url).status_code == 403
    assert cast.bouleau.admin.client().get(url).status_code == 404
    assert cast.police.client().get(url).status_code == 403
