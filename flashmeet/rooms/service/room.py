"""The door of a session's room: who may pass, when, and who is inside."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, joinedload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.queries.attendance import note_presence
from flashmeet.bookings.rules.outcomes import AWAY_AFTER
from flashmeet.core.errors import NoSuchDoor, NotFound, RoomClosed
from flashmeet.core.intervals import Interval
from flashmeet.core.link_kinds import JOIN
from flashmeet.core.links import Links
from flashmeet.core.settings.queries import network_settings
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.rooms.models.room import RoomPeer
from flashmeet.rooms.queries.room import forget_rooms, latest_peer, mark_left
from flashmeet.rooms.rules.room import KEPT_AFTER_CLOSING, DoorState, door_state
from flashmeet.schedule.rules.booked_hour import SeatRole, room_hours

PURGED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Door:
    """What the holder of a join link stands before."""

    seat: Seat
    booking: Booking
    state: DoorState
    hours: Interval

    @property
    def other_seat(self) -> Seat:
        return next(seat for seat in self.booking.seats if seat.id != self.seat.id)

    @property
    def polite(self) -> bool:
        """Who gives way when both browsers make an offer at once."""
        return self.seat.role == SeatRole.MENTEE


JOIN_LINK = PersonalLink(
    JOIN,
    find=lambda session, number: session.get(Seat, number, options=[joinedload(Seat.booking)]),
    facts=lambda seat: (seat.nonce,),
    owner=lambda seat: seat.member,
)


def find_door(session: Session, token: str, *, viewer_id: int | None, links: Links, now: datetime) -> Door:
    """The door that a join token opens. The token is personal: somebody else who is signed in does not pass.

    Raises NoSuchDoor: unknown, forged, revoked and not theirs read the same.
    """
    try:
        seat = resolve_link(session, JOIN_LINK, token, links=links, viewer_id=viewer_id)
    except NotFound:
        raise NoSuchDoor from None
    booking, times = seat.booking, network_settings(session).room
    state = door_state(
        status=booking.status,
        mode=booking.mode,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        now=now,
        times=times,
    )
    return Door(seat, booking, state, room_hours(booking.starts_at, booking.ends_at, times))


def open_door(session: Session, token: str, *, viewer_id: int | None, links: Links, now: datetime) -> Door:
    """The same, for somebody who walks through. Raises NotFound, RoomClosed."""
    door = find_door(session, token, viewer_id=viewer_id, links=links, now=now)
    if door.state != "open":
        raise RoomClosed(door.state)
    return door


def enter_room(session: Session, door: Door, *, now: datetime) -> RoomPeer:
    """A new page of this seat is in the room; an older one is replaced by it."""
    before = latest_peer(session, door.seat.id)
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
    session.add(peer)
    note_presence(session, booking_id=door.booking.id, seat_id=door.seat.id, now=now)
    session.flush()
    return peer


def leave_room(session: Session, door: Door, *, peer_key: str, now: datetime) -> None:
    """That page is gone. A page that was replaced or has left already changes nothing."""
    latest = latest_peer(session, door.seat.id)
    if latest is None or latest.key != peer_key or latest.left_at is not None:
        return
    mark_left(session, door.seat.id, peer_key, now=now)
    note_presence(session, booking_id=door.booking.id, seat_id=door.seat.id, now=now)


def purge_rooms(session: Session, *, now: datetime) -> int:
    """Deletes what is kept of rooms that closed an hour ago; returns how many page loads that were."""
    closes_after = timedelta(minutes=network_settings(session).room.closes_after)
    over = now - closes_after - KEPT_AFTER_CLOSING
    return forget_rooms(session, ended_before=over, limit=PURGED_AT_ONCE)
