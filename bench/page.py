"""A territory's sheet as an HTML page for the printer that the product's is measured against: the same words,
figures, drawings, fonts and marks."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from sharing.reports.typesetting import FONTS

STYLE = """
@font-face { font-family: "Atkinson Hyperlegible Next"; src: url(FONTS/AtkinsonHyperlegibleNext-Regular.ttf) }
@font-face { font-family: "Atkinson Hyperlegible Next"; font-weight: 700;
  src: url(FONTS/AtkinsonHyperlegibleNext-Bold.ttf) }
@page { size: A4; margin: 18mm 18mm 22mm; @bottom-left { content: string(end); font-size: 8pt }
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt } }
body { font: 9.5pt "Atkinson Hyperlegible Next" } h1 { font-size: 22pt; color: #0d5257; margin: 0 }
h2 { font-size: 13pt; color: #0d5257 }
.headline { background: #dcebe8; padding: 10pt; border-radius: 4pt; font-size: 11pt }
.end { string-set: end content(); font-size: 0 }
figure { margin: 0; text-align: center } figure.map svg { height: 68mm } figure.chart svg { width: 100%; height: auto }
table { border-collapse: collapse; font-size: 8pt; width: 100% }
th, td { border-bottom: .5pt solid #ccc;
  padding: 4pt 5pt; text-align: right }
th:first-child, td:first-child { text-align: left }
"""


def page_of(data: Mapping[str, Any]) -> str:
    """The page."""
    table, drawings = data["table"], ""
    for name in ("map", "chart"):
        if data[name] is not None:
            said = escape(data[name]["said"], quote=True)
            drawings += (
                f'<h2>{escape(data[name]["title"])}</h2><figure class="{name}" role="img" '
                f'aria-label="{said}">{data[name]["svg"]}</figure>'
            )
    levels = "".join(f"<th>{level}</th>" for level in (1, 2, 3, 4))
    rows = "".join(
        f"<tr><td>{escape(row['name'])}<br><small>{escape(row['note'])}</small></td>"
        + "".join(
            f'<td colspan="{cell["span"]}">{escape(cell["text"])}</td>'
            for cell in (*row["sites"], *row["dwellings"])
        )
        + f"<td>{escape(row['groups'])}</td><td>{escape(row['steps'])}</td></tr>"
        for row in table["rows"]
    )
    head = {name: escape(text) for name, text in table["head"].items()}
    return (
        f'<!doctype html><html lang="{data["language"]}"><head><meta charset="utf-8"><title>{escape(data["title"])}</title>'
        f"<style>{STYLE.replace('FONTS', FONTS.as_uri())}</style></head><body>"
        f'<p class="end">{escape(data["end"])} {escape(data["receipt"])}</p><p>{escape(data["kind"])}</p>'
        f"<h1>{escape(data['title'])}</h1><p>{escape(data['report'])} · {escape(data['convention'])}</p>"
        f"<p>{escape(data['source'])}. {escape(data['made'])}.</p>"
        f'<p class="headline">{escape(data["headline"])} {escape(" ".join(data["notes"]))}</p>{drawings}'
        f"<h2>{escape(table['title'])}</h2><table><thead><tr><th rowspan=2>{head['name']}</th><th colspan=4>{head['sites']}</th>"
        f"<th colspan=4>{head['dwellings']}</th><th rowspan=2>{head['groups']}</th><th rowspan=2>{head['steps']}</th></tr>"
        f"<tr>{levels}{levels}</tr></thead><tbody>{rows}</tbody></table>"
        f"<h2>{escape(data['method']['title'])}</h2><p>{escape(data['method']['text'])}</p></body></html>"
    )
