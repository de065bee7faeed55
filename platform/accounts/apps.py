"""People, the organisations they act for, and what their role lets them do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People and organisations. Imports no other app of the product."""

    name = "accounts"
    verbose_name = _("Comptes")
