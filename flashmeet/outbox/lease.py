"""Leasing what is due: some rows, for a while, under an attempt number of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from flashmeet.domain.messages import TIMED
from flashmeet.domain.ports import Outgoing
from flashmeet.store.models import Booking, Member, OutboxMessage

LEASE = timedelta(minutes=2)
UNFINISHED = ("waiting", "sending", "unknown")


def lease_due(session: Session, channel: str, *, now: datetime, limit: int) -> list[int]:
    """Leases up to `limit` due rows of a channel, the nearest deadline first; returns their ids.

    Rows of a lane wait for the one before them. Another worker's leased rows are left to it while the lease runs.
    """
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == "waiting", OutboxMessage.channel == channel, OutboxMessage.due_at <= now)
        .where(_unleased(now), ~_waits_for_another())
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(due).all()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(ids))
        .values(lease_until=now + LEASE, attempt=OutboxMessage.attempt + 1)
    )
    return list(ids)


def _unleased(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= now)


def _waits_for_another() -> ColumnElement[bool]:
    earlier = aliased(OutboxMessage)
    return and_(
        OutboxMessage.lane.is_not(None),
        exists().where(
            earlier.lane == OutboxMessage.lane, earlier.id < OutboxMessage.id, earlier.state.in_(UNFINISHED)
        ),
    )


def begin_sending(session: Session, ids: Sequence[int], *, now: datetime) -> list[tuple[int, Outgoing]]:
    """Marks leased rows *sending*, and returns what is sent with the attempt it belongs to.

    What nobody needs any more is dropped here, at the last moment before the call.
    """
    rows = session.scalars(
        select(OutboxMessage).where(OutboxMessage.id.in_(ids), OutboxMessage.state == "waiting").with_for_update()
    ).all()
    people = {
        member.id: member
        for member in session.scalars(select(Member).where(Member.id.in_({row.recipient_id for row in rows})))
    }
    sessions = _sessions_of(session, rows)
    going: list[tuple[int, Outgoing]] = []
    for row in sorted(rows, key=lambda row: list(ids).index(row.id)):
        reason = _obsolete(row, people[row.recipient_id], sessions.get(row.id), now=now)
        if reason:
            row.state, row.reason, row.settled_at = "dropped", reason, now
            continue
        row.state, row.lease_until = "sending", now + LEASE
        going.append((row.attempt, outgoing(row, people[row.recipient_id])))
    return going


def _sessions_of(session: Session, rows: Sequence[OutboxMessage]) -> dict[int, Booking]:
    """The bookings that timed rows speak about, as they are now."""
    wanted = {row.id: row.payload["booking_id"] for row in rows if row.kind in TIMED}
    found = {each.id: each for each in session.scalars(select(Booking).where(Booking.id.in_(wanted.values())))}
    return {row_id: found[booking_id] for row_id, booking_id in wanted.items() if booking_id in found}


def _obsolete(row: OutboxMessage, member: Member, booking: Booking | None, *, now: datetime) -> str:
    """Why nobody needs the row any more; empty while somebody does. Invites are never dropped for being superseded."""
    if booking is not None and booking.status != "confirmed":
        return "cancelled"
    if booking is not None and booking.sequence != row.version:
        return "moved"
    if row.not_after is not None and now >= row.not_after:
        return "too_late"
    if member.suspended:
        return "suspended"
    if row.channel == "sms" and not member.takes_sms:
        return "no_sms"
    return ""


def outgoing(row: OutboxMessage, member: Member) -> Outgoing:
    """The row as its channel sees it; the address is the member's of today."""
    return Outgoing(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=(member.phone or "") if row.channel == "sms" else member.email,
        name=member.name,
        locale=member.locale,
        tzid=member.tzid,
        message_key=row.message_key,
        payload=row.payload,
        not_after=row.not_after,
    )


def lost_in_sending(session: Session, channel: str, *, now: datetime, limit: int) -> list[int]:
    """Rows whose worker died between *sending* and settling: *unknown* from here on, leased to be looked up."""
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.state.in_(("sending", "unknown")), OutboxMessage.channel == channel)
        .where(OutboxMessage.lease_until <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(query).all()
    for row in rows:
        row.state, row.lease_until, row.attempt = "unknown", now + LEASE, row.attempt + 1
    return [row.id for row in rows]


def unknown_message(session: Session, row_id: int) -> tuple[int, Outgoing] | None:
    """The attempt and the message of a row, while nobody knows what became of it."""
    query = select(OutboxMessage, Member).join(Member, Member.id == OutboxMessage.recipient_id)
    found = session.execute(query.where(OutboxMessage.id == row_id, OutboxMessage.state == "unknown")).first()
    return None if found is None else (found[0].attempt, outgoing(found[0], found[1]))
