"""What a theme will be asked for in the next 28 days, against the hours that are open then: plain arithmetic.

The pace of the last eight weeks is carried on for four. Where last year's bookings tell it, it is turned as the whole
network's demand turned then: what was booked in the same four weeks of last year, over half of what was booked in the
eight weeks before them. Open hours are taken to be used evenly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

AHEAD = timedelta(weeks=4)
LATELY = timedelta(weeks=8)
A_YEAR = timedelta(weeks=52)
"""So that weekdays are the same."""
LEAST_REQUESTS, LEAST_TIME = 5, timedelta(weeks=4)
"""Fewer requests of a theme, or less time since the network's first one, say too little."""
LEAST_LAST_YEAR = 20
"""Bookings of the whole network in last year's eight weeks, from which on they say how demand turned."""
LEAST_TURN, MOST_TURN = 1 / 3, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Bookings of the whole network last year: in the eight weeks before this day, and in the four weeks after it."""

    before: int = 0
    after: int = 0

    @property
    def turn(self) -> float | None:
        """Returns how the pace of the four weeks stood to that of the eight, within bounds; None if too little."""
        if self.before < LEAST_LAST_YEAR:
            return None
        return min(max(2 * self.after / self.before, LEAST_TURN), MOST_TURN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`lately`: requests of the last eight weeks, or of the time since the network's first (`known`)."""

    lately: int = 0
    known: timedelta = timedelta()
    open_hours: int = 0
    turn: float | None = None

    @property
    def is_sayable(self) -> bool:
        return self.lately >= LEAST_REQUESTS and self.known >= LEAST_TIME

    @property
    def expected(self) -> int | None:
        """Returns the hours that will be asked for in 28 days; None where there is too little to say."""
        if not self.is_sayable:
            return None
        return round(self.lately * (AHEAD / min(self.known, LATELY)) * (1.0 if self.turn is None else self.turn))

    @property
    def runs_dry_in(self) -> int | None:
        """Returns after how many days the open hours are used up; None where they last for 28 days, or unsaid."""
        expected = self.expected
        if expected is None or expected <= self.open_hours:
            return None
        return AHEAD.days * self.open_hours // expected
