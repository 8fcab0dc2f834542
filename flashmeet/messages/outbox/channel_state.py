"""One way out as all workers see it: its rate, which they share, and whether its provider is there.

An outage costs one probe a minute, whoever many rows wait: the first call that finds the provider away closes the way
for everybody, and the first that finds it back opens it.
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
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many messages may be taken now; `probing` while the provider is away: one at most."""

    messages: int
    probing: bool


def allowance(db: Session, channel: ChannelName, *, per_second: float, most: int, now: datetime) -> Allowance:
    """What the rate and the provider's state leave, up to `most`.

    Locks the channel until the transaction ends; `spend` what was taken.
    """
    state = _locked(db, channel, now=now)
    if state.away_since is None:
        unused = (now - max(state.paced_until, now - _burst(per_second))).total_seconds()
        return Allowance(max(0, min(most, int(unused * per_second + 1e-6))), False)
    return Allowance(min(most, 1) if state.probe_at is None or state.probe_at <= now else 0, True)


def _burst(per_second: float) -> timedelta:
    """So much of the rate may be caught up at once: a second's worth, and one message at least."""
    return timedelta(seconds=max(1.0, 1 / per_second))


def spend(db: Session, channel: ChannelName, taken: int, *, per_second: float, now: datetime) -> None:
    """Uses up the rate of so many messages; while the provider is away, the minute's probe."""
    state = _locked(db, channel, now=now)
    if taken and state.away_since is not None:
        state.probe_at = now + PROBE_EVERY
    state.paced_until = max(state.paced_until, now - _burst(per_second)) + timedelta(seconds=taken / per_second)
    db.flush()


def probe_unused(db: Session, channel: ChannelName, *, now: datetime) -> None:
    """The row that was to be the probe is not sent after all: another may be, at once."""
    db.execute(
        update(ChannelState)
        .where(ChannelState.channel == channel, ChannelState.away_since.is_not(None))
        .values(probe_at=now)
    )


def found_away(
    db: Session, channel: ChannelName, reason: str, *, after: timedelta | None = None, now: datetime
) -> None:
    """The provider did not answer as one that works: the way is closed for a minute, or for as long as it asks."""
    state = _locked(db, channel, now=now)
    state.away_since = state.away_since or now
    state.probe_at, state.reason = now + (after or PROBE_EVERY), reason
    db.flush()


def found_there(db: Session, channel: ChannelName) -> None:
    """The provider answered: the way is open."""
    db.execute(
        update(ChannelState)
        .where(ChannelState.channel == channel, ChannelState.away_since.is_not(None))
        .values(away_since=None, probe_at=None, reason="")
    )


def _locked(db: Session, channel: ChannelName, *, now: datetime) -> ChannelState:
    query = select(ChannelState).where(ChannelState.channel == channel).with_for_update()
    found = db.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        fresh = {"channel": channel, "paced_until": LONG_AGO, "reason": ""}
        insert_new(db, cast(Table, ChannelState.__table__), [fresh])
        found = db.scalars(query).one()
    return found
