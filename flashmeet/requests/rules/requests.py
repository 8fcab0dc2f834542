"""Rules of requests: the states of a request and of each mentor asked, limits on asking, and deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from flashmeet.core.errors import BeyondHorizon, Missing, OutOfRange, TooLate
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.schedule.rules.booked_hour import checked_start
from flashmeet.schedule.rules.quotas import MOST_TIMES


class RequestKind(StrEnum):
    MENTOR = "mentor"  # one was asked
    THEME = "theme"  # the best-matching are
    HOUR = "hour"  # a booking that its mentor answers


class RequestState(StrEnum):
    OPEN = "open"  # mentors are being asked
    PROPOSED = "proposed"  # a mentor proposed times; the mentee chooses
    QUEUED = "queued"  # no mentor could; free hours are offered in order
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SOLVED = "solved"  # answered in writing, without an hour
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNTAKEN = "untaken"  # the queue ended; the mentee is told of the next open hour


class AskState(StrEnum):
    """The state of one mentor who was asked."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COUNTERED = "countered"
    SOLVED = "solved"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  # somebody else has it


class AskAnswer(StrEnum):
    """The answer of a mentor who was asked."""

    ACCEPT = "accept"
    PROPOSE = "propose"
    DECLINE = "decline"
    UNFIT = "unfit"  # a no to this need for good: it is not what the mentor helps with
    SOLVE = "solve"
    ASK = "ask"  # one question before an answer; the request stays open


class OfferState(StrEnum):
    """The state of an hour offered to the queue."""

    OPEN = "open"
    TAKEN = "taken"
    PASSED = "passed"  # they said no
    LAPSED = "lapsed"


STATES = tuple(RequestState)
LIVE = (RequestState.OPEN, RequestState.PROPOSED, RequestState.QUEUED)

ANSWERED = (AskState.ACCEPTED, AskState.DECLINED, AskState.COUNTERED, AskState.SOLVED)
"""States that count as an answer in time; `closed` (another mentor has it) and `withdrawn` do not count at all."""


SOONEST, FARTHEST = timedelta(hours=2), timedelta(days=90)
"""The least and the greatest distance of a proposed time from now."""

WAVE_SIZE, MOST_WAVES, WAVE_DAYS = 3, 3, 1
"""Mentors per wave, waves per request, and working days per wave."""
WAVE_REST, FEW_MENTORS = timedelta(days=7), 6
OFFER_FOR, TO_ALL = timedelta(hours=2), timedelta(hours=24)
OFFER_DAY = (8 * 60, 21 * 60)
"""Minutes of the day between which the time of an offer runs."""
QUEUE_FOR = timedelta(days=14)
PROMISE, ENOUGH_MENTORS = timedelta(days=7), 3
NUDGES = (9 * 60, 19 * 60)
EXPIRIES, EXPIRED_WITHIN, STILL_FOR = 3, timedelta(days=30), timedelta(days=7)
ODDS_FROM, ODDS_WITHIN = 5, timedelta(days=365)


def checked_times(times: Iterable[datetime], *, now: datetime) -> tuple[datetime, ...]:
    """Returns one to three times, in order. Raises Missing, OutOfRange, OffTheQuarter, TooLate, BeyondHorizon."""
    wanted = tuple(sorted({checked_start(each) for each in times}))
    if not wanted:
        raise Missing("times")
    if len(wanted) > MOST_TIMES:
        raise OutOfRange("times", low=1, high=MOST_TIMES)
    for each in wanted:
        if each < now + SOONEST:
            raise TooLate(starts_at=each, notice_minutes=int(SOONEST.total_seconds() // 60))
        if each > now + FARTHEST:
            raise BeyondHorizon(starts_at=each, horizon_days=FARTHEST.days)
    return wanted


def nudge_at(asked_at: datetime, due_at: datetime, tzid: str) -> datetime | None:
    """Returns when a mentor is reminded, once: at half-time, from 9 to 19 h in their zone; None if that is too late."""
    half = asked_at + (due_at - asked_at) / 2
    day, minute = local_date(half, tzid), _minute(half, tzid)
    opens, closes = NUDGES
    at = half if opens <= minute < closes else instant(day + timedelta(days=minute >= closes), opens, tzid)
    return at if at < due_at else None


def offer_ends(now: datetime, starts_at: datetime, tzid: str) -> datetime:
    """Returns until when an offered hour is held: two hours without the recipient's night, never past the start."""
    opens, closes = OFFER_DAY
    minute = _minute(now, tzid)
    day = local_date(now, tzid) + timedelta(days=minute >= closes)
    begins = now if opens <= minute < closes else instant(day, opens, tzid)
    left = begins + OFFER_FOR - instant(day, closes, tzid)  # for the next morning
    ends = instant(day + timedelta(days=1), opens, tzid) + left if left > timedelta() else begins + OFFER_FOR
    return min(ends, starts_at)


def _minute(at: datetime, tzid: str) -> int:
    """Returns the minutes since midnight in that zone."""
    here = local_time(at, tzid).at
    return here.hour * 60 + here.minute


def is_for_all(now: datetime, starts_at: datetime) -> bool:
    """Whether the hour begins so soon that it is offered to everybody in the queue at once."""
    return starts_at - now < TO_ALL


def waves_a_week(mentors: int) -> int:
    """Returns how often waves may ask one mentor within seven days, in a theme with that many mentors."""
    return 2 if mentors < FEW_MENTORS else 1


@dataclass(frozen=True, slots=True)
class Odds:
    """Of `asked` requests that have ended, `agreed` led to an hour; `median` is the time until an answer."""

    asked: int
    agreed: int
    median: timedelta | None

    @property
    def sayable(self) -> bool:
        return self.asked >= ODDS_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Of `asked` mentors whom waves asked about needs of a theme, `unfit` said that it was not for them."""

    asked: int
    unfit: int

    @property
    def is_poor(self) -> bool:
        return self.asked >= ODDS_FROM and self.unfit * 3 > self.asked


def odds(outcomes: Sequence[tuple[bool, timedelta | None]]) -> Odds:
    """Returns the odds from ended requests: whether each led to an hour, and how long its answer took."""
    took = [each for _, each in outcomes if each is not None]
    return Odds(len(outcomes), sum(agreed for agreed, _ in outcomes), _median(took) if took else None)


def _median(spans: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(each.total_seconds() for each in spans))
