"""The occurrences of an event: when each takes place, which are changed, and which are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flashmeet.calendars.sources.content_lines import Component, Property
from flashmeet.calendars.sources.file_zones import FileZones
from flashmeet.calendars.sources.moments import UTC_ZONE, Moment, read_length, read_moment
from flashmeet.core.intervals import Interval

BROKEN = (ValueError, OverflowError, TypeError, KeyError, IndexError, AttributeError)
"""Errors that a broken value may raise."""


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. `nominal` is its length in wall time, `exact` in elapsed time; either may be the longer."""

    component: Component
    zones: FileZones
    start: Moment
    span: Interval
    nominal: timedelta | None
    exact: timedelta
    free: bool

    @property
    def longest(self) -> timedelta:
        return max(self.exact, self.nominal or timedelta())

    def at(self, wall: datetime) -> Interval:
        """Returns the occurrence at that wall time."""
        if wall == self.start.wall:
            return self.span
        start = Moment(wall, self.start.zone, day=self.start.day)
        end = start.latest + self.exact
        if self.nominal is not None:
            told = Moment(wall + self.nominal, self.start.zone, day=self.start.day).latest
            end = told if self.start.day else max(end, told)
        return Interval(start.earliest, end)


@dataclass(frozen=True, slots=True)
class Override:
    """A changed occurrence: `of` is the original (RECURRENCE-ID), at the instant `at`; `onwards`: it applies to all
    later ones too."""

    of: Moment
    at: datetime
    onwards: bool
    event: Event


@dataclass(frozen=True, slots=True)
class LeftOut:
    """EXDATEs: a time excludes the occurrence at that instant, a date those of that day.

    A floating time excludes nothing from a series with a zone: readers differ in what it means.
    """

    instants: set[tuple[datetime, bool]]
    days: set[datetime]

    def add(self, at: Moment) -> None:
        if at.day:
            self.days.add(at.wall)
        else:
            self.instants.add((at.earliest, at.floating))
            if at.wall.time() == datetime.min.time() and (at.floating or at.zone == UTC_ZONE):
                self.instants.add((at.wall, at.floating))  # all-day series, excluded by midnights of no place

    def names(self, at: Moment) -> bool:
        if at.wall.replace(hour=0, minute=0, second=0) in self.days and (
            at.day or at.earliest.date() == at.wall.date()
        ):
            return True  # readers differ in whose day a time belongs to
        if at.day:
            return any((at.wall, floating) in self.instants for floating in (True, False))
        return (at.earliest, at.floating) in self.instants


def first_moment(component: Component, name: str, zones: FileZones) -> Moment | None:
    """Returns the first readable property of that name; None without any. Raises ValueError."""
    fault: Exception | None = None
    for told in component.all(name):
        try:
            return read_moment(told.value, told, zones)
        except BROKEN as error:
            fault = error
    if fault is not None:
        raise ValueError(name) from fault
    return None


def override_of(event: Event) -> Override | None:
    """Returns None for what is no change, or does not name its occurrence; it then stands alone."""
    told = event.component.first("RECURRENCE-ID")
    if told is None:
        return None
    try:
        of = read_moment(told.value, told, event.zones)
        return Override(of, of.earliest, told.params.get("RANGE", "").upper() == "THISANDFUTURE", event)
    except BROKEN:
        return None


def _same(at: Moment, of: Moment) -> bool:
    if at.day:
        return at.wall == of.wall
    if of.day:
        return False  # readers differ in whether a date matches a time
    return at.earliest == of.earliest and at.floating == of.floating


def is_replaced(at: Moment, overrides: Sequence[Override]) -> bool:
    return any(_same(at, each.of) for each in overrides)


def after_change(event: Event, at: Moment, overrides: Sequence[Override]) -> tuple[Event, list[Interval]]:
    """Returns the occurrence as changed by the latest change `onwards` before it (RFC 5545 §3.8.4.4)."""
    before = [each for each in overrides if each.onwards and each.at <= at.earliest]
    if not before:
        return event, [event.at(at.wall)]
    latest = max(before, key=lambda each: each.at)
    moved = latest.event.start.wall - latest.of.wall
    if latest.event.start.zone != event.start.zone or latest.event.start.day != event.start.day:
        by_clock = latest.event.at(at.wall + moved)
        start = event.at(at.wall).start + (latest.event.span.start - latest.at)
        return latest.event, [by_clock, Interval(start, start + latest.event.exact)]
    return latest.event, [latest.event.at(at.wall + moved)]


def farthest(event: Event, overrides: Sequence[Override]) -> tuple[timedelta, timedelta, timedelta]:
    """Returns how much later and earlier an occurrence may be than the rule says, and the longest it may last."""
    changes = [each for each in overrides if each.onwards]
    moves = [each.event.start.wall - each.of.wall for each in changes] + [timedelta()]
    longest = max(each.longest for each in (event, *(change.event for change in changes)))
    return max(moves), -min(moves), longest


def period(start: Moment, end: str, told: Property, zones: FileZones) -> Interval:
    """Raises ValueError."""
    if end.strip().upper().startswith(("P", "+P", "-P")):
        low, high = start.earliest, start.latest + read_length(end)
    else:
        low, high = start.earliest, read_moment(end, told, zones).latest
    return Interval(min(low, high), max(low, high))


def moved_end(event: Event, at: Moment) -> datetime:
    end = at.latest + event.exact
    if event.nominal is None:
        return end
    return max(end, Moment(at.wall + event.nominal, at.zone, day=at.day).latest)


def midnight_of(wall: datetime, of: Moment) -> datetime:
    return of.zone.midnight(wall.date())
