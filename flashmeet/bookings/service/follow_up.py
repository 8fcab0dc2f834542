"""The follow-up 30 and 90 days after an hour: asked once each, told to the mentor, counted per theme."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import BookingAnswer
from flashmeet.bookings.models.series import LaterAnswer
from flashmeet.bookings.queries.evidence import evidence_about
from flashmeet.bookings.rules.follow_up import ASKED_FOR, DAYS, GOOD, SAYABLE_FROM, checked_answer, next_question
from flashmeet.bookings.rules.messages import CAME_OF_IT, WHAT_CAME
from flashmeet.bookings.rules.outcomes import LINE_CHARACTERS, Happened, outcome
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import FOLLOW_UP
from flashmeet.core.links import Links, shown_in
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.messages.outbox.write import mail
from flashmeet.people.queries import are_separated, is_blocked_between
from flashmeet.schedule.rules.booked_hour import BookingStatus, SeatRole, checked_text
from flashmeet.themes.models import Theme
from flashmeet.themes.queries import today_of

AT_ONCE = 200


def ask_what_came(db: Session, *, now: datetime) -> int:
    """Asks the mentees of served hours, at 30 and at 90 days; returns how many. Reads what is due, `AT_ONCE` at most.

    Whether an hour counts is decided when its question is due, once.
    """
    due = db.execute(
        select(Booking, are_separated(Booking.mentor_id, Booking.mentee_id))
        .where(Booking.follow_up_at <= now)
        .options(selectinload(Booking.seats))
        .order_by(Booking.follow_up_at, Booking.id)
        .limit(AT_ONCE)
    ).all()
    served = _served(db, [booking for booking, apart in due if not apart]) if due else set()
    return sum(_ask(db, booking, booking.id in served, now=now) for booking, _ in due)


def _served(db: Session, bookings: Sequence[Booking]) -> set[int]:
    """Returns the ids of those that stand as held."""
    completed = [each.id for each in bookings if each.status == BookingStatus.COMPLETED]
    seen = evidence_about(db, completed)
    return {each for each in completed if outcome(seen.answers.get(each, {}), seen.presence.get(each)).counts}


def _ask(db: Session, booking: Booking, served: bool, *, now: datetime) -> bool:
    """Asks if the question is due in the mentee's zone, where they live now; notes when the next one is."""
    due, days = next_question(booking.starts_at, booking.mentee.tzid, now=now), 0
    if due is not None and due.at <= now:
        days = due.days
        if served:
            _write(db, booking, days, not_after=due.at + ASKED_FOR, now=now)
        due = next_question(booking.starts_at, booking.mentee.tzid, now=now, after=days)
    booking.follow_up_at = due.at if due else None
    return served and days > 0


def _write(db: Session, booking: Booking, days: int, *, not_after: datetime, now: datetime) -> None:
    mail(
        db,
        booking.mentee_id,
        WHAT_CAME.saying({**payload_for(booking, booking.mentee), "days": days}),
        f"later:{days}:{booking.id}",
        not_after=not_after,
        now=now,
    )


FOLLOW_UP_LINK = PersonalLink(
    FOLLOW_UP,
    find=lambda db, number: db.get(Seat, number),
    facts=lambda seat: (seat.nonce,),
    owner=lambda seat: seat.member,
)


def follow_up_seat(db: Session, token: str, *, links: Links, viewer_id: int | None, now: datetime) -> tuple[Seat, int]:
    """Returns the mentee's seat and the number of days of a signed link. Raises NotFound."""
    shown = shown_in(token)
    seat = resolve_link(db, FOLLOW_UP_LINK, token, links=links, viewer_id=viewer_id, shown=(shown,))
    days = next((each for each in DAYS if str(each) == shown), None)
    if days is None or seat.role != SeatRole.MENTEE:
        raise NotFound
    if seat.booking.status != BookingStatus.COMPLETED or now < seat.booking.ends_at:
        raise NotFound
    return seat, days


def answer_follow_up(db: Session, booking: Booking, days: int, *, answer: str, line: str, now: datetime) -> LaterAnswer:
    """Stores the answer, replacing an earlier one. The mentor is told of good news, once. Raises BadInput, TooLong."""
    db.refresh(booking, with_for_update={"of": Booking})
    said, text = checked_answer(answer), checked_text("line", line, most=LINE_CHARACTERS)
    kept = db.merge(LaterAnswer(booking_id=booking.id, days=days, answer=said, line=text, answered_at=now))
    db.flush()
    if said in GOOD and not is_blocked_between(db, booking.mentor_id, booking.mentee_id):
        mail(
            db,
            booking.mentor_id,
            CAME_OF_IT.saying({**payload_for(booking, booking.mentor), "days": days}),
            f"later:{days}:{booking.id}",
            due_at=now + timedelta(minutes=5),
            now=now,
        )
    return kept


def follow_up_answers(db: Session, booking_id: int) -> Mapping[int, LaterAnswer]:
    """Returns the answers by number of days."""
    rows = db.scalars(select(LaterAnswer).where(LaterAnswer.booking_id == booking_id))
    return {row.days: row for row in rows}


@dataclass(frozen=True, slots=True)
class Clearer:
    """The mean of `count` answers, 1 to 5, to “My project is clearer to me now”."""

    mean: float
    count: int

    @property
    def sayable(self) -> bool:
        return self.count >= SAYABLE_FROM


def clearer_by_theme(db: Session, theme_ids: Collection[int], *, since: datetime) -> Mapping[int, Clearer]:
    """Returns the scores of hours since then; themes without an answer are left out. What was merged counts as what it
    became."""
    rows = columns(db, *_clearer(theme_ids, since))
    return {theme_id: Clearer(float(mean), count) for theme_id, mean, count in rows}


@prepared
def _clearer(theme_ids: Collection[int], since: datetime) -> Select[int, Any, int]:
    theme_id = today_of(Theme)
    return (
        select(theme_id, func.avg(BookingAnswer.clearer), func.count(BookingAnswer.clearer))
        .select_from(Booking)
        .join(BookingAnswer, BookingAnswer.booking_id == Booking.id)
        .join(Theme, Theme.id == Booking.theme_id)
        .where(among(theme_id, theme_ids), Booking.starts_at >= since, BookingAnswer.clearer.is_not(None))
        # a score given before a yes became a no stays in the row
        .where(BookingAnswer.happened == Happened.YES)
        .group_by(theme_id)
    )
