"""How the installation fares, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.store.models import OutboxMessage

UNSETTLED = ("waiting", "sending", "unknown", "refused", "parked")


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """Rows by state and channel, of all that did not simply leave; and how long the oldest due one has waited."""

    rows: Mapping[tuple[str, str], int]
    late: timedelta


def outbox_figures(session: Session, *, now: datetime) -> OutboxFigures:
    state, channel = OutboxMessage.state, OutboxMessage.channel
    counted = select(state, channel, func.count()).where(state.in_(UNSETTLED)).group_by(state, channel)
    rows = {(row[0], row[1]): row[2] for row in session.execute(counted)}
    oldest = session.scalar(select(func.min(OutboxMessage.due_at)).where(state == "waiting"))
    return OutboxFigures(rows, max(timedelta(), now - (oldest or now)))
