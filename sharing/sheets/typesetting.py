"""The one-page file of a site, set by Typst: tagged (PDF/UA-1). It says what the reader's card of the site says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typst
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.receipts.facts import Facts
from sharing.reports.numbers import number
from sharing.reports.palette import paper
from sharing.reports.typesetting import FONTS, REPLACED, TypesettingError
from tenants.evolution.watching import trend_of
from tenants.interventions.catalogue import levers_for
from tenants.stock import card
from tenants.stock.models import Site

HERE: Final = Path(__file__).parent
LAYOUT: Final = HERE / "layout" / "site.typ"
MOST_CAMPAIGNS: Final = 5
MOST_INTERVENTIONS: Final = 6


def typeset(principal: Principal, site: Site, facts: Facts) -> bytes:
    """The PDF. Raises TypesettingError, OSError."""
    data = json.dumps(document(principal, site, facts), ensure_ascii=False).translate(REPLACED)
    try:
        return bytes(
            typst.compile(
                str(LAYOUT), root=str(HERE), font_paths=[str(FONTS)], ignore_system_fonts=True, format="pdf",
                pdf_standards=["ua-1"], sys_inputs={"data": data},
            )
        )  # fmt: skip
    except RuntimeError as error:  # typst.TypstError is one
        raise TypesettingError(str(error)) from error


def document(principal: Principal, site: Site, facts: Facts) -> dict[str, Any]:
    """Everything that the page says, in the reader's words. Comments stay inside the product."""
    settled = card.settling_assessment(principal, site)
    families = card.facts_by_family(principal, site) if principal.may("incidents.read") else []
    total = sum(family.count for family in families)
    place = ", ".join(part for part in (site.address, f"{site.postcode} {site.commune_name}".strip()) if part)  # fmt: skip
    interventions = card.interventions_on(principal, site)[:MOST_INTERVENTIONS]
    return {
        "language": (get_language() or "fr")[:2],
        "title": site.name,
        "place": place,
        "facts": [
            [_("Logements"), number(site.dwellings)],
            [_("Agence"), site.agency.name if site.agency else "–"],
            [_("QPV"), site.qpv_code or "–"],
            [_("Faits sur 12 mois"), number(total) if principal.may("incidents.read") else "–"],
        ],
        "level": site.current_level or 0,
        "levelSaid": _level_said(site),
        "published": _published_said(site),
        "trend": {
            "title": _("Niveaux des campagnes"),
            "rows": [[name, level or 0] for name, level in trend_of(site)[-MOST_CAMPAIGNS:]],
            "none": _("Aucune campagne n’a encore retenu de niveau pour ce site."),
        },
        "answers": {
            "title": _("Ce que dit la cotation retenue"),
            "rows": [
                [each.label, each.text, f"{each.value}/4"]
                for each in (card.answers_of(settled) if settled else [])
            ],
            "ticked": ", ".join(card.ticked_facts(settled)) if settled else "",
        },
        "families": {
            "title": _("Faits sur 12 mois, par famille"),
            "rows": [[str(each.label), number(each.count)] for each in families],
        },
        "interventions": {
            "title": _("Interventions"),
            "head": [_("Intervention"), _("Levier"), _("Dates"), _("État"), _("Effet observé")],
            "rows": [
                [
                    each.title,
                    each.lever.label,
                    " – ".join(date_format(day, "d/m/Y") for day in (each.starts_on, each.ends_on) if day),
                    str(each.get_status_display()),
                    each.effect or "–",
                ]
                for each in interventions
            ],
            "none": _("Aucune intervention sur ce site."),
        },
        "levers": {
            "title": _("Leviers à ce niveau"),
            "text": ", ".join(line.label for line in levers_for(site.current_level)),
        },
        "notes": _("Décisions prises en réunion"),
        "colours": paper().paints,
        "receipt": facts.line(),
        "verification": facts.verification,
        "scale": _("Échelle de sensibilité de 1 (calme) à 4, propre à ce projet. Des faits et des lieux, jamais de personne."),
        "made": date_format(timezone.localdate(), "j F Y"),
    }  # fmt: skip


def _level_said(site: Site) -> str:
    if not site.current_level:
        return _("Non coté")
    day = date_format(site.current_on, "j F Y") if site.current_on else "–"
    return _("Niveau %(level)s, validé le %(day)s") % {"level": site.current_level, "day": day}


def _published_said(site: Site) -> str:
    if site.published_level is None or site.published_on is None:
        return _("Aucun niveau publié : les partenaires ne lisent rien de ce site.")
    day = date_format(site.published_on, "j F Y")
    return _("Niveau publié : %(level)s, le %(day)s") % {"level": site.published_level, "day": day}
