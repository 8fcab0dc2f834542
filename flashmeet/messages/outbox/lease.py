"""Leases due rows to a worker, for a while, under an attempt number of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased, joinedload

from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.outbox.sms_fallback import fall_back, lock_with_mails
from flashmeet.messages.outbox.sms_guard import QUIET, SAID_BY_MAIL, kept_back, waits_for_morning
from flashmeet.messages.outbox.todays_facts import tell_todays_facts
from flashmeet.messages.rules.channels import ChannelName, Outgoing
from flashmeet.messages.rules.kinds import KINDS, URGENCIES
from flashmeet.messages.rules.kinds import urgency as urgency_of
from flashmeet.messages.rules.outbox import UNFINISHED, OutboxState

LEASE = timedelta(minutes=2)
LAST_CALL = timedelta(seconds=70)
"""A row is not sent in this last part of its lease: longer than any channel waits for a response."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A row leased to this worker, and the attempt under which it may settle it."""

    id: int
    attempt: int


def channels_with_work(db: Session, channels: Collection[str], *, now: datetime) -> set[str]:
    """Those with a row that is due, or in doubt and nobody's; one read of an index row or two for each."""
    at_work = OutboxMessage.lease_until > now
    each = []
    for channel in channels:
        due = exists().where(
            OutboxMessage.state == OutboxState.WAITING,
            OutboxMessage.channel == channel,
            OutboxMessage.urgency.in_(URGENCIES),
            OutboxMessage.due_at <= now,
            or_(OutboxMessage.lease_until.is_(None), ~at_work),
        )
        doubtful = exists().where(
            OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN)),
            OutboxMessage.channel == channel,
            ~at_work,
        )
        each.append(select(literal(channel)).where(or_(due, doubtful)))
    return set(db.scalars(union_all(*each))) if each else set()


def next_work(db: Session, channels: Collection[str], *, now: datetime) -> datetime | None:
    """Returns when a row of these channels becomes due, or a lease ends; None while there is neither.

    For a time at which `channels_with_work` finds nothing. Reads the first row of each index range, and those leased.
    """
    waiting = (OutboxMessage.state == OutboxState.WAITING, OutboxMessage.channel.in_(channels))
    doubtful = OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN))
    firsts = [
        select(func.min(OutboxMessage.due_at)).where(
            OutboxMessage.state == OutboxState.WAITING,
            OutboxMessage.channel == channel,
            OutboxMessage.urgency == urgency,
            OutboxMessage.due_at > now,
        )
        for channel in channels
        for urgency in URGENCIES
    ]
    leases = [
        select(func.min(OutboxMessage.lease_until)).where(
            *waiting, OutboxMessage.urgency.in_(URGENCIES), OutboxMessage.due_at <= now
        ),
        select(func.min(OutboxMessage.lease_until)).where(doubtful, OutboxMessage.channel.in_(channels)),
    ]
    return min((at for at in db.scalars(union_all(*firsts, *leases)) if at is not None), default=None)


def lease_due(db: Session, channel: ChannelName, *, now: datetime, limit: int, probing: bool = False) -> list[Leased]:
    """Leases up to `limit` due rows of a channel: the most urgent first, then the longest due.

    Rows wait for earlier ones of the same ordering key. Rows leased by another worker are skipped while the lease runs.
    While `probing`, the row with the fewest attempts comes first, so that one bad row cannot keep the channel closed.
    """
    found: list[Leased] = []
    for urgency in URGENCIES:
        if len(found) < limit:
            found += _lease(db, channel, urgency, now=now, limit=limit - len(found), probing=probing)
    return found


def _lease(
    db: Session, channel: ChannelName, urgency: int, *, now: datetime, limit: int, probing: bool
) -> list[Leased]:
    """Leases rows in one statement and returns them. A CTE is evaluated once; a subquery might be run twice."""
    order = (OutboxMessage.due_at, OutboxMessage.id)
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.channel == channel)
        .where(OutboxMessage.urgency == urgency, OutboxMessage.due_at <= now)
        .where(_unleased(now), ~_waits_for_another())
        .order_by(*((OutboxMessage.attempt, *order) if probing else order))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(select(due.c.id)))
        .values(lease_until=now + LEASE, attempt=OutboxMessage.attempt + 1)
        .returning(OutboxMessage.due_at, OutboxMessage.id, OutboxMessage.attempt)
        .execution_options(synchronize_session=False)
    )
    in_order = sorted((due_at, row_id, attempt) for due_at, row_id, attempt in taken)  # tuples: rows compare slowly
    return [Leased(row_id, attempt) for _, row_id, attempt in in_order]


def _unleased(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= now)


def _waits_for_another() -> ColumnElement[bool]:
    earlier = aliased(OutboxMessage)
    return and_(
        OutboxMessage.ordering_key.is_not(None),
        exists().where(
            earlier.ordering_key == OutboxMessage.ordering_key,
            earlier.id < OutboxMessage.id,
            earlier.state.in_(UNFINISHED),
        ),
    )


def begin_sending(db: Session, leased: Sequence[Leased], *, now: datetime) -> list[Outgoing]:
    """Marks the rows still leased to us as *sending*; returns their messages in the order leased.

    Rows no longer needed are dropped here, at the last moment before the call; an SMS in quiet hours waits.
    Every transaction that changes several rows locks them in the order of their ids, which avoids deadlocks.
    """
    ours = {each.id: each.attempt for each in leased}
    lock_with_mails(db, ours)
    query = select(OutboxMessage).where(OutboxMessage.id.in_(ours), OutboxMessage.state == OutboxState.WAITING)
    query = query.where(~_waits_for_another()).order_by(OutboxMessage.id)
    query = query.options(joinedload(OutboxMessage.recipient, innerjoin=True)).with_for_update(of=OutboxMessage)
    locked = db.scalars(query.execution_options(populate_existing=True))
    rows = {row.id: row for row in locked if row.attempt == ours[row.id]}
    reasons = why_not(db, list(rows.values()), now=now)
    reasons |= kept_back(db, [row for row in rows.values() if row.id not in reasons], now=now)
    for row in rows.values():
        if reasons.get(row.id) == QUIET and (morning := waits_for_morning(db, row, now=now)) is not None:
            row.due_at, row.urgency, row.lease_until = morning, urgency_of(morning, row.not_after), None
        elif row.id in reasons:
            row.state, row.reason, row.settled_at, row.lease_until = OutboxState.DROPPED, reasons[row.id], now, None
            if reasons[row.id] in SAID_BY_MAIL:
                fall_back(db, row, now=now)
        else:
            row.state, row.lease_until = OutboxState.SENDING, now + LEASE
            row.sent_to = _address(row, row.recipient)
    tell_todays_facts(db, [row for row in rows.values() if row.state == OutboxState.SENDING])
    return [outgoing(rows[row_id], rows[row_id].recipient) for row_id in ours if row_id in rows.keys() - reasons.keys()]


def time_left(message: Outgoing, *, now: datetime) -> timedelta:
    """Returns how long after *sending* was committed the call may begin, by the lease and by `not_after`."""
    ours = LEASE - LAST_CALL
    return ours if message.not_after is None else min(ours, message.not_after - now)


def release(db: Session, leased: Sequence[Leased]) -> None:
    """Returns leased rows that will not be sent, in the order of their ids, as every transaction locks them."""
    for each in sorted(leased, key=lambda each: each.id):
        db.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.id == each.id,
                OutboxMessage.attempt == each.attempt,
                OutboxMessage.state == OutboxState.WAITING,
            )
            .values(lease_until=None)
        )


def lost_in_sending(db: Session, channel: ChannelName, *, now: datetime, limit: int) -> list[Leased]:
    """Marks rows whose worker died between *sending* and settling as *unknown*, and leases them for a look-up."""
    doubtful = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN)), OutboxMessage.channel == channel)
        .where(OutboxMessage.lease_until <= now)
        .order_by(OutboxMessage.lease_until, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("doubtful")
    )
    taken = db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(select(doubtful.c.id)))
        .values(
            state=OutboxState.UNKNOWN,
            lease_until=now + LEASE,
            attempt=OutboxMessage.attempt + 1,
            doubts=OutboxMessage.doubts + case((OutboxMessage.state == OutboxState.SENDING, 1), else_=0),
        )
        .returning(OutboxMessage.id, OutboxMessage.attempt)
        .execution_options(synchronize_session=False)
    )
    return [Leased(*row) for row in sorted(taken.all())]


def unknown_message(db: Session, row_id: int) -> Outgoing | None:
    """Returns the message of a row whose outcome is unknown, else None."""
    query = select(OutboxMessage, Member).join(Member, Member.id == OutboxMessage.recipient_id)
    found = db.execute(query.where(OutboxMessage.id == row_id, OutboxMessage.state == OutboxState.UNKNOWN)).first()
    return None if found is None else outgoing(found[0], found[1])


ADDRESS: Mapping[str, Callable[[Member], str]] = {
    ChannelName.MAIL: lambda member: member.email,
    ChannelName.SMS: lambda member: member.phone or "",
}
"""The member's present address by channel; other channels take theirs from the payload."""


def outgoing(row: OutboxMessage, member: Member) -> Outgoing:
    """Returns the message to render and send, in the member's present language; in doubt, to where it was sent."""
    return Outgoing(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=row.sent_to or _address(row, member),
        recipient_id=member.id,
        name=member.name,
        locale=member.locale,
        tzid=member.tzid,
        message_key=row.message_key,
        payload=row.payload,
        link_generation=member.link_generation,
        due_at=row.due_at,
        not_after=row.not_after,
    )


def _address(row: OutboxMessage, member: Member) -> str:
    """Returns the number being verified for a code, else the member's present address."""
    if row.kind in KINDS and KINDS[row.kind].names_address:
        return str(row.payload.get("to", ""))
    return ADDRESS[row.channel](member) if row.channel in ADDRESS else ""
