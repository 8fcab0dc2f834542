"""How long help takes: from a need to the hour that was held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToHelp:
    """Of `n` hours held: half were held within `median` of the need, nine of ten within `nine_of_ten`."""

    n: int = 0
    median: timedelta = timedelta(0)
    nine_of_ten: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Of `of` requests that were promised an answer within seven days, `kept` got an hour or an answer by then."""

    kept: int = 0
    of: int = 0


REACH = timedelta(days=90)
"""How far back from the booking a search or a request counts as the need that led to it."""
