"""Whole numbers that come from outside as text: forms, addresses, files, and the answers of providers.

Nothing else in the package reads one. A digit is a digit in whatever script it is typed (`٣` is 3); a sign, a fraction
or a power (`²`) makes no number here. `int` alone takes time that grows with the square of the length, raises
ValueError beyond 4,300 digits, and reads `1_0`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

BIGGEST_ID = 2**63 - 1
"""The greatest number that a database column holds."""
_LONGEST = 40
"""Digits, leading zeros included."""


def read_number(text: str, *, most: int = BIGGEST_ID) -> int:
    """Returns the number from 0 to `most` that the text is, blanks around it ignored. Raises ValueError."""
    plain = text.strip() if len(text) <= 4 * _LONGEST else ""
    if not plain.isdecimal() or len(plain) > _LONGEST:
        raise ValueError("no number")
    number = int(plain)
    if number > most:
        raise ValueError("too great a number")
    return number


def number_or_none(text: str, *, most: int = BIGGEST_ID) -> int | None:
    """Returns the number from 0 to `most` that the text is, else None."""
    try:
        return read_number(text, most=most)
    except ValueError:
        return None


def numbers_among(texts: Iterable[str]) -> list[int]:
    """Returns the numbers among the texts, in their order, such as the ids of those who are ticked in a form."""
    return [number for text in texts if (number := number_or_none(text)) is not None]


def page_number(text: str, *, most: int = 100_000) -> int:
    """Returns the page of a list that is asked for, from 1 to `most`: the first where the text is no number."""
    return min(number_or_none(text) or 1, most)


def retry_after(header: str, *, most: timedelta = timedelta(days=1)) -> timedelta | None:
    """Reads Retry-After in seconds (RFC 9110 §10.2.3), `most` at most; for its date form our own back-off is used."""
    seconds = number_or_none(header)
    return None if seconds is None else timedelta(seconds=min(seconds, int(most.total_seconds())))


def plain_digits(text: str) -> str:
    """Returns the text with its digits as 0 to 9."""
    return text if text.isascii() else "".join(str(int(each)) if each.isdecimal() else each for each in text)


def only_digits(text: str) -> str:
    """Returns the text's digits as 0 to 9, without anything between them: people type a code as `123 456`."""
    return "".join(each for each in plain_digits(text) if each.isdecimal())
