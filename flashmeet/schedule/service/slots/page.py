"""One page of slots: rows of the index in order, each mentor's first alone where the query wants it so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.schedule.queries.openings import OpeningRow
from flashmeet.schedule.queries.slots import Where, openings_between
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.slots.cursor import Position
from flashmeet.schedule.service.slots.filter import SlotFilter
from flashmeet.schedule.service.slots.query import SlotQuery
from flashmeet.schedule.service.slots.scan import ROWS_A_PAGE, SECOND, IndexScan


def read_page(
    db: Session, query: SlotQuery, where: Where, shown: SlotFilter, *, now: datetime
) -> tuple[list[Slot], Position | None]:
    """Returns the slots and the position after which the next page begins, None at the end."""
    if shown.hides_everything:
        return [], None
    scan = IndexScan(db, query, where, own=shown.own, now=now)
    earlier = _MentorsShown(db, where, shown, now=now) if query.distinct else None
    found = list[Slot]()
    for rows in scan.batches():
        shown.look_up(rows)
        for row in earlier.without(rows) if earlier else rows:
            if (slot := shown.slot(row)) is None:
                continue
            found.append(slot)
            if earlier:
                earlier.seen.add(slot.mentor_id)
            if len(found) == query.limit:
                return found, row[:3]
    return found, scan.position


class _MentorsShown:
    """Who had a slot on this page or an earlier one, for a search that shows each mentor once."""

    def __init__(self, db: Session, where: Where, shown: SlotFilter, *, now: datetime) -> None:
        self._session, self._where, self._shown, self._now = db, where, shown, now
        self.seen: set[int] = set()
        self._new: set[int] = set()
        """Those of whom no earlier page had a slot."""
        self._rows_left = ROWS_A_PAGE

    def without(self, rows: Sequence[OpeningRow]) -> Iterator[OpeningRow]:
        """Yields the rows of mentors who are not among them when their row comes."""
        self._remember_earlier(rows)
        for row in rows:
            if row.mentor_id not in self.seen:
                yield row

    def _remember_earlier(self, rows: Sequence[OpeningRow]) -> None:
        """Notes mentors who had a matching slot on an earlier page, so that they are not shown again.

        It reads `ROWS_A_PAGE` rows for a page at most: one whose first match stands further off may be shown twice.
        """
        after = self._where.after
        if after is None:
            return
        unknown = {row.mentor_id for row in rows if self._shown.suits(row)} - self.seen - self._new
        for span in _doubling(Interval(self._where.start, after[0] + SECOND)):
            if not unknown or self._rows_left <= 0:
                break
            earlier = openings_between(
                self._session, self._where.theme_id, unknown, span, now=self._now, most=self._rows_left
            )
            self._rows_left -= len(earlier)
            for row in earlier:
                if row[:3] <= after and row.mentor_id not in self.seen and self._shown.slot(row) is not None:
                    self.seen.add(row.mentor_id)
            unknown -= self.seen
        self._new |= unknown


def _doubling(span: Interval) -> Iterator[Interval]:
    """Yields the span in parts, of a day, two days, four …: most of what is looked for stands in the first."""
    begin, length = span.start, timedelta(days=1)
    while begin < span.end:
        end = min(begin + length, span.end)
        yield Interval(begin, end)
        begin, length = end, 2 * length
