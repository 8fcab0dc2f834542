"""Limits on what the two people of a booking write to each other: length, until when, and how often mails are sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import FileTooLarge, Missing, NotPdf, TooLateToSolve
from flashmeet.core.links import without_personal_links
from flashmeet.core.text import one_line
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


FILE_MEGABYTES = 5
FILE_NAME_CHARACTERS = 80
FILE_KEPT_FOR = timedelta(days=30)
"""How long after the end a file is kept."""
_PDF = b"%PDF-"
_HEAD = 1024
"""Within how many bytes a reader looks for the header (ISO 32000, annex H of its first edition)."""


def checked_pdf(data: bytes) -> bytes:
    """Returns the bytes of a PDF, judged by its content. Raises Missing, FileTooLarge, NotPdf.

    What a reader would run in it is not looked at: it is given out as a file, and never shown."""
    if not data:
        raise Missing("file")
    if len(data) > FILE_MEGABYTES * 1_000_000:
        raise FileTooLarge("file", most=FILE_MEGABYTES)
    if _PDF not in data[:_HEAD] or b"%%EOF" not in data[-_HEAD:]:
        raise NotPdf("file")
    return data


def file_name(said: str) -> str:
    """Returns the name to give the file out under: one line, without a path, ending in `.pdf`."""
    last = one_line(said.replace("\\", "/").rpartition("/")[2], most=FILE_NAME_CHARACTERS)
    stem = (
        "".join(each for each in last if each.isprintable() and each not in '"<>:|?*').removesuffix(".pdf").strip(" .")
    )
    return f"{stem or 'document'}.pdf"


def checked_words(text: str) -> str:
    """Returns the text, cleaned, without the writer's personal links. Raises TooLong, Missing."""
    return checked_text("text", without_personal_links(text), most=TEXT_CHARACTERS, required=True)


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
