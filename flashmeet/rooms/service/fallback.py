"""The fallback when two devices do not connect: one row, so that both see the same at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, delete, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import BadInput
from flashmeet.identity.models import Member
from flashmeet.rooms.models import Fallback
from flashmeet.rooms.rules.fallback import FallbackWay, first_way
from flashmeet.rooms.rules.providers import Providers
from flashmeet.rooms.rules.room import DoorState
from flashmeet.rooms.service.providers import offered_providers
from flashmeet.rooms.service.room import RoomDoor
from flashmeet.schedule.rules.booked_hour import SeatRole


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWay:
    """The fallback as one of the two sees it. `number` is the other's, "" until both agree to show theirs."""

    way: FallbackWay
    mine_shown: bool = False
    theirs_shown: bool = False
    my_number: str = ""
    number: str = ""
    has_next: bool = False


def mark_of(row: Fallback | None) -> str:
    """Returns a mark that changes whenever what is shown changes; "" while no fallback is needed."""
    return "" if row is None else f"{row.way}:{row.mentor_shows_phone:d}{row.mentee_shows_phone:d}"


def possible_ways(db: Session, booking: Booking, *, providers: Providers) -> set[FallbackWay]:
    ways: set[FallbackWay] = {FallbackWay.TEXT, *offered_providers(db, booking, providers=providers)}
    if all(_number(member) for member in (booking.mentor, booking.mentee)):
        ways.add(FallbackWay.PHONE)
    return ways


def begin_fallback(db: Session, booking_id: int, *, providers: Providers) -> None:
    """Chooses the fallback once: the primary key keeps the first choice, and both read that row."""
    booking = db.get_one(Booking, booking_id)
    row = {
        "booking_id": booking_id,
        "way": first_way(possible_ways(db, booking, providers=providers)),
        "mentor_shows_phone": False,
        "mentee_shows_phone": False,
    }
    insert_new(db, cast(Table, Fallback.__table__), [row])


def end_fallback(db: Session, booking_id: int) -> None:
    """Removes the fallback once the two are connected."""
    db.execute(delete(Fallback).where(Fallback.booking_id == booking_id))


def seen_way(db: Session, door: RoomDoor) -> SeenWay | None:
    """Returns None while no fallback is needed, and once the room has closed."""
    row = db.get(Fallback, door.booking.id) if door.state == DoorState.OPEN else None
    if row is None:
        return None
    me, other = door.seat.member, door.booking.other(door.seat.member_id)
    shows = {"mentor": row.mentor_shows_phone, "mentee": row.mentee_shows_phone}
    mine = shows.pop(door.seat.role, False)
    theirs = any(shows.values())
    way = row.way
    return SeenWay(
        way=way,
        mine_shown=mine,
        theirs_shown=theirs,
        my_number=_number(me),
        number=_number(other) if mine and theirs else "",
        has_next=way != FallbackWay.TEXT,
    )


def show_phone(db: Session, door: RoomDoor, *, shown: bool) -> None:
    """Agrees to show the member's verified number to the other, or takes it back. Raises BadInput without one."""
    if shown and not _number(door.seat.member):
        raise BadInput("phone")
    column = Fallback.mentor_shows_phone if door.seat.role == SeatRole.MENTOR else Fallback.mentee_shows_phone
    db.execute(update(Fallback).where(Fallback.booking_id == door.booking.id).values({column: shown}))


def pass_on(db: Session, door: RoomDoor, *, tried: str, providers: Providers) -> None:
    """Moves both to the next way after the one that was `tried`. Idempotent."""
    row = db.get(Fallback, door.booking.id)
    if row is None or row.way != tried:
        return
    following = first_way(possible_ways(db, door.booking, providers=providers), after=row.way)
    db.execute(
        update(Fallback)
        .where(Fallback.booking_id == door.booking.id, Fallback.way == tried)
        .values(way=following)
        .execution_options(synchronize_session=False)
    )


def _number(member: Member) -> str:
    """Returns the member's phone number if it is verified, else ""."""
    return member.phone if member.phone and member.phone_verified_at else ""
