"""The hours in which nobody is sent an SMS about a booking, in the recipient's own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flashmeet.core.zones import instant, local_date

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Minutes of the day between which no SMS is sent; over midnight if `start` is after `end`, none if equal."""

    start: int = 20 * 60
    end: int = 8 * 60

    def around(self, at: datetime, tzid: str) -> tuple[datetime, datetime] | None:
        """Returns the quiet period, as instants, that contains `at`."""
        for day in (local_date(at, tzid) - DAY, local_date(at, tzid)):
            begin, end = self._on(day, tzid)
            if begin <= at < end:
                return begin, end
        return None

    def _on(self, day: date, tzid: str) -> tuple[datetime, datetime]:
        """Returns the quiet period that begins on that local date."""
        until = day if self.start <= self.end else day + DAY
        return instant(day, self.start, tzid), instant(until, self.end, tzid)
