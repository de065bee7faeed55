"""The page and the JSON of a proof, under build/proof/."""

from __future__ import annotations

import html
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from tests.proof.matrix import MATRIX, row_of
from tests.proof.probing import Finding, Proof, is_library
from tests.proof.world import World

FOLDER: Final = Path(settings.ROOT) / "build" / "proof"
WORDS: Final = {
    "given": ("donné", "o"), "absent": ("introuvable", "a"), "refused": ("refusé", "r"), "log in": ("connexion", "r"),
    "verb": ("verbe refusé", "r"), "error": ("erreur", "e"),
}  # fmt: skip
READERS: Final = {
    "landlord_admin": "Administrateur du bailleur", "security_direction": "Direction sécurité",
    "agency_director": "Direction d’agence", "sector_head": "Chef de secteur", "caretaker": "Gardien",
    "support_reader": "Services support", "partner_correspondent": "Partenaire, correspondant",
    "partner_reader": "Partenaire, lecteur", "coordination_admin": "Coordination, administrateur",
    "coordinator": "Coordination, coordinateur", "operator": "Exploitant",
    "a landlord bound by nothing": "Bailleur étranger", "a partner bound by nothing": "Partenaire sans convention",
    "a coordination of others": "Autre coordination", "a person without organisation": "Personne sans organisation",
    "a suspended administrator": "Personne suspendue", "nobody": "Visiteur non connecté",
}  # fmt: skip
STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --line: #c9d1dc; --o: #d6ecd9; --a: #e9e6f7; --r: #f1f3f6;
        --e: #ffd9d2; --b: #fff2c9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --paper: #161b22; --line: #3a4350; --o: #1d4a2b; --a: #35306b;
        --r: #252c36; --e: #7a2417; --b: #5b4708; } }
body { margin: 0 auto; max-width: 110rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
       background: var(--paper); }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
dl { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1rem 0; } dt { font-size: .85rem; } dd { margin: 0;
     font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.roll { overflow-x: auto; border: 1px solid var(--line); } table { border-collapse: collapse; font-size: .8rem; }
th, td { padding: .3rem .5rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--paper); } tbody th { font-weight: 500; min-width: 18rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; } small { display: block; }
td.o { background: var(--o); } td.a { background: var(--a); } td.r { background: var(--r); } td.e { background: var(--e); }
td.b { background: var(--b); } .key td { min-width: 9rem; } .bad { font-weight: 650; } p { max-width: 70ch; }
"""


def write(proof: Proof, world: World, more: dict[str, Any]) -> dict[str, Any]:
    """Write index.html and proof.json; return what the JSON holds, without the findings."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    summary: dict[str, Any] = {
        "probes": proof.probes,
        "routes": len(proof.routes),
        "routes_total": proof.routes_total,
        "leaks": len(proof.leaks),
        "differences": len(proof.differences),
        "undeclared": proof.undeclared,
        "landlords": len(world.landlords),
        "readers": len(world.readers),
        "roles": len({each.letter for each in world.readers.values()} - set("ns-")),
        "canaries": len(world.book.texts) + len(world.book.numbers) + len(world.book.keys) + len(world.book.places),
        "canaries_met": len(proof.met),
        **more,
    }  # fmt: skip
    findings = [vars(each) for each in (*proof.leaks, *proof.differences)]
    cells = {f"{route} | {reader}": dict(counts) for (route, reader), counts in proof.outcomes.items()}  # fmt: skip
    text = json.dumps(
        summary | {"findings": findings, "cells": cells}, ensure_ascii=False, indent=1
    )
    (FOLDER / "proof.json").write_text(text, encoding="utf-8")
    (FOLDER / "index.html").write_text(_page(proof, world, summary), encoding="utf-8")
    return summary


def _number(value: object) -> str:
    return f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else html.escape(str(value))  # fmt: skip


def _page(proof: Proof, world: World, summary: dict[str, Any]) -> str:
    verdict = "Aucune fuite." if not proof.leaks else f"{len(proof.leaks)}\u00a0fuite(s)\u00a0!"
    facts = [
        ("Sondes", summary["probes"]), ("Routes sondées", f"{summary['routes']} sur {summary['routes_total']}"),
        ("Fuites", summary["leaks"]), ("Écarts au tableau", summary["differences"]), ("Bailleurs", summary["landlords"]),
        ("Lecteurs", summary["readers"]), ("Canaris plantés", summary["canaries"]), ("Canaris revus", summary["canaries_met"]),
    ]  # fmt: skip
    terms = "".join(f"<div><dt>{name}</dt><dd>{_number(value)}</dd></div>" for name, value in facts)
    return f"""<!doctype html>
<html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Preuve d’isolation</title><style>{STYLE}</style>
<h1>Preuve d’isolation</h1>
<p class="{"bad" if proof.leaks else ""}">{verdict} Chaque route a été demandée par chaque lecteur, sur ses propres objets
et sur ceux de tous les autres. Ce que chacun peut recevoir est écrit d’avance dans <code>tests/proof/matrix.py</code>.</p>
<dl>{terms}</dl>
{_legend()}
{_findings("Fuites", proof.leaks)}{_findings("Écarts", proof.differences)}
<h2>Routes et lecteurs</h2>
<div class="roll" tabindex="0">{_matrix(proof, world)}</div>
</html>
"""


def _legend() -> str:
    rows = (
        ("o", "donné", "la demande aboutit, sur ses propres objets ou sur ce qu’une convention donne"),
        ("b", "donné / introuvable", "aboutit pour les uns, « introuvable » pour les objets d’autrui"),
        ("a", "introuvable", "la même réponse que pour un objet qui n’existe pas"),
        ("r", "refusé", "le rôle n’ouvre pas cette page, ou le verbe n’existe pas"),
        ("e", "fuite ou erreur", "ce que le tableau n’admet pas"),
    )  # fmt: skip
    lines = "".join(f'<tr><td class="{css}">{word}</td><td>{said}</td></tr>' for css, word, said in rows)  # fmt: skip
    return f'<table class="key"><caption hidden>Légende</caption>{lines}</table>'


def _findings(title: str, found: list[Finding]) -> str:
    if not found:
        return ""
    rows = "".join(
        f"<tr><td>{html.escape(each.kind)}</td><th><code>{html.escape(each.route) or '/'}</code></th><td>{each.verb}</td>"
        f"<td>{html.escape(READERS.get(each.reader, each.reader))}</td><td>{html.escape(each.label)}</td>"
        f"<td>{html.escape(each.said)}</td></tr>"
        for each in found[:300]
    )
    head = "<tr><th>Nature</th><th>Route</th><th>Verbe</th><th>Lecteur</th><th>Objet</th><th>Constat</th></tr>"
    return f"<h2>{title}</h2><div class=roll><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"


def _matrix(proof: Proof, world: World) -> str:
    bad = {(each.route, each.reader) for each in (*proof.leaks, *proof.differences)}
    readers = list(world.readers)
    head = "".join(f"<th scope=col>{READERS.get(name, name)}</th>" for name in readers)
    rows = []
    for route in sorted(proof.routes, key=lambda each: (is_library(each), each)):
        row = row_of(route)
        kind = "page d’une bibliothèque" if route not in MATRIX else f"{row.verbs} · {row.reach}"
        cells = "".join(_cell(proof.outcomes.get((route, name)), (route, name) in bad) for name in readers)  # fmt: skip
        rows.append(
            f"<tr><th scope=row><code>{html.escape('/' + route)}</code><small>{kind}</small></th>{cells}</tr>"
        )
    return (
        f"<table><thead><tr><th>Route</th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(counts: Counter[str] | None, is_bad: bool) -> str:
    if counts is None:
        return "<td>—</td>"
    words = " · ".join(f"{WORDS[name][0]}\u00a0{count}" for name, count in counts.most_common())
    if is_bad:
        return f'<td class="e">{words}</td>'
    kinds = {WORDS[name][1] for name in counts}
    css = "b" if {"o", "a"} <= kinds else next(css for css in "oare" if css in kinds)
    return f'<td class="{css}">{words}</td>'
