"""The state of a channel: its rate, shared by all workers, and whether its provider is available.

An outage costs one probe a minute, however many rows wait: the first call that finds the provider away closes the
channel for all workers, and the first that finds it back opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.messages.models import ChannelState
from flashmeet.messages.rules.channels import ChannelName

PROBE_EVERY = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)
"""The longest that a provider may ask us to stay away at a time: a slip in one header closes no channel for a day. A
later probe was noted by a clock that was wrong."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many messages may be sent now; at most one while `probing` an unavailable provider."""

    messages: int
    probing: bool


def allowance(db: Session, channel: ChannelName, *, per_second: float, most: int, now: datetime) -> Allowance:
    """Returns what the rate and the provider's state allow, up to `most`.

    Locks the channel until the transaction ends; the caller calls `spend` with the number taken.
    """
    state = _locked(db, channel)
    if state.away_since is None:
        unused = (now - _used_until(state, per_second=per_second, now=now)).total_seconds()
        return Allowance(max(0, min(most, int(unused * per_second + 1e-6))), False)
    return Allowance(min(most, 1) if _may_probe(state, now=now) else 0, True)


def _may_probe(state: ChannelState, *, now: datetime) -> bool:
    return state.probe_at is None or not now < state.probe_at <= now + LONGEST_REST


def _used_until(state: ChannelState, *, per_second: float, now: datetime) -> datetime:
    """Returns how far the rate is used up. No more than a burst is ever used ahead: what says so was noted by a clock
    that was wrong, and counts for nothing."""
    earliest = now - _burst(per_second)
    return max(state.paced_until, earliest) if state.paced_until <= now + _burst(per_second) else earliest


def _burst(per_second: float) -> timedelta:
    """Returns how much unused rate may be caught up at once: one second's worth, and at least one message."""
    return timedelta(seconds=max(1.0, 1 / per_second))


def spend(db: Session, channel: ChannelName, taken: int, *, per_second: float, now: datetime) -> None:
    """Uses up the rate of `taken` messages, and the minute's probe while the provider is away."""
    state = _locked(db, channel)
    if taken and state.away_since is not None:
        state.probe_at = now + PROBE_EVERY
    used_until = _used_until(state, per_second=per_second, now=now)
    state.paced_until = used_until + timedelta(seconds=taken / per_second)
    db.flush()


def probe_unused(db: Session, channel: ChannelName, *, now: datetime) -> None:
    """Allows another probe at once, because the row chosen for it is not sent after all."""
    db.execute(
        update(ChannelState)
        .where(ChannelState.channel == channel, ChannelState.away_since.is_not(None))
        .values(probe_at=now)
    )


def found_away(
    db: Session, channel: ChannelName, reason: str, *, after: timedelta | None = None, now: datetime
) -> None:
    """Closes the channel for a minute, or for `after` up to `LONGEST_REST`, because the provider does not work."""
    state = _locked(db, channel)
    state.away_since = state.away_since or now
    state.probe_at, state.reason = now + min(after or PROBE_EVERY, LONGEST_REST), reason
    db.flush()


def found_there(db: Session, channel: ChannelName) -> None:
    """Opens the channel, because the provider answered."""
    db.execute(
        update(ChannelState)
        .where(ChannelState.channel == channel, ChannelState.away_since.is_not(None))
        .values(away_since=None, probe_at=None, reason="")
    )


def _locked(db: Session, channel: ChannelName) -> ChannelState:
    query = select(ChannelState).where(ChannelState.channel == channel).with_for_update()
    found = db.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        fresh = {"channel": channel, "paced_until": LONG_AGO, "reason": ""}
        insert_new(db, cast(Table, ChannelState.__table__), [fresh])
        found = db.scalars(query).one()
    return found
