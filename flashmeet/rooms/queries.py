"""Queries on the peers in a room and their signalling messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.bulk import insert_new
from flashmeet.rooms.models import Fallback, RoomMessage, RoomPeer
from flashmeet.rooms.rules.room import Signal

_MESSAGE = cast(Table, RoomMessage.__table__)


def latest_peers(db: Session, booking_ids: Collection[int]) -> Sequence[RoomPeer]:
    """Returns the latest peer of each seat, whether present or not."""
    latest = select(func.max(RoomPeer.id)).where(RoomPeer.booking_id.in_(booking_ids)).group_by(RoomPeer.seat_id)
    return db.scalars(select(RoomPeer).where(RoomPeer.id.in_(latest))).all()


def last_numbers(db: Session, peer_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Returns the number of the last signal from each of these peers to each other of its room, by the two."""
    sender, receiver = aliased(RoomPeer), aliased(RoomPeer)
    last = (
        select(func.max(RoomMessage.number))
        .where(RoomMessage.from_peer_id == sender.id, RoomMessage.to_peer_id == receiver.id)
        .scalar_subquery()
    )
    pairs = (
        select(sender.id, receiver.id, func.coalesce(last, 0))
        .join(receiver, (receiver.booking_id == sender.booking_id) & (receiver.id != sender.id))
        .where(sender.id.in_(peer_ids), receiver.id.in_(peer_ids))
    )
    return {(from_id, to_id): number for from_id, to_id, number in db.execute(pairs)}


def latest_peer(db: Session, seat_id: int) -> RoomPeer | None:
    """Returns the seat's latest peer."""
    return db.scalars(select(RoomPeer).where(RoomPeer.seat_id == seat_id).order_by(RoomPeer.id.desc())).first()


def post(db: Session, *, sender: RoomPeer, receiver: RoomPeer, signals: Sequence[Signal]) -> None:
    """Stores signals for the receiver; those stored already stay as they are."""
    rows = [
        {
            "from_peer_id": sender.id,
            "number": signal.number,
            "to_peer_id": receiver.id,
            "kind": signal.kind,
            "body": signal.body,
        }
        for signal in signals
    ]
    if rows:
        insert_new(db, _MESSAGE, rows)


def mail(db: Session, *, sender_id: int, receiver_id: int, after: int, limit: int) -> list[Signal]:
    """Returns what one peer has sent to another beyond that number, in order."""
    query = (
        select(RoomMessage)
        .where(RoomMessage.from_peer_id == sender_id, RoomMessage.number > after)
        .where(RoomMessage.to_peer_id == receiver_id)
        .order_by(RoomMessage.number)
        .limit(limit)
    )
    return [Signal(row.number, row.kind, row.body) for row in db.scalars(query)]


def touch(db: Session, seat_id: int, key: str, *, now: datetime) -> None:
    db.execute(update(RoomPeer).where(RoomPeer.seat_id == seat_id, RoomPeer.key == key).values(seen_at=now))


def note_silence(db: Session, peer_id: int, *, since: datetime | None) -> None:
    db.execute(update(RoomPeer).where(RoomPeer.id == peer_id).values(silent_since=since))


def mark_left(db: Session, seat_id: int, key: str, *, now: datetime) -> None:
    db.execute(
        update(RoomPeer)
        .where(RoomPeer.seat_id == seat_id, RoomPeer.key == key, RoomPeer.left_at.is_(None))
        .values(left_at=now)
    )


def forget_rooms(db: Session, *, ended_before: datetime, limit: int) -> int:
    """Deletes the peers, messages and fallbacks of bookings that ended before that time; returns how many peers."""
    over = (
        select(RoomPeer.id, RoomPeer.booking_id)
        .join(Booking, Booking.id == RoomPeer.booking_id)
        .where(Booking.ends_at < ended_before)
        .limit(limit)
    )
    found = db.execute(over).all()
    peers = [peer_id for peer_id, _ in found]
    db.execute(delete(Fallback).where(Fallback.booking_id.in_({booking_id for _, booking_id in found})))
    db.execute(delete(RoomPeer).where(RoomPeer.id.in_(peers)))
    return len(peers)
