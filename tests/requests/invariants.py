"""What holds of requests, holders, waves and bookings at any moment, whatever was done before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.intervals import Interval, ticks
from flashmeet.messages.models import OutboxMessage
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import LIVE, STATES, AskState
from flashmeet.schedule.models import Claim, Holder, QuotaUse
from flashmeet.schedule.rules.booked_hour import BookingStatus, claimed_by_mentor
from flashmeet.schedule.rules.quotas import MOST_OPEN, MOST_PENDING

TOLD_OF = ("declined", "solved", "expired", "untaken")
"""Ends of which the mentee is told by the request; of an hour that is agreed the invite tells."""


REPEATED = ("times_proposed", "hour_offered", "question_asked", "question_again")
"""What a mentee may be told more than once of one request: each by another mentor."""


def broken(db: Session, *, now: datetime) -> Iterator[str]:
    """A sentence for everything that does not hold."""
    yield from _bookings(db, now=now)
    yield from _requests(db)
    yield from _limits(db)
    yield from _told(db)


def _bookings(db: Session, *, now: datetime) -> Iterator[str]:
    """Nobody is in two places, and what is agreed is claimed."""
    live = (
        db.scalars(select(Booking).where(Booking.status.in_((BookingStatus.PENDING, BookingStatus.CONFIRMED))))
        .unique()
        .all()
    )
    claims = {(row.member_id, row.tick): row.holder_id for row in db.scalars(select(Claim))}
    holders = {row.booking_id: row for row in db.scalars(select(Holder).where(Holder.booking_id.is_not(None)))}
    for booking in live:
        holder = holders.get(booking.id)
        if holder is None:
            if booking.ends_at > now:
                yield f"booking {booking.id} is {booking.status} and nothing keeps its time"
            continue
        spans = {
            booking.mentor_id: claimed_by_mentor(
                booking.starts_at, booking.ends_at, before=booking.buffer_before, after=booking.buffer_after
            ),
            booking.mentee_id: Interval(booking.starts_at, booking.ends_at),
        }
        for member_id, span in spans.items():
            missing = [tick for tick in ticks(span) if claims.get((member_id, tick)) != holder.id]
            if missing:
                yield f"booking {booking.id} lacks {len(missing)} quarters of member {member_id}"


def _requests(db: Session) -> Iterator[str]:
    """Legal states, and nothing kept for what has ended."""
    kept, offered = _kept(db), _offered(db)
    for request in db.scalars(select(MentoringRequest)).unique():
        for fault in (*_state(request), *_holds(request, kept[request.id], offered[request.id])):
            yield f"request {request.id} ({request.kind}, {request.state}): {fault}"


def _state(request: MentoringRequest) -> Iterator[str]:
    if request.state not in STATES or any(ask.state not in set(AskState) for ask in request.asks):
        yield "no such state"
    if (request.state in LIVE) == (request.ended_at is not None):
        yield f"ended_at is {request.ended_at}"
    if request.state != "open" and any(ask.state == "asked" for ask in request.asks):
        yield "somebody is still asked"
    if request.state == "accepted" and request.booking_id is None:
        yield "agreed on nothing"
    waiting = [ask for ask in request.asks if ask.state == "asked"]
    if waiting and (request.due_at is None or request.due_at < max(ask.due_at for ask in waiting)):
        yield "it ends before those who are asked may have answered"
    if any(ask.state == "expired" and ask.wave == 0 and ask.waits_for_reply for ask in request.asks):
        yield "a mentor who waited for a reply is said to have been silent"
    if sum(ask.state == "accepted" for ask in request.asks) > 1:
        yield "two have it"


def _holds(request: MentoringRequest, kinds: Counter[str], offered: int) -> Iterator[str]:
    live = request.state in LIVE
    if request.kind != "hour" and kinds["request"] != int(live):
        yield f"{kinds['request']} count it"
    if not live and kinds:
        yield f"keeps {dict(kinds)} after its end"
    if request.state == "queued" and kinds["proposal"]:
        yield "waits in the queue and keeps times"
    if offered > int(request.state == "queued"):
        yield f"{offered} hours are offered"


def _kept(db: Session) -> defaultdict[int, Counter[str]]:
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for holder in db.scalars(select(Holder)):
        if holder.request_id is not None:
            found[holder.request_id][holder.kind] += 1
    return found


def _offered(db: Session) -> Counter[int]:
    return Counter(db.scalars(select(HourOffer.request_id).where(HourOffer.state == "open")))


def _limits(db: Session) -> Iterator[str]:
    used = Counter((row.owner_id, row.rule) for row in db.scalars(select(QuotaUse)))
    for (owner, rule), count in used.items():
        most = {"mentee_open": MOST_OPEN, "mentor_pending": MOST_PENDING}.get(rule)
        if most is not None and count > most:
            yield f"member {owner}: {count} of {most} {rule}"
    open_by = Counter(
        db.scalars(
            select(MentoringRequest.mentee_id).where(MentoringRequest.state.in_(LIVE), MentoringRequest.kind != "hour")
        )
    )
    yield from (f"member {who} has {count} open requests" for who, count in open_by.items() if count > MOST_OPEN)


def _told(db: Session) -> Iterator[str]:
    """Each person once: of the end, of the wave, of the week."""
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.subject.like("request:%"))).all()
    told = Counter(
        (row.subject, row.kind, row.recipient_id)
        for row in rows
        if row.state != "dropped" or row.kind != "asked_again"  # whose deadline moved is reminded anew
    )
    for (subject, kind, who), count in told.items():
        if kind not in REPEATED and count > 1:
            yield f"{subject}: {who} was told {kind} {count} times"
    for request in db.scalars(select(MentoringRequest)).unique():
        subject = f"request:{request.id}"
        ended = told[subject, "request_ended", request.mentee_id]
        if request.kind != "hour" and ended != int(request.state in TOLD_OF):
            yield f"{subject}: {request.state}, and its mentee was told {ended} times"
    asks = Counter((ask.request_id, ask.mentor_id) for ask in db.scalars(select(RequestAsk)).unique())
    yield from (f"{pair} asked {count} times" for pair, count in asks.items() if count > 1)
