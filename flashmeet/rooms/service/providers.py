"""Meeting at a video provider or in the mentor's own room: which ways there are, and who took one.

Addresses are made on click (`rooms.pages.providers`), between two units of work; none is stored or mailed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import ProviderVisit
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.core.errors import NotFound
from flashmeet.core.links import Links
from flashmeet.messages.outbox.write import mail, send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.rooms.models import OwnRoom
from flashmeet.rooms.rules.fallback import FallbackWay
from flashmeet.rooms.rules.messages import END_MEETING, ROOM_INSTEAD
from flashmeet.rooms.rules.providers import Guest, Meeting, Providers, VideoProvider, meeting_key
from flashmeet.rooms.rules.room import DoorState
from flashmeet.rooms.service.room import RoomDoor
from flashmeet.schedule.rules.booked_hour import room_open_span

OWN = "url"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to meet other than the built-in room; `label` is "" for the mentor's own room."""

    name: str
    label: str
    failed: bool = False
    """It gave no address when last asked for this booking, so both meet in the built-in room."""
    gone_at: datetime | None = None
    """When the other person went there."""


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """A provider, and the meeting and guest to ask it about."""

    provider: VideoProvider
    meeting: Meeting
    guest: Guest


def main_way(db: Session, door: RoomDoor, *, providers: Providers) -> Way | None:
    """Returns the network's provider as this person finds it; None for the built-in room."""
    provider = providers.configured
    if provider is None or (provider.name == OWN and not own_room_of(db, door.booking.mentor_id)):
        return None
    visits = _visits(db, door.booking, provider.name)
    gone = [each.visited_at for each in visits if not each.failed and each.seat_id != door.seat.id]
    failed = bool(visits) and bool(visits[-1].failed)
    return Way(provider.name, provider.label, failed, max(gone, default=None))


def offered_providers(db: Session, booking: Booking, *, providers: Providers) -> set[FallbackWay]:
    """Returns what both are offered where the built-in room does not connect: `link`, the mentor's own room;
    `provider`, the network's, unless it gave no address when last asked for this booking."""
    offered: set[FallbackWay] = {FallbackWay.LINK} if own_room_of(db, booking.mentor_id) else set()
    provider = providers.configured
    if provider is not None and provider.name != OWN and not has_failed(db, booking, provider.name):
        offered.add(FallbackWay.PROVIDER)
    return offered


def provider_request(db: Session, door: RoomDoor, name: str, *, providers: Providers, links: Links) -> ProviderRequest:
    """Returns the way of that name; without a name, the network's own or the mentor's. Raises NotFound."""
    own_room = own_room_of(db, door.booking.mentor_id)
    ways = [each for each in providers if each.name != OWN or own_room]
    provider = next((each for each in ways if name in ("", each.name)), None)
    if provider is None:
        raise NotFound
    return ProviderRequest(provider, _meeting(door, own_room if provider.name == OWN else "", links), _guest(door.seat))


def has_failed(db: Session, booking: Booking, provider: str) -> bool:
    """Whether this booking has fallen back to the built-in room because the provider gave no address."""
    visits = _visits(db, booking, provider)
    return bool(visits) and bool(visits[-1].failed)


def note_visit(db: Session, door: RoomDoor, *, provider: str, failed: str, now: datetime) -> None:
    """Records who went where, or that the provider failed; the other person is then mailed, once.

    If the booking was cancelled while its provider was asked, ends the meeting.
    """
    booking = door.booking
    db.add(
        ProviderVisit(
            booking_id=booking.id,
            seat_id=door.seat.id,
            provider=provider,
            sequence=booking.sequence,
            visited_at=now,
            failed=failed,
        )
    )
    db.flush()
    if door.state == DoorState.CANCELLED:
        end_meetings(db, booking, now=now)
    elif failed:
        _notify_other(db, door, now=now)


def end_meetings(db: Session, booking: Booking, *, now: datetime) -> None:
    """Queues the end of each meeting that somebody opened, on the channel `video`; part of cancelling."""
    opened = {
        (visit.provider, visit.sequence)
        for visit in db.scalars(select(ProviderVisit).where(ProviderVisit.booking_id == booking.id))
        if not visit.failed and visit.provider != OWN
    }
    for provider, sequence in sorted(opened):
        send(
            db,
            subject=f"meeting:{booking.id}:{provider}",
            version=sequence,
            recipient_id=booking.mentor_id,
            channel=ChannelName.VIDEO,
            message=END_MEETING.saying(
                {"provider": provider, "key": meeting_key(booking.room, sequence), "uid": booking.uid}
            ),
            now=now,
            not_after=room_open_span(booking.starts_at, booking.ends_at).end,
        )


def own_room_of(db: Session, member_id: int) -> str:
    """Returns the address of a mentor's own room, or ""."""
    own = db.get(OwnRoom, member_id)
    return own.address if own else ""


def save_own_room(db: Session, member_id: int, address: str) -> None:
    """Stores the address (`rooms.rules.providers.checked_own_room`), or deletes it if it is ""."""
    own = db.get(OwnRoom, member_id)
    if own is not None and not address:
        db.delete(own)
    elif address:
        db.merge(OwnRoom(member_id=member_id, address=address))
    db.flush()


def _visits(db: Session, booking: Booking, provider: str) -> list[ProviderVisit]:
    query = select(ProviderVisit).where(
        ProviderVisit.booking_id == booking.id,
        ProviderVisit.sequence == booking.sequence,
        ProviderVisit.provider == provider,
    )
    return list(db.scalars(query.order_by(ProviderVisit.id)))


def _meeting(door: RoomDoor, own_room: str, links: Links) -> Meeting:
    booking = door.booking
    return Meeting(
        uid=booking.uid,
        key=meeting_key(booking.room, booking.sequence),
        title=f"{booking.mentor.name} · {booking.mentee.name}",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        opens_at=door.hours.start,
        closes_at=door.hours.end,
        back=links.booking(booking.id),
        own_room=own_room,
    )


def _guest(seat: Seat) -> Guest:
    return Guest(str(seat.id), seat.member.name, seat.role)


def _notify_other(db: Session, door: RoomDoor, *, now: datetime) -> None:
    booking = door.booking
    other = booking.other(door.seat.member_id)
    mail(
        db,
        other.id,
        ROOM_INSTEAD.saying(payload_for(booking, other)),
        f"meeting:{booking.id}",
        version=booking.sequence,
        not_after=door.hours.end,
        now=now,
    )
