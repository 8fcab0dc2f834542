"""Signalling between the two browsers of a booking, until they are connected directly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.rules.outcomes import AWAY_AFTER
from flashmeet.bookings.service.presence import note_presence
from flashmeet.core.errors import RoomClosed
from flashmeet.rooms.models import Fallback, RoomPeer
from flashmeet.rooms.queries import last_numbers, latest_peer, latest_peers, mail, note_silence, post, touch
from flashmeet.rooms.rules.fallback import is_needed
from flashmeet.rooms.rules.providers import Providers
from flashmeet.rooms.rules.room import BATCH, PeerState, Signal
from flashmeet.rooms.service.fallback import begin_fallback, end_fallback, mark_of
from flashmeet.rooms.service.room import RoomDoor

NOTED_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Other:
    """The other seat's latest page. `away`: not heard from for a while; it may come back."""

    peer: str
    state: PeerState


@dataclass(frozen=True, slots=True)
class Heard:
    """`other` is None while nobody has entered on the other seat; `signals` are that page's, in order.

    `second_way` is the fallback's mark, "" while none is needed. `note_due`: call `stay` to record that the listener is
    still there; `way_due`: call `choose_way` to choose a fallback.
    """

    other: Other | None
    signals: Sequence[Signal]
    note_due: bool
    second_way: str = ""
    way_due: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One page in a room, as its requests name it."""

    booking_id: int
    seat_id: int
    peer_key: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a page knows already: the other's page and its state, the last signal heard, the fallback's mark."""

    place: Place
    other: str
    other_state: str
    after: int
    second_way: str


def send_signals(db: Session, place: Place, *, to: str, signals: Sequence[Signal]) -> None:
    """Stores signals for the other seat's page `to`; drops them if that page has been replaced.

    A number that was stored already is ignored. Raises RoomClosed.
    """
    me, other = _both(db, place)
    if other is not None and other.key == to:
        post(db, sender=me, receiver=other, signals=signals)


def stay(db: Session, place: Place, *, now: datetime) -> None:
    """Records that this page is still there; one that was away arrives anew. Raises RoomClosed."""
    me, _ = _both(db, place)
    if _seen(me, now).state == PeerState.AWAY:
        me.arrived_at = now
    touch(db, place.seat_id, place.peer_key, now=now)
    note_presence(db, booking_id=place.booking_id, seat_id=place.seat_id, now=now)


def choose_way(db: Session, place: Place, *, providers: Providers, now: datetime) -> None:
    """Chooses the fallback if it is still due. Raises RoomClosed."""
    me, other = _both(db, place)
    if _is_stuck(me, other, now):
        begin_fallback(db, place.booking_id, providers=providers)


def tell_media(db: Session, place: Place, *, flows: bool, now: datetime) -> None:
    """Records whether this page receives media from the other. Ends the fallback once both do. Raises RoomClosed."""
    me, other = _both(db, place)
    if flows != (me.silent_since is None):
        note_silence(db, me.id, since=None if flows else now)
    if flows and other is not None and other.silent_since is None:
        end_fallback(db, place.booking_id)


def hear(db: Session, place: Place, *, listening_to: str, after: int, now: datetime) -> Heard:
    """Returns who is there and what they sent beyond number `after`; reads a page not yet `listening_to` from its
    start.

    Raises RoomClosed (replaced, left).
    """
    me, other = _both(db, place)
    note_due = now - me.seen_at >= NOTED_EVERY
    if other is None:
        return Heard(None, (), note_due)
    beyond = after if other.key == listening_to else 0
    signals = mail(db, sender_id=other.id, receiver_id=me.id, after=beyond, limit=BATCH)
    chosen = db.get(Fallback, place.booking_id)
    due = chosen is None and _is_stuck(me, other, now)
    return Heard(_seen(other, now), signals, note_due, mark_of(chosen), due)


def with_news(db: Session, waiting: Collection[Known], *, now: datetime) -> set[Known]:
    """Returns those for whom `hear` has something new, a fallback to choose, or a refusal; three reads for all."""
    bookings = {each.place.booking_id for each in waiting}
    peers: dict[int, list[RoomPeer]] = {booking_id: [] for booking_id in bookings}
    for peer in latest_peers(db, bookings):
        peers[peer.booking_id].append(peer)
    last = last_numbers(db, [peer.id for each in peers.values() for peer in each])
    chosen = {row.booking_id: row for row in db.scalars(select(Fallback).where(Fallback.booking_id.in_(bookings)))}
    told = set()
    for known in waiting:
        booking_id = known.place.booking_id
        try:
            me, other = _sorted(peers[booking_id], known.place)
        except RoomClosed:
            told.add(known)
        else:
            if _is_news(known, me, other, last=last, chosen=chosen.get(booking_id), now=now):
                told.add(known)
    return told


def _is_news(
    known: Known,
    me: RoomPeer,
    other: RoomPeer | None,
    *,
    last: Mapping[tuple[int, int], int],
    chosen: Fallback | None,
    now: datetime,
) -> bool:
    if other is None:
        return (known.other, known.other_state, known.second_way) != ("", "", "")
    seen = _seen(other, now)
    beyond = known.after if other.key == known.other else 0
    if (seen.peer, seen.state) != (known.other, known.other_state) or last.get((other.id, me.id), 0) > beyond:
        return True
    return mark_of(chosen) != known.second_way or (chosen is None and _is_stuck(me, other, now))


def who_is_there(db: Session, door: RoomDoor, *, now: datetime) -> PeerState | None:
    """Returns the other's state as shown at the door; "" while they have not come."""
    peer = latest_peer(db, door.other_seat.id)
    return None if peer is None else _seen(peer, now).state


def _both(db: Session, place: Place) -> tuple[RoomPeer, RoomPeer | None]:
    """Returns this page and the other seat's latest. Raises RoomClosed."""
    return _sorted(latest_peers(db, [place.booking_id]), place)


def _sorted(latest: Sequence[RoomPeer], place: Place) -> tuple[RoomPeer, RoomPeer | None]:
    """Returns this page and the other, of a booking's latest. Raises RoomClosed."""
    peers = {peer.seat_id: peer for peer in latest}
    me = peers.pop(place.seat_id, None)
    if me is None or me.key != place.peer_key:
        raise RoomClosed("replaced")
    if me.left_at is not None:
        raise RoomClosed(PeerState.LEFT)
    return me, next(iter(peers.values()), None)


def _is_stuck(me: RoomPeer, other: RoomPeer | None, now: datetime) -> bool:
    """Whether both are present, and one of them has received nothing for too long."""
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
