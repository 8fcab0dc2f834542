"""Figures of the outbox, for monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from flashmeet.messages.models import ChannelState, OutboxMessage
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import TROUBLED, OutboxState

DOUBTFUL = (OutboxState.SENDING, OutboxState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """Unsettled and failed rows by state and channel, and the wait of the oldest due row, overall and by channel."""

    rows: Mapping[tuple[OutboxState, ChannelName], int]
    late: timedelta
    late_by: Mapping[ChannelName, timedelta] = field(default_factory=dict)
    away: Mapping[ChannelName, timedelta] = field(default_factory=dict)
    """How long each channel's provider has been away."""
    why: Mapping[ChannelName, str] = field(default_factory=dict)
    """What that provider said, or why it could not be reached (`messages.rules.troubles`)."""

    @property
    def late_here(self) -> timedelta:
        """Returns the wait of the oldest due row that waits for our worker, and not for a provider that is away."""
        return max(
            (waited for channel, waited in self.late_by.items() if channel not in self.away), default=timedelta()
        )

    def count(self, state: OutboxState) -> int:
        return sum(count for (each, _), count in self.rows.items() if each == state)


def outbox_figures(db: Session, *, now: datetime) -> OutboxFigures:
    state, channel = OutboxMessage.state, OutboxMessage.channel
    unsettled = or_(state == OutboxState.WAITING, state.in_(DOUBTFUL), state.in_(TROUBLED))  # each has its index
    counted = select(state, channel, func.count()).where(unsettled).group_by(state, channel)
    rows = {(row[0], row[1]): row[2] for row in db.execute(counted)}
    oldest = select(channel, func.min(OutboxMessage.due_at)).where(state == OutboxState.WAITING).group_by(channel)
    late = {name: max(timedelta(), now - due_at) for name, due_at in db.execute(oldest)}
    states = [each for each in db.scalars(select(ChannelState)) if each.away_since]
    away = {each.channel: now - each.away_since for each in states if each.away_since}
    why = {each.channel: each.reason for each in states}
    return OutboxFigures(rows, max(late.values(), default=timedelta()), late, away, why)
