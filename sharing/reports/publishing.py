"""Publish a report, withdraw it with its reason, and tell its readers of either."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.principal import Principal
from sharing.access import releases, reports
from sharing.notices.models import Notice
from sharing.notices.services import Telling, tell
from sharing.reports.models import Report, Withdrawal
from sharing.reports.readership import Reader, readers_of
from sharing.reports.services import ReportRefusedError


def _require(principal: Principal, permission: str) -> None:
    if not principal.may(permission):
        raise PermissionDenied(_("Votre rôle ne permet pas cette action."))


@transaction.atomic
def publish(principal: Principal, report: Report) -> int:
    """Let the parties read the report and its release, and tell them. Returns how many were told.

    Raises ReportRefusedError with the reason.
    """
    _require(principal, "reports.publish")
    if report.published_at is not None or report.withdrawn_at is not None:
        raise ReportRefusedError(_("Ce rapport a déjà été publié ou retiré. Rechargez la page."))
    if not report.convention.is_live:
        raise ReportRefusedError(
            _(
                "La convention n’est pas en vigueur : personne ne pourrait lire ce rapport. Renouvelez-la d’abord."
            )
        )
    other = reports(principal).filter(
        release__round=report.release.round_id,
        published_at__isnull=False,
        withdrawn_at__isnull=True,
    )
    if other.exists():
        # Two releases of one round differ by what changed in between: the difference would be readable.
        raise ReportRefusedError(
            _(
                "Un autre rapport de cette campagne est déjà publié. Retirez-le avant de publier celui-ci."
            )
        )
    now = timezone.now()
    releases(principal).filter(pk=report.release_id, published_at__isnull=True).update(
        published_at=now
    )
    reports(principal).filter(pk=report.pk).update(published_at=now)
    report.refresh_from_db()
    return len(tell(principal.organisation_id, _of_publication(principal, report)))


@transaction.atomic
def withdraw(principal: Principal, report: Report, reason: str, note: str = "") -> Withdrawal:
    """Take a report back for good and tell its readers why: from now on nobody but the coordination reads it.

    Raises ReportRefusedError.
    """
    _require(principal, "reports.publish")
    if report.withdrawn_at is not None:
        raise ReportRefusedError(_("Ce rapport est déjà retiré."))
    note = note.strip()
    if reason not in Withdrawal.Reason.values or (reason == Withdrawal.Reason.OTHER and not note):
        raise ReportRefusedError(
            _("Dites pourquoi le rapport est retiré : ses lecteurs le liront.")
        )
    # Who reads it is asked before nobody does any more.
    tellings = _recipients(principal, report) if report.published_at is not None else {}
    now = timezone.now()
    releases(principal).filter(pk=report.release_id, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
    reports(principal).filter(pk=report.pk).update(withdrawn_at=now)
    withdrawal: Withdrawal = Withdrawal.objects.create(
        report=report, report_key=report.key, round_key=report.release.round.key,
        convention_id=report.convention_id, title=report.title, published_at=report.published_at, withdrawn_at=now,
        reason=reason, note=note,
    )  # fmt: skip
    tell(principal.organisation_id, _of_withdrawal(withdrawal, tellings))
    report.refresh_from_db()
    return withdrawal


def withdrawals(principal: Principal) -> QuerySet[Withdrawal]:
    """The reports taken back that the reader could read; a coordination also those it never published."""
    _require(principal, "reports.read")
    return Withdrawal.objects.select_related("convention")


def tell_built(principal: Principal, report: Report) -> None:
    """Tell the coordination that a report waits to be read over. Once, however often the job runs."""
    holder = Organisation.objects.get(pk=principal.organisation_id)
    tell(
        holder.pk,
        [
            Telling(
                f"report:{report.pk}:built",
                holder.pk,
                _("Rapport à relire : « %(title)s »") % {"title": report.title},
                _(
                    "Il est produit et personne d’autre que vous ne le lit. Relisez ce que chaque destinataire "
                    "recevra, puis publiez-le."
                ),
                reverse("report-detail", args=[report.key]),
                holder.contact_email,
                report.convention_id,
                only_while_live=False,
            )
        ],
    )


def _of_publication(principal: Principal, report: Report) -> list[Telling]:
    earlier = Withdrawal.objects.filter(
        round_key=report.release.round.key, published_at__isnull=False
    ).exists()
    title = (
        _("Rapport remplacé : « %(title)s »") if earlier else _("Nouveau rapport : « %(title)s »")
    )
    text = (
        _(
            "Un rapport corrigé remplace celui de la même campagne, qui a été retiré. Ne gardez pas de copie de l’ancien."
        )
        if earlier
        else _(
            "La coordination l’a publié au titre de la convention « %(convention)s ». Vous le lisez pour les "
            "territoires que son annexe vous donne."
        )
    )
    values = {"title": report.title, "convention": report.convention.name}
    return [
        Telling(
            f"report:{report.pk}:published:{reader.organisation.pk}",
            reader.organisation.pk,
            title % values,
            text % values,
            reverse("report-detail", args=[report.key]),
            reader.mail_to,
            report.convention_id,
        )
        for reader in readers_of(principal, report)
    ]


def _recipients(principal: Principal, report: Report) -> dict[int, str]:
    """Organisation → address: who reads it today, and who was told when it was published."""
    told = Notice.objects.filter(
        sender_id=principal.organisation_id, cause__startswith=f"report:{report.pk}:published:"
    )
    found = dict(told.values_list("organisation_id", "mail_to"))
    readers: list[Reader] = readers_of(principal, report)
    return found | {reader.organisation.pk: reader.mail_to for reader in readers}


def _of_withdrawal(withdrawal: Withdrawal, recipients: dict[int, str]) -> list[Telling]:
    values = {"title": withdrawal.title, "reason": withdrawal.said}
    return [
        Telling(
            f"report:{withdrawal.report_id}:withdrawn:{organisation_id}",
            organisation_id,
            _("Rapport retiré : « %(title)s »") % values,
            _(
                "La coordination l’a retiré. Raison : %(reason)s. Ni la page ni les fichiers ne sont plus remis ; "
                "supprimez les copies que vous avez gardées."
            )
            % values,
            reverse("report-detail", args=[withdrawal.report_key]),
            mail_to,
            withdrawal.convention_id,
            # Whoever read it has to know, whatever became of the convention since.
            only_while_live=False,
        )
        for organisation_id, mail_to in sorted(recipients.items())
    ]
