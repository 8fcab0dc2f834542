"""Weeks after an hour: when its mentee is asked what came of it, and what they may answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from flashmeet.bookings.rules.outcomes import ASKED_AT
from flashmeet.core.errors import BadInput
from flashmeet.core.zones import instant, local_date

Answer = Literal["done", "under_way", "not_yet", "other"]
ANSWERS: tuple[Answer, ...] = ("done", "under_way", "not_yet", "other")
GOOD: tuple[Answer, ...] = ("done", "under_way", "other")
"""What the mentor is told of at once."""
DAYS = (30, 90)
ASKED_FOR = timedelta(days=7)
"""After so long the question is not sent any more; answering stays possible."""
SAYABLE_FROM = 5


def asked_at(starts_at: datetime, days: int, tzid: str) -> datetime:
    """Nine o'clock on the mentee's wall, so many days after the day of the hour."""
    return instant(local_date(starts_at, tzid) + timedelta(days=days), ASKED_AT, tzid)


def checked_answer(text: str) -> Answer:
    """Raises BadInput."""
    for known in ANSWERS:
        if text == known:
            return known
    raise BadInput("answer", value=text)
