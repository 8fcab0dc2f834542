"""However a booking ends, nothing of it is left over, and its people are told once what the reason says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.rules.messages import REMINDERS as TIMED
from flashmeet.bookings.service.book import answer_booking
from flashmeet.bookings.service.end import cancel_booking, end_expired
from flashmeet.bookings.service.events import Ending
from flashmeet.bookings.service.thread.messages import solve
from flashmeet.conduct.service.confirmations import answer as answer_confirmation
from flashmeet.conduct.service.reports import Report, report
from flashmeet.core.database.session import Database
from flashmeet.core.intervals import Interval, ticks
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.models import (
    Booking,
    CalendarAccount,
    Claim,
    Holder,
    Member,
    MemberCalendar,
    Opening,
    OutboxMessage,
    ProviderVisit,
    QuotaUse,
    RequestAsk,
)
from flashmeet.requests.service import answer as asked
from flashmeet.requests.service.notices import TO_THE_ASKED
from flashmeet.rooms.service.room import find_door
from flashmeet.schedule.queries.openings import ALL_THEMES
from tests import people
from tests.conduct.conftest import Scene
from tests.people import FREE, NOW

LIMITED = replace(FREE, per_day=2, per_week=5)
AT = NOW.replace(day=20)
NEWS = ("invite", "not_taken", "request_ended", "times_proposed", "hour_released")
"""Kinds by which the end of an hour is told."""
REMINDERS = (*TIMED, "confirm_hour", *TO_THE_ASKED)


class Hour(Scene):
    """Bob's hour with Alice on the 20th at 9, agreed at once or waiting for her."""

    def __init__(self, db: Session, links: Links) -> None:
        super().__init__(db, links)
        self.erin = people.mentor(db, "Erin", policy=replace(LIMITED, confirm=Confirm.ASK))

    @property
    def ask(self) -> RequestAsk:
        return self.db.scalars(select(RequestAsk).join(RequestAsk.request).filter_by(kind="hour")).one()

    def calendar_of(self, who: Member) -> int:
        """One that is written to, and takes no time."""
        account = CalendarAccount(member_id=who.id, kind="caldav", secret="", created_at=NOW)
        row = MemberCalendar(member_id=who.id, remote_id="work", writes=True, next_try_at=NOW)
        account.calendars.append(row)
        self.db.add(account)
        self.db.flush()
        return row.id

    def open(self, booking: Booking) -> bool:
        query = select(func.count()).where(
            Opening.mentor_id == booking.mentor_id,
            Opening.starts_at == booking.starts_at,
            Opening.theme_id == ALL_THEMES,
        )
        return bool(self.db.scalar(query))

    def waiting(self, *kinds: str) -> list[str]:
        query = select(OutboxMessage.kind).where(OutboxMessage.kind.in_(kinds), OutboxMessage.state == "waiting")
        return list(self.db.scalars(query))

    def reminders_of(self, booking: Booking) -> list[str]:
        query = select(OutboxMessage).where(OutboxMessage.kind.in_(REMINDERS), OutboxMessage.state == "waiting")
        return [row.kind for row in self.db.scalars(query) if row.payload.get("booking_id", booking.id) == booking.id]

    def last_row(self) -> int:
        return self.db.scalar(select(func.max(OutboxMessage.id))) or 0

    def news_after(self, row_id: int) -> list[tuple[str, str, str]]:
        query = select(OutboxMessage).where(OutboxMessage.id > row_id, OutboxMessage.kind.in_(NEWS))
        rows = self.db.scalars(query.where(OutboxMessage.state != "dropped"))
        names = {self.bob.id: "mentee", self.alice.id: "mentor", self.erin.id: "mentor"}
        return sorted((names[each.recipient_id], each.kind, each.payload.get("action", "")) for each in rows)


Act = Callable[[Hour, Booking], Any]


def nothing(hour: Hour, booking: Booking) -> None:
    """Most endings need nothing to have happened before."""


def is_asked_to_confirm(hour: Hour, booking: Booking) -> None:
    for day in (5, 6):
        hour.missed(day)
    hour.work(hour.at(19))
    assert hour.waiting("confirm_hour") == ["confirm_hour"]


def cancels(role: str) -> Act:
    return lambda hour, booking: cancel_booking(
        hour.db, getattr(booking, role), booking.id, reason="Train supprimé.", now=hour.now
    )


def reports(role: str) -> Act:
    def act(hour: Hour, booking: Booking) -> None:
        me: Member = getattr(booking, role)
        report(hour.db, me, booking.other(me.id).id, Report(what="unwelcome", story="Des insultes"), now=hour.now)

    return act


def time_runs_out(hour: Hour, booking: Booking) -> None:
    assert booking.answer_due_at is not None
    hour.now = booking.answer_due_at
    end_expired(hour.db, now=hour.now)


CANCELLED = [("mentee", "invite", "cancelled"), ("mentor", "invite", "cancelled")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    why: Ending
    act: Act
    told: list[tuple[str, str, str]] = field(default_factory=lambda: CANCELLED)
    before: Act = nothing
    by: str = ""
    ask: tuple[str, str] | None = None
    """What becomes of the ask and its request, of an hour that waits for its mentor."""


DECLINED = [("mentee", "not_taken", "declined")]
WITHDRAWN = [("mentor", "not_taken", "cancelled")]

CASES = {
    "the mentee cancels": Case(why=Ending.CANCELLED, act=cancels("mentee"), by="mentee"),
    "the mentor cancels": Case(why=Ending.CANCELLED, act=cancels("mentor"), by="mentor"),
    "solved in writing": Case(
        why=Ending.SOLVED,
        act=lambda hour, it: solve(hour.db, hour.alice, it.id, "Article 12.", now=hour.now),
        by="mentor",
    ),
    "the mentee does not come": Case(
        why=Ending.NOT_COMING,
        before=is_asked_to_confirm,
        act=lambda hour, it: answer_confirmation(hour.db, it, comes=False, now=hour.now),
    ),
    "not confirmed in time": Case(
        why=Ending.UNCONFIRMED,
        before=is_asked_to_confirm,
        act=lambda hour, it: hour.work(hour.at(19, 21)),
        told=[*CANCELLED, ("mentee", "hour_released", "")],
    ),
    "the mentee reports the mentor": Case(why=Ending.KEPT_APART, act=reports("mentee")),
    "the mentor reports the mentee": Case(why=Ending.KEPT_APART, act=reports("mentor")),
    "taken back": Case(
        why=Ending.CANCELLED,
        act=cancels("mentee"),
        by="mentee",
        told=WITHDRAWN,
        ask=("withdrawn", "withdrawn"),
    ),
    "the asked mentor cancels": Case(
        why=Ending.CANCELLED, act=cancels("mentor"), by="mentor", told=DECLINED, ask=("declined", "declined")
    ),
    "declined on the page": Case(
        why=Ending.DECLINED,
        act=lambda hour, it: answer_booking(hour.db, hour.erin, it.id, accept=False, now=hour.now),
        by="mentor",
        told=DECLINED,
        ask=("declined", "declined"),
    ),
    "declined by the link": Case(
        why=Ending.DECLINED,
        act=lambda hour, it: asked.decline(hour.db, hour.ask, note="En congé.", now=hour.now),
        by="mentor",
        told=DECLINED,
        ask=("declined", "declined"),
    ),
    "not answered in time": Case(
        why=Ending.EXPIRED,
        act=time_runs_out,
        told=[("mentee", "not_taken", "expired")],
        ask=("expired", "expired"),
    ),
    "other times are proposed": Case(
        why=Ending.COUNTERED,
        act=lambda hour, it: asked.propose(hour.db, hour.ask, [hour.at(22)], now=hour.now),
        by="mentor",
        told=[("mentee", "times_proposed", "")],
        ask=("countered", "proposed"),
    ),
    "the asked mentor solves it in writing": Case(
        why=Ending.SOLVED,
        act=lambda hour, it: asked.solve(hour.db, hour.ask, "Article 12.", now=hour.now),
        by="mentor",
        told=[("mentee", "request_ended", "solved")],
        ask=("solved", "solved"),
    ),
    "the mentee reports the asked mentor": Case(
        why=Ending.KEPT_APART,
        act=reports("mentee"),
        by="mentee",
        told=WITHDRAWN,
        ask=("withdrawn", "withdrawn"),
    ),
    "the asked mentor reports the mentee": Case(
        why=Ending.KEPT_APART,
        act=reports("mentor"),
        by="mentor",
        told=DECLINED,
        ask=("declined", "declined"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_whatever_the_reason_nothing_is_left_and_each_is_told_once(db: Session, links: Links, name: str) -> None:
    case = CASES[name]
    hour = Hour(db, links)
    booking = hour.book(AT, whom=hour.erin if case.ask else hour.alice)
    agreed = case.ask is None
    assert (booking.status, hour.open(booking)) == ("confirmed" if agreed else "pending", False)
    calendars = {hour.calendar_of(who) for who in (booking.mentor, booking.mentee)}
    if agreed:
        visit = ProviderVisit(booking_id=booking.id, seat_id=booking.seats[0].id, provider="jitsi", sequence=0)
        visit.visited_at, visit.failed = NOW, ""
        db.add(visit)
    case.before(hour, booking)
    assert hour.reminders_of(booking)
    last_row = hour.last_row()

    case.act(hour, booking)
    db.flush()
    db.expire_all()

    assert (booking.status, booking.cancelled_at, booking.sequence) == ("cancelled", hour.now, int(agreed))
    assert booking.cancelled_by_id == (getattr(booking, f"{case.by}_id") if case.by else None)
    assert (booking.solved_at is not None) == (case.why is Ending.SOLVED)
    for model in (Claim, QuotaUse):
        left = select(model).outerjoin(Holder, Holder.id == model.holder_id)
        assert db.scalars(left.where(Holder.id.is_(None) | (Holder.booking_id == booking.id))).all() == []
    assert db.scalars(select(Holder).where(Holder.booking_id == booking.id)).all() == []
    span = ticks(Interval(booking.starts_at, booking.ends_at))
    taken = (Claim.tick >= span.start, Claim.tick < span.stop)
    assert db.scalars(select(Claim).where(*taken)).all() == []
    assert hour.open(booking)
    assert hour.reminders_of(booking) == []
    assert hour.news_after(last_row) == sorted(case.told)
    written = db.scalars(
        select(OutboxMessage).where(OutboxMessage.id > last_row, OutboxMessage.channel == "calendar")
    ).all()
    assert {(row.payload["calendar_id"], row.version) for row in written} == (
        {(each, 1) for each in calendars} if agreed else set()
    )
    assert hour.waiting("end_meeting") == ["end_meeting"] * agreed
    seat = booking.seat_of(hour.bob.id)
    token = links.join_token(seat.id, seat.nonce)
    assert find_door(db, token, viewer_id=None, links=links, now=hour.now).state == "cancelled"
    if case.ask:
        assert (hour.ask.state, hour.ask.request.state) == case.ask


def test_every_reason_has_a_case() -> None:
    elsewhere = {Ending.CANNOT_COME, Ending.AWAY}  # their hours are nobody's to give any more: test_departures.py
    assert {case.why for case in CASES.values()} == set(Ending) - elsewhere


def test_the_words_of_a_no_reach_the_mentee(db: Session, links: Links) -> None:
    hour = Hour(db, links)
    booking = hour.book(AT, whom=hour.erin)
    asked.decline(db, hour.ask, note="En congé jusqu’en janvier.", now=hour.now)
    assert hour.payload(hour.bob, "not_taken")["reason"] == booking.cancel_reason == "En congé jusqu’en janvier."


def test_time_that_runs_out_while_somebody_changes_the_booking_waits_for_nobody(
    database: Database, links: Links
) -> None:
    """Whoever changes a booking locks it, then its holder; the clock finds the holder first, and must not wait."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with database.writing() as db:
        hour = Hour(db, links)
        booking = hour.book(AT, whom=hour.erin)
        due = (booking.answer_due_at or NOW) + timedelta(seconds=1)
    with database.writing() as changing:
        changing.get(Booking, booking.id, with_for_update={"of": Booking})
        with database.writing() as clock:
            assert end_expired(clock, now=due) == 0
    with database.writing() as clock:
        assert end_expired(clock, now=due) == 1
