"""A series after an hour: one-on-one hours with goals, a rhythm, an end and a review date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput, OutOfRange
from flashmeet.core.zones import instant, local_time
from flashmeet.schedule.rules.booked_hour import checked_text


class SeriesState(StrEnum):
    PROPOSED = "proposed"
    OPEN = "open"
    ENDED = "ended"
    DECLINED = "declined"


LIVE_SERIES = (SeriesState.PROPOSED, SeriesState.OPEN)

RHYTHMS = (1, 2, 4)
"""Weeks between one hour and the next."""
SHORTEST, LONGEST = timedelta(weeks=2), timedelta(days=366)
GOAL_CHARACTERS = 1_000
ANSWERED_WITHIN = timedelta(days=21)
"""A proposal without an answer ends after this time, without a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is proposed, as received; `checked` validates and cleans it."""

    goals: str
    rhythm_weeks: int
    ends_on: date
    review_on: date | None = None

    def checked(self, *, today: date) -> Plan:
        """Returns the plan, cleaned; without a review date, it is half-way. Raises BadInput and its subclasses."""
        require_rhythm(self.rhythm_weeks, self.ends_on, today=today)
        review_on = self.review_on or today + (self.ends_on - today) / 2
        if not today < review_on <= self.ends_on:
            raise OutOfRange("review_on", low=today + timedelta(days=1), high=self.ends_on)
        return Plan(
            goals=checked_text("goals", self.goals, most=GOAL_CHARACTERS, required=True),
            rhythm_weeks=self.rhythm_weeks,
            ends_on=self.ends_on,
            review_on=review_on,
        )


def require_rhythm(rhythm_weeks: int, ends_on: date, *, today: date) -> None:
    """Whether hours may follow each other so until that day. Raises BadInput, OutOfRange."""
    if rhythm_weeks not in RHYTHMS:
        raise BadInput("rhythm_weeks", value=rhythm_weeks)
    first, last = today + SHORTEST, today + LONGEST
    if not first <= ends_on <= last:
        raise OutOfRange("ends_on", low=first, high=last)


def next_at(last: datetime, rhythm_weeks: int, tzid: str, *, after: datetime) -> datetime:
    """Returns the weekday and wall time of the last hour, one or more rhythms later, and not before `after`."""
    here = local_time(last, tzid).at
    day, minute = here.date(), here.hour * 60 + here.minute
    at = last
    while at <= last or at < after:
        day += timedelta(weeks=rhythm_weeks)
        at = instant(day, minute, tzid)
    return at


def longer(ends_on: date, *, today: date, rhythm_weeks: int) -> tuple[date, date]:
    """Extends a series at a review by four hours. Returns the new end and a review date half-way."""
    end = max(ends_on, today) + timedelta(weeks=4 * rhythm_weeks)
    return end, today + (end - today) / 2
