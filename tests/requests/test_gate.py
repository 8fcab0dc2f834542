"""One gate for every way to an hour: what is listed is accepted, and nothing else, whoever cannot come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.bookings.service.alternatives import instead_of, slots_for_move
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.days.asking import DayBrief, ask_for_day, open_days
from flashmeet.bookings.service.days.offering import OfferedDay, offer_day
from flashmeet.bookings.service.move import move_booking
from flashmeet.bookings.service.series_hours import book_in_series, givers, next_hours
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.rules.questions import QuestionAnswer, QuestionKind
from flashmeet.calendars.service.questions import answer_question, time_stands
from flashmeet.core.errors import NotBookable, Refusal
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people.models import Block
from flashmeet.requests.models import HourOffer
from flashmeet.requests.rules.requests import OfferState, RequestState
from flashmeet.requests.service.answer import accept, propose, times_to_accept
from flashmeet.requests.service.counter_offer import choose, times_shown
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.queue import offer_stands, take_offer
from flashmeet.schedule.rules.availability import LeavePeriod, Span, WeeklyRule
from flashmeet.schedule.service.gate import times_that_stand
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.pauses import pause
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests.people import FREE, NOW, member, mentor

AT = datetime(2026, 12, 9, 10, tzinfo=UTC)
"""The wanted hour; the one that is there already is a day earlier."""
THERE = AT - timedelta(days=1)
HOURLY, HOUR = replace(FREE, start_every=60), timedelta(hours=1)
ROUND_THE_CLOCK = tuple(WeeklyRule(day, Span.parse("00:00", "24:00")) for day in range(7))


def test_a_day_of_leave_is_one_of_the_clock_by_which_hours_are_given_in_lists_and_at_the_gate(db: Session) -> None:
    """The mentor lives in Paris and gives hours by Tokyo's clock: the 9th of December ends there at three."""
    alice, bob = mentor(db, policy=HOURLY, tzid="Asia/Tokyo", rules=ROUND_THE_CLOCK), member(db, "Bob")
    alice.tzid = "Europe/Paris"
    day = AT.date()
    take_leave(db, alice, LeavePeriod(day, day), now=NOW)
    begins, ends = (datetime(2026, 12, day, 15, tzinfo=UTC) for day in (8, 9))
    times = [begins + timedelta(hours=each) for each in range(-3, 28)]
    query = SlotQuery(tzid="UTC", mentor_id=alice.id, viewer_id=bob.id, start=times[0], end=ends + 4 * HOUR, limit=100)
    free = [each for each in times if not begins <= each < ends]
    assert times_that_stand(db, alice, bob, times, now=NOW) == free
    assert [slot.starts_at for slot in find_slots(db, query, now=NOW).slots] == free


class Stage:
    """Alice mentors, Bob books, Dora mentors too; one way to an hour is prepared before anything happens to anybody."""

    def __init__(self, db: Session, links: Links) -> None:
        self.db, self.links = db, links
        self.alice, self.dora = mentor(db, policy=HOURLY), mentor(db, "Dora", policy=HOURLY)
        self.bob = member(db, "Bob")

    def booked(self) -> Booking:
        request = BookingRequest(mentor_id=self.alice.id, starts_at=THERE, theme="droit", need="Mes statuts")
        return book_slot(self.db, self.bob, request, links=self.links, now=NOW)

    def slots(self) -> bool:
        query = SlotQuery(tzid="UTC", mentor_id=self.alice.id, viewer_id=self.bob.id, start=AT, limit=100)
        found = {slot.starts_at for slot in find_slots(self.db, query, now=NOW).slots}
        return AT in found and not self.bob.suspended


Way = tuple[Callable[[], bool], Callable[[], object]]
"""Whether the hour is listed, and how it is taken."""


def booking_it(stage: Stage) -> Way:
    request = BookingRequest(mentor_id=stage.alice.id, starts_at=AT, theme="droit", need="Mes statuts")
    return stage.slots, lambda: book_slot(stage.db, stage.bob, request, links=stage.links, now=NOW)


def moving(stage: Stage, who: Member) -> Way:
    booking = stage.booked()

    def listed() -> bool:
        return AT in {slot.starts_at for slot in slots_for_move(stage.db, booking.id, now=NOW, limit=5_000)}

    return listed, lambda: move_booking(stage.db, who, booking.id, starts_at=AT, now=NOW)


def moving_as_mentee(stage: Stage) -> Way:
    return moving(stage, stage.bob)


def moving_as_mentor(stage: Stage) -> Way:
    return moving(stage, stage.alice)


def accepting(stage: Stage) -> Way:
    wish = Asking(theme="droit", need="Mes statuts", mentor_id=stage.alice.id, times=(AT,))
    [asked] = ask(stage.db, stage.bob, wish, now=NOW).asks
    return (
        lambda: AT in times_to_accept(stage.db, asked, now=NOW),
        lambda: accept(stage.db, asked, AT, links=stage.links, now=NOW),
    )


def choosing(stage: Stage) -> Way:
    wish = Asking(theme="droit", need="Mes statuts", mentor_id=stage.alice.id, any_time=True)
    request = ask(stage.db, stage.bob, wish, now=NOW)
    propose(stage.db, request.asks[0], [AT], now=NOW)
    return (
        lambda: AT in times_shown(stage.db, request, now=NOW),
        lambda: choose(stage.db, request, AT, links=stage.links, now=NOW),
    )


def an_offer(stage: Stage) -> Way:
    request = ask(stage.db, stage.bob, Asking(theme="droit", need="Mes statuts", any_time=True), now=NOW)
    request.state, request.due_at, request.queued_at = RequestState.QUEUED, None, NOW
    offer = HourOffer(
        request=request,
        mentor_id=stage.alice.id,
        starts_at=AT,
        state=OfferState.OPEN,
        ends_at=AT,
        nonce="n" * 16,
    )
    stage.db.add(offer)
    stage.db.flush()
    return (
        lambda: offer_stands(stage.db, offer, now=NOW),
        lambda: take_offer(stage.db, offer, links=stage.links, now=NOW),
    )


def a_series(stage: Stage) -> Way:
    booking = stage.booked()
    series = Series(
        state=SeriesState.OPEN,
        mentor=stage.alice,
        mentee=stage.bob,
        theme=booking.theme,
        proposed_by_id=stage.bob.id,
        goals="Déposer les statuts",
        rhythm_weeks=1,
        proposed_at=AT - timedelta(days=7),
        ends_on=date(2027, 2, 1),
        review_on=date(2027, 1, 1),
        nonce="s" * 16,
    )
    stage.db.add(series)
    stage.db.flush()

    def listed() -> bool:
        if stage.bob.suspended or stage.alice not in givers(stage.db, series):
            return False
        return AT in {slot.starts_at for slot in next_hours(stage.db, series, stage.alice, now=NOW)[1]}

    return listed, lambda: book_in_series(stage.db, series, stage.bob, AT, links=stage.links, now=NOW)


def a_calendars_proposal(stage: Stage) -> Way:
    booking = stage.booked()
    question = CalendarQuestion(
        booking_id=booking.id,
        member_id=stage.bob.id,
        kind=QuestionKind.MOVED,
        version=booking.sequence,
        proposed_at=AT,
        nonce="q" * 16,
        due_at=THERE,
        answer=QuestionAnswer.OPEN,
    )
    stage.db.add(question)
    stage.db.flush()
    return (
        lambda: time_stands(stage.db, question, now=NOW),
        lambda: answer_question(stage.db, question.id, answer="accept", now=NOW),
    )


def a_day(stage: Stage) -> Way:
    told = OfferedDay(
        theme="droit",
        first=AT.date(),
        span=Span.parse("09:00", "17:00"),
        breaks=(Span.parse("12:30", "13:30"),),
        mode="on_site",
        place="Palais de justice",
        programme="Audience",
    )
    day = offer_day(stage.db, stage.alice, told, now=NOW)

    def listed() -> bool:
        return not stage.bob.suspended and day in open_days(stage.db, stage.bob, now=NOW)

    def asked() -> object:
        return ask_for_day(stage.db, stage.bob, day.id, DayBrief(need="Voir une audience"), links=stage.links, now=NOW)

    return listed, asked


WAYS = (
    booking_it,
    moving_as_mentee,
    moving_as_mentor,
    accepting,
    choosing,
    an_offer,
    a_series,
    a_calendars_proposal,
    a_day,
)


def nothing(stage: Stage) -> None:
    pass


def mentor_suspended(stage: Stage) -> None:
    stage.alice.suspended = True


def mentor_held(stage: Stage) -> None:
    stage.alice.approved, stage.alice.held_at = False, NOW


def role_taken(stage: Stage) -> None:
    stage.alice.mentor, stage.alice.mentee = False, True


def mentor_pauses(stage: Stage) -> None:
    pause(stage.db, stage.alice, now=NOW)


def mentor_on_leave(stage: Stage) -> None:
    take_leave(stage.db, stage.alice, LeavePeriod(AT.date(), AT.date()), now=NOW)


def mentee_suspended(stage: Stage) -> None:
    stage.bob.suspended = True


def kept_apart(stage: Stage) -> None:
    stage.db.add(Block(by_id=stage.bob.id, other_id=stage.alice.id, at=NOW))


STATES = (
    mentor_suspended,
    mentor_held,
    role_taken,
    mentor_pauses,
    mentor_on_leave,
    mentee_suspended,
    kept_apart,
)


@pytest.fixture
def stage(db: Session, links: Links) -> Stage:
    return Stage(db, links)


def _changed(stage: Stage, state: Callable[[Stage], None]) -> None:
    state(stage)
    stage.db.flush()
    mentor_changed(stage.db, stage.alice.id, NOW)


def _accepted(stage: Stage, take: Callable[[], object]) -> bool:
    try:
        with stage.db.begin_nested():
            take()
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("way", WAYS)
def test_an_hour_of_somebody_who_can_come_is_listed_and_accepted(stage: Stage, way: Callable[[Stage], Way]) -> None:
    listed, take = way(stage)
    assert (listed(), _accepted(stage, take)) == (True, True)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("way", WAYS)
def test_an_hour_with_somebody_who_cannot_come_is_neither_listed_nor_accepted(
    stage: Stage, way: Callable[[Stage], Way], state: Callable[[Stage], None]
) -> None:
    listed, take = way(stage)
    _changed(stage, state)
    assert (listed(), _accepted(stage, take)) == (False, False)


@pytest.mark.parametrize("state", [mentor_suspended, mentor_held, role_taken])
def test_a_move_that_is_refused_names_hours_of_others(stage: Stage, state: Callable[[Stage], None]) -> None:
    booking = stage.booked()
    _changed(stage, state)
    with pytest.raises(NotBookable):
        move_booking(stage.db, stage.bob, booking.id, starts_at=AT, now=NOW)
    assert slots_for_move(stage.db, booking.id, now=NOW) == []
    others = instead_of(stage.db, booking, starts_at=AT, now=NOW)
    assert [slot.mentor_id for slot in others] == [stage.dora.id] * 3
