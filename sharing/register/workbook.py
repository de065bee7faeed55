"""The comparison as a workbook with its receipt: one sheet a list, one of the communes."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.extracts.gathering import own_sites
from sharing.extracts.writing.sheets import add_sheet, book
from sharing.receipts.facts import Facts
from sharing.receipts.holdings import of_own
from sharing.receipts.models import Receipt
from sharing.receipts.services import deliver
from tenants.imports.changes.showing import XLSX
from tenants.reference.comparing import FAR_M, VIEWS, Pair, communes, lists

MOST: Final = 20_000  # rows a sheet; the nearest to the landlord's own streets come first


def make(principal: Principal, year: int, commune: str = "") -> Receipt:
    """The workbook of one commune, or of all. Call it in the landlord's scope."""
    counted = communes(principal, year, commune)
    found = lists(principal, year, commune=commune, most=MOST)

    def write(facts: Facts) -> bytes:
        names = [str(label) for _test, label in VIEWS.values()]
        counts = (
            [each.code, each.name, each.ours, each.differing, each.completable, each.lacking, each.unknown]
            for each in counted
        )  # fmt: skip
        with book() as (made, body):
            add_sheet(
                made, _("Communes"), [_("Code"), _("Commune"), _("Vos adresses"), *names], counts
            )
            for view, (_test, label) in VIEWS.items():
                add_sheet(made, str(label), _head(), map(_row, found[view]))
            add_sheet(made, _("Lire ce fichier"), (_("Point"), _("Sens")), _notes(year, found))
            add_sheet(made, _("Reçu"), (_("Fait"), _("Valeur")), facts.rows())
        return body.getvalue()

    return deliver(
        principal, kind="own_sites", title=_("Patrimoine comparé au répertoire %(year)s") % {"year": year},
        file_name=f"comparaison-repertoire-{timezone.localdate():%Y-%m-%d}.xlsx", media_type=XLSX, make=write,
        holdings=of_own(principal, own_sites(principal).only("pk", "key")), rows=sum(map(len, found.values())),
    )  # fmt: skip


def _head() -> list[str]:
    return [
        _("Commune"), _("Code de commune"), _("Code postal"), _("Numéro"), _("Voie"), _("Votre site"), _("Vos logements"),
        _("Logements du répertoire"), _("Votre année"), _("Année du répertoire"), _("Écart de position (m)"),
        _("Dans une de vos rues"), _("Ce que le répertoire complète"),
    ]  # fmt: skip


def _row(pair: Pair) -> list[Any]:
    return [
        pair.commune_name, pair.commune_code, pair.postcode, pair.number, pair.street, pair.site_name, pair.own_dwellings,
        pair.reference_dwellings, pair.own_year, pair.reference_year,
        None if pair.distance is None else round(pair.distance), _("oui") if pair.same_street else "",
        ", ".join(completes(pair)),
    ]  # fmt: skip


def completes(pair: Pair) -> list[str]:
    """In words, what the reference would give to an address of the stock."""
    offered = (
        (pair.may_dwellings, _("logements")), (pair.may_year, _("année")), (pair.may_position, _("position")),
    )  # fmt: skip
    return [text for held, text in offered if held]


def _notes(year: int, found: dict[str, list[Pair]]) -> list[tuple[str, str]]:
    notes = [
        (_("Répertoire"), _("RPLS, fichier ouvert, au 1er janvier %(year)s.") % {"year": year}),
        (_("Logements"), _("Le répertoire additionne tous les bailleurs d’une adresse et n’en nomme aucun.")),
        (_("Position"), _("Un écart compte au-delà de %(far)s m (Lambert 93), entre positions à l’adresse.") % {"far": FAR_M}),
        (_("Absentes du patrimoine"), _("La plupart sont à d’autres bailleurs ; celles de vos rues viennent d’abord.")),
    ]  # fmt: skip
    cut = [str(VIEWS[view][1]) for view, rows in found.items() if len(rows) == MOST]
    if cut:
        sentence = _(
            "Les %(most)s premières lignes seulement : %(names)s. Demandez le fichier d’une commune."
        )
        notes.append((_("Feuilles coupées"), sentence % {"most": MOST, "names": ", ".join(cut)}))  # fmt: skip
    return notes
