"""Reads and replaces a mentor's stored availability."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Date,
    Row,
    Select,
    SmallInteger,
    cast,
    delete,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.schedule.models import AvailabilityRule, DateOverride, Leave, MentorPolicy
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import Mode

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

FREE_NOW = ("free_now_from", "free_now_until")


def read_schedule(db: Session, member_id: int) -> Schedule | None:
    """Returns None if the member has stored no availability."""
    rows = columns(db, *_stored(member_id))
    if not rows:
        return None
    stored = rows[0]
    rules = (WeeklyRule(row.weekday, Span(row.start, row.end)) for row in rows if row.kind == _RULE)
    dates = sorted((row for row in rows if row.kind == _OVERRIDE), key=lambda row: (row.first, row.start or 0))
    return Schedule(
        stored.tzid,
        _policy(stored),
        tuple(sorted(rules)),
        tuple(_override(row.first, row.start, row.end) for row in dates),
        tuple(sorted(LeavePeriod(row.first, row.last) for row in rows if row.kind == _LEAVE)),
        tuple(Mode(way) for way in stored.ways),
        stored.place,
        Interval(stored.free_now_from, stored.free_now_until) if stored.free_now_from is not None else None,
    )


@prepared
def _stored(member_id: int) -> Select[Any]:
    said = _said(member_id).subquery()
    policy = (getattr(MentorPolicy, name) for name in ("tzid", *POLICY_FIELDS, "ways", "place", *FREE_NOW))
    return (
        select(*policy, *said.c)
        .select_from(MentorPolicy)
        .outerjoin(said, true())
        .where(MentorPolicy.member_id == member_id)
    )


_RULE, _OVERRIDE, _LEAVE = "rule", "override", "leave"


def _said(member_id: int) -> CompoundSelect[Any]:
    """The week, the dates and the leave of one member, in one statement."""
    rule, override = AvailabilityRule, DateOverride
    no_number, no_day = cast(null(), SmallInteger), cast(null(), Date)
    return union_all(
        select(
            literal(_OVERRIDE).label("kind"),
            no_number.label("weekday"),
            override.start_minute.label("start"),
            override.end_minute.label("end"),
            override.date.label("first"),
            no_day.label("last"),
        ).where(override.member_id == member_id),
        select(literal(_RULE), rule.weekday, rule.start_minute, rule.end_minute, no_day, no_day).where(
            rule.member_id == member_id
        ),
        select(literal(_LEAVE), no_number, no_number, no_number, Leave.first, Leave.last).where(
            Leave.member_id == member_id
        ),
    )


def policies_of(db: Session, ids: Collection[int]) -> dict[int, tuple[str, Policy]]:
    """Returns zone and policy of those of the members who have stored availability, in one statement."""
    rows = db.scalars(select(MentorPolicy).where(among(MentorPolicy.member_id, ids))) if ids else ()
    return {row.member_id: (row.tzid, _policy(row)) for row in rows}


def _policy(stored: MentorPolicy | Row[*tuple[Any, ...]]) -> Policy:
    values = {name: getattr(stored, name) for name in POLICY_FIELDS}
    return Policy(**{**values, "durations": tuple(stored.durations)})


def _override(day: date, start: int | None, end: int | None) -> DayOverride:
    return DayOverride(day, None if start is None or end is None else Span(start, end))


def hours_tzid(db: Session, member: Member) -> str:
    """Returns the zone in which a member's hours are meant: that of their availability, else their own."""
    stored = db.get(MentorPolicy, member.id)
    return stored.tzid if stored else member.tzid


def write_schedule(
    db: Session,
    member_id: int,
    *,
    tzid: str,
    rules: Sequence[WeeklyRule],
    overrides: Sequence[DayOverride],
    policy: Policy,
    ways: Sequence[Mode] | None = None,
    place: str | None = None,
) -> None:
    """Replaces zone, rules, overrides and policy, and what is given of how they meet; leave stays."""
    stored = db.get(MentorPolicy, member_id) or MentorPolicy(member_id=member_id)
    stored.tzid = tzid
    for name in POLICY_FIELDS:
        value = getattr(policy, name)
        setattr(stored, name, list(value) if name == "durations" else value)
    if ways is not None:
        stored.ways = list(ways)
    if place is not None:
        stored.place = place
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
