"""The guide cites pages that exist, shows pictures that `make guide` takes, and is one click from the pages it speaks of."""

from __future__ import annotations

import io
import re

import pytest
from django.urls import URLResolver, get_resolver, reverse
from PIL import Image
from pypdf import PdfReader

from orsen.guide.content import GUIDE, task_of_page
from orsen.guide.pictures_plan import FOLDER, PICTURES
from tests.cast import Cast

STEPS = [step for task in GUIDE for step in task.steps]


def url_names(resolver: URLResolver) -> set[str]:
    names = set()
    for each in resolver.url_patterns:
        names |= url_names(each) if isinstance(each, URLResolver) else {each.name or ""}
    return names


def test_every_page_that_it_cites_exists() -> None:
    known = url_names(get_resolver())
    assert {step.page for step in STEPS} - known == set()
    assert {picture.start for picture in PICTURES.values()} - known == set()


def test_every_picture_is_taken_by_the_command_and_none_is_left_over() -> None:
    shown = {step.picture for step in STEPS if step.picture}
    assert shown == PICTURES.keys()
    assert {path.stem for path in FOLDER.glob("*")} == shown


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_has_the_size_of_its_plan_and_is_no_empty_page(name: str) -> None:
    with Image.open(PICTURES[name].path) as picture:
        assert picture.size == PICTURES[name].size
        colours = picture.convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 20
    assert PICTURES[name].path.stat().st_size < 200_000


def test_each_kind_of_reader_has_a_task() -> None:
    assert [task.code for task in GUIDE] == ["gardien", "direction", "partenaire", "coordination"]
    assert all(len(task.steps) >= 4 for task in GUIDE)


def test_help_leads_from_a_page_to_its_task(cast: Cast) -> None:
    page = cast.amandier.caretaker.client().get(reverse("rate-list")).content.decode()
    assert f'href="{reverse("guide")}#gardien"' in page
    page = cast.amandier.security.client().get(reverse("incident-list")).content.decode()
    assert re.search(rf'href="{reverse("guide")}"', page)  # of a page that no task speaks of
    assert task_of_page("incident-list") == ""
    guide = cast.amandier.caretaker.client().get(reverse("guide")).content.decode()
    for task in GUIDE:
        assert f'id="{task.code}"' in guide


def test_pictures_are_served_and_nothing_else(cast: Cast) -> None:
    client = cast.police.client()
    assert client.get(reverse("guide-picture", args=["coter-liste"]))["Content-Type"] == "image/png"
    assert client.get(reverse("guide-picture", args=["inconnue"])).status_code == 404
    assert client.get("/guide/images/..%2fcontent.png").status_code == 404


def test_the_pdf_holds_every_task(cast: Cast) -> None:
    response = cast.coordinator.client().get(reverse("guide-pdf"))
    reader = PdfReader(io.BytesIO(response.content))
    text = "".join(page.extract_text() for page in reader.pages).replace("\xa0", " ")
    for task in GUIDE:
        assert str(task.title) in text
    assert len(reader.pages) > len(GUIDE)
    assert sum(len(page.images) for page in reader.pages) == len(PICTURES)
