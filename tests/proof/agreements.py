"""The proof's conventions, each in its relation, with what was signed and released under it (tests/proof/world.py)."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from accounts.models import (
    Organisation,
)
from sharing.conventions.models import (
    Annex,
    AnnexLine,
    Convention,
    Party,
    Signature,
    SignatureDocument,
)
from sharing.details import Detail
from sharing.jointactions.models import JointAction, JointActionSite
from sharing.meetings.models import AgendaItem, Forum, ForumMember, Meeting
from sharing.outlooks.models import Outlook
from sharing.release.models import Release, ReleasedNeighbourhood
from sharing.release.rules import Thresholds
from sharing.reports.models import Report
from sharing.rounds.models import CampaignRound
from sharing.schedules.models import ReportSchedule
from tests.proof.planting import OWNER
from tests.proof.world import LEVELS, World, kept


class Agreements:
    """Makes the convention of a relation."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.today = timezone.localdate()

    def convention(
        self,
        relation: str,
        landlords: list[Organisation],
        home: Organisation,
        police: Organisation,
        coordination: Organisation,
    ) -> None:
        book, owner, day = self.world.book, f"convention-{relation}", dt.timedelta(days=1)
        stranger = relation == "stranger"
        begins, ends = self.today - 100 * day, self.today + 200 * day
        if relation == "ended":
            ends = self.today - day
        if relation == "to-come":
            begins = self.today + day
        state = {"draft": "draft", "suspended": "suspended", "ended": "ended"}.get(relation, "active")  # fmt: skip
        convention = Convention(
            key=book.key(owner, "sharing_convention.key"), name=book.text(owner, "sharing_convention.name"),
            reference=book.text(owner, "sharing_convention.reference"), coordinator=coordination, departement_codes=["99"],
            starts_on=begins, ends_on=ends, state=state,
        )  # fmt: skip
        convention.save(using=OWNER)
        annex = Annex(convention=convention, number=1, state="in_force", in_force_at=timezone.now())
        annex.save(using=OWNER)
        detail = Detail(relation) if relation in LEVELS else Detail.FILE
        departement = self.world.territories[0]
        lines = [
            AnnexLine(convention=convention, annex=annex, reader="category", category="police", territory=departement,
                      detail=detail),
            AnnexLine(convention=convention, annex=annex, reader="landlords", territory=departement, detail=detail),
        ]  # fmt: skip
        for line in lines:
            line.save(using=OWNER)
        parties = landlords if stranger else [*landlords, home, police]
        made = [self.party(owner, convention, organisation) for organisation in parties]
        for organisation in parties:
            if relation == "unsigned" and organisation in landlords:
                continue
            self.sign(owner, relation, convention, annex, organisation, landlords, home)
        signature = Signature.objects.using(OWNER).filter(convention=convention).first()
        assert signature is not None
        document = self.document(owner, signature)
        # what a coordination changes before it is signed
        planned = Annex(convention=convention, number=2, state="draft")
        planned.save(using=OWNER)
        line = AnnexLine(
            convention=convention,
            annex=planned,
            reader="category",
            category="police",
            territory=departement,
            detail=detail,
        )
        line.save(using=OWNER)
        self.world.conventions[relation] = {
            "convention": convention, "annex": annex, "planned": planned, "line": line, "party": made[0],
            "signature": signature, "document": document,
            **self.released(owner, convention), **self.forum(relation, convention, parties, landlords, police),
        }  # fmt: skip

    def party(self, owner: str, convention: Convention, organisation: Organisation) -> Party:
        book = self.world.book
        made = Party(
            convention=convention, organisation=organisation, correspondent=book.text(owner, "sharing_party.correspondent"),
            correspondent_email=f"{book.text(owner, 'sharing_party.correspondent_email')}@exemple.test",
        )  # fmt: skip
        made.save(using=OWNER)
        return made

    def sign(
        self,
        owner: str,
        relation: str,
        convention: Convention,
        annex: Annex,
        organisation: Organisation,
        landlords: list[Organisation],
        home: Organisation,
    ) -> None:
        book = self.world.book
        cap = Detail.FILE
        if organisation == home:
            cap = Detail.NOTHING  # home signs to read; it gives nothing
        elif relation == "capped" and organisation in landlords:
            cap = Detail.COMMUNE
        withdrawn = (
            timezone.now() if relation == "withdrawn" and organisation in landlords else None
        )
        Signature(
            convention=convention, organisation=organisation, annex=annex, signed_on=self.today, cap=cap, withdrawn_at=withdrawn,
            signatory=book.text(owner, "sharing_signature.signatory"),
            signatory_function=book.text(owner, "sharing_signature.signatory_function"),
        ).save(using=OWNER)  # fmt: skip

    def document(self, owner: str, signature: Signature) -> SignatureDocument:
        """The signed paper of a signature."""
        book = self.world.book
        path, raw = kept("signatures", book.text(owner, "sharing_signaturedocument.file"))
        made = SignatureDocument(
            key=book.key(owner, "sharing_signaturedocument.key"), convention_id=signature.convention_id,
            organisation_id=signature.organisation_id, signature=signature, media_type="application/pdf", path=path,
            sha256=hashlib.sha256(raw).hexdigest(), size=len(raw),
        )  # fmt: skip
        made.save(using=OWNER)
        return made

    def forum(
        self, relation: str, convention: Convention, parties: list[Organisation], landlords: list[Organisation],
        police: Organisation,
    ) -> dict[str, Any]:  # fmt: skip
        """A forum of all the parties: a meeting with minutes, a joint action, and a view and points about a site."""
        book, owner = self.world.book, f"forum-{relation}"
        forum = Forum(key=book.key(owner, "sharing_forum.key"), convention=convention, kind="gpo",
                      name=book.text(owner, "sharing_forum.name"), territory=self.world.territories[0])  # fmt: skip
        forum.save(using=OWNER)
        for organisation in parties:
            ForumMember(forum=forum, organisation=organisation,
                        correspondent=book.text(owner, "sharing_forummember.correspondent")).save(using=OWNER)  # fmt: skip
        meeting = Meeting(key=book.key(owner, "sharing_meeting.key"), forum=forum, held_on=self.today,
                          place=book.text(owner, "sharing_meeting.place"))  # fmt: skip
        meeting.save(using=OWNER)
        item = AgendaItem(
            forum=forum, meeting=meeting, title=book.text(owner, "sharing_agendaitem.title"), decisions=["watch"],
            note=book.text(owner, "sharing_agendaitem.note"), written_by=parties[0], written_at=timezone.now(),
        )  # fmt: skip
        item.save(using=OWNER)
        action = JointAction(
            key=book.key(owner, "sharing_jointaction.key"), forum=forum, problems=["trade"], owner=parties[0],
            text=book.text(owner, "sharing_jointaction.text"), due_on=self.today,
        )  # fmt: skip
        action.save(using=OWNER)
        site = self.world.rows[f"{relation}-1"]["tenants_site"]
        about = {"site_key": site.key, "landlord": landlords[0]}
        AgendaItem(forum=forum, meeting=meeting, position=2, **about).save(using=OWNER)
        JointActionSite(forum=forum, action=action, **about).save(using=OWNER)
        Outlook(
            convention=convention, organisation=police, level=2, reasons=["facts"], **about
        ).save(using=OWNER)
        return {"forum": forum, "meeting": meeting, "item": item, "action": action}

    def released(self, owner: str, convention: Convention) -> dict[str, Any]:
        """A closed round with a published report, and a second report that waits."""
        book = self.world.book
        asked = CampaignRound(
            key=book.key(owner, "sharing_campaignround.key"), convention=convention,
            name=book.text(owner, "sharing_campaignround.name"), reference_date=self.today, opens_on=self.today,
            closes_on=self.today, state="closed", closed_at=timezone.now(),
        )  # fmt: skip
        asked.save(using=OWNER)
        schedule = ReportSchedule(key=book.key(owner, "sharing_reportschedule.key"), convention=convention, cadence="month",
                                  membership_id=0)  # fmt: skip
        schedule.save(using=OWNER)
        made: dict[str, Any] = {"round": asked, "schedule": schedule}
        for name, owner_of in (("report", f"released-{owner}"), ("waiting", f"unpublished-{owner}")):  # fmt: skip
            published = timezone.now() if name == "report" else None
            release = Release(key=book.key(owner_of, "sharing_release.key"), convention=convention, round=asked, geography="qpv",
                              vintage=2024, rules=Thresholds(p=10).as_public(), coverage=0.5, published_at=published)  # fmt: skip
            release.save(using=OWNER)
            figures = {level: book.number(owner_of, "sharing_releasedneighbourhood.sites") for level in "1234"}  # fmt: skip
            figures |= {"1-2": figures["1"] + figures["2"], "3-4": figures["3"] + figures["4"]}
            figures["total"] = figures["1-2"] + figures["3-4"]
            neighbourhood = ReleasedNeighbourhood(
                release=release, territory=self.world.territories[-1], is_withheld=False, sites=figures,
                dwellings=figures, groups=3,
            )  # fmt: skip
            neighbourhood.save(using=OWNER)
            if name == "report":
                made["neighbourhood"] = neighbourhood
            report = Report(key=book.key(owner_of, "sharing_report.key"), convention=convention, release=release,
                            title=book.text(owner_of, "sharing_report.title"), published_at=published)  # fmt: skip
            report.save(using=OWNER)
            made[name] = report
        return made
