"""Whom each campaign is for and whom a mail of it may reach, one fact changed at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from flashmeet.identity.models import MailFault, Member
from flashmeet.identity.rules import JoiningState
from flashmeet.messages.models import SwitchedOff
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category
from flashmeet.outreach.queries import addressed, can_be_written
from flashmeet.outreach.rules.campaigns import CampaignKind
from tests import people
from tests.people import NOW

YEARS = timedelta(days=3 * 365 + 1)
DAY = timedelta(days=1)
FITS: Mapping[CampaignKind, dict[str, Any]] = {
    CampaignKind.INVITATION: {},
    CampaignKind.ANNOUNCEMENT: {},
    CampaignKind.GRADUATES: {"graduation_year": 2020},
    CampaignKind.RENEWAL: {"mentor": True, "created_at": NOW - 2 * YEARS},
    CampaignKind.ARCHIVE: {"created_at": NOW - 2 * YEARS, "signed_in_at": NOW - YEARS},
}
GONE: dict[str, dict[str, Any]] = {
    "suspended": {"suspended": True},
    "erased": {"erased_at": NOW},
    "joining": {"joining": JoiningState.APPROVAL},
}
UNFIT: Mapping[CampaignKind, dict[str, dict[str, Any]]] = {
    CampaignKind.INVITATION: {},
    CampaignKind.ANNOUNCEMENT: {},
    CampaignKind.GRADUATES: {
        "takes no hours": {"mentee": False},
        "mentors already": {"mentor": True},
        "graduates later": {"graduation_year": 2027},
        "of no class": {"graduation_year": None},
    },
    CampaignKind.RENEWAL: {
        "no mentor": {"mentor": False},
        "unapproved": {"approved": False},
        "on a break": {"paused_until": NOW + DAY},
        "new this year": {"created_at": NOW.replace(month=1, day=2)},
    },
    CampaignKind.ARCHIVE: {
        "administrator": {"administrator": True},
        "on a break": {"paused_until": NOW + DAY},
        "was here": {"signed_in_at": NOW - DAY},
        "new": {"signed_in_at": None, "created_at": NOW - DAY},
    },
}


def reached(db: Session, kind: CampaignKind) -> set[str]:
    query = addressed(db, kind, {"years": "3"}, tzid="Europe/Paris", now=NOW).where(*can_be_written(kind))
    return {each.first_name for each in db.scalars(query)}


def somebody(db: Session, name: str, kind: CampaignKind, **otherwise: object) -> Member:
    facts = {**FITS[kind], **otherwise}
    since = facts.pop("created_at", NOW)
    member = people.member(db, name, **facts)
    member.created_at = since
    db.flush()
    return member


@pytest.mark.parametrize("kind", list(CampaignKind))
def test_a_campaign_is_for_those_whom_it_concerns(db: Session, kind: CampaignKind) -> None:
    somebody(db, "Fits", kind)
    for why, otherwise in {**GONE, **UNFIT[kind]}.items():
        somebody(db, why, kind, **otherwise)
    assert reached(db, kind) == {"Fits"}


@pytest.mark.parametrize("kind", list(CampaignKind))
def test_who_wants_no_news_or_whose_mailbox_is_gone_is_not_written_to_but_hears_of_an_archiving(
    db: Session, kind: CampaignKind
) -> None:
    off, texts, booking, bounces, moved = (
        somebody(db, name, kind) for name in ("no news", "no texts", "no reminders", "bounces", "has a new address")
    )
    for member, category, channel in (
        (off, Category.NEWS, ChannelName.MAIL),
        (texts, Category.NEWS, ChannelName.SMS),
        (booking, Category.SESSIONS, ChannelName.MAIL),
    ):
        db.add(SwitchedOff(member_id=member.id, category=category, channel=channel))
    for member, email in ((bounces, bounces.email), (moved, "former@example.org")):
        db.add(MailFault(member_id=member.id, email=email, status="5.1.1", failed_at=NOW))
    db.flush()
    unreached = set() if kind == CampaignKind.ARCHIVE else {"no news", "bounces"}
    everybody = {each.first_name for each in (off, texts, booking, bounces, moved)}
    assert reached(db, kind) == everybody - unreached
