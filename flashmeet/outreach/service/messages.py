"""What campaigns say: the message to each member, its facts of the day, and when it is no longer sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.kinds import Message
from flashmeet.outreach.models import Campaign, CampaignPerson
from flashmeet.outreach.queries import CAME
from flashmeet.outreach.rules.announcements import AnnouncementWords
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState, InvitationWords, Opening
from flashmeet.outreach.rules.messages import (
    ANNOUNCED,
    ARCHIVED_NOTICE,
    INVITED,
    YEAR_ASKED,
    AnnouncedPayload,
    InvitedPayload,
    YearPayload,
)
from flashmeet.outreach.rules.segments import SegmentRole
from flashmeet.outreach.rules.year import YEAR_KINDS
from flashmeet.schedule.models import Opening as BookableHour
from flashmeet.schedule.rules.quotas import WINDOW
from flashmeet.themes.models import Theme

MOST_THEMES = 8


def message_to(campaign: Campaign, member: Member, person: CampaignPerson) -> Message:
    """Returns the campaign's next mail to a member."""
    if campaign.kind in YEAR_KINDS:
        return _question(campaign, person)
    if campaign.kind == CampaignKind.ANNOUNCEMENT:
        words = AnnouncementWords(campaign.words["titles"], campaign.words["text"])
        return announcement(words, by=campaign.by, campaign_id=campaign.id)
    invited = InvitationWords(Opening(campaign.words["opening"]), campaign.words["note"])
    return invitation(invited, role_of(member), by=campaign.by, campaign_id=campaign.id, writes=person.writes)


def _question(campaign: Campaign, person: CampaignPerson) -> Message:
    payload: YearPayload = {
        "campaign_id": campaign.id,
        "person_id": person.id,
        "member_id": person.member_id,
        "about": str(campaign.kind),
        "by_id": campaign.by.id if campaign.by is not None else 0,
        "by_name": campaign.by.name if campaign.by is not None else "",
    }
    return (ARCHIVED_NOTICE if campaign.kind == CampaignKind.ARCHIVE else YEAR_ASKED).saying(payload)


def role_of(member: Member) -> SegmentRole:
    """Returns the role in which a member is invited: whoever mentors is asked to, whatever else they do."""
    return SegmentRole.MENTOR if member.mentor else SegmentRole.MENTEE


def invitation(
    words: InvitationWords,
    role: SegmentRole,
    *,
    by: Member | None,
    campaign_id: int = 0,
    writes: int = 0,
    themes: Sequence[Mapping[str, str]] = (),
) -> Message:
    payload: InvitedPayload = {
        "campaign_id": campaign_id,
        "writes": writes,
        "role": role,
        "opening": words.opening,
        "note": dict(words.note),
        "by_id": by.id if by is not None else 0,
        "by_name": by.name if by is not None else "",
        "themes": [dict(each) for each in themes],
    }
    return INVITED.saying(payload)


def announcement(words: AnnouncementWords, *, by: Member | None, campaign_id: int = 0) -> Message:
    payload: AnnouncedPayload = {
        "campaign_id": campaign_id,
        "titles": dict(words.titles),
        "text": dict(words.text),
        "by_id": by.id if by is not None else 0,
        "by_name": by.name if by is not None else "",
    }
    return ANNOUNCED.saying(payload)


def open_themes(db: Session, *, now: datetime) -> list[dict[str, str]]:
    """Returns the names, by language, of some themes that have an hour to book now."""
    has_hours = select(BookableHour.theme_id).where(
        BookableHour.theme_id == Theme.id,
        BookableHour.starts_at >= now,
        BookableHour.starts_at < now + WINDOW,
        BookableHour.opens_at <= now,
        BookableHour.closes_at >= now,
    )
    query = select(Theme.names).where(Theme.active, has_hours.exists()).order_by(Theme.id).limit(MOST_THEMES)
    return list(db.scalars(query))


def campaign_today(db: Session, rows: Sequence[OutboxMessage]) -> Mapping[int, Mapping[str, Any]]:
    """Returns the themes that have hours as the mails leave, by row id."""
    leaving = [row for row in rows if "themes" in row.payload]
    if not leaving:
        return {}
    themes = open_themes(db, now=max(row.due_at for row in leaving))
    return {row.id: {"themes": themes} for row in leaving}


def settled_campaigns(db: Session, rows: Sequence[OutboxMessage], _now: datetime) -> Mapping[int, str]:
    """Returns the mails of campaigns that were ended, and the invitations of those who came meanwhile."""
    ids = {row.payload["campaign_id"] for row in rows}
    over = set(db.scalars(select(Campaign.id).where(Campaign.id.in_(ids), Campaign.state == CampaignState.ENDED)))
    came = (
        select(CampaignPerson.campaign_id, CampaignPerson.member_id)
        .join(Member, Member.id == CampaignPerson.member_id)
        .join(Campaign, Campaign.id == CampaignPerson.campaign_id)
        .where(Campaign.id.in_(ids), Campaign.kind == CampaignKind.INVITATION, CAME)
        .where(Member.id.in_([row.recipient_id for row in rows]))
    )
    there = {(campaign_id, member_id) for campaign_id, member_id in db.execute(came)}
    found = {row.id: "came" for row in rows if (row.payload["campaign_id"], row.recipient_id) in there}
    return found | {row.id: "ended" for row in rows if row.payload["campaign_id"] in over}
