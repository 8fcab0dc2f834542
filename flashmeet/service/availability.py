"""A mentor's availability: read, saved whole, leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.domain.availability import DayOverride, LeavePeriod, Policy, Schedule, WeeklyRule
from flashmeet.store.models import Leave, Member


def schedule_of(session: Session, member_id: int) -> Schedule | None:
    """All that the mentor has said; None for somebody who has said nothing yet."""
    raise NotImplementedError


def save_availability(
    session: Session,
    member: Member,
    *,
    tzid: str,
    rules: Sequence[WeeklyRule],
    overrides: Sequence[DayOverride],
    policy: Policy,
    now: datetime,
) -> Schedule:
    """Replaces rules, overrides and policy, and the openings that follow. Leave stays. Raises UnknownZone, OutOfRange."""
    raise NotImplementedError


def leaves_of(session: Session, member_id: int, *, now: datetime) -> Sequence[Leave]:
    """Present and coming leave, earliest first."""
    raise NotImplementedError


def take_leave(session: Session, member: Member, period: LeavePeriod, *, now: datetime) -> Leave:
    """Hides the mentor's hours in that time; sessions already booked stand, and the mentor is asked about each."""
    raise NotImplementedError


def end_leave(session: Session, member: Member, leave_id: int, *, now: datetime) -> None:
    """Takes a leave back. Raises NotFound."""
    raise NotImplementedError
