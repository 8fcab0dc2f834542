"""The one judge: reads the database and the ledger, and says what is wrong. It knows nothing of what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import INVITE, REMINDERS
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import SUPERSEDED
from flashmeet.requests.models import HourOffer, RequestAsk
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.faults.ledger import Ledger

ON_THE_WAY = 2.0
"""Seconds that a message may need from the worker's last look at the clock to the provider's first."""


@dataclass(slots=True)
class Figures:
    """What was seen, all in all."""

    rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    twice_in_doubt: int = 0
    doubts: int = 0


@dataclass(slots=True)
class Evidence:
    rows: list[OutboxMessage]
    bookings: dict[int, Booking]
    events: list[dict[str, Any]]
    arrivals: dict[int, list[dict[str, Any]]]
    """What the providers accepted, by row."""
    asked: list[tuple[int, int]]
    """Request and mentor, of every wave."""
    offered: list[tuple[int, int]]
    """Request and offer."""
    suspended: set[int]


def check(database: Database, ledger: Ledger, figures: Figures | None = None) -> list[str]:
    """Every rule that is broken, in words; nothing when all is well."""
    evidence = _evidence(database, ledger)
    if figures is not None:
        _count(evidence, figures)
    found = [_nothing_is_stuck, _nothing_is_lost, _nothing_is_doubled, _what_arrived_is_sent]
    found += [_nothing_after_the_start, _nothing_after_a_change, _invites_in_order, _asked_once]
    return [fault for rule in found for fault in rule(evidence)]


def _evidence(database: Database, ledger: Ledger) -> Evidence:
    with database.reading() as db:
        rows = list(db.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        phones = {each.id: each.phone or "" for each in db.scalars(select(Member))}
        suspended = set(db.scalars(select(Member.id).where(Member.suspended)))
        asked = db.execute(select(RequestAsk.request_id, RequestAsk.mentor_id).where(RequestAsk.wave > 0)).all()
        offered = db.execute(select(HourOffer.request_id, HourOffer.id)).all()
        bookings = {each.id: each for each in db.scalars(select(Booking))}
    events = ledger.read()
    return Evidence(
        rows,
        bookings,
        events,
        _arrivals(rows, phones, events),
        [(request_id, mentor_id) for request_id, mentor_id in asked],
        [(request_id, offer_id) for request_id, offer_id in offered],
        suspended,
    )


def _arrivals(
    rows: list[OutboxMessage], phones: dict[int, str], events: list[dict[str, Any]]
) -> dict[int, list[dict[str, Any]]]:
    """A mail names its row; an SMS names a number, to which one row at most was ever tried."""
    tried = [row for row in rows if row.channel == "sms" and row.attempt]
    of_row = {row.message_key: row.id for row in rows} | {phones[row.recipient_id]: row.id for row in tried}
    assert len({row.recipient_id for row in tried}) == len(tried)
    arrivals: dict[int, list[dict[str, Any]]] = {row.id: [] for row in rows}
    for event in events:
        if event["what"] != "changed":
            arrivals[of_row[event["key"] if event["what"] == "mail" else event["to"]]].append(event)
    return arrivals


def _count(evidence: Evidence, figures: Figures) -> None:
    figures.rows, figures.states = len(evidence.rows), Counter(row.state for row in evidence.rows)
    figures.accepted = sum(len(each) for each in evidence.arrivals.values())
    figures.twice_in_doubt = sum(max(0, len(each) - 1) for each in evidence.arrivals.values())
    figures.doubts = sum(row.doubts for row in evidence.rows)


def _name(row: OutboxMessage) -> str:
    return (
        f"row {row.id} ({row.kind} {row.version} by {row.channel}, {row.state} {row.reason!r}, attempt {row.attempt})"
    )


def _nothing_is_stuck(evidence: Evidence) -> Iterator[str]:
    for row in evidence.rows:
        if row.state in ("waiting", "sending", "unknown", "parked"):
            yield f"stuck: {_name(row)}"


def _nothing_is_lost(evidence: Evidence) -> Iterator[str]:
    """Sent means that a provider has it; what was not sent has a reason that is true."""
    for row in evidence.rows:
        if row.state == "sent" and not evidence.arrivals[row.id]:
            yield f"lost: {_name(row)} never arrived"
        if row.state == "dropped" and not _pointless(evidence, row):
            yield f"lost: {_name(row)} was dropped without need"
        if row.state == "refused" and not _said_by_mail(evidence, row):
            yield f"lost: {_name(row)} was given up"


def _pointless(evidence: Evidence, row: OutboxMessage) -> bool:
    if row.not_after is not None and row.settled_at is not None and row.settled_at >= row.not_after:
        return True
    if row.reason == "suspended":
        return row.recipient_id in evidence.suspended
    if row.reason == SUPERSEDED:
        return any(each.ordering_key == row.ordering_key and each.version > row.version for each in evidence.rows)
    if row.kind not in REMINDERS:
        return False  # an invite is never dropped but for a later one
    booking = evidence.bookings[row.payload["booking_id"]]
    return booking.status == BookingStatus.CANCELLED or booking.agreed_sequence != row.version


def _said_by_mail(evidence: Evidence, row: OutboxMessage) -> bool:
    """An SMS that was in doubt and did not arrive: the mail of the same reminder did, or is pointless by now."""
    return any(
        (other.channel, other.kind, other.version, other.recipient_id)
        == ("mail", row.kind, row.version, row.recipient_id)
        and (other.state == "sent" or _pointless(evidence, other))
        for other in evidence.rows
        if row.channel == "sms" and row.doubts
    )


def _nothing_is_doubled(evidence: Evidence) -> Iterator[str]:
    """A mail once more for each doubt, and an SMS never."""
    for row in evidence.rows:
        most = 1 + (row.doubts if row.channel == "mail" else 0)
        if len(evidence.arrivals[row.id]) > most:
            yield f"doubled: {_name(row)} arrived {len(evidence.arrivals[row.id])} times with {row.doubts} doubts"


def _what_arrived_is_sent(evidence: Evidence) -> Iterator[str]:
    """But for what arrived in doubt and was then dropped."""
    for row in evidence.rows:
        known = row.state == "sent" or (row.doubts and row.state == "dropped")
        if evidence.arrivals[row.id] and not known:
            yield f"written over: {_name(row)} arrived"


def _nothing_after_the_start(evidence: Evidence) -> Iterator[str]:
    for row in evidence.rows:
        for arrival in evidence.arrivals[row.id]:
            if row.not_after is not None and arrival["arrived"] > row.not_after.timestamp() + ON_THE_WAY:
                yield f"too late: {_name(row)} by {arrival['arrived'] - row.not_after.timestamp():.1f} s"


def _nothing_after_a_change(evidence: Evidence) -> Iterator[str]:
    """Of a session that was cancelled or moved only what was being sent at that moment arrives: once, in its lease."""
    for change in (event for event in evidence.events if event["what"] == "changed"):
        for row in evidence.rows:
            later = [each for each in evidence.arrivals[row.id] if each["arrived"] > change["at"]]
            if row.id in change["others"] and later:
                yield f"after the change: {_name(row)} arrived"
            until = change["begun"].get(str(row.id), change["at"])
            if str(row.id) in change["begun"] and (len(later) > 1 or any(each["arrived"] > until for each in later)):
                yield f"after the change: {_name(row)} arrived {len(later)} times, or anew"


def _asked_once(evidence: Evidence) -> Iterator[str]:
    """Whom a wave asks, and who is offered an hour, is written to once."""
    told = Counter((row.subject, row.recipient_id) for row in evidence.rows if row.kind == "asked")
    yield from (f"doubled: {who} is asked {count} times" for who, count in told.items() if count > 1)
    for request_id, mentor_id in evidence.asked:
        if (f"request:{request_id}", mentor_id) not in told:
            yield f"lost: request {request_id} asks {mentor_id}, who was never written to"
    offered = {(row.subject, row.version) for row in evidence.rows if row.kind == "hour_offered"}
    for request_id, offer_id in evidence.offered:
        if (f"request:{request_id}", offer_id) not in offered:
            yield f"lost: offer {offer_id} was never written"


def _invites_in_order(evidence: Evidence) -> Iterator[str]:
    ordered: dict[str, list[tuple[float, int]]] = {}
    for row in evidence.rows:
        for arrival in evidence.arrivals[row.id] if row.ordering_key and row.kind == INVITE else ():
            ordered.setdefault(str(row.ordering_key), []).append((arrival["at"], row.version))
    for key, arrived in ordered.items():
        versions = [version for _, version in sorted(arrived)]
        if versions != sorted(versions):
            yield f"out of order: {key} received {versions}"
