from __future__ import annotations

from django.db import migrations

# Coordinators by département keep what they read so far: the départements of their coordination's conventions.
GIVE = """
UPDATE accounts_membership m SET departement_codes = held.codes
FROM (SELECT c.coordinator_id, array_agg(DISTINCT d.code) AS codes
      FROM sharing_convention c, unnest(c.departement_codes) d(code) GROUP BY c.coordinator_id) held
WHERE m.organisation_id = held.coordinator_id AND m.role_code = 'coordinator' AND m.departement_codes = '{}'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_departements"),
        ("sharing", "0010_meetings"),
    ]
    operations = [migrations.RunSQL(GIVE, migrations.RunSQL.noop)]
