"""Half-open intervals of instants, and the quarter-hour ticks that claims consist of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flashmeet.core.errors import BadTime
from flashmeet.core.numbers import plain_digits, read_number

TICK = timedelta(minutes=15)
TICK_SECONDS = 900


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """`[start, end)`, both aware UTC."""

    start: datetime
    end: datetime

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end

    def widened(self, before: timedelta, after: timedelta) -> Interval:
        return Interval(self.start - before, self.end + after)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Returns the union as the fewest intervals, in order; touching ones are joined."""
    out: list[Interval] = []
    for each in sorted(intervals):
        if each.start >= each.end:
            continue
        if out and each.start <= out[-1].end:
            out[-1] = Interval(out[-1].start, max(out[-1].end, each.end))
        else:
            out.append(each)
    return out


def without(intervals: Iterable[Interval], taken_away: Iterable[Interval]) -> list[Interval]:
    """Returns what is left of each interval."""
    left = list(intervals)
    for gone in taken_away:
        left = [
            Interval(start, end)
            for each in left
            for start, end in ((each.start, min(each.end, gone.start)), (max(each.start, gone.end), each.end))
            if start < end
        ]
    return left


def tick(at: datetime) -> int:
    """Returns the number of the quarter hour that contains `at`, counted from 1970."""
    return int(at.timestamp()) // TICK_SECONDS


def ticks(span: Interval) -> range:
    """Returns every tick that `[start, end)` touches."""
    return range(tick(span.start), -(-int(span.end.timestamp()) // TICK_SECONDS))


def from_ticks(numbers: Sequence[int]) -> list[Interval]:
    """Returns the intervals that these ticks, in any order, make up."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return [Interval(_instant(first), _instant(stop)) for first, stop in runs]


def _instant(number: int) -> datetime:
    return datetime.fromtimestamp(number * TICK_SECONDS, UTC)


def on_the_quarter(at: datetime) -> bool:
    return at.microsecond == 0 and int(at.timestamp()) % TICK_SECONDS == 0


_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")


def clock_minutes(text: str, *, field: str = "start") -> int:
    """Returns the minutes since midnight of `HH:MM`; `24:00` is 1440. Raises BadTime."""
    match = _CLOCK.fullmatch(plain_digits(text))
    if match is None:
        raise BadTime(field, value=text)
    hours, minutes = (match[1] or match[3]), (match[2] or match[4])
    return read_number(hours) * 60 + read_number(minutes)


def clock_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
