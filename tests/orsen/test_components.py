"""The template tags: what they write, and what they refuse."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from orsen.figures import dwellings, hectare, initials, metres, number, percent


def render(source: str, path: str = "/", **context: object) -> str:
    """A template, rendered for a request."""
    request = RequestFactory().get(path)
    return Template(source).render(Context({"request": request, **context}))


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_level_says_its_name_and_shows_its_digit(level: int) -> None:
    html = render("{% level value %}", value=level)
    assert f"Niveau {level}" in html
    assert f">{level}<" in html
    assert f"level--{level}" in html


def test_the_four_levels_have_four_shapes() -> None:
    shapes = {
        render("{% level value %}", value=level).split("<path")[1].split("/>")[0]
        for level in range(1, 5)
    }
    assert len(shapes) == 4


@pytest.mark.parametrize("value", [None, 0, ""])
def test_a_site_without_level_is_not_level_zero(value: object) -> None:
    html = render("{% level value %}", value=value)
    assert "Non coté" in html
    assert ">0<" not in html


@pytest.mark.parametrize("value", [5, -1, "9"])
def test_a_level_outside_the_scale_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        render("{% level value %}", value=value)


def test_withheld_is_a_word_and_never_a_number() -> None:
    html = render("{% withheld 'Trop peu de bailleurs' %}")
    assert "Masqué" in html
    assert "0" not in html.replace("icons.svg", "")


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(ValueError, match=r"icons\.json"):
        render("{% icon 'licorne' %}")


def test_an_icon_alone_is_hidden_and_a_named_one_is_read() -> None:
    assert 'aria-hidden="true"' in render("{% icon 'x' %}")
    assert 'aria-label="Fermer"' in render("{% icon 'x' label='Fermer' %}")


def test_a_label_of_a_tag_is_escaped() -> None:
    assert "&lt;script&gt;" in render("{% tag text %}", text="<script>")


@pytest.mark.parametrize(
    "counts", [{1: 3, 4: 1}, {"1": 3, "4": 1}, {"n1": 3, "n4": 1}, [3, 0, 0, 1]]
)
def test_a_bar_is_parted_by_level_and_said_in_words(counts: object) -> None:
    html = render("{% level_bar counts %}", counts=counts)
    assert 'class="part--1" x="0.00" y="0" width="750.00"' in html
    assert 'class="part--4" x="750.00" y="0" width="250.00"' in html
    assert "part--2" not in html
    assert "Niveau 1 : 3, Niveau 2 : 0" in html.replace("\u00a0", " ")


def test_a_bar_without_sites_has_no_part() -> None:
    assert "<rect" not in render("{% level_bar counts %}", counts=[0, 0, 0, 0])


def test_three_numbers_are_not_four_levels() -> None:
    with pytest.raises(ValueError, match="four numbers"):
        render("{% level_bar counts %}", counts=[1, 2, 3])


def test_a_trend_leaves_a_gap_where_nothing_was_rated() -> None:
    html = render("{% level_trend points %}", points=[("2023", 2), ("2024", None), ("2025", 4)])
    assert html.count('class="shape--') == 2
    assert "2024 : Non coté" in html.replace("\u00a0", " ")


def test_coordinates_are_never_written_in_the_form_of_the_reader() -> None:
    with translation.override("fr"):
        html = render(
            "{% level_trend points %}", points=[(str(2000 + year), 1) for year in range(15)]
        )
    assert 'viewBox="0 0 1054 ' in html


def test_progress_without_a_total_shows_that_work_goes_on() -> None:
    assert "value=" not in render("{% progress None None 'Rapport' %}")
    assert 'value="2088" max="2400"' in render("{% progress 2088 2400 'Cotées' %}")


def test_sorting_turns_around_and_keeps_the_other_filters() -> None:
    source = "{% sort_header 'nom' 'Résidence' %}"
    assert 'href="?niveau=4&amp;tri=nom"' in render(source, "/?niveau=4&page=3")
    html = render(source, "/?tri=nom")
    assert 'href="?tri=-nom"' in html
    assert 'aria-sort="ascending"' in html


def test_pages_keep_the_filters_and_name_the_current_one() -> None:
    page = Paginator(range(95), 10).page(2)
    html = render("{% pagination page 'résidences' %}", "/?niveau=4&page=2", page=page)
    assert 'href="?page=3&amp;niveau=4"' in html
    assert html.count('aria-current="page"') == 1


def test_the_theme_is_one_of_ours() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["orsen_theme"] = '"><script>'
    assert Template("{% theme_attribute %}").render(Context({"request": request})) == ""
    request.COOKIES["orsen_theme"] = "dark"
    assert (
        Template("{% theme_attribute %}").render(Context({"request": request}))
        == ' data-theme="dark"'
    )


def test_figures_are_written_as_in_french() -> None:
    with translation.override("fr"):
        written = [
            number(12345.6, 1),
            percent(0.1234, 1),
            hectare(1_254_000),
            metres(1250),
            dwellings(1250),
        ]
    assert [text.replace("\u00a0", " ").replace("\u202f", " ") for text in written] == [
        "12 345,6",
        "12,3 %",
        "125 ha",
        "1,2 km",
        "1 250 logements",
    ]


def test_figures_are_rounded_not_cut() -> None:
    with translation.override("fr"):
        assert number(73.96) == "74"
        assert percent(0.7396).startswith("74")
        assert percent(0.4999, 1).startswith("50,0")


def test_nothing_is_a_dash_and_zero_is_zero() -> None:
    for write in (number, percent, hectare, metres, dwellings):
        assert write(None) == "–"
        assert "0" in write(0)


def test_initials_of_a_function() -> None:
    assert initials("Direction sécurité") == "DS"
    assert initials("") == "·"
