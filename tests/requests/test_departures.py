"""Nobody waits for somebody who will not come without having been told: whoever goes, whatever there is with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, ClosedHourQuestion, LeaveQuestion
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.messages import REMINDERS
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.errors import AccessSuspended, Refusal
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import SUPERSEDED
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.people.service.membership import change_roles, pause, reinstate, stop_mentoring, suspend
from flashmeet.periodic_tasks import TASKS
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import LIVE, AskState, OfferState, RequestState
from flashmeet.requests.service.answer import ask_of_link, propose
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.departures import ahead_of, catch_up
from flashmeet.schedule.models import Leave
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING, BookingStatus
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.gate import falling_into
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.pauses import pause as take_a_break
from tests.databases import empty
from tests.people import FREE, NOW, law, member, mentor
from tests.requests.conftest import REQUEST_TASKS
from tests.thoroughness import tries

LINKS = Links("http://localhost", "s" * 40)
AT = datetime(2026, 12, 9, 10, tzinfo=UTC)
HOURLY = replace(FREE, start_every=60)
ASKS_FIRST = replace(HOURLY, confirm=Confirm.ASK)


class Stage:
    def __init__(self, db: Session) -> None:
        self.db = db
        self.alice, self.dora = mentor(db, policy=HOURLY), mentor(db, "Dora", policy=HOURLY)
        self.bob = member(db, "Bob")
        self.odile = member(db, "Odile", administrator=True, mentee=False)

    def book(self, at: datetime = AT) -> Booking:
        request = BookingRequest(mentor_id=self.alice.id, starts_at=at, theme="droit", need="Mes statuts")
        return book_slot(self.db, self.bob, request, links=LINKS, now=NOW)

    def ask_alice(self) -> MentoringRequest:
        return ask(self.db, self.bob, Asking(theme="droit", need="?", mentor_id=self.alice.id, any_time=True), now=NOW)

    def rows(self, who: Member, *kinds: str) -> list[OutboxMessage]:
        query = select(OutboxMessage).where(OutboxMessage.recipient_id == who.id, OutboxMessage.state != "dropped")
        return [row for row in self.db.scalars(query.order_by(OutboxMessage.id)) if not kinds or row.kind in kinds]


@pytest.fixture
def stage(db: Session) -> Stage:
    return Stage(db)


def test_an_hour_with_somebody_suspended_is_cancelled_with_an_apology_and_three_hours_of_others(stage: Stage) -> None:
    booking = stage.book()
    suspend(stage.db, stage.alice.id, by=stage.odile, now=NOW)
    told = stage.rows(stage.bob, "invite")[-1].payload
    assert (booking.status, told["action"], told["sorry"]) == (BookingStatus.CANCELLED, "cancelled", True)
    assert [each["id"] for each in told["people"]] == [stage.dora.id] * 3
    assert stage.rows(stage.bob, *REMINDERS) == []
    assert "sorry" not in stage.rows(stage.alice, "invite")[-1].payload


def test_an_hour_leaves_the_calendar_of_who_is_suspended_and_nothing_else_reaches_them(stage: Stage) -> None:
    stage.book()
    suspend(stage.db, stage.alice.id, by=stage.odile, now=NOW)
    asked = stage.rows(stage.alice)
    kept = why_not(stage.db, asked, now=NOW)
    told = [(row.kind, row.payload["action"]) for row in asked if row.id not in kept]
    assert told == [("invite", "cancelled")]
    assert set(kept.values()) == {"suspended"}


def test_the_mentor_of_a_suspended_mentee_is_told_and_has_the_hour_back(stage: Stage) -> None:
    booking = stage.book()
    suspend(stage.db, stage.bob.id, by=stage.odile, now=NOW)
    told = stage.rows(stage.alice, "invite")[-1].payload
    assert (booking.status, told["sorry"], told["people"]) == (BookingStatus.CANCELLED, True, [])
    assert booking.cancelled_by_id is None


@pytest.mark.parametrize("hours", list(AgreedHours))
def test_who_mentors_no_more_keeps_the_hours_agreed_or_has_them_cancelled(stage: Stage, hours: AgreedHours) -> None:
    booking = stage.book()
    change_roles(stage.db, stage.alice.id, ["mentee"], hours=hours, now=NOW)
    kept = hours is AgreedHours.KEEP
    assert booking.status == (BookingStatus.CONFIRMED if kept else BookingStatus.CANCELLED)
    assert [row.payload.get("sorry", False) for row in stage.rows(stage.bob, "invite")][-1] is not kept


def test_the_hours_are_kept_where_nothing_is_said(stage: Stage) -> None:
    booking = stage.book()
    pause(stage.db, stage.alice.id, now=NOW)
    assert booking.status == BookingStatus.CONFIRMED


def test_before_the_button_the_hours_and_requests_are_counted(stage: Stage) -> None:
    stage.book()
    stage.ask_alice()
    found = ahead_of(stage.db, stage.alice, Departure.SUSPENDED, now=NOW)
    assert (len(found.hours), found.requests) == (1, 1)


def test_a_request_to_somebody_suspended_ends_at_once_and_names_others(stage: Stage) -> None:
    request = ask(
        stage.db, stage.bob, Asking(theme="droit", need="?", mentor_id=stage.alice.id, any_time=True), now=NOW
    )
    suspend(stage.db, stage.alice.id, by=stage.odile, now=NOW)
    told = stage.rows(stage.bob, "request_ended")
    assert request.state == RequestState.DECLINED
    assert [each["id"] for row in told for each in row.payload["people"]] == [stage.dora.id]


def test_a_link_of_somebody_suspended_answers_in_words(stage: Stage) -> None:
    request = ask(
        stage.db, stage.bob, Asking(theme="droit", need="?", mentor_id=stage.alice.id, any_time=True), now=NOW
    )
    [asked] = request.asks
    token = LINKS.ask(asked.id, asked.nonce).rpartition("/")[2]
    suspend(stage.db, stage.alice.id, by=stage.odile, now=NOW)
    with pytest.raises(AccessSuspended):
        ask_of_link(stage.db, token, links=LINKS, viewer_id=None)


def test_what_was_agreed_as_somebody_was_suspended_is_found_by_the_worker(stage: Stage) -> None:
    booking = stage.book()
    stage.alice.suspended = True
    stage.db.flush()
    assert catch_up(stage.db, now=NOW) == 1
    assert booking.status == BookingStatus.CANCELLED
    assert catch_up(stage.db, now=NOW) == 0


def test_a_leave_that_has_begun_lets_requests_go_on_and_a_later_one_leaves_them(stage: Stage) -> None:
    request = ask(
        stage.db, stage.bob, Asking(theme="droit", need="?", mentor_id=stage.alice.id, any_time=True), now=NOW
    )
    take_leave(stage.db, stage.alice, LeavePeriod(AT.date(), AT.date()), now=NOW)
    assert str(request.state) == RequestState.OPEN
    take_leave(stage.db, stage.alice, LeavePeriod(NOW.date(), NOW.date()), now=NOW)
    assert request.state == RequestState.DECLINED


def test_hours_in_ones_own_leave_are_cancelled_with_an_apology_and_three_hours_of_others(stage: Stage) -> None:
    inside, after = stage.book(), stage.book(AT + timedelta(days=1))
    away = LeavePeriod(AT.date(), AT.date())
    assert ahead_of(stage.db, stage.alice, Departure.ON_LEAVE, away=away, now=NOW).hours == [inside]
    take_leave(stage.db, stage.alice, away, hours=AgreedHours.CANCEL, now=NOW)
    told = stage.rows(stage.bob, "invite")[-1].payload
    assert (inside.status, after.status) == (BookingStatus.CANCELLED, BookingStatus.CONFIRMED)
    assert (told["sorry"], len(told["people"]), inside.cancelled_by_id) == (True, 3, stage.alice.id)
    assert stage.rows(stage.alice, "leave_question") == []


def test_hours_in_ones_own_pause_are_kept_and_asked_about_or_cancelled_with_an_apology(stage: Stage) -> None:
    booking = stage.book()
    take_a_break(stage.db, stage.alice, now=NOW)
    assert (booking.status, len(stage.rows(stage.alice, "leave_question"))) == (BookingStatus.CONFIRMED, 1)
    take_a_break(stage.db, stage.alice, hours=AgreedHours.CANCEL, now=NOW)
    assert (booking.status, stage.rows(stage.bob, "invite")[-1].payload["sorry"]) == (BookingStatus.CANCELLED, True)


@pytest.mark.parametrize("hours", list(AgreedHours))
def test_who_stops_mentoring_keeps_the_hours_agreed_or_cancels_them(stage: Stage, hours: AgreedHours) -> None:
    booking, request = stage.book(), stage.ask_alice()
    stop_mentoring(stage.db, stage.alice, hours=hours, now=NOW)
    kept = hours is AgreedHours.KEEP
    assert booking.status == (BookingStatus.CONFIRMED if kept else BookingStatus.CANCELLED)
    assert (request.state, stage.alice.mentor, stage.alice.mentee) == (RequestState.DECLINED, False, True)


def test_a_request_counts_before_a_leave_as_far_as_it_goes_on(stage: Stage) -> None:
    stage.ask_alice()
    later, today = LeavePeriod(AT.date(), AT.date()), LeavePeriod(NOW.date(), NOW.date())
    found = [
        ahead_of(stage.db, stage.alice, Departure.ON_LEAVE, away=each, now=NOW).requests for each in (later, today)
    ]
    assert found == [0, 1]


CHANGES = ("suspend", "hold", "take the role", "stop", "break", "leave", "close", "reinstate")


class Departures(RuleBasedStateMachine):
    """Three mentors, one of whom is asked first; two who book and ask; and an administrator."""

    database: Database

    @initialize()
    def people(self) -> None:
        empty(self.database)
        self.now, self.number = NOW, 0
        with self.database.writing() as db:
            self.mentors = [
                mentor(db, "Alice", policy=HOURLY).id,
                mentor(db, "Dora", policy=HOURLY).id,
                mentor(db, "Karim", policy=ASKS_FIRST).id,
            ]
            self.askers = [member(db, name).id for name in ("Bob", "Camille")]
            self.odile = member(db, "Odile", administrator=True, mentee=False).id
        for whom in range(3):  # what everybody's going is about
            self.books(0, whom)
            self.asks(1, whom)
            self.continues(whom, 0, SeriesState.OPEN)

    def do(self, act: Callable[[Session], object]) -> None:
        try:
            with self.database.writing() as db:
                act(db)
        except Refusal:
            pass

    def next_hour(self) -> datetime:
        self.number += 1
        return AT.replace(hour=8) + timedelta(days=self.number // 8, hours=self.number % 8)

    @rule(who=st.integers(0, 1), whom=st.integers(0, 2))
    def books(self, who: int, whom: int) -> None:
        wanted = BookingRequest(mentor_id=self.mentors[whom], starts_at=self.next_hour(), theme="droit", need="?")
        self.do(lambda db: book_slot(db, db.get_one(Member, self.askers[who]), wanted, links=LINKS, now=self.now))

    @rule(who=st.integers(0, 1), whom=st.integers(0, 3))
    def asks(self, who: int, whom: int) -> None:
        to = self.mentors[whom] if whom < 3 else None
        wanted = Asking(theme="droit", need="?", mentor_id=to, times=(self.next_hour(),))
        self.do(lambda db: ask(db, db.get_one(Member, self.askers[who]), wanted, now=self.now))

    @rule(which=st.integers(0, 3), cancel=st.booleans())
    def ends_or_moves(self, which: int, cancel: bool) -> None:
        """The mentee of one of the coming hours."""
        at = self.next_hour()

        def act(db: Session) -> None:
            coming = select(Booking).where(Booking.status.in_(LIVE_BOOKING), Booking.starts_at > self.now)
            found = db.scalars(coming.order_by(Booking.id)).unique().all()[which : which + 1]
            for booking in found:
                if cancel:
                    cancel_booking(db, booking.mentee, booking.id, reason="", now=self.now)
                else:
                    move_booking(db, booking.mentee, booking.id, starts_at=at, now=self.now)

        self.do(act)

    @rule(who=st.integers(0, 2), whom=st.integers(0, 1), state=st.sampled_from(SeriesState))
    def continues(self, who: int, whom: int, state: SeriesState) -> None:
        """Two people have a series, as long as both could have agreed on one."""

        def act(db: Session) -> None:
            one, other = db.get_one(Member, self.mentors[who]), db.get_one(Member, self.askers[whom])
            if one.bookable and not other.suspended:
                db.add(
                    Series(
                        state=state,
                        mentor=one,
                        mentee=other,
                        theme=law(db),
                        proposed_by_id=one.id,
                        goals="?",
                        rhythm_weeks=2,
                        ends_on=date(2027, 3, 1),
                        review_on=date(2027, 1, 1),
                        proposed_at=self.now,
                        nonce=str(self.next_hour()),
                    )
                )

        self.do(act)

    @rule(hours=st.integers(1, 30))
    def passes(self, hours: int) -> None:
        """Time goes by, and the worker does its duties in it."""
        self.now += timedelta(hours=hours)
        self.works()

    @rule()
    def proposes(self) -> None:
        at = self.next_hour()

        def act(db: Session) -> None:
            asked = db.scalars(select(RequestAsk).where(RequestAsk.state == AskState.ASKED)).unique().first()
            if asked is not None:
                propose(db, asked, [at], now=self.now)

        self.do(act)

    @rule(
        who=st.integers(0, 4),
        how=st.sampled_from(CHANGES),
        hours=st.sampled_from(AgreedHours),
        days=st.sampled_from((0, 12)),
    )
    def changes(self, who: int, how: str, hours: AgreedHours, days: int) -> None:
        person = (*self.mentors, *self.askers)[who]

        def act(db: Session) -> None:
            found = db.get_one(Member, person)
            if how == "suspend":
                suspend(db, person, by=db.get_one(Member, self.odile), now=self.now)
            elif how == "reinstate":
                reinstate(db, person, now=self.now)
            elif how == "break" and not found.suspended:
                take_a_break(db, found, hours=hours, now=self.now)
            elif who > 2:
                return
            elif how == "hold":
                pause(db, person, hours=hours, now=self.now)
            elif how == "take the role":
                change_roles(db, person, ["mentee"], hours=hours, now=self.now)
            elif how == "stop":
                stop_mentoring(db, found, hours=hours, now=self.now)
            elif found.suspended:
                return
            elif how == "close":
                save_availability(db, found, tzid=found.tzid, rules=(), overrides=(), policy=HOURLY, now=self.now)
            else:
                last = self.now.date() + timedelta(days=days)
                take_leave(db, found, LeavePeriod(self.now.date(), last), hours=hours, now=self.now)

        self.do(act)

    @rule()
    def works(self) -> None:
        for task in TASKS:
            if task.name in (*REQUEST_TASKS, "follow_departures"):
                self.do(lambda db, task=task: task.act(db, self.now))  # type: ignore[misc]

    @precondition(lambda self: hasattr(self, "mentors"))
    @invariant()
    def nobody_waits_untold(self) -> None:
        with self.database.reading() as db:
            assert list(waiting_for_nobody(db, now=self.now)) == []


def waiting_for_nobody(db: Session, *, now: datetime) -> Iterator[str]:
    """A sentence for everybody who counts on somebody that will not come, and for every end that was not told."""
    yield from _standing(db, now=now)
    yield from _untold(db)
    yield from _asked(db, now=now)
    yield from _unasked(db, now=now)
    yield from _left_over(db)


def _unasked(db: Session, *, now: datetime) -> Iterator[str]:
    """Hours that stand where their mentor has said that they are away or give none."""
    coming = select(Booking).where(Booking.status == BookingStatus.CONFIRMED, Booking.starts_at > now)
    for booking in db.scalars(coming).unique():
        leaves = db.scalars(select(Leave).where(Leave.member_id == booking.mentor_id)).all()
        inside = [each for each in leaves if falling_into(db, booking.mentor, [booking.starts_at], as_period(each))]
        asked = set(db.scalars(select(LeaveQuestion.leave_id).where(LeaveQuestion.booking_id == booking.id)))
        if any(each.id not in asked for each in inside):
            yield f"booking {booking.id} stands in a leave, and its mentor was not asked"
        schedule = read_schedule(db, booking.mentor_id)
        closed = schedule is not None and not schedule.rules
        if closed and not inside and db.get(ClosedHourQuestion, booking.id) is None:
            yield f"booking {booking.id} stands in a closed hour, and its mentor was not asked"


def as_period(leave: Leave) -> LeavePeriod:
    return LeavePeriod(leave.first, leave.last)


def _left_over(db: Session) -> Iterator[str]:
    """What goes on as if nobody had gone."""
    for series in db.scalars(select(Series).where(Series.state.in_((SeriesState.PROPOSED, SeriesState.OPEN)))).unique():
        if series.mentor.suspended or series.mentee.suspended or not (series.mentor.mentor or series.mentee.mentor):
            yield f"series {series.id} goes on without one of its people"
    waiting = select(OutboxMessage).where(OutboxMessage.state == "waiting", OutboxMessage.kind.in_(REMINDERS))
    for row in db.scalars(waiting):
        booking = db.get_one(Booking, row.payload["booking_id"])
        if booking.status != BookingStatus.CONFIRMED:
            yield f"booking {booking.id} ended, and {row.recipient_id} is reminded of it"


def _standing(db: Session, *, now: datetime) -> Iterator[str]:
    coming = select(Booking).where(Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
    for booking in db.scalars(coming).unique():
        if booking.mentor.suspended or booking.mentee.suspended:
            yield f"booking {booking.id} stands with somebody suspended"
        if booking.status == BookingStatus.PENDING and not booking.mentor.bookable:
            yield f"booking {booking.id} waits for an answer of somebody who mentors no more"


def _untold(db: Session) -> Iterator[str]:
    """What was dropped because a later mail made it needless was heard by nobody, and needs no end."""
    rows = [
        (row.recipient_id, row.kind, row.payload)
        for row in db.scalars(select(OutboxMessage).where(OutboxMessage.reason != SUPERSEDED))
    ]
    proposed = {payload["request_id"] for _, kind, payload in rows if kind == "times_proposed"}
    countered = set(db.scalars(select(MentoringRequest.booking_id).where(MentoringRequest.id.in_(proposed))))
    for booking in db.scalars(select(Booking).where(Booking.status == BookingStatus.CANCELLED)).unique():
        told = {
            recipient
            for recipient, kind, payload in rows
            if kind in ("invite", "not_taken")
            and payload["booking_id"] == booking.id
            and payload["action"] in ("cancelled", "declined", "expired")
        }
        heard = {
            recipient
            for recipient, kind, payload in rows
            if kind in ("invite", "request") and payload["booking_id"] == booking.id
        }
        if (booking.sequence > 0 and heard - told) or (
            booking.sequence == 0 and heard and not told and booking.id not in countered
        ):
            yield f"booking {booking.id} ended, told were {told}"
    ended = select(MentoringRequest).where(MentoringRequest.state == RequestState.DECLINED)
    for request in db.scalars(ended.where(MentoringRequest.booking_id.is_(None))).unique():
        if not any(kind == "request_ended" and payload["request_id"] == request.id for _, kind, payload in rows):
            yield f"request {request.id} ended, and nobody was told"


def _asked(db: Session, *, now: datetime) -> Iterator[str]:
    for asked in db.scalars(select(RequestAsk).where(RequestAsk.state == AskState.ASKED)).unique():
        if asked.request.state in LIVE and (not asked.mentor.bookable or asked.mentor.paused(now)):
            yield f"request {asked.request_id} waits for {asked.mentor_id}, who gives no hour"
        if asked.request.state in LIVE and asked.request.mentee.suspended:
            yield f"request {asked.request_id} of somebody suspended is open"
    for offer in db.scalars(select(HourOffer).where(HourOffer.state == OfferState.OPEN)).unique():
        if not offer.mentor.bookable:
            yield f"offer {offer.id} is of somebody who gives no hour"


@pytest.mark.timeout(900)
def test_whoever_goes_nobody_waits_for_them_without_having_been_told(database: Database) -> None:
    machine = type("Machine", (Departures,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=tries(15, usual=6),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("hours", list(AgreedHours))
@pytest.mark.parametrize("how", CHANGES)
def test_each_change_of_each_person_leaves_nobody_untold(database: Database, how: str, hours: AgreedHours) -> None:
    machine = type("Machine", (Departures,), {"database": database})()
    machine.people()
    for who in range(5):
        machine.changes(who, how, hours, days=12)
        machine.nobody_waits_untold()
