"""What the two of an hour write to each other: how long, until when, and how often the other is written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import TooLateToSolve
from flashmeet.schedule.rules.booked_hour import BookingStatus, checked_text


class ThreadKind(StrEnum):
    WORD = "word"
    READ_FIRST = "read_first"  # from the mentor: to be read before the hour, which stays
    SOLVED = "solved"  # from the mentor: the answer itself; the hour is free again


TEXT_CHARACTERS = 2_000
MOST_A_DAY = 60
"""So many texts one person may write into one thread within 24 hours."""
TOLD_EVERY = timedelta(minutes=15)
SAME_WITHIN = timedelta(minutes=5)
"""The same text again within that time is the same form, sent twice."""
OPEN_FOR, KEPT_FOR = timedelta(days=30), timedelta(days=396)
"""After the end: so long the two may write, and so long their texts are kept."""
SOLVED_BEFORE = timedelta(hours=2)


def checked_words(text: str) -> str:
    """Raises TooLong, Missing."""
    return checked_text("text", text, most=TEXT_CHARACTERS, required=True)


def is_open(status: BookingStatus, *, agreed: bool, ends_at: datetime, now: datetime) -> bool:
    """Whether the two may write: while a request waits for its answer, and once an hour was agreed until a month after
    its end, even when it was cancelled. What was declined or never answered leaves nothing to write into."""
    if status == BookingStatus.PENDING:
        return now < ends_at
    return (status != BookingStatus.CANCELLED or agreed) and now < ends_at + OPEN_FOR


def notify_at(last: datetime | None, *, now: datetime) -> datetime:
    """When the other is written to: at once, but not more often than every quarter of an hour."""
    return now if last is None else max(now, last + TOLD_EVERY)


def check_solvable(starts_at: datetime, *, now: datetime) -> None:
    """Close to the hour its answer belongs into the hour: somebody is on their way. Raises TooLateToSolve."""
    if starts_at - now < SOLVED_BEFORE:
        raise TooLateToSolve(starts_at=starts_at)
