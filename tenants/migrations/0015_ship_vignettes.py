"""The first situations of the calibration are there from the start."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from tenants.calibration.vignettes import load_vignettes


def load(apps: Any, schema_editor: Any) -> None:
    """Add the first version; a second run changes nothing."""
    load_vignettes(
        apps.get_model("tenants", "VignetteSet"),
        apps.get_model("tenants", "Vignette"),
        schema_editor.connection.alias,
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0014_calibration")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
