"""The navigation of each kind of reader: a literal table of the pages, each under the permission that opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.principal import Principal


@dataclass(frozen=True)
class Page:
    """A page of the navigation: URL name, label, icon (Lucide), kind of organisation, permission."""

    name: str
    label: str | Promise
    icon: str
    kind: str
    permission: str


@dataclass(frozen=True)
class NavItem:
    """A link of the navigation, as templates read it."""

    url: str
    label: str
    icon: str
    current: bool
    badge: str = ""


PAGES: Final = [
    Page("landlord-home", _("Tableau de bord"), "layout-dashboard", "landlord", "campaigns.read"),
    Page("rate-list", _("Coter"), "clipboard-check", "landlord", "assessments.write"),
    Page("landlord-map", _("Carte"), "map", "landlord", "sites.read"),
    Page("site-list", _("Sites"), "building-2", "landlord", "sites.read"),
    Page("campaign-list", _("Campagnes"), "calendar-check", "landlord", "campaigns.read"),
    Page(
        "counter-visit-list", _("Contre-visites"), "footprints", "landlord", "counter_visits.write"
    ),
    Page("calibration", _("Étalonnage"), "list-checks", "landlord", "assessments.write"),
    Page("stock-import-list", _("Imports"), "upload", "landlord", "stock.import"),
    Page("landlord-sharing", _("Partage"), "share-2", "landlord", "sharing.read"),
    Page("forum-list", _("Dispositifs"), "users-round", "landlord", "sharing.read"),
    Page("report-list", _("Rapports"), "file-text", "landlord", "reports.read"),
    Page("people-list", _("Personnes"), "users", "landlord", "people.manage"),
    Page("place-list", _("Affectations"), "map-pinned", "landlord", "sites.assign"),
    Page("stand-in-list", _("Remplacements"), "calendar-clock", "landlord", "sites.read"),
    Page("partner-home", _("Accueil"), "layout-dashboard", "partner", "shared.read"),
    Page("shared-map", _("Carte"), "map", "partner", "shared.read"),
    Page("shared-site-list", _("Sites"), "building-2", "partner", "shared.read"),
    Page("forum-list", _("Dispositifs"), "users-round", "partner", "shared.read"),
    Page("report-list", _("Rapports"), "file-text", "partner", "reports.read"),
    Page("layer-tokens", _("Accès SIG"), "key-round", "partner", "shared.read"),
    Page("journal", _("Journal"), "eye", "partner", "shared.read"),
    Page("people-list", _("Personnes"), "users", "partner", "people.manage"),
    Page("convention-list", _("Conventions"), "handshake", "coordinator", "conventions.read"),
    Page("round-list", _("Campagnes"), "calendar-check", "coordinator", "rounds.manage"),
    Page("calibration-figures", _("Étalonnage"), "list-checks", "coordinator", "rounds.manage"),
    Page("forum-list", _("Dispositifs"), "users-round", "coordinator", "conventions.read"),
    Page("report-list", _("Rapports"), "file-text", "coordinator", "reports.read"),
    Page("territory-list", _("Territoires"), "map-pinned", "coordinator", "territories.edit"),
    Page("people-list", _("Personnes"), "users", "coordinator", "people.manage"),
]


def has_route(name: str) -> bool:
    """Whether a URL name leads somewhere; a system check warns of a page of the table that does not."""
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def pages_of(principal: Principal) -> list[Page]:
    """The pages that the principal may open, in order."""
    return [
        page
        for page in PAGES
        if page.kind == principal.organisation_kind
        and principal.may(page.permission)
        and has_route(page.name)
    ]


def navigation(principal: Principal, path: str) -> list[NavItem]:
    """The links of the principal's navigation; the longest one that starts the path is the current one."""
    links = [(page, reverse(page.name)) for page in pages_of(principal)]
    matching = [url for _page, url in links if path.startswith(url)]
    current = max(matching, key=len, default="")
    return [NavItem(url, str(page.label), page.icon, url == current) for page, url in links]


def home_of(principal: Principal) -> str:
    """Where the principal lands after log-in. Raises LookupError for a role that opens no page."""
    pages = pages_of(principal)
    if not pages:
        raise LookupError(principal.role_code)
    return reverse(pages[0].name)
