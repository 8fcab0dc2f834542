"""What the two browsers of a session tell each other until they talk directly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.bookings.queries import note_presence
from flashmeet.bookings.rules.outcomes import AWAY_AFTER
from flashmeet.core.errors import RoomClosed
from flashmeet.rooms.models import RoomPeer, SecondWay
from flashmeet.rooms.queries import latest_peer, latest_peers, mail, note_silence, post, touch
from flashmeet.rooms.rules.fallback import is_needed
from flashmeet.rooms.rules.providers import Providers
from flashmeet.rooms.rules.room import BATCH, PeerState, Signal
from flashmeet.rooms.service.fallback import begin_fallback, end_fallback, mark_of
from flashmeet.rooms.service.room import RoomDoor

NOTED_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Other:
    """The other seat's latest page. `away`: not heard of for a while; it may come back."""

    peer: str
    state: PeerState


@dataclass(frozen=True, slots=True)
class Heard:
    """`other` is None while nobody has sat on the other seat; `signals` are that page's, in order.

    `second_way` is its mark, "" while none is needed. `note_due`: it is time to note, by `stay`, that the listener is
    still there; `way_due`: it is time to choose a second way, by `choose_way`.
    """

    other: Other | None
    signals: Sequence[Signal]
    note_due: bool
    second_way: str = ""
    way_due: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One page in a room, as its own requests name it."""

    booking_id: int
    seat_id: int
    peer_key: str


def send_signals(db: Session, place: Place, *, to: str, signals: Sequence[Signal]) -> None:
    """Leaves signals for the other seat's page `to`; for one that has been replaced they are dropped.

    The same number again is the same message again: nothing happens. Raises RoomClosed.
    """
    me, other = _both(db, place)
    if other is not None and other.key == to:
        post(db, sender=me, receiver=other, signals=signals)


def stay(db: Session, place: Place, *, now: datetime) -> None:
    """Notes that this page is still there; one that was away has arrived anew. Raises RoomClosed."""
    me, _ = _both(db, place)
    if _seen(me, now).state == PeerState.AWAY:
        me.arrived_at = now
    touch(db, place.seat_id, place.peer_key, now=now)
    note_presence(db, booking_id=place.booking_id, seat_id=place.seat_id, now=now)


def choose_way(db: Session, place: Place, *, providers: Providers, now: datetime) -> None:
    """Chooses the second way where it is still due. Raises RoomClosed."""
    me, other = _both(db, place)
    if _is_stuck(me, other, now):
        begin_fallback(db, place.booking_id, providers=providers)


def tell_media(db: Session, place: Place, *, flows: bool, now: datetime) -> None:
    """Whether this page sees and hears the other. Once both do, no second way is needed any more. Raises RoomClosed."""
    me, other = _both(db, place)
    if flows != (me.silent_since is None):
        note_silence(db, me.id, since=None if flows else now)
    if flows and other is not None and other.silent_since is None:
        end_fallback(db, place.booking_id)


def hear(db: Session, place: Place, *, listening_to: str, after: int, now: datetime) -> Heard:
    """Who is there, and what they said beyond number `after`; a page not `listening_to` is heard from its beginning.

    Raises RoomClosed (replaced, left).
    """
    me, other = _both(db, place)
    note_due = now - me.seen_at >= NOTED_EVERY
    if other is None:
        return Heard(None, (), note_due)
    beyond = after if other.key == listening_to else 0
    signals = mail(db, sender_id=other.id, receiver_id=me.id, after=beyond, limit=BATCH)
    chosen = db.get(SecondWay, place.booking_id)
    due = chosen is None and _is_stuck(me, other, now)
    return Heard(_seen(other, now), signals, note_due, mark_of(chosen), due)


def who_is_there(db: Session, door: RoomDoor, *, now: datetime) -> PeerState | None:
    """Whether the other is in the room, as somebody at its door may know; "" while they have not come."""
    peer = latest_peer(db, door.other_seat.id)
    return None if peer is None else _seen(peer, now).state


def _both(db: Session, place: Place) -> tuple[RoomPeer, RoomPeer | None]:
    """This page and the other seat's latest. Raises RoomClosed."""
    peers = {peer.seat_id: peer for peer in latest_peers(db, place.booking_id)}
    me = peers.pop(place.seat_id, None)
    if me is None or me.key != place.peer_key:
        raise RoomClosed("replaced")
    if me.left_at is not None:
        raise RoomClosed(PeerState.LEFT)
    return me, next(iter(peers.values()), None)


def _is_stuck(me: RoomPeer, other: RoomPeer | None, now: datetime) -> bool:
    """Both are there, and one of them has heard and seen nothing for too long."""
    if other is None:
        return False
    both = (me, other)
    if any(_seen(each, now).state != PeerState.HERE for each in both):
        return False
    return is_needed(
        there_since=[each.there_since for each in both], silent_since=[each.silent_since for each in both], now=now
    )


def _seen(peer: RoomPeer, now: datetime) -> Other:
    if peer.left_at is not None:
        return Other(peer.key, PeerState.LEFT)
    return Other(peer.key, PeerState.AWAY if now - peer.seen_at > AWAY_AFTER else PeerState.HERE)
