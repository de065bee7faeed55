"""What a pre-filled file held when it was made: what its return is compared with."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.campaigns.models import Campaign
from tenants.wall.models import LandlordRow


class PrefilledFile(LandlordRow):
    """One file made for one campaign. The workbook is written anew at each download: nothing lies on a disk."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="prefilled_files")
    # [{"site": key, "cells": [code, name, …], "addresses": [[…], …]}], in the order of the sheet.
    lines = models.JSONField(_("lignes"), default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(LandlordRow.Meta):
        verbose_name = _("fichier pré-rempli")
        verbose_name_plural = _("fichiers pré-remplis")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return str(self.key)
