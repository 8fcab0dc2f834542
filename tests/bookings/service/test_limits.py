"""A mentor's limits hold for the hours there are, however and whenever they were set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.service.end import cancel_booking
from flashmeet.core.errors import QuotaReached
from flashmeet.core.settings.entries import PER_MONTH
from flashmeet.core.settings.policies import Policy
from flashmeet.core.settings.service import change_setting
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.programme.service.policies import apply_to_all
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.service.availability import move_hours, save_availability
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.room_left import with_room
from flashmeet.schedule.service.slots import MOST, SlotQuery, find_slots
from tests.people import EVERY_DAY, FREE, NOW, member, mentor
from tests.use_cases import Book

FAR = replace(FREE, horizon_days=60)
NINTH = datetime(2026, 12, 9, 9, tzinfo=UTC)
JANUARY = datetime(2027, 1, 12, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ROUND_THE_CLOCK = tuple(WeeklyRule(day, Span.parse("00:00", "24:00")) for day in range(7))


def saved(
    db: Session, who: Member, policy: Policy, *, tzid: str = "Europe/Paris", rules: tuple[WeeklyRule, ...] = EVERY_DAY
) -> None:
    save_availability(db, who, tzid=tzid, rules=rules, overrides=(), policy=policy, now=NOW)


def months(db: Session, who: Member, *, now: datetime = NOW) -> set[str]:
    """The months in which hours are listed."""
    found, cursor = set[str](), None
    while True:
        page = find_slots(db, SlotQuery(tzid="UTC", mentor_id=who.id, limit=MOST, cursor=cursor), now=now)
        found |= {f"{slot.starts_at:%Y-%m}" for slot in page.slots}
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_hours_booked_while_there_was_no_limit_count_towards_one_that_is_set_later(db: Session, book: Book) -> None:
    alice, ana, bob = mentor(db, policy=FAR), member(db, "Ana"), member(db, "Bob")
    first = book(ana, alice, NINTH)
    book(ana, alice, NINTH + DAY)
    saved(db, alice, replace(FAR, per_month=2))
    assert months(db, alice) == {"2027-01"}
    with pytest.raises(QuotaReached):
        book(bob, alice, NINTH + 2 * DAY)
    cancel_booking(db, ana, first.id, reason="", now=NOW)
    assert months(db, alice) == {"2026-12", "2027-01"}
    book(bob, alice, NINTH + 2 * DAY)


def test_more_hours_than_a_new_limit_allows_all_count(db: Session, book: Book) -> None:
    alice, ana = mentor(db, policy=FAR), member(db, "Ana")
    hours = [book(ana, alice, NINTH + n * DAY) for n in range(3)]
    saved(db, alice, replace(FAR, per_month=1))
    for each in hours[:2]:
        cancel_booking(db, ana, each.id, reason="", now=NOW)
        assert months(db, alice) == {"2027-01"}
    cancel_booking(db, ana, hours[2].id, reason="", now=NOW)
    assert months(db, alice) == {"2026-12", "2027-01"}


def test_below_a_new_limit_it_does_not_matter_which_of_the_hours_is_cancelled(db: Session, book: Book) -> None:
    alice, ana = mentor(db, policy=FAR), member(db, "Ana")
    hours = [book(ana, alice, NINTH + n * DAY) for n in range(3)]
    saved(db, alice, replace(FAR, per_month=2))
    cancel_booking(db, ana, hours[0].id, reason="", now=NOW)
    with pytest.raises(QuotaReached):
        book(ana, alice, NINTH)


def test_an_hour_of_this_month_that_is_over_counts_too(db: Session, book: Book) -> None:
    alice, ana = mentor(db, policy=FAR), member(db, "Ana")
    book(ana, alice, NOW + timedelta(hours=1))
    save_availability(
        db,
        alice,
        tzid="Europe/Paris",
        rules=EVERY_DAY,
        overrides=(),
        policy=replace(FAR, per_month=1),
        now=NOW + 20 * DAY,
    )
    assert "2026-12" not in months(db, alice, now=NOW + 20 * DAY)


def test_a_limit_of_another_mentor_counts_their_own_hours_alone(db: Session, book: Book) -> None:
    alice, dora, ana = mentor(db, policy=FAR), mentor(db, "Dora", policy=FAR), member(db, "Ana")
    book(ana, alice, NINTH)
    book(alice, dora, NINTH + DAY)
    saved(db, alice, replace(FAR, per_month=2))
    assert months(db, alice) == months(db, dora) == {"2026-12", "2027-01"}
    saved(db, dora, replace(FAR, per_month=1))
    assert (months(db, alice), months(db, dora)) == ({"2026-12", "2027-01"}, {"2027-01"})


def test_days_are_counted_anew_where_a_mentor_s_hours_move_to_another_zone(db: Session, book: Book) -> None:
    """Eight in the morning of the 10th in Tokyo is three in the afternoon of the 9th in Los Angeles."""
    one_a_day = replace(FAR, per_day=1)
    alice, ana = mentor(db, tzid="Asia/Tokyo", policy=one_a_day), member(db, "Ana")
    book(ana, alice, datetime(2026, 12, 9, 23, tzinfo=UTC))
    alice.tzid = "America/Los_Angeles"
    move_hours(db, alice, now=NOW)
    at = datetime(2026, 12, 9, 18, tzinfo=UTC)
    listed = find_slots(db, SlotQuery(tzid="UTC", mentor_id=alice.id, start=at, end=at + DAY, limit=MOST), now=NOW)
    assert {slot.starts_at.day for slot in listed.slots} == {10}
    with pytest.raises(QuotaReached):
        book(ana, alice, at)
    assert book(ana, alice, at + DAY).starts_at == at + DAY


def test_an_hour_at_midnight_uses_up_the_day_on_which_it_begins_whatever_rest_comes_before(
    db: Session, book: Book
) -> None:
    policy = replace(FAR, per_day=1, buffer_before=15, horizon_days=4)
    alice = mentor(db, policy=policy, rules=ROUND_THE_CLOCK)
    book(member(db, "Ana"), alice, datetime(2026, 12, 2, 23, tzinfo=UTC))
    query = SlotQuery(tzid="Europe/Paris", mentor_id=alice.id, limit=MOST)
    days = {local_date(slot.starts_at, "Europe/Paris").day for slot in find_slots(db, query, now=NOW).slots}
    assert days == {1, 2, 4, 5}


def test_whether_a_mentor_has_room_goes_by_the_days_of_their_hours(db: Session, book: Book) -> None:
    """At four and at eight in the afternoon of the 9th in London it is the 10th in Tokyo."""
    alice = mentor(db, tzid="Asia/Tokyo", policy=replace(FAR, per_day=1), rules=ROUND_THE_CLOCK)
    alice.tzid = "Europe/London"
    book(member(db, "Ana"), alice, datetime(2026, 12, 9, 16, tzinfo=UTC))
    ninth, tenth = (datetime(2026, 12, 9, hour, tzinfo=UTC) for hour in (12, 20))
    assert [with_room(db, [alice], [each], now=NOW) for each in (ninth, tenth)] == [{alice.id}, set()]


def test_a_limit_that_the_network_gives_to_all_counts_what_each_has(db: Session, book: Book) -> None:
    odile = member(db, "Odile", administrator=True)
    alice, dora, ana = mentor(db, policy=FAR), mentor(db, "Dora", policy=FAR), member(db, "Ana")
    book(ana, alice, NINTH)
    change_setting(db, PER_MONTH, 1, by_id=odile.id, now=NOW)
    assert apply_to_all(db, PER_MONTH, by=odile, now=NOW) == 2
    for each in (alice, dora):
        refresh_openings(db, each.id, now=NOW)
    assert (months(db, alice), months(db, dora)) == ({"2027-01"}, {"2026-12", "2027-01"})
    with pytest.raises(QuotaReached):
        book(member(db, "Bob"), alice, NINTH + DAY)
