"""Going on after an hour: a series of one-on-one hours, with goals, a rhythm, an end and a day to look back."""

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


RHYTHMS = (1, 2, 4)
"""Weeks from one hour to the next."""
SHORTEST, LONGEST = timedelta(weeks=2), timedelta(days=366)
GOAL_CHARACTERS = 1_000
ANSWERED_WITHIN = timedelta(days=21)
"""A proposal that nobody answers is over by itself, without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is proposed, as it came in; `checked` cleans it."""

    goals: str
    rhythm_weeks: int
    ends_on: date
    review_on: date | None = None

    def checked(self, *, today: date) -> Plan:
        """The same, cleaned; without a day to look back it is half-way. Raises BadInput kinds."""
        if self.rhythm_weeks not in RHYTHMS:
            raise BadInput("rhythm_weeks", value=self.rhythm_weeks)
        first, last = today + SHORTEST, today + LONGEST
        if not first <= self.ends_on <= last:
            raise OutOfRange("ends_on", low=first.isoformat(), high=last.isoformat())
        review_on = self.review_on or today + (self.ends_on - today) / 2
        if not today < review_on <= self.ends_on:
            raise OutOfRange("review_on", low=(today + timedelta(days=1)).isoformat(), high=self.ends_on.isoformat())
        return Plan(
            goals=checked_text("goals", self.goals, most=GOAL_CHARACTERS, required=True),
            rhythm_weeks=self.rhythm_weeks,
            ends_on=self.ends_on,
            review_on=review_on,
        )


def next_at(last: datetime, rhythm_weeks: int, tzid: str, *, after: datetime) -> datetime:
    """The same weekday and wall time as the last hour, the rhythm later, and not before `after`."""
    here = local_time(last, tzid).at
    day, minute = here.date(), here.hour * 60 + here.minute
    at = last
    while at <= last or at < after:
        day += timedelta(weeks=rhythm_weeks)
        at = instant(day, minute, tzid)
    return at


def longer(ends_on: date, *, today: date, rhythm_weeks: int) -> tuple[date, date]:
    """Going on at a review: four more hours, and a look back half-way. Returns the end and the day to look back."""
    end = max(ends_on, today) + timedelta(weeks=4 * rhythm_weeks)
    return end, today + (end - today) / 2
