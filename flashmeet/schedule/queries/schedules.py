"""Reading and replacing what a mentor said about when they are free."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.core.settings.policies import Policy
from flashmeet.schedule.models import AvailabilityRule, DateOverride, Leave, MentorPolicy
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Schedule, Span, WeeklyRule

POLICY_FIELDS = (
    "durations",
    "start_every",
    "buffer_before",
    "buffer_after",
    "notice_minutes",
    "horizon_days",
    "confirm",
    "per_day",
    "per_week",
    "per_month",
)


def read_schedule(db: Session, member_id: int) -> Schedule | None:
    """None for somebody who has said nothing yet."""
    stored = db.get(MentorPolicy, member_id)
    if stored is None:
        return None
    rules = db.scalars(select(AvailabilityRule).where(AvailabilityRule.member_id == member_id))
    overrides = db.scalars(select(DateOverride).where(DateOverride.member_id == member_id))
    leaves = db.scalars(select(Leave).where(Leave.member_id == member_id))
    return Schedule(
        stored.tzid,
        _policy(stored),
        tuple(sorted(WeeklyRule(row.weekday, Span(row.start_minute, row.end_minute)) for row in rules)),
        tuple(_override(row) for row in sorted(overrides, key=lambda row: (row.date, row.start_minute or 0))),
        tuple(sorted(LeavePeriod(row.first, row.last) for row in leaves)),
    )


def _policy(stored: MentorPolicy) -> Policy:
    values = {name: getattr(stored, name) for name in POLICY_FIELDS}
    return Policy(**{**values, "durations": tuple(stored.durations)})


def _override(row: DateOverride) -> DayOverride:
    closed = row.start_minute is None or row.end_minute is None
    return DayOverride(row.date, None if closed else Span(row.start_minute or 0, row.end_minute or 0))


def write_schedule(
    db: Session,
    member_id: int,
    *,
    tzid: str,
    rules: Sequence[WeeklyRule],
    overrides: Sequence[DayOverride],
    policy: Policy,
) -> None:
    """Replaces zone, rules, overrides and policy; leave stays."""
    stored = db.get(MentorPolicy, member_id) or MentorPolicy(member_id=member_id)
    stored.tzid = tzid
    for name in POLICY_FIELDS:
        value = getattr(policy, name)
        setattr(stored, name, list(value) if name == "durations" else value)
    db.add(stored)
    db.execute(delete(AvailabilityRule).where(AvailabilityRule.member_id == member_id))
    db.execute(delete(DateOverride).where(DateOverride.member_id == member_id))
    db.add_all(
        AvailabilityRule(
            member_id=member_id, weekday=rule.weekday, start_minute=rule.span.start, end_minute=rule.span.end
        )
        for rule in rules
    )
    db.add_all(
        DateOverride(
            member_id=member_id,
            date=override.date,
            start_minute=override.span and override.span.start,
            end_minute=override.span and override.span.end,
        )
        for override in overrides
    )
    db.flush()
