"""Reminders: written to the outbox with the booking, and rescheduled when their recipient's settings change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import REMINDERS
from flashmeet.bookings.rules.reminders import Reminder, reminders
from flashmeet.bookings.service.messages.payloads import payload_for, subject_of
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.reschedule import reschedule
from flashmeet.messages.outbox.sms_guard import quiet_hours
from flashmeet.messages.outbox.write import Effect, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.quiet_hours import Quiet
from flashmeet.schedule.rules.booked_hour import BookingStatus


def schedule_reminders(db: Session, booking: Booking, *, now: datetime) -> None:
    """Writes both people's reminders for the booking as it is agreed now."""
    send_all(db, coming_reminders(db, booking, now=now), now=now)


def coming_reminders(db: Session, booking: Booking, *, now: datetime) -> list[Effect]:
    """Returns both people's coming reminders, to be written together with other messages."""
    quiet = quiet_hours(network_settings(db))
    return [
        effect
        for member in (booking.mentor, booking.mentee)
        for effect in _effects(booking, member, _coming(booking, member, quiet, now=now))
    ]


def text_at_once(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """Sends by SMS what the reminder of the last hour says, at once: the hour is near. In quiet hours it
    waits for their end, or a mail says it; others get the mail of the booking alone."""
    if member.takes_sms:
        last = min(REMINDERS, key=lambda kind: kind.before)
        reminder = Reminder(now, ChannelName.SMS, last, booking.starts_at)
        send_all(db, _effects(booking, member, [reminder]), now=now)


def follow_member(db: Session, member: Member, *, now: datetime) -> None:
    """Reschedules a member's coming reminders after a change of zone, number or preferences.

    Reminders already sent stay; those no longer wanted are dropped; new ones still ahead are added.
    """
    quiet = quiet_hours(network_settings(db))
    for booking in _coming_bookings(db, member, now=now):
        _follow(db, booking, member, quiet, now=now)


def follow_booking(db: Session, booking: Booking, *, now: datetime) -> None:
    """Reschedules both people's coming reminders of one booking, after a change of zone data."""
    quiet = quiet_hours(network_settings(db))
    for member in (booking.mentor, booking.mentee):
        _follow(db, booking, member, quiet, now=now)


def _follow(db: Session, booking: Booking, member: Member, quiet: Quiet, *, now: datetime) -> None:
    wanted = _coming(booking, member, quiet, now=now)
    moved = reschedule(
        db,
        subject=subject_of(booking.id),
        version=booking.agreed_sequence,
        recipient_id=member.id,
        kinds=REMINDERS,
        wanted={(each.channel, each.kind): each.due_at for each in wanted},
        now=now,
    )
    added = [each for each in wanted if (each.channel, each.kind) not in moved]
    send_all(db, _effects(booking, member, added), now=now)


def _coming_bookings(db: Session, member: Member, *, now: datetime) -> list[Booking]:
    query = select(Booking).where(
        (Booking.mentor_id == member.id) | (Booking.mentee_id == member.id),
        Booking.status == BookingStatus.CONFIRMED,
        Booking.starts_at > now,
    )
    return list(db.scalars(query.order_by(Booking.id)))


def _coming(booking: Booking, member: Member, quiet: Quiet, *, now: datetime) -> list[Reminder]:
    every = reminders(
        role=booking.seat_of(member.id).role,
        starts_at=booking.starts_at,
        agreed_at=booking.agreed_at,
        tzid=member.tzid,
        sms=member.takes_sms,
        quiet=quiet,
    )
    return [each for each in every if each.due_at > now]


def _effects(booking: Booking, member: Member, wanted: Sequence[Reminder]) -> list[Effect]:
    """Returns the messages: all of them say the same of the hour."""
    facts = payload_for(booking, member)
    return [
        Effect(
            subject=subject_of(booking.id),
            version=booking.agreed_sequence,
            recipient_id=member.id,
            channel=reminder.channel,
            message=reminder.kind.saying(facts),
            due_at=reminder.due_at,
            not_after=reminder.until,
        )
        for reminder in wanted
    ]
