"""Facts from another tool: the source's words, its identifiers, never a person, and back again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tenants.access import landlord_scope
from tenants.imports import services
from tenants.imports.models import FileImport, RememberedWord, RowIssue
from tenants.incidents.models import Incident
from tests.cast import Cast
from tests.imports.records import FACTS, apply, csv, reasons, received
from tests.imports.test_trial_and_undo import apart as apart
from tests.imports.test_trial_and_undo import tables, undo


def facts(cast: Cast) -> dict[str, Any]:
    with landlord_scope(cast.amandier.admin.principal):
        return {
            each.source_id: (each.site.code, str(each.occurred_on), each.subfamily, each.complaint)
            for each in Incident.objects.select_related("site")
        }


def test_a_file_of_facts_is_tried_then_applied(cast: Cast) -> None:
    file = received(cast.amandier, "incidents", FACTS)
    assert file.mapping == {
        "source_id": "N° fait", "occurred_on": "Date du fait", "fact_family": "Famille", "fact": "Type de fait",
        "complaint": "Plainte", "site_code": "Code site",
    }  # fmt: skip
    before = tables(cast.amandier)
    tried = apply(cast.amandier, file, trial=True)
    assert tables(cast.amandier) == before
    assert reasons(cast.amandier, tried) == [
        (4, "Ce mot de la source n’"), (5, "La date est illisible."), (6, "Aucun site de votre pa"),
        (7, "Cet identifiant est dé"),
    ]  # fmt: skip
    assert "Nom de la victime" in tried.report["dropped_columns"]
    apply(cast.amandier, tried)
    assert facts(cast) == {
        "F-1": ("N1", "2025-02-03", "TRANQ_NOISE", "unknown"),
        "F-2": ("N2", "2025-03-04", "BIENS_DAMAGE", "logged"),
    }


def test_the_words_of_a_source_are_asked_once(cast: Cast) -> None:
    client = cast.amandier.admin.client()
    file = apply(cast.amandier, received(cast.amandier, "incidents", FACTS), trial=True)
    page = client.get(reverse("stock-import-detail", args=[file.key])).content.decode()
    assert "Divers › Zzz" in page
    words = {each["word"]: number for number, each in enumerate(file.report["words"])}
    sent = client.post(
        reverse("stock-import-words", args=[file.key]),
        {f"mot-{words['Divers › Zzz']}": "SERVICE_LIFT", "mot-999": "PERS", f"mot-{words['Non']}": "wrong"},
    )  # fmt: skip
    assert sent.status_code == 302
    with landlord_scope(cast.amandier.admin.principal):
        kept = list(RememberedWord.objects.values_list("source", "field", "word", "code"))
    assert kept == [("ORFI", "fact", "DIVERS ZZZ", "SERVICE_LIFT")]
    tried = apply(cast.amandier, file, trial=True)
    assert {each["word"]: each["origin"] for each in tried.report["words"]}[
        "Divers › Zzz"
    ] == "remembered"
    client.post(reverse("stock-import-confirm", args=[file.key]))
    apply(cast.amandier, file)
    assert facts(cast)["F-3"][2:] == ("SERVICE_LIFT", "filed")
    again = apply(cast.amandier, received(cast.amandier, "incidents", FACTS), trial=True)
    assert {each["origin"] for each in again.report["words"]} == {"remembered"}
    elsewhere = received(cast.amandier, "incidents", FACTS, source="autre")
    assert apply(cast.amandier, elsewhere, trial=True).report["words"][0]["origin"] == "unknown"
    other = received(cast.bouleau, "incidents", FACTS)
    assert "remembered" not in {
        each["origin"] for each in apply(cast.bouleau, other, trial=True).report["words"]
    }


def test_a_fact_comes_in_once_and_is_brought_up_to_date(cast: Cast) -> None:
    apply(cast.amandier, received(cast.amandier, "incidents", FACTS))
    later = FACTS.replace(b"Main courante", b"Oui").replace(b"F-1;03/02/2025", b"F-9;01/02/2025")
    applied = apply(cast.amandier, received(cast.amandier, "incidents", later))
    said = applied.report
    # The last line, F-1 on another day and site, is the one of that identifier now.
    assert (said["created"], said["changed"], said["unchanged"]) == (1, 2, 0)
    assert facts(cast)["F-2"][3] == "filed"
    assert len(facts(cast)) == 3
    again = apply(cast.amandier, received(cast.amandier, "incidents", later)).report
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 3)


def test_what_the_source_no_longer_gives_is_told_and_left(cast: Cast) -> None:
    apply(cast.amandier, received(cast.amandier, "incidents", FACTS))
    lines = FACTS.decode("utf-8-sig").splitlines()
    shorter = csv(lines[0], lines[2], "F-7;01/01/2025;Biens;Tags dans le hall;Oui;N1;;x")
    applied = apply(cast.amandier, received(cast.amandier, "incidents", shorter))
    with landlord_scope(cast.amandier.admin.principal):
        (left,) = applied.lines.filter(action="left")
    assert left.subject.startswith("Résidence N1 – Troubles de la")
    assert "F-1" in facts(cast)


def test_without_identifiers_the_rows_own_words_recognise_it(cast: Cast) -> None:
    content = csv(
        "Date;Type;Code site", "01/02/2025;Tapage;N1", "01/02/2025;Tapage;N1", "01/02/2025;Vol;N1"
    )
    assert (
        apply(cast.amandier, received(cast.amandier, "incidents", content)).report["created"] == 3
    )
    again = apply(cast.amandier, received(cast.amandier, "incidents", content)).report
    assert (again["created"], again["unchanged"]) == (0, 3)


@pytest.mark.parametrize(
    "type_of_fact",
    ["Tapage de M. Dupont", "Tapage 06 12 34 56 78", "Tapage logement 12", "Tapage a@b.fr"],
)
def test_a_row_that_looks_like_a_person_is_refused_and_its_cell_not_kept(
    cast: Cast, type_of_fact: str
) -> None:
    content = csv("N° fait;Date;Type;Code site", "1;01/02/2025;Tapage;N1", *(
        f"{n};01/02/2025;Tapage;N1" for n in range(2, 9)
    ), f"9;01/02/2025;{type_of_fact};N1")  # fmt: skip
    applied = apply(cast.amandier, received(cast.amandier, "incidents", content))
    assert applied.report["created"] == 8
    with landlord_scope(cast.amandier.admin.principal):
        (issue,) = RowIssue.objects.all()
        told = str(list(RowIssue.objects.values())) + str(list(applied.lines.values()))
    assert issue.reason.startswith("La ligne semble désigner une personne")
    assert issue.value == ""
    assert "Dupont" not in told + str(applied.report)


def test_a_column_of_persons_is_never_shown_nor_taken(cast: Cast) -> None:
    content = csv("Date;Type;Code site;Qui", *(
        f"01/02/2025;Tapage;N1;M. Martin{n}" for n in range(6)
    ))  # fmt: skip
    file = received(cast.amandier, "incidents", content)
    client = cast.amandier.admin.client()
    page = client.get(reverse("stock-import-columns", args=[file.key])).content.decode()
    assert "Martin" not in page
    answer = client.post(
        reverse("stock-import-columns", args=[file.key]),
        {"colonne-0": "occurred_on", "colonne-2": "site_code", "colonne-3": "fact"},
    )
    assert answer.status_code == 422  # the column was not offered: nothing says what happened
    with landlord_scope(cast.amandier.admin.principal), pytest.raises(services.ImportRefusedError):
        services.start(
            cast.amandier.admin.principal,
            file,
            services.Mapping("columns", {"occurred_on": "Date", "site_code": "Code site", "fact": "Qui"}),
        )  # fmt: skip


def test_an_undo_leaves_every_table_as_it_was(cast: Cast) -> None:
    apply(cast.amandier, received(cast.amandier, "incidents", FACTS))
    before = tables(cast.amandier)
    later = FACTS.replace(b"Main courante", b"Oui").replace(b"F-1;03/02/2025", b"F-9;01/02/2025")
    applied = apply(cast.amandier, received(cast.amandier, "incidents", later))
    assert tables(cast.amandier) != before
    assert undo(cast.amandier, applied) == 3
    assert tables(cast.amandier) == before


def test_a_site_is_found_by_its_address_or_its_name(cast: Cast, tmp_path: Path) -> None:
    from tests.imports.files import row
    from tests.imports.test_trial_and_undo import apply as apply_stock
    from tests.imports.test_trial_and_undo import received as received_stock

    apply_stock(cast.amandier, received_stock(cast.amandier, [row("T9", "3")], tmp_path))
    content = csv(
        "Date;Type;Adresse;Code postal;Commune;Résidence",
        "01/02/2025;Vol;3 rue des Lilas;99100;Aubépine;",
        "01/02/2025;Vol;;;;résidence t9",
        "01/02/2025;Vol;8 rue des Lilas;99100;Aubépine;",
        "01/02/2025;Vol;;;;",
    )
    applied = apply(cast.amandier, received(cast.amandier, "incidents", content))
    assert applied.report["created"] == 2
    assert reasons(cast.amandier, applied) == [
        (4, "Aucun site de votre pa"),
        (5, "La ligne ne dit pas de"),
    ]


@pytest.mark.commits
def test_what_people_enter_meanwhile_is_theirs(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody enters a fact while the file is taken in: the undo leaves it where it is."""
    import threading

    from tenants.imports.records import incidents
    from tests.cast import make_cast

    cast = make_cast()
    finish = incidents.IncidentTaker.finish

    def enter() -> None:
        from django.db import connections

        with landlord_scope(cast.amandier.admin.principal):
            site = cast.amandier.sites["N1"]
            Incident.objects.create(site=site, occurred_on="2026-01-05", family="TRAFIC")
        connections.close_all()

    def meanwhile(self: Any, report: Any) -> None:
        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        finish(self, report)

    monkeypatch.setattr(incidents.IncidentTaker, "finish", meanwhile)
    applied = apply(cast.amandier, received(cast.amandier, "incidents", FACTS))
    assert undo(cast.amandier, applied) == 2
    assert list(facts(cast).values()) == [("N1", "2026-01-05", "", "unknown")]
    with landlord_scope(cast.amandier.admin.principal):
        assert FileImport.objects.get().state == "undone"
