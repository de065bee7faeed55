"""The one door to a landlord's own data: which rows a member of that landlord may see and work on."""

from tenants.access.door import (
    agencies,
    assessable_sites,
    assessments,
    campaigns,
    counter_visits,
    incidents,
    interventions,
    landlord_scope,
    own_assessments,
    ratable_campaigns,
    site,
    sites,
)

__all__ = [
    "agencies",
    "assessable_sites",
    "assessments",
    "campaigns",
    "counter_visits",
    "incidents",
    "interventions",
    "landlord_scope",
    "own_assessments",
    "ratable_campaigns",
    "site",
    "sites",
]
