"""The follow-up weeks after an hour: when the mentee is asked, and what they may answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.bookings.rules.outcomes import ASKED_AT
from flashmeet.core.errors import BadInput
from flashmeet.core.zones import instant, local_date


class FollowUpAnswer(StrEnum):
    DONE = "done"
    UNDER_WAY = "under_way"
    NOT_YET = "not_yet"
    OTHER = "other"


ANSWERS = tuple(FollowUpAnswer)
GOOD = (FollowUpAnswer.DONE, FollowUpAnswer.UNDER_WAY, FollowUpAnswer.OTHER)
"""Answers that the mentor hears of."""
DAYS = (30, 90)
ASKED_FOR = timedelta(days=7)
"""After this time the question is no longer sent; answering stays possible."""
SAYABLE_FROM = 5


def asked_at(starts_at: datetime, days: int, tzid: str) -> datetime:
    """Returns nine o'clock in the mentee's zone, `days` after the day of the hour."""
    return instant(local_date(starts_at, tzid) + timedelta(days=days), ASKED_AT, tzid)


@dataclass(frozen=True, slots=True)
class Question:
    """Asked so many days after the hour, at that instant."""

    days: int
    at: datetime


def next_question(starts_at: datetime, tzid: str, *, now: datetime, after: int = 0) -> Question | None:
    """Returns the first question that can still be sent, of those later than `after` days; None where none is left."""
    asked = (Question(days, asked_at(starts_at, days, tzid)) for days in DAYS if days > after)
    return next((each for each in asked if now < each.at + ASKED_FOR), None)


def checked_answer(text: str) -> FollowUpAnswer:
    """Returns the known answer. Raises BadInput."""
    for known in ANSWERS:
        if text == known:
            return known
    raise BadInput("answer", value=text)
