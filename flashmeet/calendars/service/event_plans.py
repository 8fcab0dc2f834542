"""What a calendar should have for a booking, as of the moment when it is written there, and what was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.messages.payloads import day_facts
from flashmeet.bookings.wording import plan_words, time_there
from flashmeet.calendars.models import CalendarEvent
from flashmeet.calendars.rules.sources import Access, EventRef, OwnEvent
from flashmeet.calendars.service.event_writer import followed_by
from flashmeet.calendars.service.sync_runs import access_of
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.vault import Vault
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.booking_facts import where_of

BEGUN = -1
"""The sequence of an event that is not written yet, or may or may not have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one calendar should have for one booking: `event`, or nothing. `ref` is what we wrote last.

    `ours` are the starts that we may have written; at any other start, somebody moved the event. `begun` is the event
    of a first write whose result is unknown.
    """

    booking_id: int
    calendar_id: int
    remote_id: str
    access: Access
    ref: EventRef | None
    ours: frozenset[datetime]
    event: OwnEvent | None
    begun: OwnEvent | None


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of events."""

    links: Links
    mail_from: str
    network_name: str


def plan_writing(db: Session, booking_id: int, calendar_id: int, *, sender: Sender, vault: Vault) -> Plan | None:
    """Returns the plan; None where nothing is to be done: disconnected, changed there and left alone, never written.

    Raises AuthFailed.
    """
    calendar, booking = db.get(MemberCalendar, calendar_id), db.get(Booking, booking_id)
    if calendar is None or booking is None:
        return None
    link = _link(db, booking_id, calendar_id)
    followed = db.scalar(
        select(CalendarEvent.calendar_id).where(CalendarEvent.booking_id == booking.id, followed_by(calendar.member_id))
    )
    here = calendar.writes if followed is None else followed == calendar.id
    wanted = here and booking.status == BookingStatus.CONFIRMED
    if (link is None and not wanted) or (link is not None and link.conflict):
        return None
    member = booking.mentor if calendar.member_id == booking.mentor_id else booking.mentee
    event, known = _event(booking, member, sender, bare=calendar.bare), link if link and link.remote_id else None
    return Plan(
        booking_id=booking.id,
        calendar_id=calendar.id,
        remote_id=calendar.remote_id,
        access=access_of(calendar.account, calendar.tzid, vault=vault),
        ref=EventRef(remote_id=known.remote_id, etag=known.etag) if known else None,
        ours=frozenset({known.starts_at, *map(datetime.fromisoformat, known.tried.values())} if known else ()),
        event=event if wanted else None,
        begun=event if link and not known else None,
    )


def _event(booking: Booking, member: Member, sender: Sender, *, bare: bool) -> OwnEvent:
    """What the invite says, so that whoever looks at either is told the same."""
    page = sender.links.booking(booking.id)
    where = where_of(booking.mode, place=booking.place, phone=booking.phone_of(booking.other(member.id).id))
    hour, lead = Interval(booking.starts_at, booking.ends_at), booking.place_tzid
    there = time_there(hour, lead, member.tzid, member.locale)
    plan = (
        plan_words(day_facts(booking.day), lead or member.tzid, member.locale).text(member.locale)
        if booking.day
        else ""
    )
    return OwnEvent(
        uid=booking.uid,
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamped_at=booking.stamped_at,
        summary=f"{booking.other(member.id).name} · {booking.theme.name(member.locale)}",
        description="\n\n".join(each for each in (there, plan, booking.need, page) if each),
        location=where or page,
        organizer=sender.mail_from,
        organizer_name=sender.network_name,
        attendee="" if bare else member.email,
        attendee_name=member.name,
    )


def begin_writing(db: Session, plan: Plan) -> None:
    """Records what is about to be written there."""
    if plan.event is None or db.get(MemberCalendar, plan.calendar_id) is None:
        return
    link = _link(db, plan.booking_id, plan.calendar_id, lock=True)
    if link is not None:
        link.tried = {**link.tried, str(plan.event.sequence): plan.event.starts_at.isoformat()}
        return
    row = {
        "booking_id": plan.booking_id,
        "calendar_id": plan.calendar_id,
        "remote_id": "",
        "etag": "",
        "sequence": BEGUN,
        "starts_at": plan.event.starts_at,
        "conflict": False,
        "followed": False,
        "tried": {},
    }
    insert_new(db, cast(Table, CalendarEvent.__table__), [row])


def keep_written(db: Session, plan: Plan, ref: EventRef | None) -> None:
    """Records where the event is now; without `ref`, that it was removed."""
    link = _link(db, plan.booking_id, plan.calendar_id, lock=True)
    if ref is None or plan.event is None:
        if link is not None:
            db.delete(link)
        return
    if db.get(MemberCalendar, plan.calendar_id) is None:
        return  # disconnected meanwhile
    link = link or CalendarEvent(booking_id=plan.booking_id, calendar_id=plan.calendar_id)
    link.remote_id, link.etag, link.sequence = ref.remote_id, ref.etag, plan.event.sequence
    link.starts_at, link.conflict, link.tried = plan.event.starts_at, False, {}
    db.add(link)
    db.flush()


def keep_conflict(db: Session, plan: Plan) -> None:
    """Records that the event was changed there: shown to the member, and left alone until they ask for a rewrite."""
    link = _link(db, plan.booking_id, plan.calendar_id, lock=True)
    if link is not None:
        link.conflict = True


def _link(db: Session, booking_id: int, calendar_id: int, *, lock: bool = False) -> CalendarEvent | None:
    query = select(CalendarEvent).where(
        CalendarEvent.booking_id == booking_id, CalendarEvent.calendar_id == calendar_id
    )
    if lock:
        query = query.with_for_update(of=CalendarEvent).execution_options(populate_existing=True)
    return db.scalars(query).first()
