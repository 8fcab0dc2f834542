"""How the installation fares, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.messages.models import ChannelState, OutboxMessage

UNSETTLED = ("waiting", "sending", "unknown", "refused", "parked")


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """Rows by state and channel, of all that did not simply leave; and how long the oldest due one has waited, in all
    and by channel."""

    rows: Mapping[tuple[str, str], int]
    late: timedelta
    late_by: Mapping[str, timedelta] = field(default_factory=dict)
    away: Mapping[str, timedelta] = field(default_factory=dict)
    """For how long the provider of a channel has been away."""

    def count(self, state: str) -> int:
        return sum(count for (each, _), count in self.rows.items() if each == state)


def outbox_figures(db: Session, *, now: datetime) -> OutboxFigures:
    state, channel = OutboxMessage.state, OutboxMessage.channel
    counted = select(state, channel, func.count()).where(state.in_(UNSETTLED)).group_by(state, channel)
    rows = {(row[0], row[1]): row[2] for row in db.execute(counted)}
    oldest = select(channel, func.min(OutboxMessage.due_at)).where(state == "waiting").group_by(channel)
    late = {name: max(timedelta(), now - due_at) for name, due_at in db.execute(oldest)}
    away = {each.channel: now - each.away_since for each in db.scalars(select(ChannelState)) if each.away_since}
    return OutboxFigures(rows, max(late.values(), default=timedelta()), late, away)
