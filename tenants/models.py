"""Every model of the app, for Django; read them in their own sub-packages."""

from tenants.access.models import GroupObjectGrant, ObjectGrant
from tenants.barometers.models import Barometer
from tenants.calibration.models import Vignette, VignetteAnswer, VignetteSet
from tenants.campaigns.history import CampaignEvent, CampaignReminder
from tenants.campaigns.models import (
    Assessment,
    Campaign,
    CampaignSite,
    CounterVisit,
    Decision,
    Grid,
    Publication,
)
from tenants.capture.models import Arrival, CaptureKey
from tenants.evolution.models import WatchedSite
from tenants.geocoding.models import BanAddress, GeocodedAddress
from tenants.hotspots.models import SpatialFinding, SpatialRun
from tenants.imports.models import (
    FileImport,
    ImportChange,
    ImportLine,
    RememberedMapping,
    RememberedWord,
    RowIssue,
)
from tenants.incidents.models import Incident
from tenants.interventions.models import Intervention, InterventionSite, Lever
from tenants.jobs.models import Job
from tenants.owngrids.models import OwnGrid
from tenants.people.models import PendingPlace, PlaceChange, StandIn
from tenants.photographs.models import Photograph
from tenants.prefilled.models import PrefilledFile
from tenants.reference.models import ReferenceAddress
from tenants.stock.models import Address, Agency, AgencyAttachment, Site, SiteAssignment
from tenants.tiles.models import CommonVersion, DataVersion

__all__ = [
    "Address",
    "Agency",
    "AgencyAttachment",
    "Arrival",
    "Assessment",
    "BanAddress",
    "Barometer",
    "Campaign",
    "CampaignEvent",
    "CampaignReminder",
    "CampaignSite",
    "CaptureKey",
    "CommonVersion",
    "CounterVisit",
    "DataVersion",
    "Decision",
    "FileImport",
    "GeocodedAddress",
    "Grid",
    "GroupObjectGrant",
    "ImportChange",
    "ImportLine",
    "Incident",
    "Intervention",
    "InterventionSite",
    "Job",
    "Lever",
    "ObjectGrant",
    "OwnGrid",
    "PendingPlace",
    "Photograph",
    "PlaceChange",
    "PrefilledFile",
    "Publication",
    "ReferenceAddress",
    "RememberedMapping",
    "RememberedWord",
    "RowIssue",
    "Site",
    "SiteAssignment",
    "SpatialFinding",
    "SpatialRun",
    "StandIn",
    "Vignette",
    "VignetteAnswer",
    "VignetteSet",
    "WatchedSite",
]
