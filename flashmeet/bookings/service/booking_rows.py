"""The rows of a booking: the hour itself, its two seats, and the holder that has its time."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, Update, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.core.database.new_rows import write_new
from flashmeet.core.database.prepared import prepared
from flashmeet.core.links import Links
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import data_version, wall_of
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.booked_hour import BookingStatus, HolderKind, SeatRole, answer_deadline
from flashmeet.schedule.rules.booking_facts import relation_of
from flashmeet.schedule.service.claims import Hour
from flashmeet.themes.models import Theme

if TYPE_CHECKING:
    from flashmeet.bookings.service.book import BookingRequest


def write_booking(
    db: Session, hour: Hour, asked: BookingRequest, theme: Theme, *, waits: bool, links: Links, now: datetime
) -> Booking:
    """Writes the row of a claimed hour and its seats: confirmed, or pending if it `waits` for the mentor's answer."""
    booking = new_booking(hour, asked, theme, links=links, now=now)
    if waits:
        booking.status, booking.answer_due_at = BookingStatus.PENDING, answer_due(db, hour, now=now)
    write_new(db, booking)
    seats = new_seats(booking)
    write_new(db, *seats, told_apart_by="member_id")
    introduce(booking, seats, hour, theme)
    return booking


def new_booking(hour: Hour, asked: BookingRequest, theme: Theme, *, links: Links, now: datetime) -> Booking:
    """Returns the row of a claimed hour, confirmed, and not written as yet."""
    policy, mentor, mentee = hour.schedule.policy, hour.mentor, hour.mentee
    return Booking(
        uid=f"{secrets.token_hex(16)}@{links.host}",
        status=BookingStatus.CONFIRMED,
        mentor_id=mentor.id,
        mentee_id=mentee.id,
        theme_id=theme.id,
        mode=asked.mode,
        need=asked.need,
        good_hour=asked.good_hour,
        format=asked.format,
        series_id=asked.series_id,
        relation=relation_of(mentor.graduation_year, mentee.graduation_year),
        place=asked.place,
        mentee_phone=(mentee.phone or "") if asked.share_phone else "",
        buffer_before=policy.buffer_before,
        buffer_after=policy.buffer_after,
        room=secrets.token_urlsafe(16),
        created_at=now,
        agreed_at=now,
        stamped_at=now,
        **agreed_times(hour),
    )


def new_seats(booking: Booking) -> list[Seat]:
    """Returns both people's seats of a booking that is written."""
    sits = {SeatRole.MENTOR: booking.mentor_id, SeatRole.MENTEE: booking.mentee_id}
    return [
        Seat(booking_id=booking.id, member_id=member_id, role=role, nonce=secrets.token_urlsafe(16))
        for role, member_id in sits.items()
    ]


def introduce(booking: Booking, seats: list[Seat], hour: Hour, theme: Theme) -> None:
    """Has written rows know each other and their people, as if they had been read."""
    for name, other in (("mentor", hour.mentor), ("mentee", hour.mentee), ("theme", theme), ("seats", seats)):
        set_committed_value(booking, name, other)
    for seat in seats:
        set_committed_value(seat, "booking", booking)
        set_committed_value(seat, "member", hour.mentor if seat.role == SeatRole.MENTOR else hour.mentee)


def agreed_times(hour: Hour) -> dict[str, object]:
    """Returns the columns of the hour, with the zone and wall time it was agreed in: the mentor's, and the mentee's."""
    tzid, theirs = hour.schedule.tzid, hour.mentee.tzid
    return {
        "starts_at": hour.starts_at,
        "ends_at": hour.ends_at,
        "agreed_tzid": tzid,
        "agreed_wall": wall_of(hour.starts_at, tzid),
        "mentee_tzid": theirs,
        "mentee_wall": wall_of(hour.starts_at, theirs),
        "zone_data": data_version(),
    }


def answer_due(db: Session, hour: Hour, *, now: datetime) -> datetime:
    network = network_settings(db)
    return answer_deadline(
        now,
        starts_at=hour.starts_at,
        tzid=hour.mentor.tzid,
        days=network.answer_days,
        country=network.country,
    )


def hand_over(db: Session, holder: Holder, booking: Booking) -> None:
    """Makes the holder the booking's, with its claims."""
    if db.new or db.dirty:
        db.flush()
    kind = HolderKind.PENDING if booking.status == BookingStatus.PENDING else HolderKind.BOOKING
    db.execute(*_handed_over(holder.id, kind, booking.id, booking.answer_due_at))
    known = {"kind": kind, "booking_id": booking.id, "expires_at": booking.answer_due_at, **_NOTHING_ELSE}
    for name, value in known.items():
        set_committed_value(holder, name, value)


_NOTHING_ELSE = {"mentor_id": None, "starts_at": None, "request_id": None}


@prepared
def _handed_over(holder_id: int, now_of: HolderKind, about: int, until: datetime | None) -> Update:
    holder = cast(Table, Holder.__table__)
    handed = update(holder).where(holder.c.id == holder_id)
    return handed.values(kind=now_of, booking_id=about, expires_at=until, **_NOTHING_ELSE)
