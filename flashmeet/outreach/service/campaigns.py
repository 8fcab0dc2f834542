"""Starting, pausing and ending campaigns, and what is said before one starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, NobodyChosen, NotFound
from flashmeet.core.settings.entries import CAMPAIGN_MAILS
from flashmeet.core.settings.service import network_settings, setting
from flashmeet.identity.models import Member
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.queries import BOUNCES, STOPPED, invited_lately, segment_of, waiting_ahead, written_on
from flashmeet.outreach.rules.campaigns import BEGINS, CampaignKind, CampaignState
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


def reach_of(db: Session, kind: CampaignKind, segment: Segment, *, start: datetime, now: datetime) -> Reach:
    """Counts whom a campaign started at `start` would write to; three statements."""
    everybody = segment_of(db, segment)
    lately = invited_lately(now=now) if kind == CampaignKind.INVITATION else None
    facts = [Member.mentor.label("mentor"), STOPPED.label("stopped"), BOUNCES.label("bounced")]
    facts += [lately.label("lately")] if lately is not None else []
    each = everybody.with_only_columns(*facts).subquery()
    mentors = mentees = stopped = bounced = invited = 0
    for row in db.execute(select(*each.c, func.count().label("people")).group_by(*each.c)).mappings():
        if row["stopped"]:
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
    if not reach_of(db, kind, segment, start=begins, now=now).people:
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


MOVES: Mapping[str, tuple[frozenset[CampaignState], CampaignState]] = {
    "pause": (frozenset({CampaignState.RUNNING}), CampaignState.PAUSED),
    "resume": (frozenset({CampaignState.PAUSED}), CampaignState.RUNNING),
    "end": (frozenset(CampaignState), CampaignState.ENDED),
}


def change_campaign(db: Session, campaign_id: int, move: str, *, now: datetime) -> Campaign:
    """Pauses, resumes or ends the campaign. An ended one stays ended; what it had handed over does not leave any more.

    Idempotent. Raises NotFound, BadInput.
    """
    if move not in MOVES:
        raise BadInput("move", value=move)
    campaign = db.get(Campaign, campaign_id, with_for_update={"of": Campaign}, populate_existing=True)
    if campaign is None:
        raise NotFound
    before, after = MOVES[move]
    if campaign.state in before and campaign.state != after:
        campaign.state = after
        campaign.ended_at = now if after == CampaignState.ENDED else None
        db.flush()
    return campaign
