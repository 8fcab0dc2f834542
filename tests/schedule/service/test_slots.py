"""What is shown is what can be had: acceptance A6, A8, A10, and pages that neither repeat nor forget."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.alternatives import alternatives, slots_for_move
from flashmeet.bookings.service.book import answer_booking
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.holds import hold_is_members, hold_slot
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.errors import (
    BadInput,
    BeyondHorizon,
    CalendarUnavailable,
    QuotaReached,
    Refusal,
    SlotTaken,
    TooLate,
)
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.core.settings.service import decide
from flashmeet.core.zones import zone
from flashmeet.identity.models import Member
from flashmeet.schedule.models import BrowserHold, Opening
from flashmeet.schedule.queries.openings import lock_mentors
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.leave import end_leave, take_leave
from flashmeet.schedule.service.open_hours import open_hours
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests.people import EVERY_QUARTER, FREE, NOW, law, member, mentor, schedule, timetable
from tests.thoroughness import tries
from tests.use_cases import Book

HOURLY = replace(FREE, start_every=60, horizon_days=40)
EVENINGS = (WeeklyRule(2, Span.parse("18:00", "21:00")),)
NIGHT_AND_DAY = tuple(WeeklyRule(day, Span.parse("00:00", "24:00")) for day in range(7))
SECOND = timedelta(seconds=1)


def read_all(db: Session, query: SlotQuery, *, now: datetime = NOW) -> list[Slot]:
    found: list[Slot] = []
    while True:
        page = find_slots(db, query, now=now)
        found += page.slots
        if page.next_cursor is None:
            return found
        query = replace(query, cursor=page.next_cursor)


def starts(db: Session, query: SlotQuery, *, now: datetime = NOW) -> list[str]:
    return [f"{slot.starts_at:%Y-%m-%dT%H:%MZ}" for slot in read_all(db, query, now=now)]


def test_pages_together_hold_every_slot_once(db: Session) -> None:
    for name in ("Alice", "Anna", "Ada"):
        mentor(db, name, policy=HOURLY)
    whole = starts(db, SlotQuery(tzid="UTC", limit=100))
    assert len(whole) == 3 * len(set(whole)) > 100
    assert starts(db, SlotQuery(tzid="UTC", limit=7)) == whole


def test_distinct_shows_each_mentor_once_over_all_pages(db: Session) -> None:
    people = [mentor(db, f"Alice{n}", policy=HOURLY, rules=EVENINGS) for n in range(9)]
    query = SlotQuery(tzid="America/New_York", distinct=True, limit=2, after=13 * 60, before=15 * 60)
    found = read_all(db, query)
    assert sorted(slot.mentor_id for slot in found) == [person.id for person in people]
    assert {f"{slot.starts_at:%d %H:%M}" for slot in found} == {"02 18:00"}


def test_an_evening_is_the_viewers_evening(db: Session) -> None:
    mentor(db, policy=HOURLY)
    query = SlotQuery(tzid="Asia/Tokyo", after=18 * 60, before=20 * 60, end=NOW + timedelta(days=2))
    assert starts(db, query) == [
        "2026-12-01T09:00Z",
        "2026-12-01T10:00Z",
        "2026-12-02T09:00Z",
        "2026-12-02T10:00Z",
    ]


def test_a_part_of_the_day_may_run_through_midnight(db: Session) -> None:
    mentor(db, policy=HOURLY, rules=tuple(WeeklyRule(day, Span(0, 1440)) for day in range(7)))
    query = SlotQuery(tzid="Europe/Paris", after=23 * 60, before=60, end=NOW + timedelta(days=1))
    assert starts(db, query) == ["2026-12-01T22:00Z", "2026-12-01T23:00Z"]


def test_a_theme_shows_its_mentors_and_nobody_else(db: Session) -> None:
    alice = mentor(db, policy=HOURLY)
    other = member(db, "Anna", mentor=True)
    save_availability(db, other, tzid="Europe/Paris", rules=EVENINGS, overrides=(), policy=HOURLY, now=NOW)
    query = SlotQuery(tzid="UTC", theme_id=law(db).id)
    assert {slot.mentor_id for slot in read_all(db, query)} == {alice.id}


def test_a_viewer_is_not_offered_their_own_hours_unless_they_ask(db: Session) -> None:
    alice = mentor(db, policy=HOURLY, rules=EVENINGS)
    assert starts(db, SlotQuery(tzid="UTC", viewer_id=alice.id)) == []
    assert starts(db, SlotQuery(tzid="UTC", viewer_id=alice.id, mentor_id=alice.id)) != []


@pytest.mark.parametrize("cursor", ["", "x", "eyJhIjoxfQ", "WzFd", "W10", "Wzk5OTk5OTk5OTk5OTk5OTk5OSwxLDFd", "é"])
def test_a_cursor_that_is_not_ours_is_refused_in_words(db: Session, cursor: str) -> None:
    if cursor:
        with pytest.raises(BadInput):
            find_slots(db, SlotQuery(tzid="UTC", cursor=cursor), now=NOW)


def test_a_mentor_who_is_not_approved_or_is_suspended_is_not_shown(db: Session) -> None:
    mentor(db, "Alice", policy=HOURLY, approved=False)
    mentor(db, "Anna", policy=HOURLY, suspended=True)
    assert starts(db, SlotQuery(tzid="UTC")) == []


def test_notice_and_horizon_bind_listing_booking_and_moving_alike(db: Session, book: Book) -> None:
    """A8, at 2027-01-04T09:00Z with 24 h notice, 30 days, and two sessions a week for a mentee."""
    now = datetime(2027, 1, 4, 9, tzinfo=UTC)
    policy = replace(EVERY_QUARTER, notice_minutes=1440, horizon_days=30)
    always = tuple(WeeklyRule(day, Span(0, 1440)) for day in range(7))
    alice = mentor(db, policy=policy, rules=always, now=now)
    bob, charlie = member(db, "Bob"), member(db, "Charlie")
    decide(db, "mentee_per_week", 2)
    first, last = datetime(2027, 1, 5, 9, tzinfo=UTC), datetime(2027, 2, 3, 9, tzinfo=UTC)
    listed = [slot.starts_at for slot in read_all(db, SlotQuery(tzid="UTC", limit=100), now=now)]
    assert (listed[0], listed[-1]) == (first, last)
    with pytest.raises(TooLate):
        book(bob, alice, first - timedelta(minutes=15), now=now)
    with pytest.raises(BeyondHorizon):
        book(bob, alice, last + timedelta(minutes=15), now=now)
    booking = book(bob, alice, first, now=now)
    with pytest.raises(BeyondHorizon):
        move_booking(db, bob, booking.id, starts_at=last + timedelta(minutes=15), now=now)
    book(bob, alice, first + timedelta(hours=2), now=now)
    with pytest.raises(QuotaReached), db.begin_nested():
        book(bob, alice, first + timedelta(hours=4), now=now)
    assert book(charlie, alice, first + timedelta(hours=4), now=now).status == BookingStatus.CONFIRMED
    assert move_booking(db, bob, booking.id, starts_at=first + timedelta(hours=6), now=now).sequence == 1


def test_a_used_up_month_is_not_shown_until_something_is_cancelled(db: Session, book: Book) -> None:
    policy = replace(HOURLY, per_month=2, per_day=1)
    alice, bob = mentor(db, policy=policy), member(db, "Bob")
    query = SlotQuery(tzid="UTC", limit=100)
    book(bob, alice, datetime(2026, 12, 9, 17, tzinfo=UTC))
    assert not [at for at in starts(db, query) if at.startswith("2026-12-09")]
    second = book(bob, alice, datetime(2026, 12, 16, 17, tzinfo=UTC))
    assert starts(db, query)[0] == "2027-01-01T07:00Z"
    cancel_booking(db, bob, second.id, reason="", now=NOW)
    assert starts(db, query)[0] == "2026-12-01T09:00Z"


def test_leave_hides_hours_keeps_sessions_and_asks(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=HOURLY), member(db, "Bob")
    booking = book(bob, alice, datetime(2026, 12, 22, 17, tzinfo=UTC))
    leave = take_leave(db, alice, LeavePeriod(date(2026, 12, 21), date(2027, 1, 3)), now=NOW)
    shown = starts(db, SlotQuery(tzid="UTC", limit=100))
    assert not [at for at in shown if "2026-12-21" <= at < "2027-01-03T23"]
    assert booking.status == BookingStatus.CONFIRMED
    end_leave(db, alice, leave.id, now=NOW)
    assert "2026-12-22T15:00Z" in starts(db, SlotQuery(tzid="UTC", limit=100))


def test_alternatives_are_three_hours_free_for_both_the_nearest_first(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=HOURLY), member(db, "Bob")
    anna = mentor(db, "Anna", policy=HOURLY)
    wanted = datetime(2026, 12, 9, 14, tzinfo=UTC)
    book(bob, anna, wanted + timedelta(hours=1))
    found = alternatives(
        db, mentor_id=alice.id, theme_id=law(db).id, starts_at=wanted, minutes=60, mentee_id=bob.id, tzid="UTC", now=NOW
    )
    assert [(slot.mentor_id, slot.starts_at - wanted) for slot in found] == [
        (alice.id, timedelta(hours=-2)),
        (alice.id, timedelta(hours=-1)),
        (alice.id, timedelta(0)),
    ]


def test_alternatives_are_near_even_where_every_quarter_hour_is_open(db: Session) -> None:
    always = tuple(WeeklyRule(day, Span(0, 1440)) for day in range(7))
    alice, bob = mentor(db, policy=replace(EVERY_QUARTER, horizon_days=10), rules=always), member(db, "Bob")
    wanted = datetime(2026, 12, 9, 14, tzinfo=UTC)
    found = alternatives(
        db, mentor_id=alice.id, theme_id=law(db).id, starts_at=wanted, minutes=60, mentee_id=bob.id, tzid="UTC", now=NOW
    )
    assert [slot.starts_at - wanted for slot in found] == [timedelta(minutes=n) for n in (-15, 0, 15)]


@pytest.mark.parametrize("crowd", [1, 3, 14], ids=lambda crowd: f"{crowd} mentors")
def test_alternatives_are_the_same_however_few_starts_are_looked_at_first(
    db: Session, book: Book, monkeypatch: pytest.MonkeyPatch, crowd: int
) -> None:
    evenings = tuple(WeeklyRule(day, Span.parse("18:00", "22:00")) for day in range(5))
    people = [mentor(db, f"Alice{n}", policy=HOURLY, rules=evenings[n % 5 :]) for n in range(crowd)]
    anna, bob = mentor(db, "Anna", policy=FREE), member(db, "Bob")
    for day in (2, 3, 4):
        book(bob, anna, datetime(2026, 12, day, 9, tzinfo=UTC))
    for wanted in (people[0], anna):
        for hours in range(0, 7 * 24, 5):
            at = datetime(2026, 12, 1, 9, tzinfo=UTC) + timedelta(hours=hours)
            look = partial(
                alternatives,
                db,
                mentor_id=wanted.id,
                theme_id=law(db).id,
                starts_at=at,
                mentee_id=bob.id,
                tzid="Europe/Paris",
            )
            with monkeypatch.context() as wide:
                wide.setattr("flashmeet.bookings.service.alternatives.LOOKED_AT", (60,))
                all_at_once = look(minutes=60, now=NOW)
            assert look(minutes=60, now=NOW) == all_at_once


def test_the_nearest_hour_is_told_where_many_starts_before_it_are_not_free_for_both(db: Session, book: Book) -> None:
    days = tuple(WeeklyRule(day, Span.parse("07:00", "15:00")) for day in range(7))
    alice, bob = mentor(db, policy=replace(EVERY_QUARTER, horizon_days=10), rules=days), member(db, "Bob")
    for hour in (11, 12, 13):
        book(bob, mentor(db, f"Anna{hour}", policy=FREE), datetime(2026, 12, 9, hour, tzinfo=UTC))
    wanted = datetime(2026, 12, 9, 14, tzinfo=UTC)
    found = alternatives(
        db,
        mentor_id=alice.id,
        theme_id=law(db).id,
        starts_at=wanted,
        minutes=60,
        mentee_id=bob.id,
        tzid="Europe/Paris",
        now=NOW,
    )
    assert [f"{slot.starts_at:%d %H:%M}" for slot in found] == ["09 09:30", "09 09:45", "09 10:00"]


def test_alternatives_leave_out_the_readers_night_unless_the_wanted_hour_is_in_it(db: Session) -> None:
    """Alice's hours from 8:00 in Paris begin at 2:00 in New York."""
    alice, bob = mentor(db, "Alice", policy=HOURLY), member(db, "Bob")
    for wanted, hours in ((12, [7, 8, 9]), (7, [2, 3, 4])):
        found = alternatives(
            db,
            mentor_id=alice.id,
            theme_id=0,
            starts_at=datetime(2026, 12, 9, wanted, tzinfo=UTC),
            minutes=60,
            mentee_id=bob.id,
            tzid="America/New_York",
            now=NOW,
        )
        assert [slot.starts_at.astimezone(zone("America/New_York")).hour for slot in found] == hours


def test_alternatives_fall_back_on_the_themes_other_mentors(db: Session, book: Book) -> None:
    window = DayOverride(date(2026, 12, 9), Span.parse("15:00", "16:00"))
    alice = mentor(db, policy=HOURLY, rules=(), overrides=(window,))
    others = {mentor(db, name, policy=HOURLY, rules=EVENINGS).id for name in ("Anna", "Ada", "Aude")}
    bob, charlie = member(db, "Bob"), member(db, "Charlie")
    booking = book(bob, alice, datetime(2026, 12, 9, 14, tzinfo=UTC))
    found = alternatives(
        db,
        mentor_id=alice.id,
        theme_id=booking.theme_id,
        starts_at=booking.starts_at,
        minutes=60,
        mentee_id=charlie.id,
        tzid="UTC",
        now=NOW,
    )
    assert {slot.mentor_id for slot in found} == others


def test_a_session_may_move_to_where_only_itself_is_in_the_way(db: Session, book: Book) -> None:
    policy = replace(HOURLY, per_month=1, start_every=30)
    alice, bob = mentor(db, policy=policy, rules=EVENINGS), member(db, "Bob")
    booking = book(bob, alice, datetime(2026, 12, 9, 17, tzinfo=UTC))
    found = [f"{slot.starts_at:%d %H:%M}" for slot in slots_for_move(db, booking.id, now=NOW)]
    assert found[:5] == ["02 17:00", "02 17:30", "02 18:00", "02 18:30", "02 19:00"]
    assert "09 17:30" in found
    assert "09 17:00" not in found


def test_a_session_moves_to_no_time_that_a_calendar_of_its_mentor_takes(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=HOURLY, rules=EVENINGS), member(db, "Bob")
    booking = book(bob, alice, datetime(2026, 12, 9, 17, tzinfo=UTC))
    taken = datetime(2026, 12, 2, 18, tzinfo=UTC)
    timetable(db, alice, Interval(taken, taken + timedelta(minutes=15)))
    found = [f"{slot.starts_at:%d %H:%M}" for slot in slots_for_move(db, booking.id, now=NOW)]
    assert found[:4] == ["02 17:00", "02 19:00", "09 18:00", "09 19:00"]
    with pytest.raises(SlotTaken), db.begin_nested():
        move_booking(db, bob, booking.id, starts_at=taken, now=NOW)


def test_a_session_moves_nowhere_while_its_mentors_calendar_cannot_be_read(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=HOURLY, rules=EVENINGS), member(db, "Bob")
    booking = book(bob, alice, datetime(2026, 12, 9, 17, tzinfo=UTC))
    timetable(db, alice, failing_since=NOW - timedelta(hours=1))
    assert slots_for_move(db, booking.id, now=NOW) == []
    with pytest.raises(CalendarUnavailable), db.begin_nested():
        move_booking(db, bob, booking.id, starts_at=datetime(2026, 12, 2, 17, tzinfo=UTC), now=NOW)


@pytest.mark.parametrize(("whose", "free"), [("nobody's", False), ("Bob's", True)])
def test_a_session_moves_to_no_hour_that_is_kept_for_another_browser(
    db: Session, book: Book, whose: str, *, free: bool
) -> None:
    alice, bob = mentor(db, policy=HOURLY, rules=EVENINGS), member(db, "Bob")
    booking, at = book(bob, alice, datetime(2026, 12, 9, 17, tzinfo=UTC)), datetime(2026, 12, 2, 17, tzinfo=UTC)
    hold_slot(db, "a browser", sender="an address", mentor_id=alice.id, starts_at=at, minutes=60, now=NOW)
    if whose == "Bob's":
        hold_is_members(db, "a browser", bob)
    assert (at in {slot.starts_at for slot in slots_for_move(db, booking.id, now=NOW)}) == free
    assert at in {slot.starts_at for slot in slots_for_move(db, booking.id, now=NOW + timedelta(minutes=10))}


def test_an_hour_that_was_kept_for_a_browser_is_listed_the_moment_that_ends(database: Database) -> None:
    at = datetime(2026, 12, 2, 17, tzinfo=UTC)
    with database.writing() as db:
        alice, bob = mentor(db, policy=HOURLY, rules=EVENINGS), member(db, "Bob")
        hold_slot(db, "a browser", sender="an address", mentor_id=alice.id, starts_at=at, minutes=60, now=NOW)
        ends = db.scalars(select(BrowserHold.expires_at)).one()

    def listed(now: datetime) -> bool:
        query = SlotQuery(tzid="UTC", mentor_id=alice.id, viewer_id=bob.id)
        with database.reading() as db:
            return at in {slot.starts_at for slot in find_slots(db, query, now=now).slots}

    assert (listed(ends - SECOND), listed(ends)) == (False, True)


def test_what_is_taken_right_after_the_horizon_is_no_place_to_move_to(db: Session, book: Book) -> None:
    alice = mentor(db, policy=replace(EVERY_QUARTER, horizon_days=2))
    bob, ben = member(db, "Bob"), member(db, "Ben")
    booking, last = book(bob, alice, NOW + timedelta(hours=4)), NOW + timedelta(days=2)
    book(ben, alice, last + timedelta(minutes=30), now=NOW + timedelta(hours=1))
    assert last not in {slot.starts_at for slot in slots_for_move(db, booking.id, now=NOW, limit=500)}


def test_an_agreed_hour_moves_however_many_others_wait_for_its_mentor_and_one_that_waits_does_not(
    db: Session, book: Book
) -> None:
    alice, bob = mentor(db, policy=replace(HOURLY, confirm=Confirm.ASK)), member(db, "Bob")
    booking, at = book(bob, alice, datetime(2026, 12, 9, 17, tzinfo=UTC)), datetime(2026, 12, 9, 18, tzinfo=UTC)
    answer_booking(db, alice, booking.id, accept=True, now=NOW)
    waiting = [book(member(db, f"Ben{hour}"), alice, booking.starts_at - timedelta(hours=hour)) for hour in range(1, 5)]
    assert at in {slot.starts_at for slot in slots_for_move(db, booking.id, now=NOW, limit=500)}
    assert at in {slot.starts_at for slot in slots_for_move(db, waiting[0].id, now=NOW, limit=500)}
    assert move_booking(db, bob, booking.id, starts_at=at, now=NOW).starts_at == at


def test_open_hours_count_what_is_open_this_week(db: Session) -> None:
    mentor(db, policy=HOURLY, rules=EVENINGS)
    counted = open_hours(db, tzid="Europe/Paris", now=NOW)
    assert (counted.total, counted.by_theme) == (3, {law(db).id: 3})


def random_policy(chance: random.Random) -> Policy:
    return replace(
        FREE,
        durations=tuple(sorted(chance.sample([30, 60, 90], chance.randint(1, 2)))),
        start_every=chance.choice([15, 30, 60]),
        buffer_before=chance.choice([0, 0, 15]),
        buffer_after=chance.choice([0, 15, 30]),
        notice_minutes=chance.choice([0, 60, 720]),
        horizon_days=chance.randint(2, 6),
        per_day=chance.choice([None, 1, 2]),
        per_week=chance.choice([None, 2]),
    )


@pytest.mark.parametrize("seed", range(tries(30, usual=6)))
def test_every_listed_slot_is_accepted_and_no_other(db: Session, book: Book, seed: int) -> None:
    """Ten random rule sets a seed, each with bookings in it, through the whole of store and service."""
    chance = random.Random(seed)
    people = mentor(db), member(db, "Bob"), member(db, "Charlie")
    for _ in range(10):
        with db.begin_nested() as world:
            _one_world(db, chance, people, book)
            world.rollback()
        db.expire_all()


def _one_world(db: Session, chance: random.Random, people: tuple[Member, Member, Member], book: Book) -> None:
    alice, bob, charlie = people
    policy = random_policy(chance)
    rules = [
        WeeklyRule(chance.randrange(7), Span(begin * 60, min(begin * 60 + chance.choice([60, 90, 180]), 1440)))
        for begin in chance.sample(range(6, 22), 4)
    ]
    save_availability(db, alice, tzid="Europe/Paris", rules=rules, overrides=(), policy=policy, now=NOW)
    minutes = chance.choice(policy.durations)
    query = SlotQuery(tzid="UTC", mentor_id=alice.id, minutes=minutes, limit=100)
    for _ in range(2):
        offered = find_slots(db, query, now=NOW).slots
        if offered:
            book(bob, alice, chance.choice(offered).starts_at, minutes=minutes)
    listed = {slot.starts_at for slot in find_slots(db, query, now=NOW).slots}
    for quarter in chance.sample(range(7 * 96), 12) + [
        round((at - NOW) / timedelta(minutes=15)) for at in sorted(listed)[:3]
    ]:
        at = NOW + timedelta(minutes=15 * quarter)
        assert _accepted(db, partial(book, charlie, alice, at, minutes=minutes)) == (at in listed), at


def _accepted(db: Session, attempt: Callable[[], object]) -> bool:
    """Whether it goes through; undone either way."""
    savepoint = db.begin_nested()
    try:
        attempt()
    except Refusal:
        return False
    else:
        return True
    finally:
        savepoint.rollback()
        db.expire_all()


def openings(db: Session, mentor_id: int) -> list[tuple[datetime, datetime]]:
    of_all = select(Opening.starts_at, Opening.free_until).where(Opening.mentor_id == mentor_id, Opening.theme_id == 0)
    return [(*row,) for row in db.execute(of_all.order_by(Opening.starts_at))]


@pytest.mark.parametrize("seed", range(tries(20, usual=4)))
def test_whatever_is_booked_and_cancelled_openings_are_those_that_would_be_written_anew(
    db: Session, book: Book, seed: int
) -> None:
    chance = random.Random(seed)
    alice = mentor(db)
    for number in range(4):
        bob, policy = member(db, f"Bob{number}"), random_policy(chance)
        policy = replace(policy, notice_minutes=0, per_month=chance.choice([None, 3]))
        save_availability(db, alice, tzid="Europe/Paris", rules=NIGHT_AND_DAY, overrides=(), policy=policy, now=NOW)
        longest, booked = max(policy.durations), list[Booking]()
        query = SlotQuery(tzid="UTC", mentor_id=alice.id, start=NOW + SECOND, minutes=longest, limit=100)
        for _ in range(8):
            offered = find_slots(db, query, now=NOW).slots
            if booked and (not offered or chance.random() < 0.4):
                cancel_booking(db, bob, booked.pop(chance.randrange(len(booked))).id, reason="", now=NOW)
            elif offered:
                at = chance.choice(offered[:24]).starts_at
                booked.append(book(bob, alice, at, minutes=longest))
            in_parts = openings(db, alice.id)
            refresh_openings(db, alice.id, now=NOW)
            assert openings(db, alice.id) == in_parts
        for each in booked:
            cancel_booking(db, bob, each.id, reason="", now=NOW)


def test_openings_written_in_parts_are_those_written_whole(db: Session, book: Book) -> None:
    policy = replace(HOURLY, buffer_after=15, per_day=1, per_month=3)
    alice, bob = mentor(db, policy=policy), member(db, "Bob")
    bookings = [book(bob, alice, datetime(2026, 12, day, 14, tzinfo=UTC)) for day in (9, 16, 23)]
    move_booking(db, bob, bookings[0].id, starts_at=datetime(2027, 1, 6, 12, tzinfo=UTC), now=NOW)
    cancel_booking(db, bob, bookings[1].id, reason="", now=NOW)
    before = starts(db, SlotQuery(tzid="UTC", limit=100))
    said = schedule(policy)
    save_availability(db, alice, tzid=said.tzid, rules=said.rules, overrides=(), policy=policy, now=NOW)
    assert lock_mentors(db, [alice.id])
    assert starts(db, SlotQuery(tzid="UTC", limit=100)) == before
