"""A series asked for outright: all its hours are booked with the first one, each an ordinary hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.bookings.service.series import series_of
from flashmeet.core.errors import BadInput, RequestOver
from flashmeet.core.zones import local_time
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.rules.ways_asked import SeriesWish
from flashmeet.requests.service.answer import accept, propose
from flashmeet.requests.service.counter_offer import choose
from flashmeet.requests.service.series import MOST_AT_ONCE, missing_hours, series_hours
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.leave import take_leave
from tests.people import EVERY_DAY, FREE, member
from tests.requests.conftest import Scene

MONTHLY = SeriesWish(4, date(2027, 4, 30))
FOUR_WEEKS = timedelta(weeks=4)


def hours(scene: Scene) -> list[Booking]:
    query = select(Booking).where(Booking.status == BookingStatus.CONFIRMED).order_by(Booking.starts_at)
    return list(scene.db.scalars(query).unique())


def agreed(scene: Scene, wish: SeriesWish = MONTHLY, *, first_only: bool = False) -> tuple[RequestAsk, Booking]:
    ask = scene.ask_karim(series=wish)
    first = accept(scene.db, ask, scene.at(9, 17), first_only=first_only, links=scene.links, now=scene.now)
    return ask, first


def test_accepting_books_every_hour_at_the_same_wall_time_until_the_end(scene: Scene) -> None:
    ask, first = agreed(scene)
    booked = hours(scene)
    walls = [local_time(each.starts_at, "Europe/Paris").at for each in booked]
    assert [(each.day, each.month, each.hour) for each in walls] == [
        (9, 12, 18), (6, 1, 18), (3, 2, 18), (3, 3, 18), (31, 3, 18), (28, 4, 18),
    ]  # fmt: skip
    [series] = series_of(scene.db, scene.camille)
    assert {each.series_id for each in booked} == {series.id}
    assert {each.format for each in booked} == {"series"}
    assert (series.state, series.rhythm_weeks, series.ends_on) == ("open", 4, date(2027, 4, 30))
    assert len({each.uid for each in booked}) == 6
    assert scene.mails(scene.camille, "invite") == scene.mails(scene.karim, "invite") == ["invite"] * 6
    assert (scene.claimed(scene.camille), scene.claimed(scene.karim)) == (24, 24)
    assert missing_hours(scene.db, ask.request, first) == []


def test_a_night_in_which_the_clock_skips_the_hour_leaves_the_others_where_they_are(scene: Scene) -> None:
    """Half past two in Paris is not there on 28 March 2027."""
    ask = scene.ask_karim(series=SeriesWish(4, date(2027, 5, 30)))
    first = scene.at(6, 1, 30)  # a Sunday
    shown = series_hours(scene.db, ask.request, scene.karim, first)
    walls = [local_time(each.starts_at, "Europe/Paris").at for each in shown]
    assert [f"{each:%d %b %H:%M}" for each in walls][3:] == [
        "28 Feb 02:30",
        "28 Mar 03:00",
        "25 Apr 02:30",
        "23 May 02:30",
    ]


def test_the_mentor_may_agree_to_the_first_hour_alone(scene: Scene) -> None:
    ask, _ = agreed(scene, first_only=True)
    assert (len(hours(scene)), ask.request.first_only, series_of(scene.db, scene.camille)) == (1, True, [])


@pytest.mark.parametrize("whose", ["mentor", "mentee"])
def test_an_hour_that_one_of_them_has_given_elsewhere_is_left_out_and_named(scene: Scene, whose: str) -> None:
    other = scene.mentor("Nora", rules=EVERY_DAY)
    booker, giver = (scene.camille, other) if whose == "mentee" else (member(scene.db, "Bob"), scene.karim)
    taken_at = scene.at(9, 17) + FOUR_WEEKS
    ask = scene.ask_karim(series=MONTHLY)
    elsewhere = scene.ask(booker, mentor_id=giver.id, times=(taken_at,)).asks[0]
    accept(scene.db, elsewhere, taken_at, links=scene.links, now=scene.now)
    shown = series_hours(scene.db, ask.request, scene.karim, scene.at(9, 17))
    assert [each.starts_at for each in shown[1:] if not each.free] == [taken_at]
    first = accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)
    assert missing_hours(scene.db, ask.request, first) == [taken_at]
    assert len([each for each in hours(scene) if each.series_id is not None]) == 5


@pytest.mark.parametrize(
    ("stands", "free"),
    [
        ("nothing", [True] * 3),
        ("a time of the same request", [True] * 3),
        ("leave", [True, False, True]),
        ("an hour that ends within the rest", [True, False, True]),
        ("an hour that ends before the rest", [True] * 3),
    ],
)
def test_what_is_shown_as_free_before_it_is_agreed_is_what_is_booked(
    scene: Scene, stands: str, free: list[bool]
) -> None:
    scene.karim = scene.mentor("Karima", rules=EVERY_DAY, policy=replace(FREE, buffer_before=15))
    first, second, third = (scene.at(day, 17) for day in (9, 16, 23))
    times = (first, second) if stands == "a time of the same request" else (first,)
    ask = scene.ask_karim(times=times, series=SeriesWish(1, date(2026, 12, 24)))
    if stands == "leave":
        take_leave(scene.db, scene.karim, LeavePeriod(second.date(), second.date()), now=scene.now)
    if stands.startswith("an hour"):
        ends_at = second - timedelta(minutes=0 if "within" in stands else 15)
        before = scene.ask(member(scene.db, "Bob"), mentor_id=scene.karim.id, times=(ends_at - timedelta(hours=1),))
        accept(scene.db, before.asks[0], ends_at - timedelta(hours=1), links=scene.links, now=scene.now)
    shown = series_hours(scene.db, ask.request, scene.karim, first)
    assert [(each.starts_at, each.free) for each in shown] == list(zip((first, second, third), free, strict=True))
    booking = accept(scene.db, ask, first, links=scene.links, now=scene.now)
    left_out = [each.starts_at for each in shown if not each.free]
    assert missing_hours(scene.db, ask.request, booking) == left_out


def test_each_hour_is_moved_and_cancelled_by_itself(scene: Scene) -> None:
    scene.karim = scene.mentor("Karima", rules=EVERY_DAY, policy=replace(FREE, horizon_days=200))
    agreed(scene)
    first, second, third, *_ = hours(scene)
    move_booking(scene.db, scene.karim, second.id, starts_at=second.starts_at + timedelta(hours=1), now=scene.now)
    cancel_booking(scene.db, scene.camille, third.id, reason="", now=scene.now)
    assert (first.sequence, second.sequence, third.status) == (0, 1, "cancelled")
    assert len(hours(scene)) == 5


def test_a_long_series_books_a_dozen_hours_and_leaves_the_rest_to_the_two(scene: Scene) -> None:
    agreed(scene, SeriesWish(1, date(2027, 10, 30)))
    assert len(hours(scene)) == MOST_AT_ONCE


def test_times_that_the_mentor_proposes_begin_the_series(scene: Scene) -> None:
    ask = scene.ask_karim(times=(), any_time=True, series=MONTHLY)
    propose(scene.db, ask, (scene.at(11, 12),), now=scene.now)
    choose(scene.db, ask.request, scene.at(11, 12), links=scene.links, now=scene.now)
    assert [each.starts_at - scene.at(11, 12) for each in hours(scene)][:2] == [timedelta(0), FOUR_WEEKS]


def test_times_that_the_mentor_proposes_for_one_hour_begin_none(scene: Scene) -> None:
    ask = scene.ask_karim(times=(), any_time=True, series=MONTHLY)
    propose(scene.db, ask, (scene.at(11, 12),), first_only=True, now=scene.now)
    choose(scene.db, ask.request, scene.at(11, 12), links=scene.links, now=scene.now)
    assert (len(hours(scene)), scene.db.scalars(select(Series)).all()) == (1, [])


def test_accepting_twice_books_nothing_twice(scene: Scene) -> None:
    ask, _ = agreed(scene)
    with pytest.raises(RequestOver):
        accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)
    assert len(hours(scene)) == 6


def test_two_who_have_a_series_keep_it_and_the_hour_is_one_hour(scene: Scene) -> None:
    agreed(scene)
    again = scene.ask_karim(series=MONTHLY, times=(scene.at(10, 12),))
    accept(scene.db, again, scene.at(10, 12), links=scene.links, now=scene.now)
    assert (len(scene.db.scalars(select(Series)).all()), len(hours(scene))) == (1, 7)


@pytest.mark.parametrize("wish", [SeriesWish(3, date(2027, 4, 30)), SeriesWish(4, date(2026, 12, 2))])
def test_a_rhythm_or_an_end_that_cannot_be_is_refused(scene: Scene, wish: SeriesWish) -> None:
    with pytest.raises(BadInput):
        scene.ask_karim(series=wish)


@pytest.mark.parametrize(
    ("tzid", "hour", "ends_on"),
    [
        ("America/Toronto", 3, date(2026, 12, 14)),  # 30 November, 22:00: in two weeks
        ("Pacific/Kiritimati", 12, date(2027, 12, 3)),  # 2 December, 02:00: in 366 days
    ],
)
def test_how_long_a_series_may_be_counts_from_the_mentees_day(
    scene: Scene, tzid: str, hour: int, ends_on: date
) -> None:
    scene.camille.tzid = tzid
    scene.now = scene.at(1, hour)
    assert scene.ask_karim(series=SeriesWish(2, ends_on)).request.series_ends_on == ends_on


def test_a_theme_is_asked_for_a_series_like_one_mentor(scene: Scene) -> None:
    scene.ask(series=MONTHLY)
    scene.work()
    [ask] = scene.db.scalars(select(RequestAsk)).all()
    accept(scene.db, ask, scene.at(9, 17), links=scene.links, now=scene.now)
    assert len(hours(scene)) == 6
