"""Reasons to drop a row, checked at the last moment before the call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.identity.rules import is_tombstone
from flashmeet.messages.models import OutboxMessage, SwitchedOff
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import KINDS, URGENCIES
from flashmeet.messages.rules.notifications import QUIET_WHILE_PAUSED, category_of
from flashmeet.messages.rules.outbox import OutboxState

INSTEAD = "instead_of_sms"
"""In the payload of a mail that replaces an SMS: it is sent although mails of its kind are switched off."""


TO_PEOPLE = (ChannelName.MAIL, ChannelName.SMS)
"""Channels that reach people; the others inform machines, whatever the member's state."""
WHO_IS_AWAY = "leave"
"""The check of kinds that are not sent to members on leave."""

Check = Callable[[Session, Sequence[OutboxMessage], datetime], Mapping[int, str]]
CHECKS: dict[str, Check] = {}
"""Check name → the rows no longer needed, and why. `flashmeet.listeners` adds each feature's."""


@dataclass(frozen=True, slots=True)
class SubjectState:
    """A row with its present circumstances."""

    row: OutboxMessage
    member: Member
    switched_off: bool
    settled: str
    """What happened to the row's subject; "" when it is unchanged."""
    away: bool


def why_not(db: Session, rows: Sequence[OutboxMessage], *, now: datetime) -> dict[int, str]:
    """Returns row id → reason, for rows no longer needed. Invites are never dropped for being superseded."""
    found = ((each.row.id, _reason(each, now)) for each in _standings(db, rows, now))
    return {row_id: reason for row_id, reason in found if reason}


def drop_too_late(db: Session, channel: ChannelName, *, now: datetime, limit: int) -> int:
    """Drops up to `limit` due rows whose `not_after` has passed; returns how many.

    It ignores the channel's rate and state and calls nothing: after an outage such rows use up neither the probe nor
    the rate.
    """
    late = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.channel == channel)
        .where(OutboxMessage.urgency.in_(URGENCIES[1:]), OutboxMessage.due_at <= now, OutboxMessage.not_after <= now)
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("late")
    )
    dropped = db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(select(late.c.id)))
        .values(state=OutboxState.DROPPED, reason="too_late", settled_at=now, lease_until=None)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(dropped.all())


def _standings(db: Session, rows: Sequence[OutboxMessage], now: datetime) -> list[SubjectState]:
    people = _people(db, {row.recipient_id for row in rows})
    silent = _silent(db, people)
    settled = _settled(db, rows, now)
    spared = [row for row in rows if row.kind in KINDS and KINDS[row.kind].spares_who_is_away]
    away = CHECKS[WHO_IS_AWAY](db, spared, now) if spared else {}
    return [
        SubjectState(
            row,
            people[row.recipient_id],
            (row.recipient_id, _category(row), row.channel) in silent,
            settled.get(row.id, ""),
            row.id in away,
        )
        for row in rows
    ]


def named(row: OutboxMessage, name: str) -> int:
    """Returns the id under that name in a row's payload; 0 if there is none, which rendering refuses."""
    found = row.payload.get(name)
    return found if isinstance(found, int) else 0


def _settled(db: Session, rows: Sequence[OutboxMessage], now: datetime) -> dict[int, str]:
    by_check: dict[str, list[OutboxMessage]] = {}
    for row in rows:
        if row.kind in KINDS and KINDS[row.kind].hangs_on:
            by_check.setdefault(KINDS[row.kind].hangs_on, []).append(row)
    found: dict[int, str] = {}
    for name, theirs in by_check.items():
        found |= CHECKS[name](db, theirs, now)
    return found


def _category(row: OutboxMessage) -> str:
    """Returns the row's category; "" for an unknown kind, perhaps of a newer version, which rendering refuses."""
    try:
        return category_of(row.kind)
    except KeyError:
        return ""


def _people(db: Session, ids: set[int]) -> dict[int, Member]:
    return {each.id: each for each in db.scalars(select(Member).where(Member.id.in_(ids)))}


def _silent(db: Session, people: Collection[int]) -> set[tuple[int, str, str]]:
    query = select(SwitchedOff).where(SwitchedOff.member_id.in_(people))
    return {(each.member_id, each.category, each.channel) for each in db.scalars(query)}


def _reason(standing: SubjectState, now: datetime) -> str:
    if standing.settled in BEFORE_TOO_LATE:
        return standing.settled
    return next((reason for reason, holds in REASONS.items() if holds(standing, now)), "")


def _goes_to_suspended(row: OutboxMessage) -> bool:
    kind = KINDS.get(row.kind)
    if kind is None:
        return False
    return kind.to_suspended or (bool(kind.takes_back) and row.payload.get("action") == kind.takes_back)


def _names_address(row: OutboxMessage) -> bool:
    return row.kind in KINDS and KINDS[row.kind].names_address


def _wanted_no_more(standing: SubjectState, _now: datetime) -> bool:
    return standing.switched_off and not standing.row.payload.get(INSTEAD)


def _shut_out(standing: SubjectState) -> bool:
    """Whether the member is suspended and so gets only what an administrator writes to them, and cancelled invites.

    Who asked to be erased gets what follows from it, and nothing once it is done.
    """
    member = standing.member
    if member.erased_at is not None and not is_tombstone(member.email):
        return False
    return member.suspended and member.joining is None and standing.row.channel in TO_PEOPLE


def _paused(standing: SubjectState, now: datetime) -> bool:
    return standing.member.paused(now) and _category(standing.row) in QUIET_WHILE_PAUSED


BEFORE_TOO_LATE = ("cancelled", "moved")
"""Reported before anything else about a booking; outcomes of questions are reported as `answered`."""

REASONS: dict[str, Callable[[SubjectState, datetime], bool]] = {
    "too_late": lambda it, now: it.row.not_after is not None and now >= it.row.not_after,
    "answered": lambda it, _now: bool(it.settled),
    "suspended": lambda it, _now: _shut_out(it) and not _goes_to_suspended(it.row),
    "no_sms": lambda it, _now: (
        it.row.channel == ChannelName.SMS and not _names_address(it.row) and not it.member.takes_sms
    ),
    "switched_off": _wanted_no_more,
    "away": lambda it, _now: it.away,
    "paused": _paused,
}
"""Reason → condition; the first that holds is reported."""
