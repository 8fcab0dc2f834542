"""API schemas of availability and leave; an availability is read and written as one document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from operator import not_
from typing import Annotated, Literal

from pydantic import BaseModel, Discriminator, Field, Tag
from pydantic.config import JsonDict

from flashmeet.core.errors import BadInput
from flashmeet.core.intervals import clock_text
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS, Confirm, Policy
from flashmeet.http.api.fields import (
    CLOSED,
    OPEN,
    AskedId,
    Day,
    Id,
    QueryModel,
    Sent,
    Text,
    WallTime,
    Whole,
    one_of,
)
from flashmeet.identity.rules import AgreedHours
from flashmeet.schedule.models import Leave
from flashmeet.schedule.rules.availability import DayOverride, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import MODES, Mode

ModeField = Annotated[Mode, one_of(Mode, "Mode")]
ConfirmField = Annotated[Confirm, one_of(Confirm, "Confirm")]


class Rule(Sent):
    weekday: Whole = Field(ge=0, le=6, description="Monday is 0.")
    start: WallTime
    end: WallTime


class OpenDay(Sent):
    """Free at these hours on that day, whatever the weekly rules are."""

    date: Day
    start: WallTime
    end: WallTime
    closed: Literal[False] = Field(default=False, exclude=True)


class ClosedDay(Sent):
    date: Day
    closed: Literal[True]


def _kind(value: object) -> str:
    closed = isinstance(value, ClosedDay) or (isinstance(value, dict) and value.get("closed", False) is not False)
    return CLOSED if closed else OPEN


Override = Annotated[
    Annotated[OpenDay, Tag(OPEN)] | Annotated[ClosedDay, Tag(CLOSED)],
    Discriminator(_kind),
]


def _minutes(low: int, high: int) -> JsonDict:
    """Describes the limits to clients; `Policy` checks them."""
    return {"minimum": low, "maximum": high, "multipleOf": 15}


class PolicyIn(Sent):
    """Omitted keys take the network's defaults; null means no limit."""

    durations: list[Whole] = Field(default=[60], min_length=1, max_length=8, description="Minutes.")
    start_every: Whole = Field(default=60, json_schema_extra={"enum": [15, 30, 60]})
    buffer_before: Whole = Field(default=0, json_schema_extra=_minutes(0, 240))
    buffer_after: Whole = Field(default=15, json_schema_extra=_minutes(0, 240))
    notice_minutes: Whole = Field(default=720, ge=0, le=MAX_HORIZON_DAYS * 24 * 60)
    horizon_days: Whole = Field(default=28, ge=1, le=MAX_HORIZON_DAYS)
    confirm: ConfirmField = Confirm.INSTANT
    per_day: Whole | None = Field(default=1, ge=1, le=1000)
    per_week: Whole | None = Field(default=1, ge=1, le=1000)
    per_month: Whole | None = Field(default=2, ge=1, le=1000)


class MatchHeader(QueryModel):
    versions: str = Field(
        default="",
        alias="If-Match",
        description="The ETag of the availability that this one replaces; without it, whatever is stored is replaced.",
        max_length=200,
    )


class AvailabilityIn(Sent):
    """Replaces rules, overrides and policy. Overlapping rules are merged; leave is separate."""

    tzid: Text = Field(examples=["Europe/Paris"])
    rules: list[Rule] = Field(default_factory=list)
    overrides: list[Override] = Field(default_factory=list)
    policy: PolicyIn = PolicyIn()
    ways: list[ModeField] | None = Field(
        default=None, min_length=1, max_length=3, description="How they meet. Left out: what is stored, or all three."
    )
    place: Text | None = Field(default=None, description="Where they meet on site. Left out: what is stored.")


class PolicyOut(BaseModel):
    durations: list[int]
    start_every: int
    buffer_before: int
    buffer_after: int
    notice_minutes: int
    horizon_days: int
    confirm: ConfirmField
    per_day: int | None
    per_week: int | None
    per_month: int | None


class AvailabilityOut(BaseModel):
    tzid: str
    rules: list[Rule]
    overrides: list[Override]
    policy: PolicyOut
    ways: list[ModeField] = Field(
        default_factory=list, exclude_if=not_, description="How they meet; left out where it is in all three ways."
    )
    place: str = Field(
        default="", exclude_if=not_, description="Where they meet on site; left out where it is not said."
    )


@contextmanager
def _inside(place: str) -> Iterator[None]:
    """Prefixes the refused field with its place in the document."""
    try:
        yield
    except BadInput as refusal:
        refusal.field = f"{place}.{refusal.field}"
        raise


def rules_in(sent: AvailabilityIn) -> list[WeeklyRule]:
    """Raises BadTime, OffTheQuarter, EndBeforeStart."""
    rules = []
    for number, rule in enumerate(sent.rules):
        with _inside(f"rules.{number}"):
            rules.append(WeeklyRule(rule.weekday, Span.parse(rule.start, rule.end)))
    return rules


def overrides_in(sent: AvailabilityIn) -> list[DayOverride]:
    """Raises BadTime, OffTheQuarter, EndBeforeStart."""
    overrides = []
    for number, each in enumerate(sent.overrides):
        with _inside(f"overrides.{number}"):
            span = None if isinstance(each, ClosedDay) else Span.parse(each.start, each.end)
            overrides.append(DayOverride(each.date, span))
    return overrides


def policy_in(sent: PolicyIn, default: Policy) -> Policy:
    """Raises OffTheQuarter, OutOfRange."""
    said = sent.model_dump(exclude_unset=True)
    if "durations" in said:
        said["durations"] = tuple(said["durations"])
    with _inside("policy"):
        return replace(default, **said)


def availability_out(schedule: Schedule) -> AvailabilityOut:
    return AvailabilityOut(
        tzid=schedule.tzid,
        rules=[
            Rule(weekday=rule.weekday, start=clock_text(rule.span.start), end=clock_text(rule.span.end))
            for rule in schedule.rules
        ],
        overrides=[_override_out(each) for each in schedule.overrides],
        policy=PolicyOut.model_validate(schedule.policy, from_attributes=True),
        ways=[] if schedule.ways == MODES else list(schedule.ways),
        place=schedule.place,
    )


def _override_out(override: DayOverride) -> OpenDay | ClosedDay:
    if override.span is None:
        return ClosedDay(date=override.date, closed=True)
    start, end = clock_text(override.span.start), clock_text(override.span.end)
    return OpenDay(date=override.date, start=start, end=end)


class LeavePath(QueryModel):
    leave_id: AskedId


class LeaveIn(Sent):
    """Away from `first` to `last`, both included, in the mentor's zone."""

    first: Day
    last: Day
    hours: Annotated[AgreedHours, one_of(AgreedHours, "AgreedHours")] = Field(
        default=AgreedHours.KEEP,
        description="What becomes of hours agreed in that time: the mentor is asked about each, or all are cancelled",
    )


class LeaveOut(BaseModel):
    id: Id
    first: date
    last: date


class LeavesOut(BaseModel):
    """Present and coming leave, earliest first."""

    items: list[LeaveOut]
    next_cursor: str | None


def leave_out(leave: Leave) -> LeaveOut:
    return LeaveOut(id=leave.id, first=leave.first, last=leave.last)
