"""A provider of SMS that is away, or asks us to stay away: the reminder is read before the hour, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.models import ChannelState, OutboxMessage
from flashmeet.messages.outbox.last_chance import READ_WITHIN
from flashmeet.messages.rules.channels import Away, ChannelName, Outcome, Retry
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.service.notifications import switch_mail
from tests.messages.outbox.test_worker import SLOT, Script, booking_id, states, work

__all__ = ["booking_id"]
MINUTE = timedelta(minutes=1)
DUE = datetime(2026, 12, 9, 16, tzinfo=UTC)
DAY = timedelta(days=1)
LONG = Away("twilio 429", DAY, answered=True)


@pytest.fixture
def by_sms_only(database: Database, booking_id: int) -> None:
    """Bob wants no mail that reminds him."""
    with database.writing() as db:
        bob = db.scalars(select(Member).where(Member.first_name == "Bob")).one()
        switch_mail(db, bob.id, Category.REMINDERS, on=False)
    work(database, DUE - MINUTE, Script())


def to_bob(channel: Script) -> list[str]:
    return [each.kind for each in channel.sent if each.name.startswith("Bob")]


@pytest.mark.usefixtures("by_sms_only")
@pytest.mark.parametrize("answer", [LONG, Away("ConnectTimeout"), Retry("busy", DAY)], ids=["a day", "away", "later"])
def test_a_reminder_that_an_absent_provider_would_take_too_late_is_said_by_mail_in_time(
    database: Database, answer: Outcome
) -> None:
    mail, sms = Script(), Script(ChannelName.SMS, batch=1)
    sms.answers = [answer] * 500
    at = DUE
    while at < SLOT - READ_WITHIN + 2 * MINUTE:
        work(database, at, sms, mail)
        at += MINUTE
    assert to_bob(mail) == ["reminder_hour"]
    sms.answers.clear()
    calls = len(to_bob(sms))
    for after in (3, 6, 9):
        work(database, SLOT - READ_WITHIN + after * MINUTE, sms, mail)
    assert (to_bob(mail), len(to_bob(sms))) == (["reminder_hour"], calls)


@pytest.mark.usefixtures("by_sms_only")
def test_a_provider_that_asks_for_a_day_is_asked_again_within_the_hour(database: Database) -> None:
    sms = Script(ChannelName.SMS, batch=1)
    sms.answers = [LONG]
    work(database, DUE, sms)
    with database.reading() as db:
        state = db.get_one(ChannelState, ChannelName.SMS)
        assert state.probe_at == DUE + timedelta(hours=1)
        assert max(db.scalars(select(OutboxMessage.due_at).where(OutboxMessage.tries > 0))) <= DUE + timedelta(hours=1)


@pytest.mark.usefixtures("by_sms_only")
def test_a_provider_that_is_busy_for_a_minute_shortly_before_the_hour_is_tried_again(database: Database) -> None:
    mail, sms = Script(), Script(ChannelName.SMS, batch=1)
    sms.answers = [Retry("busy")] * 2
    for left in range(15, 10, -1):
        work(database, SLOT - left * MINUTE, sms, mail)
    assert "reminder_hour" in to_bob(sms) and to_bob(mail) == []


@pytest.mark.usefixtures("by_sms_only")
def test_a_provider_that_is_back_in_time_gets_the_reminder_and_no_mail_repeats_it(database: Database) -> None:
    mail, sms = Script(), Script(ChannelName.SMS, batch=1)
    sms.answers = [Away("ConnectTimeout")] * 2
    for minutes in range(0, 50, 5):
        work(database, DUE + minutes * MINUTE, sms, mail)
    assert "reminder_hour" in to_bob(sms) and to_bob(mail) == []


def test_who_was_reminded_by_mail_already_is_not_told_twice(database: Database, booking_id: int) -> None:
    mail, sms = Script(), Script(ChannelName.SMS, batch=1)
    sms.answers = [Away("ConnectTimeout")] * 500
    for minutes in range(0, 60, 2):
        work(database, DUE + minutes * MINUTE, sms, mail)
    assert to_bob(mail).count("reminder_hour") == 1
    assert states(database)["Bob", "reminder_hour", "sms"] == ["dropped"]
