"""Queries on bookings that are over, their answers and presence. Each takes a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all, update
from sqlalchemy.orm import Session, lazyload

from flashmeet.bookings.models.booking import Booking, Seat, SeatReply
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.outcome import BookingAnswer, Confirmation, LateWord, NoShow, ProviderVisit, RoomVisit
from flashmeet.bookings.rules.answers import SAYS_NOTHING_OF_COMING, InviteAnswer
from flashmeet.bookings.rules.outcomes import ABSENCE_UNDO, AWAY_AFTER, LATE_FROM, AbsenceState, Happened, Presence
from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING, BookingStatus, Mode, SeatRole
from flashmeet.schedule.rules.booking_facts import Format, Relation
from flashmeet.themes.models import Theme


@dataclass(frozen=True, slots=True)
class Over:
    """A booking that was agreed, was not cancelled and has ended. A merged theme is given as the one it was merged
    into. `worked` is the time that counts: for a day, its hours without breaks and nights."""

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
    """`answers` and `clearer` by booking id; `presence` leaves out bookings whose people may have met elsewhere."""

    answers: Mapping[int, Mapping[SeatRole, Happened]]
    clearer: Mapping[int, int]
    presence: Mapping[int, Presence]


def over_between(db: Session, span: Interval, *, now: datetime, people: Collection[int] | None) -> Sequence[Over]:
    """Returns the bookings that began within the span and have ended, of these people or of all."""
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
    rows = db.execute(query.order_by(Booking.starts_at, Booking.id))
    return [Over(*[*facts, _worked(facts[4], facts[5], day)]) for *facts, day in rows]


def _worked(starts_at: datetime, ends_at: datetime, day: DayOffer | None) -> timedelta:
    return day.plan.worked if day else ends_at - starts_at


def evidence_between(db: Session, span: Interval, *, now: datetime, people: Collection[int] | None) -> Evidence:
    """Returns the evidence about the same bookings."""
    ids = _ids(span, now, people)
    answers, clearer = _answers(db, ids)
    return Evidence(answers, clearer, _presence(db, ids))


def evidence_about(db: Session, booking_ids: Collection[int]) -> Evidence:
    """Returns the evidence about these bookings, in three statements however many there are."""
    ids = select(Booking.id).where(among(Booking.id, booking_ids))
    answers, clearer = _answers(db, ids)
    return Evidence(answers, clearer, _presence(db, ids))


def _ids(span: Interval, now: datetime, people: Collection[int] | None) -> Select[int]:
    query = _stood(select(Booking.id), span, now)
    if people is None:
        return query
    return query.where(or_(among(Booking.mentor_id, people), among(Booking.mentee_id, people)))


def _stood(query: Select[int], span: Interval, now: datetime) -> Select[int]:
    return query.where(
        Booking.starts_at >= span.start,
        Booking.starts_at < span.end,
        Booking.ends_at <= now,
        Booking.status.in_(STANDING_BOOKING),
    )


def stood_by_member(db: Session, span: Interval, *, now: datetime, people: Collection[int]) -> Mapping[int, int]:
    """Counts the same bookings for each of these people; those without any are left out."""
    sides = union_all(
        *(
            _stood(select(side.label("member_id")), span, now).where(among(side, people))
            for side in (Booking.mentor_id, Booking.mentee_id)
        )
    ).subquery()
    query = select(sides.c.member_id, func.count()).group_by(sides.c.member_id)
    return dict(db.execute(query).all())


def count_given(
    db: Session, mentors: Collection[int], theme_id: int | None, span: Interval, given: dict[int, int]
) -> None:
    """Adds to `given`, by mentor, how many bookings on the theme, or on any, that stand begin within the span."""
    for mentor_id, of_it, count in columns(db, *_given(mentors, theme_id or 0, span.start, span.end)):
        given[mentor_id] = given.get(mentor_id, 0) + (count if theme_id is None else of_it)


@prepared
def _given(mentors: Collection[int], theme_id: int, start: datetime, end: datetime) -> Select[int, int, int]:
    of_it = func.count(case((Booking.theme_id == theme_id, 1)))
    query = select(Booking.mentor_id, of_it, func.count()).where(among(Booking.mentor_id, mentors))
    within = query.where(Booking.starts_at >= start, Booking.starts_at < end, Booking.status.in_(STANDING_BOOKING))
    return within.group_by(Booking.mentor_id)


def _answers(db: Session, ids: Select[int]) -> tuple[Mapping[int, dict[SeatRole, Happened]], dict[int, int]]:
    query = (
        select(Seat.booking_id, Seat.role, BookingAnswer.happened, BookingAnswer.clearer)
        .join(
            BookingAnswer,
            (BookingAnswer.booking_id == Seat.booking_id) & (BookingAnswer.member_id == Seat.member_id),
        )
        .where(Seat.booking_id.in_(ids))
    )
    said: defaultdict[int, dict[SeatRole, Happened]] = defaultdict(dict)
    clearer: dict[int, int] = {}
    for booking_id, role, happened, points in db.execute(query):
        said[booking_id][role] = happened
        if points is not None:
            clearer[booking_id] = points
    return said, clearer


def _presence(db: Session, ids: Select[int]) -> dict[int, Presence]:
    """Returns presence in video bookings that nobody left for a provider."""
    elsewhere = select(ProviderVisit.booking_id).where(ProviderVisit.failed == "")
    here = db.scalars(
        select(Booking.id).where(Booking.id.in_(ids), Booking.mode == Mode.VIDEO, ~Booking.id.in_(elsewhere))
    ).all()
    query = (
        select(RoomVisit.booking_id, Seat.role, RoomVisit.joined_at, RoomVisit.left_at)
        .join(Seat, Seat.id == RoomVisit.seat_id)
        .where(RoomVisit.booking_id.in_(ids))
    )
    stays: defaultdict[int, defaultdict[SeatRole, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for booking_id, role, joined_at, left_at in db.execute(query):
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


def note_presence(db: Session, *, booking_id: int, seat_id: int, now: datetime) -> None:
    """Extends the seat's latest stay to `now`, or begins a new stay after an absence."""
    latest = select(func.max(RoomVisit.id)).where(RoomVisit.seat_id == seat_id).scalar_subquery()
    moved = db.execute(
        update(RoomVisit)
        .where(RoomVisit.id == latest, RoomVisit.left_at >= now - AWAY_AFTER)
        .values(left_at=now)
        .returning(RoomVisit.id)
    )
    if not moved.all():
        db.add(RoomVisit(booking_id=booking_id, seat_id=seat_id, joined_at=now, left_at=now))


def stays_in(db: Session, booking_id: int) -> Sequence[RoomVisit]:
    """Returns every stay of both people, in order of arrival."""
    query = select(RoomVisit).where(RoomVisit.booking_id == booking_id)
    return db.scalars(query.order_by(RoomVisit.joined_at, RoomVisit.id)).all()


def absence_of(db: Session, booking: Booking, member: Member) -> NoShow | None:
    """Returns the other's report that this member did not come, unless it was withdrawn."""
    found = db.scalars(select_absence(booking.id, member.id)).first()
    return found if found is not None and found.state != AbsenceState.WITHDRAWN else None


def absences_open_about(db: Session, member: Member, *, now: datetime) -> Sequence[NoShow]:
    """Returns the reports that this member did not come which they were told of and may still answer."""
    return db.scalars(*open_absences(member.id, now, now - ABSENCE_UNDO)).all()


@prepared
def open_absences(about_id: int, now: datetime, said_until: datetime) -> Select[NoShow]:
    query = select(NoShow).where(NoShow.about_id == about_id, NoShow.state == AbsenceState.SAID)
    return query.where(NoShow.until > now, NoShow.said_at <= said_until).order_by(NoShow.until)


def select_absence(booking_id: int, about_id: int) -> Select[NoShow]:
    """Selects the report that this member did not come to that booking, in whatever state."""
    return select(NoShow).where(NoShow.booking_id == booking_id, NoShow.about_id == about_id)


def confirmation_of(db: Session, booking: Booking) -> Confirmation | None:
    """Returns the confirmation asked for the booking at its current time."""
    return db.get(Confirmation, (booking.id, booking.starts_at))


def waits(booking: Booking, asked: Confirmation | None, *, now: datetime) -> bool:
    """Whether the mentee is still asked to confirm."""
    return (
        asked is not None
        and asked.answered_at is None
        and asked.ended_at is None
        and now < asked.until
        and booking.status == BookingStatus.CONFIRMED
    )


def calendar_answers(db: Session, booking: Booking, *, unproven: bool = False) -> dict[int, SeatReply]:
    """Returns each member's latest calendar answer to the booking's current `sequence`.

    `unproven`: with refusals that did not show the invite, which are good for a question to that member alone.
    """
    query = (
        select(SeatReply)
        .join(Seat, Seat.id == SeatReply.seat_id)
        .where(Seat.booking_id == booking.id, SeatReply.sequence == booking.sequence)
        .where(SeatReply.answer.not_in(SAYS_NOTHING_OF_COMING))
        .order_by(SeatReply.stamped_at, SeatReply.id)
    )
    if not unproven:
        query = query.where(SeatReply.answer != InviteAnswer.UNPROVEN)
    return {each.seat.member_id: each for each in db.scalars(query)}


def open_decline(db: Session, booking: Booking, member_id: int, *, now: datetime) -> SeatReply | None:
    """Returns the answer by which that member's calendar declined, while nobody has settled it."""
    latest = calendar_answers(db, booking, unproven=True).get(member_id) if is_awaited(booking, now) else None
    declines = latest is not None and latest.answer in (InviteAnswer.DECLINED, InviteAnswer.UNPROVEN)
    return latest if latest is not None and declines and not latest.settled else None


def is_awaited(booking: Booking, now: datetime) -> bool:
    return booking.status == BookingStatus.CONFIRMED and booking.starts_at > now


def pair(one_id: int, other_id: int) -> ColumnElement[bool]:
    """Selects bookings of these two, either one as mentor."""
    return or_(
        and_(Booking.mentor_id == one_id, Booking.mentee_id == other_id),
        and_(Booking.mentor_id == other_id, Booking.mentee_id == one_id),
    )


def have_booked(db: Session, one_id: int, other_id: int) -> bool:
    """Whether these two ever had a booking, whatever its status."""
    return db.scalar(select(Booking.id).where(pair(one_id, other_id)).limit(1)) is not None


def late_in(db: Session, booking: Booking) -> Mapping[int, int]:
    """Returns who said that they come late to the hour as it stands now, and by how many minutes, by member id."""
    query = select(Seat.member_id, LateWord.minutes).join(LateWord, LateWord.seat_id == Seat.id)
    said = query.where(Seat.booking_id == booking.id, LateWord.said_at >= booking.starts_at - LATE_FROM)
    return {row.member_id: row.minutes for row in db.execute(said)}
