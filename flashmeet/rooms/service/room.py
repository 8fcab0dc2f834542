"""The door of a booking's room: who may enter, when, and who is present."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, joinedload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import LateWord
from flashmeet.bookings.rules.outcomes import AWAY_AFTER, LATE_FROM
from flashmeet.bookings.service.messages.payloads import payload_for, subject_of
from flashmeet.bookings.service.presence import note_presence
from flashmeet.core.errors import AccessSuspended, BadInput, LinkRenewed, NotFound, RoomClosed, UnknownRoomLink
from flashmeet.core.intervals import Interval
from flashmeet.core.link_kinds import JOIN
from flashmeet.core.links import Links
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.rooms.models import RoomPeer
from flashmeet.rooms.queries import forget_rooms, latest_peer, mark_left
from flashmeet.rooms.rules.messages import LATE
from flashmeet.rooms.rules.room import KEPT_AFTER_CLOSING, DoorState, door_state
from flashmeet.schedule.rules.booked_hour import BookingStatus, SeatRole, room_open_span

PURGED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RoomDoor:
    """The room as the holder of a join link finds it."""

    seat: Seat
    booking: Booking
    state: DoorState
    hours: Interval

    @property
    def other_seat(self) -> Seat:
        return next(seat for seat in self.booking.seats if seat.id != self.seat.id)

    @property
    def polite(self) -> bool:
        """Whether this side gives way when both browsers make an offer at once."""
        return self.seat.role == SeatRole.MENTEE


JOIN_LINK = PersonalLink(
    JOIN,
    find=lambda db, number: db.get(Seat, number, options=[joinedload(Seat.booking)]),
    facts=lambda seat: (seat.nonce,),
    owner=lambda seat: seat.member,
)


def find_door(db: Session, token: str, *, viewer_id: int | None, links: Links, now: datetime) -> RoomDoor:
    """Returns the door of a join token. The token is personal: another signed-in member is refused.

    Raises UnknownRoomLink, the same for a link that is unknown, forged or somebody else's; LinkRenewed and
    AccessSuspended to whom it was given.
    """
    try:
        seat = resolve_link(db, JOIN_LINK, token, links=links, viewer_id=viewer_id)
    except (LinkRenewed, AccessSuspended):
        raise
    except NotFound:
        raise UnknownRoomLink from None
    return door_of(db, seat, now=now)


def door_of(db: Session, seat: Seat, *, now: datetime) -> RoomDoor:
    """Returns the door as that seat finds it."""
    booking, times = seat.booking, network_settings(db).room
    state = door_state(
        status=booking.status,
        mode=booking.mode,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        now=now,
        times=times,
    )
    return RoomDoor(seat, booking, state, room_open_span(booking.starts_at, booking.ends_at, times))


def open_door(db: Session, token: str, *, viewer_id: int | None, links: Links, now: datetime) -> RoomDoor:
    """Returns the door if it is open. Raises NotFound, RoomClosed."""
    door = find_door(db, token, viewer_id=viewer_id, links=links, now=now)
    if door.state != DoorState.OPEN:
        raise RoomClosed(door.state)
    return door


def enter_room(db: Session, door: RoomDoor, *, now: datetime) -> RoomPeer:
    """Adds a new page of this seat to the room, replacing an older one."""
    before = latest_peer(db, door.seat.id)
    takes_over = before is not None and before.left_at is None and now - before.seen_at <= AWAY_AFTER
    peer = RoomPeer(
        key=secrets.token_urlsafe(16),
        booking_id=door.booking.id,
        seat_id=door.seat.id,
        joined_at=now,
        seen_at=now,
        arrived_at=before.there_since if before and takes_over else now,
        silent_since=(before.silent_since if before and takes_over else None) or now,
    )
    db.add(peer)
    note_presence(db, booking_id=door.booking.id, seat_id=door.seat.id, now=now)
    db.flush()
    return peer


def leave_room(db: Session, door: RoomDoor, *, peer_key: str, now: datetime) -> None:
    """Records that a page has left. Does nothing for a page that was replaced or has left already."""
    latest = latest_peer(db, door.seat.id)
    if latest is None or latest.key != peer_key or latest.left_at is not None:
        return
    mark_left(db, door.seat.id, peer_key, now=now)
    note_presence(db, booking_id=door.booking.id, seat_id=door.seat.id, now=now)


def purge_rooms(db: Session, *, now: datetime) -> int:
    """Deletes the peers and messages of rooms that closed an hour ago; returns how many peers."""
    closes_after = timedelta(minutes=network_settings(db).room.closes_after)
    over = now - closes_after - KEPT_AFTER_CLOSING
    return forget_rooms(db, ended_before=over, limit=PURGED_AT_ONCE)


LATE_MINUTES = (5, 10, 15)
UNTIL = timedelta(minutes=15)
POINTLESS_AFTER = timedelta(minutes=30)
_VERSIONS = 100
"""More than any number of minutes, so that each notice is sent once per sequence of the booking."""


def may_be_late(booking: Booking, *, now: datetime) -> bool:
    """Whether it is between an hour before and a quarter of an hour after the start of a confirmed booking."""
    within = booking.starts_at - LATE_FROM <= now < booking.starts_at + UNTIL
    return booking.status == BookingStatus.CONFIRMED and within


def say_late(db: Session, door: RoomDoor, *, minutes: int, now: datetime) -> None:
    """Stores the notice and tells the other; repeating it tells nobody again. Raises BadInput, RoomClosed."""
    if minutes not in LATE_MINUTES:
        raise BadInput("minutes", value=minutes)
    if not may_be_late(door.booking, now=now):
        raise RoomClosed(door.state)
    db.merge(LateWord(seat_id=door.seat.id, minutes=minutes, said_at=now))
    _notify(db, door, minutes=minutes, now=now)


def late_minutes(db: Session, seat_id: int) -> int:
    """Returns the minutes of that seat's latest notice; 0 where there is none."""
    word = db.get(LateWord, seat_id)
    return word.minutes if word else 0


def _notify(db: Session, door: RoomDoor, *, minutes: int, now: datetime) -> None:
    booking, me = door.booking, door.seat.member
    other = booking.other(me.id)
    for channel in _channels(other):
        send(
            db,
            subject=subject_of(booking.id),
            version=booking.sequence * _VERSIONS + minutes,
            recipient_id=other.id,
            channel=channel,
            message=LATE.saying({**payload_for(booking, other), "late_minutes": minutes}),
            now=now,
            not_after=min(booking.ends_at, now + POINTLESS_AFTER),
        )


def _channels(member: Member) -> tuple[ChannelName, ...]:
    return (ChannelName.MAIL, ChannelName.SMS) if member.takes_sms else (ChannelName.MAIL,)
