"""Every model of the app, for Django; read them in their own sub-packages."""

from sharing.access.models import SharedFile, SharedPublication, SharedSite
from sharing.announcements.models import Announcement
from sharing.conventions.models import (
    Annex,
    AnnexLine,
    Convention,
    Party,
    Signature,
    SignatureDocument,
)
from sharing.jointactions.models import JointAction, JointActionSite
from sharing.journal.models import JournalEntry, JournalSegment
from sharing.meetings.models import AgendaItem, Forum, ForumMember, Meeting, MeetingPack
from sharing.notices.models import Notice
from sharing.ogc.models import LayerToken
from sharing.outlooks.models import Outlook
from sharing.receipts.models import Receipt, ReceiptPart
from sharing.release.models import Release, ReleasedNeighbourhood, ReleaseLedger
from sharing.reports.models import Report, ReportFile, Withdrawal
from sharing.rounds.models import CampaignRound, RoundReminder
from sharing.schedules.models import ReportSchedule, ScheduleFiring
from sharing.visits.models import Visit
from sharing.waivers.models import Waiver

__all__ = [
    "AgendaItem",
    "Annex",
    "AnnexLine",
    "Announcement",
    "CampaignRound",
    "Convention",
    "Forum",
    "ForumMember",
    "JointAction",
    "JointActionSite",
    "JournalEntry",
    "JournalSegment",
    "LayerToken",
    "Meeting",
    "MeetingPack",
    "Notice",
    "Outlook",
    "Party",
    "Receipt",
    "ReceiptPart",
    "Release",
    "ReleaseLedger",
    "ReleasedNeighbourhood",
    "Report",
    "ReportFile",
    "ReportSchedule",
    "RoundReminder",
    "ScheduleFiring",
    "SharedFile",
    "SharedPublication",
    "SharedSite",
    "Signature",
    "SignatureDocument",
    "Visit",
    "Waiver",
    "Withdrawal",
]
