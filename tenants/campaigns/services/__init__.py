"""What happens to campaigns, ratings and decisions. Every function expects the landlord's scope to be open.

Each takes the principal who acts and checks the permission and the reach; each refusal is a `CampaignError` whose text
is for the reader: what happened and what to do.
"""

from tenants.campaigns.services.counter_visiting import do_counter_visit, may_counter_visit
from tenants.campaigns.services.deciding import COUNTER_VISIT_LEVEL, set_aside, validate
from tenants.campaigns.services.errors import CampaignError
from tenants.campaigns.services.launching import (
    close,
    create_campaign,
    freeze_stock,
    join_round,
    open_campaign,
    reopen,
)
from tenants.campaigns.services.publishing import PublicationReport, preview_publication, publish
from tenants.campaigns.services.rating import Receipt, Submission, submit_assessment

__all__ = [
    "COUNTER_VISIT_LEVEL",
    "CampaignError",
    "PublicationReport",
    "Receipt",
    "Submission",
    "close",
    "create_campaign",
    "do_counter_visit",
    "freeze_stock",
    "join_round",
    "may_counter_visit",
    "open_campaign",
    "preview_publication",
    "publish",
    "reopen",
    "set_aside",
    "submit_assessment",
    "validate",
]
