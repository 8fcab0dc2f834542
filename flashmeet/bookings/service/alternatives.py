"""Alternatives: other hours near the wanted one, and where a booking can move to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.errors import NotFound
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Holder
from flashmeet.schedule.queries.calendars import busy, checked_calendars
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.queries.holds import held_spans
from flashmeet.schedule.queries.quotas import counts_of
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.rules.quotas import Period, pending_quota
from flashmeet.schedule.rules.slots import Slot, Start, openings
from flashmeet.schedule.service.calendar_freshness import calendars_hide_hours
from flashmeet.schedule.service.gate import can_meet
from flashmeet.schedule.service.own_calendars import BusyTimes, own_busy_times
from flashmeet.schedule.service.own_time import own_time
from flashmeet.schedule.service.slots import SlotQuery, slots_around

A_DAY = timedelta(days=1)
ENOUGH, LOOKED_AT = 3, (10, 60)
"""How many are told; how many starts before and after the wanted one are looked at, at first and where few are free."""


def alternatives(
    db: Session,
    *,
    mentor_id: int,
    theme_id: int,
    starts_at: datetime,
    minutes: int,
    mentee_id: int,
    tzid: str,
    now: datetime,
) -> list[Slot]:
    """Returns up to three slots free for both, by the mentee's calendars, too, nearest to the wanted start: the
    mentor's, else the theme's others.

    None begins at night in the reader's zone, `tzid`, unless the wanted one does.
    """
    by_day = waking(tzid).holds(starts_at)
    busy = own_busy_times(db, mentee_id, now=now)
    wanted = SlotQuery(tzid=tzid, waking=by_day, minutes=minutes, viewer_id=mentee_id, avoids=busy)
    found: list[Slot] = []
    for query in (replace(wanted, mentor_id=mentor_id), replace(wanted, theme_id=theme_id)):
        if len(found) < ENOUGH:
            found += _nearest(db, query, starts_at, found, now=now)
    return sorted(found, key=lambda slot: (slot.starts_at, slot.mentor_id))


def _nearest(db: Session, query: SlotQuery, at: datetime, found: Sequence[Slot], *, now: datetime) -> Sequence[Slot]:
    """Returns those to add to what is found. Few starts are looked at as long as that tells which are the nearest."""
    wanted = ENOUGH - len(found)
    for most in LOOKED_AT:
        slots, whole = slots_around(db, replace(query, limit=most), at, now=now)
        free = _different([slot for slot in slots if slot not in found])[:wanted]
        of_anybody = query.mentor_id is None and len({slot.mentor_id for slot in free}) < wanted
        if whole or (len(free) == wanted and not of_anybody):
            break
    return free


def _different(slots: Sequence[Slot]) -> list[Slot]:
    """Returns one slot of each mentor, then the others; the nearest first among both."""
    firsts = {slot.mentor_id: slot for slot in reversed(slots)}
    return sorted(slots, key=lambda slot: slot is not firsts[slot.mentor_id])


def instead_of(
    db: Session, booking: Booking, *, starts_at: datetime | None = None, tzid: str = "", now: datetime
) -> list[Slot]:
    """Returns up to three slots for the booking's mentee near its start, or the one wanted; in the mentee's own zone
    unless they read in another."""
    return alternatives(
        db,
        mentor_id=booking.mentor_id,
        theme_id=booking.theme_id,
        starts_at=starts_at or booking.starts_at,
        minutes=booking.minutes,
        mentee_id=booking.mentee_id,
        tzid=tzid or booking.mentee.tzid,
        now=now,
    )


def daytime(slots: Sequence[Slot], *, tzid: str, wanted: datetime) -> list[Slot]:
    """Returns the slots that do not begin at night in that zone; all of them where the wanted hour does."""
    part = waking(tzid)
    return [slot for slot in slots if part.holds(slot.starts_at) or not part.holds(wanted)]


def slots_for_move(db: Session, booking_id: int, *, now: datetime, limit: int = 60) -> list[Slot]:
    """Returns where this booking can move to with the same mentor; its own claims and quota use count as free."""
    booking = db.get(Booking, booking_id)
    if booking is None:
        raise NotFound
    schedule, calendars = read_schedule(db, booking.mentor_id), checked_calendars(db, booking.mentor_id)
    if schedule is None or not can_meet(db, booking.mentor, booking.mentee, now=now):
        return []
    if calendars_hide_hours(db, calendars, now=now):
        return []
    holder = db.scalars(select(Holder.id).where(Holder.booking_id == booking_id)).first()
    span = Interval(now + schedule.policy.notice, now + schedule.policy.horizon + timedelta(seconds=1))
    around = span.widened(A_DAY, A_DAY)
    occupied = taken(db, booking.mentor_id, around, except_holder=holder) + _held_for_others(db, booking, now=now)
    starts = openings(
        schedule,
        span=span,
        taken=occupied + (busy(db, booking.mentor_id, around) if calendars else []),
        used=_used_by_others(db, booking, holder),
    )
    others = own_time(db, booking.mentee_id, except_holder=holder, now=now)
    return list(islice(_movable(booking, schedule.policy, starts, others), limit))


def _held_for_others(db: Session, booking: Booking, *, now: datetime) -> list[Interval]:
    """Returns the mentor's time that is kept for browsers in which somebody else signs in."""
    held = held_spans(db, now=now).get(booking.mentor_id, ())
    return [each.span for each in held if each.expires_at > now and each.member_id != booking.mentee_id]


def _used_by_others(db: Session, booking: Booking, holder: int | None) -> dict[Period, int]:
    """Returns what counts towards the mentor's limits; hours that wait for an answer bar only one that waits, too."""
    used = counts_of(db, booking.mentor_id, except_holder=holder)
    if booking.status != BookingStatus.PENDING:
        used.pop(pending_quota().period, None)
    return used


def _movable(booking: Booking, policy: Policy, starts: Sequence[Start], others: BusyTimes) -> Iterator[Slot]:
    mentor: Member = booking.mentor
    for start in starts if booking.minutes in policy.durations else ():
        hour = Interval(start.starts_at, start.starts_at + timedelta(minutes=booking.minutes))
        if start.fits(booking.minutes) and not others.clash(hour) and start.starts_at != booking.starts_at:
            yield Slot(mentor.id, mentor.name, hour.start, hour.end)
