"""Limits on what the two people of a booking write to each other: length, until when, and how often mails are sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import TooLateToSolve
from flashmeet.schedule.rules.booked_hour import BookingStatus, checked_text


class ThreadKind(StrEnum):
    WORD = "word"
    READ_FIRST = "read_first"  # from the mentor: to be read before the hour, which is kept
    SOLVED = "solved"  # from the mentor: a written answer instead of the hour, which is freed


TEXT_CHARACTERS = 2_000
MOST_A_DAY = 60
"""How many texts one person may write into one thread within 24 hours."""
TOLD_EVERY = timedelta(minutes=15)
SAME_WITHIN = timedelta(minutes=5)
"""The same text within this time is the same form sent twice."""
OPEN_FOR, KEPT_FOR = timedelta(days=30), timedelta(days=396)
"""How long after the end the two may write, and how long their texts are kept."""
SOLVED_BEFORE = timedelta(hours=2)


def checked_words(text: str) -> str:
    """Returns the text, cleaned. Raises TooLong, Missing."""
    return checked_text("text", text, most=TEXT_CHARACTERS, required=True)


def is_open(status: BookingStatus, *, agreed: bool, ends_at: datetime, now: datetime) -> bool:
    """Whether the two may write: while a request waits for its answer, and, once agreed, until 30 days after the end,
    even if it was cancelled. A request that was declined or not answered leaves no thread to write in."""
    if status == BookingStatus.PENDING:
        return now < ends_at
    return (status != BookingStatus.CANCELLED or agreed) and now < ends_at + OPEN_FOR


def notify_at(last: datetime | None, *, now: datetime) -> datetime:
    """Returns when the other is mailed: at once, but at most every quarter of an hour."""
    return now if last is None else max(now, last + TOLD_EVERY)


def check_solvable(starts_at: datetime, *, now: datetime) -> None:
    """Refuses a written answer close to the hour, when the mentee may be on their way. Raises TooLateToSolve."""
    if starts_at - now < SOLVED_BEFORE:
        raise TooLateToSolve(starts_at=starts_at)
