"""The poster that brings people to the network's door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flashmeet.core.errors import TooLong
from flashmeet.core.service_keys import ServiceKey
from flashmeet.core.text import one_line
from flashmeet.outreach.rules.segments import SegmentRole

LINE_CHARACTERS = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """One sheet: `line` is the administrator's own, `address` where the code leads; `logo` is a picture, or b""."""

    network: str
    role: SegmentRole
    line: str
    address: str
    accent: str
    logo: bytes
    locale: str


def checked_line(text: str) -> str:
    """Returns the line, cleaned. Raises TooLong."""
    line = one_line(text, most=10 * LINE_CHARACTERS)
    if len(line) > LINE_CHARACTERS:
        raise TooLong("own_line", most=LINE_CHARACTERS, length=len(line))
    return line


class WritesPoster(Protocol):
    """Returns the poster as a PDF of one page of A4; the same poster gives the same bytes."""

    def __call__(self, poster: Poster) -> bytes: ...


POSTER_FILE: ServiceKey[WritesPoster] = ServiceKey("poster file")
