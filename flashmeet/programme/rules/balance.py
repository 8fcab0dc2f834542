"""Supply and demand of a theme in four weeks: calm, tight, idle or empty."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BalanceState(StrEnum):
    CALM = "calm"
    TIGHT = "tight"  # more is asked for than is open
    IDLE = "idle"  # open hours, few requests
    EMPTY = "empty"  # nothing is open


TIGHT, IDLE, IDLE_HOURS = 1.0, 0.2, 5
SHARE, FROM_REQUESTS = 0.25, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One theme's figures. `first_free_days` is None where nothing is open; `about`: what is open was worked out from
    some of the mentors.

    `open_hours`: hours that can still be booked in the next 28 days, within their mentors' limits. `requested`: hours
    asked for in the last 28 days: bookings, requests, “tell me when”, and searches that found nothing. `unmet`: those
    that came to nothing, once per member and day.
    """

    mentors: int = 0
    open_hours: int = 0
    requested: int = 0
    unmet: int = 0
    first_free_days: int | None = None
    about: bool = False

    @property
    def tension(self) -> float | None:
        """Requested over open hours, rounded to hundredths; None where nothing is open."""
        return round(self.requested / self.open_hours, 2) if self.open_hours else None

    @property
    def state(self) -> BalanceState:
        if not self.open_hours:
            return BalanceState.EMPTY
        ratio = self.requested / self.open_hours
        if ratio > TIGHT:
            return BalanceState.TIGHT
        return BalanceState.IDLE if ratio < IDLE and self.open_hours >= IDLE_HOURS else BalanceState.CALM

    @property
    def needs_people(self) -> bool:
        """Whether the theme is tight, or asked for although nothing is open."""
        return self.state == BalanceState.TIGHT or (self.state == BalanceState.EMPTY and self.requested > 0)


def over_a_quarter(most: int, total: int) -> bool:
    """Whether the busiest mentor (`most` of `total` requests) gets over a quarter; not judged on few requests."""
    return total >= FROM_REQUESTS and most > SHARE * total
