"""Why a row need not leave any more: looked at once more at the last moment before the call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.identity.models.member import Member
from flashmeet.messages.models.notification import SwitchedOff
from flashmeet.messages.models.outbox import OutboxMessage
from flashmeet.messages.rules.notifications import QUIET_WHILE_PAUSED, category_of
from flashmeet.messages.rules.payloads import AFTERWARDS, TIMED, URGENCIES
from flashmeet.programme.queries.nudges import away
from flashmeet.requests.models.request import HourOffer, RequestAsk

INSTEAD = "instead_of_sms"
"""In the payload of a mail that says what an SMS could not: it leaves although mails of its kind are switched off."""


STANDS = ("confirmed", "completed")
TO_PEOPLE = ("mail", "sms")
"""What leaves through another channel is told to a machine, whoever it is about."""
ON_A_SESSION = (*TIMED, *AFTERWARDS, "confirm_hour")
UNASKED = ("nudge", "pause_offer")
"""Kinds that somebody who is away is spared."""
ASKS, OFFERS = ("asked", "asked_again"), ("hour_offered",)
"""Kinds that put a question: not put any more once it is settled."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A row with what it hangs on, as it is now."""

    row: OutboxMessage
    member: Member
    booking: Booking | None
    switched_off: bool
    away: bool
    asked_for: str = ""
    """What became of the question that the row puts; "" where it puts none, or is still open."""


def why_not(session: Session, rows: Sequence[OutboxMessage], *, now: datetime) -> dict[int, str]:
    """The reason for each row that nobody needs any more, by id. Invites are never dropped for being superseded."""
    found = ((each.row.id, _reason(each, now)) for each in _standings(session, rows, now))
    return {row_id: reason for row_id, reason in found if reason}


def drop_too_late(session: Session, channel: str, *, now: datetime, limit: int) -> int:
    """Drops up to `limit` due rows whose time has passed, whatever their channel's rate and state; returns how many.

    Nothing is called for them: after an outage they cost neither a probe nor the rate of what is still of use.
    """
    late = (
        select(OutboxMessage.id)
        .where(OutboxMessage.state == "waiting", OutboxMessage.channel == channel)
        .where(OutboxMessage.urgency.in_(URGENCIES[1:]), OutboxMessage.due_at <= now, OutboxMessage.not_after <= now)
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("late")
    )
    dropped = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(select(late.c.id)))
        .values(state="dropped", reason="too_late", settled_at=now, lease_until=None)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(dropped.all())


def _standings(session: Session, rows: Sequence[OutboxMessage], now: datetime) -> list[Standing]:
    people = _people(session, {row.recipient_id for row in rows})
    sessions = _sessions(session, {_booking_of(row) for row in rows})
    silent = _silent(session, people)
    on_leave = away(session, [people[row.recipient_id] for row in rows if row.kind in UNASKED], now=now)
    settled = _settled(session, rows)
    return [
        Standing(
            row,
            people[row.recipient_id],
            sessions.get(_booking_of(row)),
            (row.recipient_id, _category(row), row.channel) in silent,
            row.kind in UNASKED and row.recipient_id in on_leave,
            settled.get(row.id, ""),
        )
        for row in rows
    ]


def _booking_of(row: OutboxMessage) -> int:
    """The booking that a timed row hangs on; 0 for others, and for one that does not say: rendering refuses it."""
    named = row.payload.get("booking_id") if row.kind in ON_A_SESSION else None
    return named if isinstance(named, int) else 0


def _named(row: OutboxMessage, name: str) -> int:
    """What the row names; 0 where it does not."""
    named = row.payload.get(name)
    return named if isinstance(named, int) else 0


def _settled(session: Session, rows: Sequence[OutboxMessage]) -> dict[int, str]:
    """What somebody has answered meanwhile, or cannot answer any more, by row."""
    asks = {row.id: _named(row, "ask_id") for row in rows if row.kind in ASKS}
    offers = {row.id: _named(row, "offer_id") for row in rows if row.kind in OFFERS}
    found: dict[int, str] = {}
    for model, open_state, named in ((RequestAsk, "asked", asks), (HourOffer, "open", offers)):
        if named:
            states = dict(session.execute(select(model.id, model.state).where(model.id.in_(set(named.values())))).all())
            found |= {row_id: states[it] for row_id, it in named.items() if states.get(it, open_state) != open_state}
    return found


def _category(row: OutboxMessage) -> str:
    """A kind that nobody knows, of a newer version perhaps, has none: rendering refuses it, and it stops no other."""
    try:
        return category_of(row.kind)
    except KeyError:
        return ""


def _people(session: Session, ids: set[int]) -> dict[int, Member]:
    return {each.id: each for each in session.scalars(select(Member).where(Member.id.in_(ids)))}


def _sessions(session: Session, ids: set[int]) -> dict[int, Booking]:
    """The bookings that timed rows speak about."""
    if not ids - {0}:
        return {}
    return {each.id: each for each in session.scalars(select(Booking).where(Booking.id.in_(ids)))}


def _silent(session: Session, people: Collection[int]) -> set[tuple[int, str, str]]:
    query = select(SwitchedOff).where(SwitchedOff.member_id.in_(people))
    return {(each.member_id, each.category, each.channel) for each in session.scalars(query)}


def _reason(standing: Standing, now: datetime) -> str:
    return next((reason for reason, holds in REASONS.items() if holds(standing, now)), "")


def _wanted_no_more(standing: Standing, _now: datetime) -> bool:
    return standing.switched_off and not standing.row.payload.get(INSTEAD)


def _shut_out(standing: Standing) -> bool:
    """Nothing is told to who is suspended, but for what an administrator writes to them."""
    member = standing.member
    return member.suspended and member.joining is None and standing.row.channel in TO_PEOPLE


def _paused(standing: Standing, now: datetime) -> bool:
    until = standing.member.paused_until
    return until is not None and now < until and _category(standing.row) in QUIET_WHILE_PAUSED


REASONS: dict[str, Callable[[Standing, datetime], bool]] = {
    "cancelled": lambda it, _now: it.booking is not None and it.booking.status not in STANDS,
    "moved": lambda it, _now: it.booking is not None and it.booking.sequence != it.row.version,
    "too_late": lambda it, now: it.row.not_after is not None and now >= it.row.not_after,
    "answered": lambda it, _now: bool(it.asked_for),
    "suspended": lambda it, _now: _shut_out(it) and it.row.kind != "network_word",
    "no_sms": lambda it, _now: it.row.channel == "sms" and it.row.kind != "phone_code" and not it.member.takes_sms,
    "switched_off": _wanted_no_more,
    "away": lambda it, _now: it.away,
    "paused": _paused,
}
"""By name, the first that holds is told."""
