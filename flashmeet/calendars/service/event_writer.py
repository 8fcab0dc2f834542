"""Queues the writing of bookings into the calendar that a member chose: one event per booking, kept up to date.

An outbox row of the channel `calendar` says: bring that booking's event in that calendar up to date. The booking is
read when the row is sent (`calendars.service.event_plans`), so that rows may be repeated, and a late one does no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.people import of_member
from flashmeet.calendars.models import CalendarEvent, CalendarQuestion
from flashmeet.calendars.rules.messages import CALENDAR_EVENT
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.provider_faults import Forbidden, NotAllowed
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import UNFINISHED, OutboxState
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.queries.calendars import writing_calendar
from flashmeet.schedule.rules.booked_hour import BookingStatus

TURNED_DOWN_FOR = timedelta(hours=6)


def write_to_calendars(db: Session, booking: Booking, *, now: datetime) -> None:
    """Queues the write for both people's calendars, in the transaction that changed the booking."""
    rows = columns(db, *_concerned(booking.id, booking.mentor_id, booking.mentee_id))
    followed = {row.member_id for row in rows if row.followed}
    mentors_first = sorted(rows, key=lambda row: (row.member_id != booking.mentor_id, row.id))
    for row in mentors_first:
        if row.event_id is not None or row.member_id not in followed:
            schedule_event_write(db, booking, row.id, row.member_id, version=booking.sequence, now=now)


@prepared
def _concerned(booking_id: int, mentor_id: int, mentee_id: int) -> Select[int, int, int | None, bool | None]:
    """Selects the calendars of both that write, or in which the booking is."""
    here = and_(CalendarEvent.calendar_id == MemberCalendar.id, CalendarEvent.booking_id == booking_id)
    return (
        select(MemberCalendar.member_id, MemberCalendar.id, CalendarEvent.id.label("event_id"), CalendarEvent.followed)
        .outerjoin(CalendarEvent, here)
        .where(
            or_(MemberCalendar.member_id == mentor_id, MemberCalendar.member_id == mentee_id),
            or_(MemberCalendar.writes, CalendarEvent.id.is_not(None)),
        )
    )


def schedule_event_write(
    db: Session, booking: Booking, calendar_id: int, member_id: int, *, version: int, now: datetime
) -> None:
    send(
        db,
        subject=_subject(calendar_id, booking.id),
        version=version,
        recipient_id=member_id,
        channel=ChannelName.CALENDAR,
        message=CALENDAR_EVENT.saying({"booking_id": booking.id, "calendar_id": calendar_id}),
        now=now,
        ordering_key=_subject(calendar_id, booking.id),
    )


def _subject(calendar_id: int, booking_id: int) -> str:
    return f"calendar:{calendar_id}:{booking_id}"


def reconcile_events(db: Session, member_id: int, *, patient: bool = False, now: datetime) -> int:
    """Queues whatever this member's calendars lack or should no longer have; returns how many events.

    Used after a choice of calendar, and after a provider was away for longer than a row waits. With `patient`, skips
    calendars that recently refused a write.
    """
    chosen = writing_calendar(db, member_id)
    wrong = _missing(db, chosen, now=now) if chosen else []
    wrong += _left_over(db, member_id, chosen.id if chosen else None, now=now)
    if patient:
        shut = {
            calendar_id for calendar_id in {each[1] for each in wrong} if is_write_refused(db, calendar_id, now=now)
        }
        wrong = [each for each in wrong if each[1] not in shut]
    for booking, calendar_id in wrong:
        schedule_event_write(db, booking, calendar_id, member_id, version=int(now.timestamp()), now=now)
    return len(wrong)


def rewrite(db: Session, booking: Booking, member_id: int, *, now: datetime) -> None:
    """Queues the write again, because the event there differs from what is agreed."""
    query = (
        select(CalendarEvent)
        .join(MemberCalendar, MemberCalendar.id == CalendarEvent.calendar_id)
        .where(CalendarEvent.booking_id == booking.id, MemberCalendar.member_id == member_id)
    )
    for link in db.scalars(query).unique():
        link.conflict = False
        schedule_event_write(db, booking, link.calendar_id, member_id, version=int(now.timestamp()), now=now)


def _missing(db: Session, calendar: MemberCalendar, *, now: datetime) -> list[tuple[Booking, int]]:
    """Returns coming bookings whose latest version is not there, except those the member is being asked about."""
    current = or_(CalendarEvent.sequence == Booking.sequence, CalendarEvent.conflict)
    there = exists().where(
        CalendarEvent.booking_id == Booking.id,
        or_(and_(CalendarEvent.calendar_id == calendar.id, current), followed_by(calendar.member_id)),
    )
    asked = exists().where(
        CalendarQuestion.booking_id == Booking.id,
        CalendarQuestion.member_id == calendar.member_id,
        CalendarQuestion.version == Booking.sequence,
        CalendarQuestion.answered_at.is_(None),
    )
    query = select(Booking).where(
        of_member(calendar.member_id),
        Booking.status == BookingStatus.CONFIRMED,
        Booking.starts_at > now,
        ~there,
        ~asked,
    )
    found = db.scalars(query.order_by(Booking.id)).unique()
    return [(each, calendar.id) for each in found if not _under_way(db, calendar.id, each.id)]


def followed_by(member_id: int) -> ColumnElement[bool]:
    """An event that this member moved into another of their calendars."""
    theirs = select(MemberCalendar.id).where(MemberCalendar.member_id == member_id)
    return and_(CalendarEvent.followed, CalendarEvent.calendar_id.in_(theirs))


def forget_moves(db: Session, member_id: int) -> None:
    """Rewrites every booking in the calendar that the member chose anew, those that they had moved included."""
    for link in db.scalars(select(CalendarEvent).where(followed_by(member_id))).unique():
        link.followed = False


def _left_over(db: Session, member_id: int, chosen: int | None, *, now: datetime) -> list[tuple[Booking, int]]:
    """Returns coming events of cancelled bookings, and those in a calendar that is no longer written to."""
    query = (
        select(CalendarEvent)
        .join(MemberCalendar, MemberCalendar.id == CalendarEvent.calendar_id)
        .join(Booking, Booking.id == CalendarEvent.booking_id)
        .where(MemberCalendar.member_id == member_id, Booking.ends_at > now, ~CalendarEvent.conflict)
        .where(or_(Booking.status != BookingStatus.CONFIRMED, CalendarEvent.calendar_id != (chosen or 0)))
        .where(or_(Booking.status != BookingStatus.CONFIRMED, ~CalendarEvent.followed))
    )
    found = db.scalars(query.order_by(CalendarEvent.id)).unique()
    return [(each.booking, each.calendar_id) for each in found if not _under_way(db, each.calendar_id, each.booking_id)]


def _under_way(db: Session, calendar_id: int, booking_id: int) -> bool:
    query = select(OutboxMessage.id).where(
        OutboxMessage.ordering_key == _subject(calendar_id, booking_id), OutboxMessage.state.in_(UNFINISHED)
    )
    return db.scalar(query.limit(1)) is not None


def is_write_refused(db: Session, calendar_id: int, *, now: datetime) -> bool:
    """Whether that calendar recently refused a write."""
    query = select(OutboxMessage.id).where(
        OutboxMessage.channel == ChannelName.CALENDAR,
        OutboxMessage.ordering_key.startswith(f"calendar:{calendar_id}:", autoescape=True),
        OutboxMessage.state == OutboxState.REFUSED,
        OutboxMessage.reason.in_((Forbidden.code, NotAllowed.code)),
        OutboxMessage.settled_at > now - TURNED_DOWN_FOR,
    )
    return db.scalar(query.limit(1)) is not None
