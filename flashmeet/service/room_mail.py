"""What the two browsers of a session tell each other until they talk directly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from flashmeet.domain.errors import RoomClosed
from flashmeet.domain.rooms import AWAY_AFTER, BATCH, Signal
from flashmeet.store.models import RoomPeer
from flashmeet.store.rooms import latest_peers, mail, post, touch

NOTED_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Other:
    """The other seat's latest page. `away`: not heard of for a while; it may come back."""

    peer: str
    state: Literal["here", "away", "left"]


@dataclass(frozen=True, slots=True)
class Heard:
    """`other` is None while nobody has sat on the other seat; `signals` are that page's, in order.

    `note_due`: it is time to note, by `stay`, that the listener is still there.
    """

    other: Other | None
    signals: Sequence[Signal]
    note_due: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One page in a room, as its own requests name it."""

    booking_id: int
    seat_id: int
    peer_key: str


def send_signals(session: Session, place: Place, *, to: str, signals: Sequence[Signal]) -> None:
    """Leaves signals for the other seat's page `to`; for one that has been replaced they are dropped.

    The same number again is the same message again: nothing happens. Raises RoomClosed.
    """
    me, other = _both(session, place)
    if other is not None and other.key == to:
        post(session, sender=me, receiver=other, signals=signals)


def stay(session: Session, place: Place, *, now: datetime) -> None:
    """Notes that this page is still there."""
    touch(session, place.seat_id, place.peer_key, now=now)


def hear(session: Session, place: Place, *, listening_to: str, after: int, now: datetime) -> Heard:
    """Who is there, and what they said beyond number `after`; a page not `listening_to` is heard from its beginning.

    Raises RoomClosed (replaced, left).
    """
    me, other = _both(session, place)
    note_due = now - me.seen_at >= NOTED_EVERY
    if other is None:
        return Heard(None, (), note_due)
    beyond = after if other.key == listening_to else 0
    signals = mail(session, sender_id=other.id, receiver_id=me.id, after=beyond, limit=BATCH)
    return Heard(_seen(other, now), signals, note_due)


def _both(session: Session, place: Place) -> tuple[RoomPeer, RoomPeer | None]:
    """This page and the other seat's latest. Raises RoomClosed."""
    peers = {peer.seat_id: peer for peer in latest_peers(session, place.booking_id)}
    me = peers.pop(place.seat_id, None)
    if me is None or me.key != place.peer_key:
        raise RoomClosed("replaced")
    if me.left_at is not None:
        raise RoomClosed("left")
    return me, next(iter(peers.values()), None)


def _seen(peer: RoomPeer, now: datetime) -> Other:
    if peer.left_at is not None:
        return Other(peer.key, "left")
    return Other(peer.key, "away" if now - peer.seen_at > AWAY_AFTER else "here")
