"""Nobody is shown an hour at which they have another: what is shown is what booking takes, and what is counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.service.alternatives import alternatives, slots_for_move
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import YouAreBusy
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Holder
from flashmeet.schedule.queries import claims
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import HolderKind
from flashmeet.schedule.service.open_hours import open_hours
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.slots import MOST, SlotQuery, find_slots
from flashmeet.schedule.service.suggestions import suggestions
from flashmeet.schedule.service.week import week_of
from tests import people
from tests.people import EVERY_QUARTER, FREE, NOW
from tests.thoroughness import tries
from tests.use_cases import Book

pytestmark = pytest.mark.both_databases
PARIS, DAY = "Europe/Paris", timedelta(days=1)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
NINE = NOW.replace(minute=0) + timedelta(days=1)
SEEDS = range(tries(20, usual=5))


def keep(
    db: Session,
    member: Member,
    span: Interval,
    *,
    kind: HolderKind = HolderKind.PROPOSAL,
    until: datetime | None = None,
) -> Holder:
    """Claims time of one member, as what is asked, agreed or kept for them does."""
    holder = Holder(kind=kind, member_id=member.id, expires_at=until)
    db.add(holder)
    db.flush()
    assert claims.take(db, holder.id, {member.id: span})
    return holder


def shown(db: Session, query: SlotQuery) -> list[tuple[datetime, int]]:
    """Start and mentor of every slot, over all pages."""
    found, cursor = [], None
    while True:
        page = find_slots(db, replace(query, limit=MOST, cursor=cursor), now=NOW)
        found += [(slot.starts_at, slot.mentor_id) for slot in page.slots]
        cursor = page.next_cursor
        if cursor is None:
            return found


def is_refused(db: Session, attempt: Callable[[], object]) -> bool:
    """Whether booking refuses the hour since who asks has another; nothing stays of a booking that was made."""
    try:
        with db.begin_nested() as nested:
            attempt()
            nested.rollback()
    except YouAreBusy:
        return True
    return False


def a_life(db: Session, bob: Member, chance: random.Random, *others: Interval) -> None:
    """Claims of every kind beside `others`, each of another length: agreed, asked, offered, lapsed, left by an earlier
    try."""
    taken = [*others]
    for _ in range(chance.randint(1, 12)):
        start = NINE - DAY + QUARTER * chance.randrange(5 * 96)
        span = Interval(start, start + QUARTER * chance.randint(1, 9))
        if not any(span.overlaps(each) for each in taken):
            taken.append(span)
            kind, until = chance.choice(KINDS)
            keep(db, bob, span, kind=kind, until=until)


KINDS = (
    (HolderKind.BOOKING, None),
    (HolderKind.PROPOSAL, NOW + HOUR),
    (HolderKind.PROPOSAL, NOW - HOUR),
    (HolderKind.OFFER, NOW + HOUR),
    (HolderKind.HOLD, NOW + HOUR),
)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_hour_shown_is_one_that_booking_takes_and_every_other_one_that_it_refuses_as_busy(
    db: Session, book: Book, seed: int
) -> None:
    chance = random.Random(seed)
    minutes = chance.choice([30, 60, 90])
    policy = replace(EVERY_QUARTER, durations=(minutes,), horizon_days=6, buffer_before=15, buffer_after=30)
    alice, bob = people.mentor(db, "Alice", policy=policy), people.mentor(db, "Bob", policy=policy)
    hour = book(people.member(db, "Charlie"), bob, NINE + 3 * HOUR, minutes=minutes)  # with its buffers, as a mentor
    a_life(db, bob, chance, Interval(hour.starts_at, hour.ends_at).widened(QUARTER, 2 * QUARTER))
    query = SlotQuery(tzid=PARIS, mentor_id=alice.id, minutes=minutes)
    every, his = shown(db, query), set(shown(db, replace(query, viewer_id=bob.id)))
    assert his < {*every}
    for at, mentor_id in chance.sample(every, 20):
        busy = is_refused(db, partial(book, bob, alice, at, minutes=minutes))
        assert busy == ((at, mentor_id) not in his), at


@pytest.mark.parametrize("seed", SEEDS)
def test_every_count_is_what_is_shown_whatever_one_has_oneself(db: Session, seed: int) -> None:
    chance = random.Random(seed)
    policy = replace(EVERY_QUARTER, start_every=chance.choice([15, 30, 60]))
    for name, tzid in (("Alice", PARIS), ("Emil", "America/New_York")):
        people.mentor(db, name, policy=policy, tzid=tzid)
    bob = people.mentor(db, "Bob", policy=policy) if chance.random() < 0.5 else people.member(db, "Bob")
    a_life(db, bob, chance)
    theme, tzid = people.law(db).id, chance.choice([PARIS, "America/Toronto", "Asia/Tokyo"])
    query = SlotQuery(tzid=tzid, theme_id=theme, viewer_id=bob.id, waking=True)
    in_the_week = _in_the_week(shown(db, query), tzid)
    week = week_of(db, query, now=NOW)
    by_day = Counter(local_date(at, tzid) for at, _ in in_the_week)
    assert dict(week.days) == {day: by_day[day] for day, _ in week.days}
    assert (week.hours, week.mentors) == (len(in_the_week), len({mentor_id for _, mentor_id in in_the_week}))
    assert week.languages == [("fr", week.hours)]
    others = [each for each in _in_the_week(shown(db, replace(query, viewer_id=None)), tzid) if each[1] != bob.id]
    assert week.own == len(others) - week.hours
    told = open_hours(db, tzid=tzid, viewer_id=bob.id, now=NOW)
    assert (told.total, told.by_theme) == (week.hours, {theme: week.hours})


def _in_the_week(found: Sequence[tuple[datetime, int]], tzid: str) -> list[tuple[datetime, int]]:
    last = local_date(NOW, tzid) + 6 * DAY
    return [each for each in found if local_date(each[0], tzid) <= last]


def test_what_a_visitor_counts_is_what_it_was(db: Session) -> None:
    people.mentor(db, "Alice", policy=FREE)
    bob = people.member(db, "Bob")
    before, signed_in = (open_hours(db, tzid=PARIS, viewer_id=each, now=NOW) for each in (None, bob.id))
    assert before == signed_in
    keep(db, bob, Interval(NINE, NINE + HOUR))
    assert open_hours(db, tzid=PARIS, now=NOW) == before
    assert open_hours(db, tzid=PARIS, viewer_id=bob.id, now=NOW).total == before.total - 1


def test_an_hour_of_a_hidden_mentor_that_clashes_too_is_taken_off_once(db: Session) -> None:
    """Bob mentors at all hours himself: his own are not counted, nor are Alice's of when he has another."""
    alice, bob = people.mentor(db, "Alice", policy=FREE), people.mentor(db, "Bob", policy=FREE)
    keep(db, bob, Interval(NINE, NINE + HOUR))  # his own opening then is still in the index
    told = open_hours(db, tzid=PARIS, viewer_id=bob.id, now=NOW)
    query = SlotQuery(tzid=PARIS, mentor_id=alice.id, viewer_id=bob.id, waking=True)
    assert told.total == len(_in_the_week(shown(db, query), PARIS))


def test_pages_are_full_and_hold_every_hour_once_where_one_has_hundreds_of_ones_own(db: Session) -> None:
    for name in ("Alice", "Anna"):
        people.mentor(db, name, policy=EVERY_QUARTER, rules=DAYS_LONG)
    bob = people.member(db, "Bob")
    spans = [Interval(NINE + number * HOUR, NINE + number * HOUR + QUARTER) for number in range(0, 20 * 24, 2)]
    for span in spans:
        keep(db, bob, span)
    own = BusyTimes(spans)
    for query in (SlotQuery(tzid=PARIS), SlotQuery(tzid=PARIS, after=18 * 60, before=22 * 60)):
        theirs = [each for each in shown(db, query) if not own.clash(Interval(each[0], each[0] + HOUR))]
        pages, cursor = [], None
        while True:
            page = find_slots(db, replace(query, viewer_id=bob.id, cursor=cursor), now=NOW)
            pages.append([(slot.starts_at, slot.mentor_id) for slot in page.slots])
            cursor = page.next_cursor
            if cursor is None:
                break
        assert [len(page) for page in pages[:-1]] == [20] * (len(pages) - 1)
        assert [each for page in pages for each in page] == theirs
        assert len(theirs) > 40


DAYS_LONG = tuple(WeeklyRule(day, Span.parse("00:00", "24:00")) for day in range(7))


def test_each_mentor_stands_on_one_page_with_the_first_hour_that_one_can_take(db: Session) -> None:
    mentors = [people.mentor(db, f"Mentor{number}", policy=FREE) for number in range(5)]
    bob = people.member(db, "Bob")
    first = shown(db, SlotQuery(tzid=PARIS))[0][0]
    keep(db, bob, Interval(first, first + 2 * HOUR))
    found, cursor = [], None
    while True:
        query = SlotQuery(tzid=PARIS, viewer_id=bob.id, distinct=True, limit=2, further=3, cursor=cursor)
        page = find_slots(db, query, now=NOW)
        found += [(slot.starts_at, slot.mentor_id) for slot in page.slots]
        for slot in page.slots:
            assert [each.starts_at for each in page.further[slot.mentor_id]] == [first + n * HOUR for n in (3, 4, 5)]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(found) == [(first + 2 * HOUR, mentor.id) for mentor in mentors]


def test_an_hour_that_is_to_be_moved_does_not_stand_in_its_own_way_and_others_do(db: Session, book: Book) -> None:
    alice, anna, bob = (
        people.mentor(db, "Alice", policy=EVERY_QUARTER),
        people.mentor(db, "Anna", policy=EVERY_QUARTER),
        people.member(db, "Bob"),
    )
    booking, other = book(bob, alice, NINE), book(bob, anna, NINE + 2 * HOUR)
    starts = {slot.starts_at for slot in slots_for_move(db, booking.id, now=NOW, limit=500)}
    assert NINE + QUARTER in starts and NINE - QUARTER in starts
    for at in (NINE + HOUR + QUARTER, other.starts_at, NINE + 3 * HOUR - QUARTER):
        assert at not in starts
    assert move_booking(db, bob, booking.id, starts_at=NINE + QUARTER, now=NOW).starts_at == NINE + QUARTER


def test_a_time_that_was_kept_too_long_hides_nothing_when_an_hour_is_moved(db: Session, book: Book) -> None:
    alice, bob = people.mentor(db, "Alice", policy=FREE), people.member(db, "Bob")
    booking = book(bob, alice, NINE)
    keep(db, bob, Interval(NINE + HOUR, NINE + 2 * HOUR), until=NOW)
    assert NINE + HOUR in {slot.starts_at for slot in slots_for_move(db, booking.id, now=NOW)}
    assert move_booking(db, bob, booking.id, starts_at=NINE + HOUR, now=NOW).starts_at == NINE + HOUR


def test_instead_of_an_hour_that_one_cannot_take_the_nearest_are_told_that_one_can(db: Session) -> None:
    alice, bob = people.mentor(db, "Alice", policy=EVERY_QUARTER), people.member(db, "Bob")
    for number in range(40):  # more begin then than are looked at around an hour
        people.mentor(db, f"Mentor{number}", policy=replace(EVERY_QUARTER, horizon_days=2))
    busy = Interval(NINE, NINE + 4 * HOUR)
    keep(db, bob, busy)
    found = alternatives(
        db,
        mentor_id=alice.id,
        theme_id=people.law(db).id,
        starts_at=NINE + HOUR,
        minutes=60,
        mentee_id=bob.id,
        tzid=PARIS,
        now=NOW,
    )
    assert [slot.starts_at for slot in found] == [NINE - HOUR - 2 * QUARTER, NINE - HOUR - QUARTER, NINE - HOUR]


def test_who_is_suggested_is_suggested_with_an_hour_that_one_can_take(db: Session) -> None:
    people.mentor(db, "Alice", policy=FREE)
    bob = people.member(db, "Bob")
    first = shown(db, SlotQuery(tzid=PARIS))[0][0]
    keep(db, bob, Interval(first, first + HOUR))
    [one] = suggestions(db, bob, theme=people.law(db), now=NOW)
    assert one.match.soonest == first + HOUR


@pytest.mark.parametrize("length", [QUARTER, HOUR, 2 * HOUR])
def test_the_nearest_free_time_is_found_on_both_sides(length: timedelta) -> None:
    chance = random.Random(1)
    for _ in range(50):
        begins = sorted(chance.sample(range(40), 8))
        spans = [Interval(NINE + QUARTER * each, NINE + QUARTER * (each + 1)) for each in begins]
        own, at = BusyTimes(spans), NINE + QUARTER * chance.randrange(45)
        near = [at + QUARTER * number for number in range(-100, 100)]
        free = [each for each in near if not any(Interval(each, each + length).overlaps(span) for span in spans)]
        assert own.free_from(at, length) == min(each for each in free if each >= at)
        assert own.free_up_to(at, length) == max(each for each in free if each <= at)
