"""Sessions that are over, with what was said of them and who was seen: a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, lazyload

from flashmeet.bookings.models.attendance import Presence as Stay
from flashmeet.bookings.models.attendance import ProviderVisit
from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.outcome import SessionAnswer
from flashmeet.bookings.rules.outcomes import Happened, Presence
from flashmeet.core.intervals import Interval
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING, Mode, SeatRole
from flashmeet.schedule.rules.booking_facts import Format, Relation
from flashmeet.themes.models.theme import Theme


@dataclass(frozen=True, slots=True)
class Over:
    """A session that was agreed, stood and has ended; a theme that was merged is the one it became. `worked` is what
    counts of it: of a day, its hours without breaks and nights."""

    id: int
    mentor_id: int
    mentee_id: int
    theme_id: int
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    format: Format
    relation: Relation | None
    worked: timedelta


@dataclass(frozen=True, slots=True)
class Evidence:
    """`answers` and `clearer` by session; `presence` leaves out where they may have met elsewhere."""

    answers: Mapping[int, Mapping[SeatRole, Happened]]
    clearer: Mapping[int, int]
    presence: Mapping[int, Presence]


def over_between(session: Session, span: Interval, *, now: datetime, people: Collection[int] | None) -> Sequence[Over]:
    """Those that began within the span and have ended, of these people or of all."""
    columns = (
        Booking.id,
        Booking.mentor_id,
        Booking.mentee_id,
        func.coalesce(Theme.merged_into_id, Theme.id),
        Booking.starts_at,
        Booking.ends_at,
        Booking.mode,
        Booking.format,
        Booking.relation,
    )
    query = (
        select(*columns, DayOffer)
        .join(Theme, Theme.id == Booking.theme_id)
        .outerjoin(DayOffer, DayOffer.id == Booking.day_offer_id)
        .options(lazyload(DayOffer.mentor), lazyload(DayOffer.theme))
        .where(Booking.id.in_(_ids(span, now, people)))
    )
    rows = session.execute(query.order_by(Booking.starts_at, Booking.id))
    return [Over(*[*facts, _worked(facts[4], facts[5], day)]) for *facts, day in rows]


def _worked(starts_at: datetime, ends_at: datetime, day: DayOffer | None) -> timedelta:
    return day.plan.worked if day else ends_at - starts_at


def evidence_between(session: Session, span: Interval, *, now: datetime, people: Collection[int] | None) -> Evidence:
    """What is known of the same sessions."""
    ids = _ids(span, now, people)
    answers, clearer = _answers(session, ids)
    return Evidence(answers, clearer, _presence(session, ids))


def _ids(span: Interval, now: datetime, people: Collection[int] | None) -> Select[int]:
    query = select(Booking.id).where(
        Booking.starts_at >= span.start,
        Booking.starts_at < span.end,
        Booking.ends_at <= now,
        Booking.status.in_(STANDING_BOOKING),
    )
    if people is None:
        return query
    return query.where(or_(Booking.mentor_id.in_(people), Booking.mentee_id.in_(people)))


def _answers(session: Session, ids: Select[int]) -> tuple[Mapping[int, dict[SeatRole, Happened]], dict[int, int]]:
    query = (
        select(Seat.booking_id, Seat.role, SessionAnswer.happened, SessionAnswer.clearer)
        .join(
            SessionAnswer,
            (SessionAnswer.booking_id == Seat.booking_id) & (SessionAnswer.member_id == Seat.member_id),
        )
        .where(Seat.booking_id.in_(ids))
    )
    said: defaultdict[int, dict[SeatRole, Happened]] = defaultdict(dict)
    clearer: dict[int, int] = {}
    for booking_id, role, happened, points in session.execute(query):
        said[booking_id][role] = happened
        if points is not None:
            clearer[booking_id] = points
    return said, clearer


def _presence(session: Session, ids: Select[int]) -> dict[int, Presence]:
    """Of sessions on video that nobody left for a provider."""
    elsewhere = select(ProviderVisit.booking_id).where(ProviderVisit.failed == "")
    here = session.scalars(
        select(Booking.id).where(Booking.id.in_(ids), Booking.mode == Mode.VIDEO, ~Booking.id.in_(elsewhere))
    ).all()
    query = (
        select(Stay.booking_id, Seat.role, Stay.joined_at, Stay.left_at)
        .join(Seat, Seat.id == Stay.seat_id)
        .where(Stay.booking_id.in_(ids))
    )
    stays: defaultdict[int, defaultdict[SeatRole, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for booking_id, role, joined_at, left_at in session.execute(query):
        stays[booking_id][role].append(Interval(joined_at, left_at))
    return {booking_id: _seen(stays[booking_id]) if booking_id in stays else _NOBODY for booking_id in here}


_NOBODY = Presence(timedelta(), timedelta(), timedelta())


def _seen(stays: Mapping[SeatRole, Sequence[Interval]]) -> Presence:
    mentor, mentee = stays.get(SeatRole.MENTOR, ()), stays.get(SeatRole.MENTEE, ())
    together = sum((_shared(one, other) for one in mentor for other in mentee), timedelta())
    return Presence(_length(mentor), _length(mentee), together)


def _length(stays: Sequence[Interval]) -> timedelta:
    return sum((each.end - each.start for each in stays), timedelta())


def _shared(one: Interval, other: Interval) -> timedelta:
    return max(min(one.end, other.end) - max(one.start, other.start), timedelta())
