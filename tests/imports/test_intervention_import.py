"""Interventions from another tool: one per identifier on all its sites, and back again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tenants.access import landlord_scope
from tenants.imports.models import RowIssue
from tenants.interventions.models import Intervention
from tests.cast import Cast
from tests.imports.records import INTERVENTIONS, apply, csv, reasons, received
from tests.imports.test_trial_and_undo import apart as apart
from tests.imports.test_trial_and_undo import tables, undo


def test_interventions_come_in_with_their_sites(cast: Cast) -> None:
    applied = apply(cast.amandier, received(cast.amandier, "interventions", INTERVENTIONS))
    assert reasons(cast.amandier, applied) == [(5, "Ce mot de la source n’")]
    with landlord_scope(cast.amandier.admin.principal):
        cameras, evening = Intervention.objects.order_by("source_id").select_related("lever")
        assert (cameras.lever.code, cameras.status, cameras.cost_euros, cameras.axis) == (
            "videoprotection", "done", 12_500, 5,
        )  # fmt: skip
        codes = cameras.site_links.values_list("site__code", flat=True)
        assert sorted(codes) == ["N1", "N2"]
        assert (evening.status, evening.effect) == ("under_way", "")
        # The observation named somebody: it stays out, and out of the remarks.
        (dropped,) = RowIssue.objects.filter(severity="doubtful")
        assert dropped.value == ""
        assert "Dupont" not in str(list(applied.lines.values()))
    page = cast.amandier.admin.client().get(reverse("intervention-list")).content.decode()
    assert "Pose de caméras" in page


def test_the_next_file_brings_it_up_to_date_and_takes_no_site_away(cast: Cast) -> None:
    apply(cast.amandier, received(cast.amandier, "interventions", INTERVENTIONS))
    later = csv(
        "N° action;Intitulé;Type d’action;Début;Fin;Code site",
        "A1;Pose de caméras;Vidéo;01/02/2024;31/08/2024;N3",
    )
    applied = apply(cast.amandier, received(cast.amandier, "interventions", later))
    assert (applied.report["created"], applied.report["changed"]) == (0, 1)
    with landlord_scope(cast.amandier.admin.principal):
        cameras = Intervention.objects.get(source_id="A1")
        codes = cameras.site_links.values_list("site__code", flat=True)
        assert sorted(codes) == ["N1", "N2", "N3"]
        assert str(cameras.ends_on) == "2024-08-31"
        assert [line.subject for line in applied.lines.filter(action="left")] == [
            "Médiation de soirée"
        ]


def test_an_undo_leaves_every_table_as_it_was(cast: Cast) -> None:
    before = tables(cast.amandier)
    applied = apply(cast.amandier, received(cast.amandier, "interventions", INTERVENTIONS))
    assert tables(cast.amandier) != before
    undo(cast.amandier, applied)
    assert tables(cast.amandier) == before


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("A;;Vidéo;01/02/2024;;N1", "L’intitulé"),
        ("A;x;Vidéo;;;N1", "La date manque"),
        ("A;x;Vidéo;01/02/2024;01/01/2024;N1", "La fin précède"),
        ("A;M. Dupont;Vidéo;01/02/2024;;N1", "La ligne semble désigner"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(cast: Cast, line: str, says: str) -> None:
    head = "N° action;Intitulé;Type d’action;Début;Fin;Code site"
    applied = apply(cast.amandier, received(cast.amandier, "interventions", csv(head, line)))
    (reason,) = [text for _line, text in reasons(cast.amandier, applied)]
    assert reason.startswith(says[:22])
