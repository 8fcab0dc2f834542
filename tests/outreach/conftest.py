"""A network of imported people who have never come, and an administrator who writes to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.settings.entries import CAMPAIGN_MAILS
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.rules.campaigns import CampaignKind, InvitationWords
from flashmeet.outreach.rules.segments import Segment
from flashmeet.outreach.service.campaigns import start_campaign
from flashmeet.outreach.service.sending import send_campaigns
from tests import people
from tests.people import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SignedIn = Callable[..., object]


@pytest.fixture
def odile(db: Session) -> Member:
    return people.member(db, "Odile", administrator=True, mentee=False, signed_in_at=NOW)


def newcomers(db: Session, count: int, **more: Any) -> list[Member]:
    return [people.member(db, f"Nova{number}", **more) for number in range(count)]


def invite(db: Session, by: Member, *, now: datetime = NOW, segment: Segment | None = None) -> Campaign:
    words = InvitationWords().kept()
    return start_campaign(db, CampaignKind.INVITATION, segment or Segment(never=True), words, by=by, now=now)


def at_most(db: Session, mails: int) -> None:
    """So many mails a day."""
    decide(db, CAMPAIGN_MAILS.key, mails)


def run(db: Session, *, now: datetime, steps: int = 1) -> int:
    """The worker's step, so many times; returns the mails written."""
    return sum(send_campaigns(db, now=now) for _ in range(steps))


def mails(db: Session, kind: str = "invited") -> list[tuple[str, int]]:
    """Who was written to, and which mail of the campaign it was."""
    query = select(Member.first_name, OutboxMessage.version).join(Member, Member.id == OutboxMessage.recipient_id)
    rows = db.execute(query.where(OutboxMessage.kind == kind).order_by(OutboxMessage.id))
    return [(name, version) for name, version in rows]


def committed(database: Database, count: int) -> int:
    """A campaign to so many newcomers, all gathered; returns its id."""
    with database.writing() as db:
        by = people.member(db, "Odile", administrator=True, mentee=False, signed_in_at=NOW)
        newcomers(db, count)
        campaign = invite(db, by)
        return campaign.id
