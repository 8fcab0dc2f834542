"""Expands recurrence rules (RFC 5545 §3.3.10) in wall time, within a window and at a bounded cost."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flashmeet.calendars.sources.content_lines import Property
from flashmeet.calendars.sources.file_zones import FileZones
from flashmeet.calendars.sources.moments import DAY, Moment, read_moment
from flashmeet.core.numbers import number_or_none, read_number

MOST_OCCURRENCES = 20_000
"""Limit of one rule within the window; a rule with more occurrences counts as always busy."""
MOST_STEPS = 60_000
MOST_OF_A_WEEKDAY = 53
"""In a year; a number beyond those of a month is no day."""
STEPS = {
    "SECONDLY": timedelta(seconds=1),
    "MINUTELY": timedelta(minutes=1),
    "HOURLY": timedelta(hours=1),
    "DAILY": DAY,
    "WEEKLY": timedelta(weeks=1),
}
LONGER = {"MONTHLY": timedelta(days=31), "YEARLY": timedelta(days=366)}
BY = ("SECOND", "MINUTE", "HOUR", "DAY", "MONTHDAY", "YEARDAY", "WEEKNO", "MONTH", "SETPOS")
LAST_OF = {"BYMONTH": 13, "BYMONTHDAY": 32, "BYYEARDAY": 367, "BYHOUR": 24, "BYMINUTE": 60}
"""What is added to a number that counts from the end."""
DAYS_OF = {**dict.fromkeys(STEPS, 1), "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
"""The most days that a step of that length may hold."""
FINER_THAN_A_DAY = ("BYSECOND", "BYMINUTE", "BYHOUR")
_PLAIN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_KNOWN = _PLAIN | {f"BY{what}" for what in BY}


class EndlessRule(Exception):
    """The rule repeats so often that all time from its first occurrence on counts as busy."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule; `parts` are those beside FREQ, COUNT, UNTIL and INTERVAL."""

    freq: str
    interval: int
    count: int | None
    until: Moment | None
    parts: Mapping[str, str]


def read_rule(told: Property, zones: FileZones) -> Rule:
    """Reads a rule. Raises ValueError for an unreadable one, EndlessRule for one that never advances."""
    parts: dict[str, str] = {}
    for part in re.sub(r"\s+", "", told.value.upper()).split(";"):
        name, _, value = part.partition("=")
        if value and not name.startswith("X-") and (name, value) not in (("RSCALE", "GREGORIAN"), ("SKIP", "OMIT")):
            parts[name] = value
    if parts.get("FREQ") not in {*STEPS, *LONGER} or parts.keys() - _KNOWN:
        raise ValueError("no rule")
    interval, count = (read_number(parts.pop(name, usual)) for name, usual in (("INTERVAL", "1"), ("COUNT", "0")))
    if interval < 1 or any(len(parts.get(name, "").split(",")) > 2 for name in ("BYMINUTE", "BYSECOND")):
        raise EndlessRule
    until = parts.pop("UNTIL", "")
    return Rule(
        freq=parts.pop("FREQ"),
        interval=interval,
        count=count if count > 0 else None,
        until=read_moment(until, Property({}, until), zones) if until else None,
        parts=parts,
    )


def occurrences(rule: Rule, start: Moment, low: datetime, high: datetime) -> Iterator[datetime]:
    """Yields the occurrences in `[low, high]` in the wall time of `start`, itself only if the rule includes it.

    UNTIL is read generously: a date means the whole day, a local time that of the same zone. Raises ValueError for a
    rule that cannot be read, EndlessRule.
    """
    last = min(high, _last(rule, high))
    if last < low or _is_over(rule, start.wall, low):
        return
    if start.day:  # BYHOUR and finer are to be ignored for dates
        rule = replace(rule, parts={name: value for name, value in rule.parts.items() if name not in FINER_THAN_A_DAY})
    rule = _in_any_order(rule)
    found = _by_arithmetic(rule, start.wall, low, last) if _is_plain(rule) else _by_library(rule, start.wall, low, last)
    for number, wall in enumerate(found):
        if number >= MOST_OCCURRENCES:
            raise EndlessRule
        if not _is_past(rule, start, wall):
            yield wall


def _last(rule: Rule, high: datetime) -> datetime:
    """Returns a wall time after which there is no occurrence, whatever the zones."""
    if rule.until is None or rule.until.wall > high:
        return high
    return rule.until.wall + (DAY if rule.until.floating else 2 * DAY) - timedelta(seconds=1 if rule.until.day else 0)


def _is_past(rule: Rule, start: Moment, wall: datetime) -> bool:
    """Where the start names no zone, readers differ in whether an UNTIL in UTC means its clock or its instant."""
    until = rule.until
    if until is None:
        return False
    by_clock = wall.date() > until.wall.date() if start.day or until.day else wall > until.wall
    if until.floating or (not by_clock and (start.day or start.floating)):
        return by_clock
    return Moment(wall, start.zone, day=start.day).earliest > until.earliest


def _is_over(rule: Rule, start: datetime, low: datetime) -> bool:
    """Whether COUNT is certainly used up before `low`, so that an ended series need not be expanded."""
    each_step_has_one = rule.parts.keys() <= ({"BYDAY", "WKST"} if rule.freq == "WEEKLY" else {"WKST"})
    if rule.count is None or rule.freq not in STEPS or not each_step_has_one:
        return False
    return (low - start) / STEPS[rule.freq] > rule.count * rule.interval


def _is_plain(rule: Rule) -> bool:
    return rule.freq in STEPS and not rule.parts.keys() - {"WKST"}


def _by_arithmetic(rule: Rule, start: datetime, low: datetime, high: datetime) -> Iterator[datetime]:
    step = STEPS[rule.freq] * rule.interval
    first = max(0, math.ceil((low - start) / step))
    last = (high - start) // step
    if rule.count is not None:
        last = min(last, rule.count - 1)
    if last - first >= MOST_OCCURRENCES:
        raise EndlessRule
    for number in range(first, last + 1):
        yield start + step * number


def _by_library(rule: Rule, start: datetime, low: datetime, high: datetime) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr  # noqa: PLC0415  # loads slowly

    if rule.freq in ("SECONDLY", "MINUTELY"):
        raise EndlessRule
    step, begin = STEPS.get(rule.freq), start
    if step is not None:
        step *= rule.interval
        if rule.count is None:
            begin += step * max(0, (low - start) // step - 1)
        if (high - begin) / step > MOST_STEPS:
            raise EndlessRule
    parts = [
        f"FREQ={rule.freq}",
        f"INTERVAL={rule.interval}",
        *(f"{name}={_days(value) if name == 'BYDAY' else value}" for name, value in rule.parts.items()),
    ]
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # COUNT with UNTIL: the latter is our window's end
        laid = rrulestr(";".join(parts), dtstart=begin).replace(until=high)
    for wall in laid:
        if wall >= low:
            yield wall


def _days(told: str) -> str:
    """Returns BYDAY so that dateutil reads it rightly: where some weekdays have a number, those without one mean each
    of them, and it takes only days that are both."""
    days = told.split(",")
    plain = [day for day in days if day[:1].isalpha()]
    if len(plain) in (0, len(days)):
        return told
    numbered = [day for day in days if day not in plain]
    return ",".join([*numbered, *(f"{number}{day}" for day in plain for number in range(1, MOST_OF_A_WEEKDAY + 1))])


def _signed(text: str) -> int | None:
    number = number_or_none(text.removeprefix("+").removeprefix("-"), most=MOST_OF_A_LIST)
    return -number if number is not None and text.startswith("-") else number


MOST_OF_A_LIST = 999
"""No number of these lists has more than three digits."""


def _in_any_order(rule: Rule) -> Rule:
    """Returns the rule so that it holds what every reader finds: of numbers out of order some take the first as it is
    written, others the smallest, and of one that stands twice some count both: COUNT and BYSETPOS end elsewhere. Of
    days and weeks, and of the hours of a day, some leave BYSETPOS out."""
    size, whole = 1, "BYSETPOS" not in rule.parts
    everywhere = whole or (rule.freq in LONGER and not rule.parts.keys() & set(FINER_THAN_A_DAY))
    for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYHOUR", "BYMINUTE"):
        numbers = [signed for each in rule.parts.get(name, "").split(",") if (signed := _signed(each)) is not None]
        placed = [number if number >= 0 else number + LAST_OF[name] for number in numbers]
        if placed != sorted(set(placed)) or (placed and not everywhere):
            size *= len(placed)
    if size == 1 and everywhere:
        return rule
    if not everywhere:
        size *= DAYS_OF[rule.freq] if "BYDAY" in rule.parts else 1
    parts = {name: value for name, value in rule.parts.items() if name != "BYSETPOS"}
    count = None if rule.count is None else rule.count + size - 1 if whole else rule.count * size
    return replace(rule, parts=parts, count=count)
