"""Reads the opening index in order, window by window, as far as a page may."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval, merged
from flashmeet.core.zones import day_span
from flashmeet.schedule.queries.openings import OpeningRow
from flashmeet.schedule.queries.slots import FARTHEST, Where, last_start, read_windows
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.slots.cursor import Position, before_all
from flashmeet.schedule.service.slots.query import SlotQuery

ROWS_AT_ONCE, ROWS_A_PAGE = 200, 1_000
LEAST_A_WINDOW, MOST_WINDOWS = 10, 16
"""How many rows the part of a day counts for that has fewer, and how many of them one statement reads at most."""
SECOND = timedelta(seconds=1)


class IndexScan:
    """Yields rows until the index ends, or as many were read as one page may read.

    One mentor's page is filled while rows remain; a search over all reads a limited number of rows and says so.
    """

    def __init__(self, db: Session, query: SlotQuery, where: Where, *, own: BusyTimes, now: datetime) -> None:
        self._session, self._query, self._where, self._own, self._now = db, query, where, own, now
        self._length = timedelta(minutes=query.minutes)
        self._budget = ROWS_A_PAGE if query.mentor_id is None else 100 * ROWS_A_PAGE
        self._windows = deque(self._bounds())
        self._after = where.after
        """The last row of the first window that was read; None where it was not begun."""
        self._few = min(2 * query.limit, ROWS_AT_ONCE)
        self._at_once, self._together = self._few, 1
        """How many rows, and how many windows, the next statement reads."""
        self.position: Position | None = where.after
        """Up to where everything was read; None at the end."""

    def batches(self) -> Iterator[Sequence[OpeningRow]]:
        """Yields the rows of one statement after the other, in order."""
        while self._windows:
            windows = list(islice(self._windows, min(self._together, 1 + (self._budget - 1) // LEAST_A_WINDOW)))
            most = -(-self._at_once // len(windows))
            where = replace(self._where, after=self._after)
            read = read_windows(self._session, where, windows, now=self._now, limit=most)
            yield [row for rows in read for row in rows]
            self._budget -= sum(max(len(rows), LEAST_A_WINDOW) for rows in read)
            self._pass(windows, read, most=most)
            if self._budget <= 0:
                return
            self._pace()
        self.position = None

    def _pass(self, windows: Sequence[Interval], read: Iterable[Sequence[OpeningRow]], *, most: int) -> None:
        """Leaves the windows that were read to their end, up to the first that was not."""
        for window, rows in zip(windows, read, strict=True):
            if len(rows) == most:
                self.position = self._after = rows[-1][:3]
                return
            self._windows.popleft()
            self._go_on_from(window.end)

    def _pace(self) -> None:
        """Decides how much is read next. Many mentors fill a page from one evening; where few do, many evenings are
        read at once. However many begin at an hour that the viewer cannot take, few of them are read."""
        self._at_once = ROWS_AT_ONCE
        if self._after is None:
            self._together = min(2 * self._together, MOST_WINDOWS)
            return
        self._together = 1
        at = self._after[0]
        free = self._own.free_from(at, self._length)
        if free > at:
            self._windows[0] = Interval(free, max(free, self._windows[0].end))
            self._at_once = self._few
            self._go_on_from(free)

    def _go_on_from(self, at: datetime) -> None:
        self.position, self._after = before_all(at), None

    def _bounds(self) -> Iterator[Interval]:
        """Yields the viewer's part of each day as UTC bounds; one interval for whole days, and for one mentor's few
        hours."""
        begin = max(self._where.start, self._where.after[0]) if self._where.after else self._where.start
        part, far = self._query.day_part, self._now + FARTHEST
        in_one = part.whole or self._query.mentor_id is not None
        last = far if in_one else last_start(self._session, self._where.theme_id) or begin
        span = Interval(begin, min(self._where.end or far, far, last + SECOND))
        for whole in self._days_within(span):
            for window in [whole] if in_one else part.bounds(whole):
                start = window.start
                if self._query.mentor_id is None:
                    start = self._own.free_from(start, self._length)
                if start < window.end:
                    yield Interval(start, window.end)

    def _days_within(self, span: Interval) -> Iterator[Interval]:
        """Yields the span, or the days asked for within it, those that follow each other as one."""
        days = [Interval(*day_span(day, self._query.tzid)) for day in self._query.days]
        for each in merged(days) if days else [span]:
            within = Interval(max(each.start, span.start), min(each.end, span.end))
            if within.start < within.end:
                yield within
