"""Free now: two hours by one tap, booked at short notice under every rule that any hour keeps."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, answer_booking, book_slot
from flashmeet.bookings.service.messages.sms_replies import coming_to, take_answer
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.errors import MentorAway, NotFound, QuotaReached, Refusal, TooLate, TooLateTonight
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.settings import entries
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.core.settings.service import change_setting
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.outbox.sms_fallback import fall_back
from flashmeet.messages.outbox.sms_guard import QUIET, kept_back, waits_for_morning
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.models import Claim, Opening
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import LeavePeriod, Schedule
from flashmeet.schedule.rules.free_now import NOTICE, free_now_window, is_free_now
from flashmeet.schedule.rules.slots import openings, require_offered
from flashmeet.schedule.service.free_now import begin_free_now, end_free_now, free_now_of, open_soon, take_short_notice
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests.people import EVERY_DAY, FREE, NOW, law, member, mentor

LINKS = Links("http://localhost", "s" * 40)
CAREFUL = Policy(notice_minutes=1440, buffer_after=15, per_day=2, per_week=2, per_month=2)
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def karim(db: Session, **more: Any) -> Member:
    law(db)
    given: dict[str, Any] = {"rules": (), "policy": CAREFUL, **more}
    return mentor(db, "Karim", **given)


def booked(db: Session, who: Member, giver: Member, at: datetime, *, now: datetime) -> Booking:
    request = BookingRequest(mentor_id=giver.id, starts_at=at, theme="Droit", need="Relire mes statuts")
    return book_slot(db, who, request, links=LINKS, now=now)


def starts(db: Session, giver: Member, *, now: datetime) -> list[datetime]:
    found = find_slots(db, SlotQuery(tzid="UTC", mentor_id=giver.id, limit=50), now=now)
    return [each.starts_at for each in found.slots]


def test_nobody_is_free_now_unless_they_say_so(db: Session) -> None:
    giver = karim(db)
    assert (starts(db, giver, now=NOW), free_now_of(db, giver, now=NOW)) == ([], None)
    with pytest.raises(TooLate):
        booked(db, member(db, "Bob"), giver, TEN, now=TEN - HOUR)


def test_one_tap_opens_every_quarter_of_two_hours_that_leaves_an_hour(db: Session) -> None:
    giver, now = karim(db), TEN - 7 * MINUTE
    window = begin_free_now(db, giver, now=now)
    assert window == Interval(TEN, TEN + 2 * HOUR)
    assert starts(db, giver, now=now) == [TEN + n * 15 * MINUTE for n in range(1, 5)]
    assert open_soon(db, giver, window, now=now) == 4


def test_it_ends_by_itself_and_by_another_tap(db: Session) -> None:
    giver = karim(db)
    begin_free_now(db, giver, now=TEN)
    assert starts(db, giver, now=TEN + 51 * MINUTE) == []
    assert free_now_of(db, giver, now=TEN + 51 * MINUTE) is None
    assert free_now_of(db, giver, now=TEN + 50 * MINUTE) is not None
    end_free_now(db, giver, now=TEN)
    assert starts(db, giver, now=TEN) == []
    with pytest.raises(TooLate):
        booked(db, member(db, "Bob"), giver, TEN + HOUR, now=TEN)


@pytest.mark.parametrize("minutes", [9, 10])
def test_ten_minutes_of_notice_are_kept_whatever_the_mentor_s_own(db: Session, minutes: int) -> None:
    giver, bob, at = karim(db), member(db, "Bob"), TEN + HOUR
    begin_free_now(db, giver, now=TEN)
    now = at - minutes * MINUTE
    assert (at in starts(db, giver, now=now)) == (minutes == 10)
    if minutes == 10:
        assert booked(db, bob, giver, at, now=now).status == "confirmed"
    else:
        with pytest.raises(TooLate):
            booked(db, bob, giver, at, now=now)


def test_a_mentor_who_is_asked_first_has_said_yes_by_the_tap(db: Session) -> None:
    giver = karim(db, policy=replace(CAREFUL, confirm=Confirm.ASK))
    begin_free_now(db, giver, now=TEN)
    assert booked(db, member(db, "Bob"), giver, TEN + HOUR, now=TEN).status == "confirmed"


def test_what_waits_for_the_mentor_s_answer_bars_none_of_the_hours_they_have_said_yes_to(db: Session) -> None:
    giver = karim(db, policy=replace(FREE, confirm=Confirm.ASK), rules=EVERY_DAY)
    for number in range(4):
        booked(db, member(db, f"Ben{number}"), giver, TEN + timedelta(days=2) + number * HOUR, now=NOW)
    assert starts(db, giver, now=TEN) == []
    begin_free_now(db, giver, now=TEN)
    assert starts(db, giver, now=TEN) == [TEN + n * 15 * MINUTE for n in range(1, 5)]
    assert booked(db, member(db, "Bob"), giver, TEN + HOUR, now=TEN).status == "confirmed"


def test_the_mentor_is_told_at_once_by_sms_and_by_the_invite(db: Session) -> None:
    giver = karim(db, phone="+33612345678", phone_verified_at=NOW, sms_opt_in=True)
    begin_free_now(db, giver, now=TEN)
    booked(db, member(db, "Bob"), giver, TEN + HOUR, now=TEN)
    query = select(OutboxMessage.channel, OutboxMessage.kind, OutboxMessage.due_at)
    rows = db.execute(query.where(OutboxMessage.recipient_id == giver.id, OutboxMessage.due_at <= TEN)).all()
    assert sorted((channel, kind) for channel, kind, _ in rows) == [("mail", "invite"), ("sms", "reminder_hour")]


def test_the_mentor_s_limits_hold(db: Session) -> None:
    giver = karim(db, policy=replace(CAREFUL, per_day=1))
    window = begin_free_now(db, giver, now=TEN)
    booked(db, member(db, "Bob"), giver, TEN + HOUR, now=TEN)
    assert open_soon(db, giver, window, now=TEN) == 0
    begin_free_now(db, giver, now=TEN + 3 * HOUR)
    with pytest.raises(QuotaReached):
        booked(db, member(db, "Charlie"), giver, TEN + 4 * HOUR, now=TEN + 3 * HOUR)


def test_on_leave_or_late_at_night_there_is_no_tap(db: Session) -> None:
    giver = karim(db)
    with pytest.raises(TooLateTonight):
        begin_free_now(db, giver, now=datetime(2026, 12, 1, 20, 10, tzinfo=UTC))
    take_leave(db, giver, LeavePeriod(date(2026, 12, 1), date(2026, 12, 3)), now=NOW)
    with pytest.raises(MentorAway):
        begin_free_now(db, giver, now=TEN)


def test_leave_taken_afterwards_ends_it(db: Session) -> None:
    giver = karim(db)
    begin_free_now(db, giver, now=TEN)
    take_leave(db, giver, LeavePeriod(date(2026, 12, 1), date(2026, 12, 3)), now=TEN)
    assert starts(db, giver, now=TEN) == []


def test_regular_hours_keep_their_own_notice(db: Session) -> None:
    giver = karim(db, rules=EVERY_DAY)
    begin_free_now(db, giver, now=TEN)
    found = starts(db, giver, now=TEN)
    assert [each for each in found if each < TEN + timedelta(days=1)] == [TEN + n * 15 * MINUTE for n in range(1, 5)]


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (datetime(2026, 12, 1, 19, 5, tzinfo=UTC), datetime(2026, 12, 1, 21, tzinfo=UTC)),
        (datetime(2026, 12, 1, 20, 0, tzinfo=UTC), datetime(2026, 12, 1, 21, tzinfo=UTC)),
        (datetime(2026, 10, 25, 7, 1, tzinfo=UTC), datetime(2026, 10, 25, 9, 15, tzinfo=UTC)),
        (datetime(2027, 3, 28, 5, 0, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)),
    ],
)
def test_two_hours_are_elapsed_time_and_end_with_the_mentor_s_evening(now: datetime, ends: datetime) -> None:
    assert free_now_window(now, "Europe/Paris").end == ends


@pytest.mark.parametrize("minute", range(0, 130, 5))
def test_what_is_listed_is_accepted_and_nothing_else(minute: int) -> None:
    window = Interval(TEN, TEN + 2 * HOUR)
    plan = Schedule("Europe/Paris", CAREFUL, EVERY_DAY, free_now=window)
    now = TEN + minute * MINUTE
    listed = {
        each.starts_at
        for each in openings(plan, span=Interval(TEN, TEN + 4 * HOUR))
        if each.starts_at - (NOTICE if each.soon else CAREFUL.notice) >= now
    }
    accepted = set[datetime]()
    for n in range(16):
        try:
            require_offered(plan, starts_at=TEN + n * 15 * MINUTE, minutes=60, now=now)
            accepted.add(TEN + n * 15 * MINUTE)
        except Refusal:
            continue
    assert listed == accepted
    assert is_free_now(plan, now=now) == (minute <= 50)


def test_of_many_who_book_at_once_one_has_each_minute(database: Database) -> None:
    with database.writing() as db:
        giver = karim(db).id
        people = [member(db, f"M{number}").id for number in range(12)]
        begin_free_now(db, db.get_one(Member, giver), now=TEN)

    def act(number: int) -> str:
        try:
            with database.writing() as db:
                at = TEN + HOUR if number % 2 else TEN + 15 * MINUTE
                booked(db, db.get_one(Member, people[number]), db.get_one(Member, giver), at, now=TEN)
            return "booked"
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(12) as pool:
        told = Counter(pool.map(act, range(12)))
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Booking)) == told["booked"] == 1
        assert db.scalar(select(func.count()).where(Claim.member_id == giver)) == 5
        left = db.scalars(select(Opening.starts_at).where(Opening.mentor_id == giver, Opening.closes_at >= TEN)).all()
    assert left == []


TOLD = {"phone": "+33612345678", "phone_verified_at": NOW, "sms_opt_in": True}


def at_short_notice(db: Session, **more: Any) -> Member:
    giver = karim(db, rules=EVERY_DAY, **TOLD, **more)
    take_short_notice(db, giver, True, now=TEN)
    return giver


def texts(db: Session, who: Member) -> list[str]:
    query = select(OutboxMessage.kind).where(OutboxMessage.recipient_id == who.id, OutboxMessage.channel == "sms")
    return list(db.scalars(query.where(OutboxMessage.due_at <= TEN, OutboxMessage.state == "waiting")))


def test_the_switch_opens_the_mentor_s_own_hours_half_an_hour_ahead_and_goes_back_to_their_notice(db: Session) -> None:
    giver = at_short_notice(db)
    assert starts(db, giver, now=TEN)[0] == TEN + HOUR  # their hours begin on the hour
    assert starts(db, giver, now=TEN + 30 * MINUTE)[0] == TEN + HOUR
    assert starts(db, giver, now=TEN + 31 * MINUTE)[0] == TEN + 2 * HOUR
    take_short_notice(db, giver, False, now=TEN)
    assert starts(db, giver, now=TEN)[0] >= TEN + timedelta(minutes=CAREFUL.notice_minutes)
    schedule = read_schedule(db, giver.id)
    assert schedule is not None and schedule.policy.notice_minutes == CAREFUL.notice_minutes


def test_a_second_tap_keeps_the_notice_to_go_back_to(db: Session) -> None:
    giver = at_short_notice(db)
    take_short_notice(db, giver, True, now=TEN)
    take_short_notice(db, giver, False, now=TEN)
    schedule = read_schedule(db, giver.id)
    assert schedule is not None and schedule.policy.notice_minutes == CAREFUL.notice_minutes


def test_without_a_notice_to_go_back_to_it_is_two_hours_at_least(db: Session) -> None:
    giver = karim(db, rules=EVERY_DAY, policy=replace(CAREFUL, notice_minutes=60))
    change_setting(db, entries.NOTICE, 60, by_id=giver.id, now=TEN)
    take_short_notice(db, giver, False, now=TEN)
    assert starts(db, giver, now=TEN)[0] == TEN + 2 * HOUR


def test_whoever_is_booked_within_two_hours_is_told_at_once_and_by_sms(db: Session) -> None:
    giver = at_short_notice(db)
    booked(db, member(db, "Bob"), giver, TEN + HOUR, now=TEN)
    assert texts(db, giver) == ["reminder_hour"]


def test_whoever_is_asked_first_is_asked_by_sms_too_and_not_told_that_it_is_agreed(db: Session) -> None:
    giver = at_short_notice(db, policy=replace(CAREFUL, confirm=Confirm.ASK))
    hour = booked(db, member(db, "Bob"), giver, TEN + HOUR, now=TEN)
    assert (hour.status, texts(db, giver)) == ("pending", ["request"])
    row = db.scalars(select(OutboxMessage).where(OutboxMessage.channel == "sms")).one()
    assert (row.not_after, why_not(db, [row], now=TEN)) == (hour.answer_due_at, {})
    fall_back(db, row, now=TEN)  # the mail that asks says all of it already
    asked = select(OutboxMessage.channel).where(OutboxMessage.kind == "request").order_by(OutboxMessage.channel)
    assert db.scalars(asked).all() == ["mail", "sms"]
    answer_booking(db, giver, hour.id, accept=True, now=TEN)
    assert why_not(db, [row], now=TEN) == {row.id: "answered"}


def test_a_number_sent_back_to_that_sms_agrees_to_nothing_and_is_told_where_to_answer(db: Session) -> None:
    giver, bob = at_short_notice(db, policy=replace(CAREFUL, confirm=Confirm.ASK)), member(db, "Bob")
    hour = booked(db, bob, giver, TEN + HOUR, now=TEN)
    row = db.scalars(select(OutboxMessage).where(OutboxMessage.channel == "sms")).one()
    phone = str(TOLD["phone"])
    row.state, row.sent_to = OutboxState.SENT, phone
    db.flush()
    take_answer(db, phone=phone, text="1", ref="SM1", now=TEN)
    reply = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "sms_reply")).one()
    assert (reply.payload["answer"], reply.payload["booking_id"]) == ("waits", hour.id)
    assert (hour.status, coming_to(db, hour)) == ("pending", {})


def test_whoever_is_asked_about_a_later_hour_or_takes_no_sms_is_asked_by_mail_alone(db: Session) -> None:
    asks = replace(CAREFUL, confirm=Confirm.ASK)
    giver, silent = (
        at_short_notice(db, policy=asks),
        mentor(db, "Zoé", rules=EVERY_DAY, policy=replace(FREE, confirm=Confirm.ASK)),
    )
    booked(db, member(db, "Bob"), giver, TEN + 3 * HOUR, now=TEN)
    booked(db, member(db, "Charlie"), silent, TEN + HOUR, now=TEN)
    assert texts(db, giver) == texts(db, silent) == []


def test_a_request_that_waits_for_the_end_of_quiet_hours_gives_way_to_the_hour_it_is_moved_to(db: Session) -> None:
    giver = at_short_notice(db, policy=replace(CAREFUL, confirm=Confirm.ASK))
    bob = member(db, "Bob")
    hour = booked(db, bob, giver, TEN + HOUR, now=TEN)
    move_booking(db, bob, hour.id, starts_at=TEN + 2 * HOUR, now=TEN)
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.channel == "sms", OutboxMessage.state == "waiting"))
    assert [row.payload["starts_at"] for row in rows] == [(TEN + 2 * HOUR).isoformat()]


def test_an_hour_that_a_mentee_moves_close_is_told_at_once_and_one_that_the_mentor_moves_is_not(db: Session) -> None:
    giver, bob = at_short_notice(db), member(db, "Bob")
    hour = booked(db, bob, giver, TEN + 4 * HOUR, now=TEN - HOUR)
    move_booking(db, giver, hour.id, starts_at=TEN + 2 * HOUR, now=TEN)
    assert texts(db, giver) == []
    move_booking(db, bob, hour.id, starts_at=TEN + HOUR, now=TEN)
    assert texts(db, giver) == ["reminder_hour"]


def test_in_quiet_hours_the_sms_waits_for_their_end_or_a_mail_says_it(db: Session) -> None:
    giver, early = at_short_notice(db), datetime(2026, 12, 2, 6, 30, tzinfo=UTC)  # half past seven in Paris
    booked(db, member(db, "Bob"), giver, early + 90 * MINUTE, now=early)
    row = db.scalars(select(OutboxMessage).where(OutboxMessage.channel == "sms")).one()
    assert kept_back(db, [row], now=early) == {row.id: QUIET}
    assert waits_for_morning(db, row, now=early) == early + 30 * MINUTE


def test_whoever_gives_no_hours_has_no_switch(db: Session) -> None:
    with pytest.raises(NotFound):
        take_short_notice(db, member(db, "Bob"), True, now=TEN)
