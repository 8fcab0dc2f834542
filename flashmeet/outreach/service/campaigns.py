"""Starting, pausing and ending campaigns, and what is said before one starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, NobodyChosen, NotFound
from flashmeet.core.settings.entries import CAMPAIGN_MAILS
from flashmeet.core.settings.service import network_settings, setting
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import drop_waiting
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.outreach.models import Campaign, CampaignPerson
from flashmeet.outreach.queries import BOUNCES, STOPPED, addressed, invited_lately, waiting_ahead, written_on
from flashmeet.outreach.rules.campaigns import BEGINS, CampaignKind, CampaignState
from flashmeet.outreach.rules.messages import ANNOUNCED, ARCHIVED_NOTICE, INVITED, YEAR_ASKED
from flashmeet.outreach.rules.segments import Segment
from flashmeet.outreach.rules.sending_hours import Forecast, SendingHours, forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a campaign would reach: `mentors` and `mentees` by the mail they get, and who is left out and why."""

    mentors: int
    mentees: int
    stopped: int
    bounced: int
    invited: int
    forecast: Forecast

    @property
    def people(self) -> int:
        return self.mentors + self.mentees


def sending_hours(db: Session) -> SendingHours:
    settings = network_settings(db)
    return SendingHours(settings.tzid, settings.country)


def reach_of(db: Session, kind: CampaignKind, fields: Mapping[str, str], *, start: datetime, now: datetime) -> Reach:
    """Counts whom a campaign started at `start` would write to; three statements."""
    everybody = addressed(db, kind, fields, tzid=network_settings(db).tzid, now=now)
    lately = invited_lately(now=now) if kind == CampaignKind.INVITATION else None
    facts = [Member.mentor.label("mentor"), STOPPED.label("stopped"), BOUNCES.label("bounced")]
    facts += [lately.label("lately")] if lately is not None else []
    each = everybody.with_only_columns(*facts).subquery()
    mentors = mentees = stopped = bounced = invited = 0
    for row in db.execute(select(*each.c, func.count().label("people")).group_by(*each.c)).mappings():
        if kind == CampaignKind.ARCHIVE:
            mentees += row["people"]
        elif row["stopped"]:
            stopped += row["people"]
        elif row["bounced"]:
            bounced += row["people"]
        elif row.get("lately"):
            invited += row["people"]
        elif row["mentor"]:
            mentors += row["people"]
        else:
            mentees += row["people"]
    hours = sending_hours(db)
    coming = forecast(
        mentors + mentees,
        hours=hours,
        ceiling=setting(db, CAMPAIGN_MAILS),
        written=written_on(db, hours.day(now)) if hours.day(start) == hours.day(now) else 0,
        ahead=waiting_ahead(db, now=start),
        start=start,
    )
    return Reach(mentors=mentors, mentees=mentees, stopped=stopped, bounced=bounced, invited=invited, forecast=coming)


def start_campaign(
    db: Session,
    kind: CampaignKind,
    segment: Segment,
    words: Mapping[str, object],
    *,
    by: Member,
    now: datetime,
    start: datetime | None = None,
) -> Campaign:
    """Starts a campaign; its people are gathered and written to by the worker. Raises NobodyChosen."""
    begins = max(start or now, now + BEGINS)
    if not reach_of(db, kind, segment.fields(), start=begins, now=now).people:
        raise NobodyChosen
    campaign = Campaign(
        kind=kind,
        state=CampaignState.RUNNING,
        fields=segment.fields(),
        words=dict(words),
        by=by,
        created_at=now,
        start_at=begins,
        gathered_to=0,
    )
    db.add(campaign)
    db.flush()
    return campaign


def campaign_of(db: Session, campaign_id: int) -> Campaign:
    """Returns the campaign. Raises NotFound."""
    found = db.get(Campaign, campaign_id)
    if found is None:
        raise NotFound
    return found


TAKEN_BACK = "ended"
"""Why the outbox drops the mails of a campaign that an administrator ended."""
MOVES: Mapping[str, tuple[frozenset[CampaignState], CampaignState]] = {
    "pause": (frozenset({CampaignState.RUNNING}), CampaignState.PAUSED),
    "resume": (frozenset({CampaignState.PAUSED}), CampaignState.RUNNING),
    "end": (frozenset(CampaignState), CampaignState.ENDED),
}


def change_campaign(db: Session, campaign_id: int, move: str, *, now: datetime) -> Campaign:
    """Pauses, resumes or ends the campaign. An ended one stays ended; what it had handed over does not leave any more.

    When an archiving is ended, the worker brings back whom it paused.

    Idempotent. Raises NotFound, BadInput.
    """
    if move not in MOVES:
        raise BadInput("act", value=move)
    campaign = db.get(Campaign, campaign_id, with_for_update={"of": Campaign}, populate_existing=True)
    if campaign is None:
        raise NotFound
    before, after = MOVES[move]
    if move == "end" and campaign.kind == CampaignKind.ARCHIVE and campaign.state != CampaignState.ENDED:
        after = CampaignState.UNDOING
    if campaign.state in before and campaign.state not in (after, CampaignState.UNDOING):
        campaign.state = after
        campaign.ended_at = now if after == CampaignState.ENDED else None
        db.flush()
        if move == "end":
            _take_back(db, campaign, now=now)
    return campaign


def _take_back(db: Session, campaign: Campaign, *, now: datetime) -> None:
    """Drops the mails that have not left, and counts them as not written."""
    subject = subject_of(campaign.id)
    drop_waiting(
        db, subject=subject, kinds=(INVITED, ANNOUNCED, YEAR_ASKED, ARCHIVED_NOTICE), reason=TAKEN_BACK, now=now
    )
    dropped = select(OutboxMessage.recipient_id).where(
        OutboxMessage.subject == subject, OutboxMessage.state == OutboxState.DROPPED, OutboxMessage.reason == TAKEN_BACK
    )
    db.execute(
        update(CampaignPerson)
        .where(CampaignPerson.campaign_id == campaign.id, CampaignPerson.member_id.in_(dropped))
        .values(writes=CampaignPerson.writes - 1)
        .execution_options(synchronize_session=False)
    )


def mails_left(db: Session, campaign: Campaign) -> int:
    """Counts the mails of the campaign that have left, or may have."""
    query = select(func.count()).where(
        OutboxMessage.subject == subject_of(campaign.id),
        OutboxMessage.state.not_in((OutboxState.WAITING, OutboxState.DROPPED)),
    )
    return db.scalar(query) or 0


def subject_of(campaign_id: int) -> str:
    """Returns the name of the campaign's messages in the outbox."""
    return f"campaign:{campaign_id}"
