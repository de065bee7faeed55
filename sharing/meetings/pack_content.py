"""What a pack says: the part that lies on the table, then, if asked for, the part for its reader alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.principal import Principal
from sharing.access import releases, shared_file, shared_sites
from sharing.details import Detail
from sharing.jointactions import services as jointactions
from sharing.jointactions.models import JointAction
from sharing.meetings.models import DECISIONS, Meeting
from sharing.meetings.priorities import SiteLine, common_sites, readable_lines
from sharing.meetings.services import members_of, points
from sharing.outlooks import services as outlooks
from sharing.prints.document import Document, Part
from sharing.release.models import Release, ReleasedNeighbourhood
from sharing.reports.numbers import number
from tenants.access import incidents
from tenants.incidents.models import Incident
from tenants.incidents.nomenclature import FAMILIES

DECISION_LABELS = dict(DECISIONS)
YEAR_DAYS = 365


@dataclass
class PackContent:
    """The document, and what its receipt must name."""

    document: Document
    common: list[SiteLine]
    reserved: list[SiteLine] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)

    @property
    def lines(self) -> list[SiteLine]:
        """Every site of the file."""
        return self.common + self.reserved


def content_of(principal: Principal, meeting: Meeting, *, reserved: bool) -> PackContent:
    """Read everything at the common level, in the reader's scope."""
    forum = meeting.forum
    common = common_sites(principal, forum)
    keys = {each.key for each in common}
    told = _neighbourhoods(principal, meeting)
    parts = [_agenda(principal, meeting, keys), _actions(principal, meeting)]
    if not principal.is_coordinator:
        parts += [_sites(common), _files(principal, common), _outlooks(principal, meeting, keys)]
    parts.append(_figures(told))
    mine = _beyond(principal, meeting, keys) if reserved else []
    if mine:
        parts.append(_reserved(principal, mine))
    document = Document(
        title=forum.name,
        subtitle=_("Dossier de la séance du %(day)s") % {"day": date_format(meeting.held_on, "j F Y")},
        facts=[
            (_("Dispositif"), str(forum.get_kind_display())),
            (_("Convention"), forum.convention.name),
            (_("Territoire"), forum.territory.name),
            (_("Lieu"), meeting.place),
            (_("Présidence"), forum.chair.name if forum.chair else _("La coordination")),
            (_("Membres"), " · ".join(_seat(each) for each in members_of(forum))),
        ],
        parts=[each for each in parts if each.rows or each.empty],
    )  # fmt: skip
    found = {row.release_id: row.release for row in told}
    return PackContent(document, common, mine, list(found.values()))


def _seat(member: object) -> str:
    organisation, function = member.organisation, member.correspondent  # type: ignore[attr-defined]
    return f"{organisation.name} ({function})" if function else str(organisation.name)


def _agenda(principal: Principal, meeting: Meeting, common: set[UUID]) -> Part:
    """A site that not every member reads is on nobody's table."""
    rows = []
    for n, point in enumerate(points(principal, meeting), 1):
        item = point.item
        if item.site_key and item.site_key not in common:
            continue
        what = (
            f"{point.site.name}, {point.site.commune}" if point.site
            else jointactions.label_of(item.action) if item.action
            else item.title
        )  # fmt: skip
        said = ", ".join(str(DECISION_LABELS.get(code, code)) for code in item.decisions)
        rows.append((str(n), what, ". ".join(filter(None, [said, item.note]))))
    return Part(
        _("Ordre du jour"),
        head=("", _("Objet"), _("Relevé")),
        rows=rows,
        numbers=frozenset({0}),
        empty=_("L’ordre du jour est encore vide."),
    )


def _actions(principal: Principal, meeting: Meeting) -> Part:
    rows = [
        (
            ". ".join(filter(None, [jointactions.label_of(each), each.text])),
            jointactions.steps_of(each),
            each.owner.name,
            date_format(each.due_on, "d/m/Y"),
            _("en retard") if each.is_overdue else str(each.get_state_display()),
        )
        for each in jointactions.actions(principal).filter(
            forum=meeting.forum, state=JointAction.State.OPEN
        )
    ]
    head = (_("Problème"), _("Actions"), _("Responsable"), _("Échéance"), _("État"))
    return Part(_("Actions communes en cours"), head=head, rows=rows)


def _sites(common: list[SiteLine]) -> Part:
    rows = [
        (
            str(each.level),
            f"{each.name} ({each.landlord})",
            f"{each.address}, {each.commune}",
            number(each.dwellings),
            _("depuis %(level)s") % {"level": each.level_before}
            if each.level_before and each.level_before != each.level
            else "",
            date_format(each.published_on, "d/m/Y") if each.published_on else "",
        )
        for each in common
    ]
    return Part(
        _("Sites prioritaires"),
        _("Les sites que tous les membres lisent, au niveau publié par leur bailleur, les plus graves d’abord."),
        (_("Niveau"), _("Site"), _("Adresse"), _("Logements"), _("Évolution"), _("Publié le")),
        rows, levels=frozenset({0}), numbers=frozenset({3}),
        empty=_("Aucun site n’est lu par tous les membres à la fois : le dossier s’en tient aux chiffres diffusés."),
    )  # fmt: skip


def complaints_of(principal: Principal, lines: list[SiteLine]) -> dict[UUID, dict[str, int]]:
    """What was filed after the facts of twelve months, by site, where the annex gives the file; a landlord's own too."""
    found: dict[UUID, dict[str, int]] = {}
    shared = [each.key for each in lines if not each.own and each.detail == Detail.FILE]
    if shared:
        with connection.cursor() as cursor:
            cursor.execute("SELECT key, complaint, facts FROM shared.my_complaints(%s)", [shared])
            for key, complaint, facts in cursor.fetchall():
                found.setdefault(key, {})[complaint] = facts
    own = {each.site.pk: each.key for each in lines if each.site is not None}
    if own and principal.may("incidents.read"):
        since = timezone.localdate() - dt.timedelta(days=YEAR_DAYS)
        rows = (
            incidents(principal)
            .filter(site__in=own, occurred_on__gt=since)
            .order_by()
            .values_list("site_id", "complaint")
            .annotate(Count("pk"))
        )
        for pk, complaint, facts in rows:
            found.setdefault(own[pk], {})[complaint] = facts
    return found


def _files(principal: Principal, lines: list[SiteLine]) -> Part:
    """Facts and complaints by site: only where the lowest detail of all is the file."""
    at_file = [each for each in lines if each.detail == Detail.FILE]
    return Part(
        _("Faits et suites données, douze derniers mois"),
        _("Des comptes seulement, pour les sites dont tous les membres lisent le dossier."),
        _file_head(), _file_rows(principal, at_file), numbers=frozenset({1, 2, 3, 4, 5}),
    )  # fmt: skip


def _file_head() -> tuple[str, ...]:
    return (
        _("Site"), _("Faits"), _("Plaintes"), _("Mains courantes"), _("Refus"), _("Non renseigné"), _("Familles"),
    )  # fmt: skip


def _file_rows(principal: Principal, lines: list[SiteLine]) -> list[tuple[str, ...]]:
    filed = complaints_of(principal, lines)
    families = {code: str(label) for code, label in FAMILIES}
    rows = []
    for each in lines:
        counts = filed.get(each.key, {})
        file = shared_file(principal, each.shared) if each.shared is not None else None
        named = sorted((file.incidents if file else {}).items(), key=lambda pair: -pair[1])[:3]
        rows.append(
            (
                each.name,
                number(sum(counts.values())),
                *(number(counts.get(code, 0)) for code in Incident.Complaint.values),
                ", ".join(f"{families.get(code, code)} {n}" for code, n in named),
            )
        )
    return rows


def _outlooks(principal: Principal, meeting: Meeting, common: set[UUID]) -> Part:
    """Views of members on common sites and on neighbourhoods, where they differ first."""
    sits = [each.organisation_id for each in members_of(meeting.forum)]
    rows = [
        (
            str(each.site.level) if each.site else "",
            str(view.level),
            each.name,
            view.organisation.short_name,
            ", ".join(str(outlooks.LABELS.get(code, code)) for code in view.reasons),
        )
        for each in outlooks.compared(principal, only=common, by=sits, territories=[])
        for view in each.views
    ]
    head = (_("Bailleur"), _("Partenaire"), _("Lieu"), _("Qui"), _("Motifs"))
    note = _(
        "Ce que voient les partenaires, à côté des niveaux publiés. Les plus grands écarts d’abord."
    )
    return Part(_("Regards croisés"), note, head, rows, levels=frozenset({0, 1}))


def _neighbourhoods(principal: Principal, meeting: Meeting) -> list[ReleasedNeighbourhood]:
    """The released neighbourhoods that every member reads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shared.forum_neighbourhoods(%s)", [meeting.forum_id])
        ids = cursor.fetchone()[0]
    return list(
        ReleasedNeighbourhood.objects.filter(pk__in=ids, release__in=releases(principal))
        .select_related("release__round", "territory")
        .order_by("territory__name", "pk")
    )


def _figures(told: list[ReleasedNeighbourhood]) -> Part:
    rows: list[tuple[str, ...]] = []
    for each in told:
        if each.is_withheld or not each.sites:
            rows.append((each.territory.name, _("masqué"), _("masqué"), _("masqué")))
            continue
        shown = [each.sites.get(name) for name in ("total", "1-2", "3-4")]
        cells = [number(value) if value is not None else _("masqué") for value in shown]
        name = each.territory.name
        if each.zone is not None:
            name = _("%(name)s (groupé)") % {"name": name}
        rows.append((name, *cells))
    return Part(
        _("Chiffres diffusés des quartiers"),
        _(
            "Tous bailleurs de la convention, dernière diffusion. Masqué : un chiffre trop petit ou trop facile à "
            "attribuer à un bailleur ; ni zéro, ni faible. Les quartiers groupés portent les chiffres de leur groupe."
        ),
        (_("Quartier"), _("Sites"), _("Niveaux 1–2"), _("Niveaux 3–4")),
        rows,
        numbers=frozenset({1, 2, 3}),
    )


def _beyond(principal: Principal, meeting: Meeting, common: set[UUID]) -> list[SiteLine]:
    """What the reader's own annex gives it in the territory, beyond what lies on the table."""
    if principal.is_coordinator:
        return []
    inside = shared_sites(principal).filter(geom__within=meeting.forum.territory.geom)
    keys = set(inside.order_by().values_list("key", flat=True))
    lines = readable_lines(principal, keys)
    found = [
        each
        for each in lines.values()
        if not each.own and (each.key not in common or each.detail == Detail.FILE)
    ]
    return sorted(found, key=lambda each: each.order)


def _reserved(principal: Principal, lines: list[SiteLine]) -> Part:
    rows = {row[0]: row for row in _file_rows(principal, [each for each in lines if each.detail == Detail.FILE])}  # fmt: skip
    none = ("–",) * 5
    head = (
        _("Niveau"),
        _("Site"),
        _("Faits"),
        _("Plaintes"),
        _("Mains courantes"),
        _("Refus"),
        _("Non renseigné"),
    )
    return Part(
        _("Pour votre organisation seule"),
        _(
            "Ce que votre convention vous donne de plus que le niveau commun. Cette partie ne se distribue pas en séance."
        ),
        head,
        [
            (
                str(each.level),
                f"{each.name}, {each.commune} ({each.landlord})",
                *(rows[each.name][1:6] if each.name in rows else none),
            )
            for each in lines
        ],
        levels=frozenset({0}),
        numbers=frozenset({2, 3, 4, 5, 6}),
        reserved=True,
    )
