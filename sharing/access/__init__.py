"""The one door to other organisations' data: what a reader sees, at the detail that an annex gives."""

from sharing.access.door import (
    changes_since,
    conventions,
    fact_counts,
    own_sites_as,
    own_sites_under,
    reads_named_sites,
    releases,
    reports,
    round_levels,
    shared_file,
    shared_scope,
    shared_site,
    shared_site_numbered,
    shared_sites,
)
from sharing.access.zones import Zone, zones

__all__ = [
    "Zone",
    "changes_since",
    "conventions",
    "fact_counts",
    "own_sites_as",
    "own_sites_under",
    "reads_named_sites",
    "releases",
    "reports",
    "round_levels",
    "shared_file",
    "shared_scope",
    "shared_site",
    "shared_site_numbered",
    "shared_sites",
    "zones",
]
