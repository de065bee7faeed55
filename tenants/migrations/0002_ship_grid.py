"""The project's own grid, version 1, is there from the start."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from tenants.campaigns.grids.loading import load_grids


def load(apps: Any, schema_editor: Any) -> None:
    """Add the grid; a second run changes nothing."""
    load_grids(apps.get_model("tenants", "Grid"), schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
