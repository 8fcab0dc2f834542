"""What may leave to whom, by what is true of its recipient as it leaves: one fact at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.identity.rules import JoiningState, tombstone_address
from flashmeet.messages.models import OutboxMessage, SwitchedOff
from flashmeet.messages.outbox.drop_reasons import INSTEAD, drop_too_late, why_not
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import URGENCIES, Category
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.models import Leave
from tests.people import NOW, member

MAIL, SMS, SECOND = ChannelName.MAIL, ChannelName.SMS, timedelta(seconds=1)
ACCOUNT, SESSIONS, FOLLOW_UPS, NUDGES = "sms_reply", "series_ended", "what_came", "nudge"
"""A kind of each category, on which nothing else hangs."""


@pytest.fixture
def bob(db: Session) -> Member:
    return member(db, "Bob")


def reasons(
    db: Session,
    who: Member,
    *kinds: str,
    channel: ChannelName = MAIL,
    payload: dict[str, Any] | None = None,
    not_after: datetime | None = None,
) -> list[str]:
    """Why each of these does not leave now; "" for one that does."""
    db.flush()
    rows = [
        OutboxMessage(id=number, kind=kind, channel=channel, recipient_id=who.id, payload=payload or {})
        for number, kind in enumerate(kinds, start=1)
    ]
    for row in rows:
        row.not_after = not_after
    found = why_not(db, rows, now=NOW)
    return [found.get(row.id, "") for row in rows]


def test_a_suspended_member_gets_what_an_administrator_writes_and_cancelled_hours_alone(
    db: Session, bob: Member
) -> None:
    assert reasons(db, bob, ACCOUNT, SESSIONS, NUDGES, "network_word", "invite") == [""] * 5
    bob.suspended = True
    assert reasons(db, bob, ACCOUNT, SESSIONS, NUDGES) == ["suspended"] * 3
    assert reasons(db, bob, "network_word") == [""]
    assert reasons(db, bob, "invite", payload={"action": "cancelled"}) == [""]
    assert reasons(db, bob, "invite", payload={"action": "moved"}) == ["suspended"]
    assert reasons(db, bob, SESSIONS, channel=ChannelName.CALENDAR) == [""]


def test_who_is_joining_or_asked_to_be_erased_hears_of_it_and_who_is_erased_hears_nothing(
    db: Session, bob: Member
) -> None:
    bob.suspended, bob.joining = True, JoiningState.PROOF
    assert reasons(db, bob, ACCOUNT) == [""]
    bob.joining, bob.erased_at = None, NOW
    assert reasons(db, bob, ACCOUNT) == [""]
    bob.email = tombstone_address(bob.id)
    assert reasons(db, bob, ACCOUNT) == ["suspended"]


def test_a_break_is_quiet_but_for_ones_hours_and_ones_account(db: Session, bob: Member) -> None:
    bob.paused_until = NOW + SECOND
    assert reasons(db, bob, ACCOUNT, SESSIONS, FOLLOW_UPS, NUDGES) == ["", "", "paused", "paused"]
    bob.paused_until = NOW
    assert reasons(db, bob, ACCOUNT, SESSIONS, FOLLOW_UPS, NUDGES) == [""] * 4


@pytest.mark.parametrize(("first", "reason"), [(-1, ""), (0, "away"), (1, "")])
def test_a_nudge_spares_who_is_on_leave_that_day(db: Session, bob: Member, first: int, reason: str) -> None:
    day = NOW.date() + timedelta(days=first)
    db.add(Leave(member_id=bob.id, first=day, last=day))
    assert reasons(db, bob, NUDGES, FOLLOW_UPS) == [reason, ""]
    assert reasons(db, member(db, "Dora"), NUDGES) == [""]


def test_an_sms_goes_to_a_proved_number_of_who_wants_them_and_a_code_to_one_yet_to_prove(
    db: Session, bob: Member
) -> None:
    assert reasons(db, bob, SESSIONS, "phone_code", channel=SMS) == ["no_sms", ""]
    bob.phone, bob.phone_verified_at, bob.sms_opt_in = "+33612345678", NOW, True
    assert reasons(db, bob, SESSIONS, channel=SMS) == [""]
    bob.sms_opt_in = False
    assert reasons(db, bob, SESSIONS, channel=SMS) == ["no_sms"]
    assert reasons(db, bob, SESSIONS) == [""]


def test_what_is_switched_off_is_that_category_by_that_way_of_that_member(db: Session, bob: Member) -> None:
    bob.phone, bob.phone_verified_at, bob.sms_opt_in = "+33612345678", NOW, True
    db.add(SwitchedOff(member_id=bob.id, category=Category.SESSIONS, channel=MAIL))
    assert reasons(db, bob, SESSIONS, FOLLOW_UPS) == ["switched_off", ""]
    assert reasons(db, bob, SESSIONS, payload={INSTEAD: True}) == [""]
    assert reasons(db, bob, SESSIONS, channel=SMS) == [""]
    assert reasons(db, member(db, "Dora"), SESSIONS) == [""]


def test_at_its_end_a_message_is_too_late(db: Session, bob: Member) -> None:
    assert reasons(db, bob, SESSIONS, not_after=NOW) == ["too_late"]
    assert reasons(db, bob, SESSIONS, not_after=NOW + SECOND) == [""]


def test_a_kind_of_a_newer_version_is_looked_at_by_what_is_known_and_stops_nothing_else(
    db: Session, bob: Member
) -> None:
    newer = "of_a_newer_version"
    assert reasons(db, bob, newer, ACCOUNT) == ["", ""]
    assert reasons(db, bob, newer, channel=SMS) == ["no_sms"]
    bob.suspended = True
    assert reasons(db, bob, newer, "network_word") == ["suspended", ""]


def test_of_what_is_too_late_only_what_waits_to_leave_by_that_way_is_dropped(db: Session, bob: Member) -> None:
    late, sent, by_sms, in_time = rows = [
        OutboxMessage(kind=SESSIONS, channel=SMS if name == "sms" else MAIL, recipient_id=bob.id, payload={})
        for name in ("late", "sent", "sms", "in time")
    ]
    for number, row in enumerate(rows):
        row.urgency, row.state = URGENCIES[1], OutboxState.WAITING
        row.subject, row.version, row.message_key = f"test:{number}", 0, f"key{number}"
        row.created_at = row.due_at = row.not_after = NOW
    sent.state, in_time.not_after = OutboxState.SENT, NOW + SECOND
    db.add_all(rows)
    db.flush()
    assert drop_too_late(db, MAIL, now=NOW, limit=9) == 1
    db.expire_all()
    assert [row.state for row in rows] == ["dropped", "sent", "waiting", "waiting"]
    assert (late.reason, by_sms.reason) == ("too_late", "")
