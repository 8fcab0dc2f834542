"""Response rate of mentors over ninety days, and the time until an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from flashmeet.requests.rules.requests import ANSWERED, AskState

WINDOW = timedelta(days=90)
"""How long after it was asked a request counts."""
ENOUGH = 3
"""Below this number no rate is given: the mentor is new."""


@dataclass(frozen=True, slots=True)
class AskedMentor:
    """One mentor who was asked; `wave` is 0 if the mentee chose them."""

    state: AskState
    wave: int
    asked_at: datetime
    answered_at: datetime | None = None

    @property
    def answered(self) -> bool:
        return self.state in ANSWERED

    @property
    def received(self) -> bool:
        """Whether it counts for this mentor: chosen by the mentee, or answered. An unanswered wave does not count."""
        return self.wave == 0 or self.answered


@dataclass(frozen=True, slots=True)
class Responses:
    """How many were received, answered in time and expired, and the median time until an answer."""

    received: int = 0
    answered: int = 0
    expired: int = 0
    median: timedelta | None = None

    @property
    def of(self) -> int:
        """How many count; withdrawn, passed on and not yet due ones do not."""
        return self.answered + self.expired

    @property
    def new(self) -> bool:
        return self.of < ENOUGH

    @property
    def percent(self) -> int | None:
        """Per cent, rounded half up; None while the mentor is new."""
        return None if self.new else (200 * self.answered + self.of) // (2 * self.of)


def responses(asked: Iterable[AskedMentor]) -> Responses:
    """Computes the figures over the asks given."""
    found = [each for each in asked if each.received]
    took = [each.answered_at - each.asked_at for each in found if each.answered and each.answered_at is not None]
    return Responses(
        received=len(found),
        answered=sum(each.answered for each in found),
        expired=sum(each.state == AskState.EXPIRED for each in found),
        median=timedelta(seconds=median(each.total_seconds() for each in took)) if took else None,
    )
