"""Every model of the app, for Django; read them in their own sub-packages."""

from sharing.access.models import SharedFile, SharedPublication, SharedSite
from sharing.conventions.models import (
    Annex,
    AnnexLine,
    Convention,
    Party,
    Signature,
    SignatureDocument,
)
from sharing.journal.models import JournalEntry, JournalSegment
from sharing.notices.models import Notice
from sharing.ogc.models import LayerToken
from sharing.receipts.models import Receipt, ReceiptPart
from sharing.release.models import Release, ReleasedNeighbourhood, ReleaseLedger
from sharing.reports.models import Report, ReportFile
from sharing.rounds.models import CampaignRound, RoundReminder
from sharing.visits.models import Visit

__all__ = [
    "Annex",
    "AnnexLine",
    "CampaignRound",
    "Convention",
    "JournalEntry",
    "JournalSegment",
    "LayerToken",
    "Notice",
    "Party",
    "Receipt",
    "ReceiptPart",
    "Release",
    "ReleaseLedger",
    "ReleasedNeighbourhood",
    "Report",
    "ReportFile",
    "RoundReminder",
    "SharedFile",
    "SharedPublication",
    "SharedSite",
    "Signature",
    "SignatureDocument",
    "Visit",
]
