"""What can be refused about a day that a mentor offers."""

from __future__ import annotations

from flashmeet.core.errors import BadInput, Refusal


class BreakOutside(BadInput):
    """A break that does not lie inside the day, or runs into another one."""

    code = "break_outside"


class DayGone(Refusal):
    """The day can no longer be asked for: `standing` says why (`bookings.rules.days`)."""

    code = "day_gone"

    def __init__(self, standing: str) -> None:
        super().__init__(standing=standing)
        self.standing = standing


class DayAsked(Refusal):
    """Somebody has asked for the day, or has it: what they were told cannot change."""

    code = "day_asked"


class DayStays(Refusal):
    """A day is not moved: it is cancelled, and another one asked for."""

    code = "day_stays"


class TooManyDays(Refusal):
    """Enough days of this mentor wait to be asked for (`most`)."""

    code = "too_many_days"

    def __init__(self, most: int) -> None:
        super().__init__(most=most)
