"""How long help takes: from a need to the hour that was held."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

FEW = 5
"""Fewer people than these could be told apart by a figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToHelp:
    """Of `n` hours held: half were held within `median` of the need, nine of ten within `nine_of_ten`.

    `people` is how many were helped. With `some`, these are not all hours that were held.
    """

    n: int = 0
    median: timedelta = timedelta(0)
    nine_of_ten: timedelta = timedelta(0)
    people: int = field(default=0, compare=False)
    some: bool = False

    @property
    def sayable(self) -> bool:
        """Whether members may read it: it tells of nobody in particular."""
        return self.people >= FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Of `of` requests that were promised an answer within seven days, `kept` got an hour or an answer by then.

    `people` is how many asked.
    """

    kept: int = 0
    of: int = 0
    people: int = field(default=0, compare=False)

    @property
    def sayable(self) -> bool:
        """Whether members may read it: it tells of nobody in particular."""
        return self.people >= FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpOnTheme:
    """What a theme's page tells members of the last twelve months; with `latest`, `time` is of those booked last."""

    time: TimeToHelp
    promise: Promise
    latest: bool = False


REACH = timedelta(days=90)
"""How far back from the booking a search or a request counts as the need that led to it."""
