"""People, the organisations they act for, and what their role lets them do."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and organisations. Imports no other app of the product."""

    name = "accounts"
    verbose_name = _("Comptes")

    def ready(self) -> None:
        """What follows from a log-out, a refused code and a lock-out."""
        from allauth.mfa.signals import authentication_failed
        from axes.signals import user_locked_out
        from django.contrib.auth.signals import user_logged_out

        from accounts.security.alerts import alert
        from accounts.security.limits import count_refused_code

        authentication_failed.connect(count_refused_code, dispatch_uid="accounts.security.count")
        user_locked_out.connect(alert, dispatch_uid="accounts.security.alert")

        user_logged_out.connect(_leave_the_telephone, dispatch_uid="accounts.devices.leave")


def _leave_the_telephone(sender: object, request: HttpRequest, **kwargs: object) -> None:
    """Logging out of the site on a telephone ends the telephone's own session too."""
    from accounts.devices.models import DeviceSession
    from accounts.devices.services import leave
    from accounts.devices.views import SESSION_DEVICE

    pk = request.session.get(SESSION_DEVICE)
    if pk is None:
        return
    found = DeviceSession.objects.select_related("membership").filter(pk=pk, end="").first()
    if found is not None:
        leave(found)
