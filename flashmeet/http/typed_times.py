"""Times as a form sends them: `2026-12-09T18:00` on the wall of a zone that the page names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flashmeet.core.errors import BadDate
from flashmeet.core.zones import instant

FIELDS = 3
"""How many times a form has room for."""


def typed_times(texts: Iterable[str], tzid: str) -> tuple[datetime, ...]:
    """Those that were filled in, in order. Raises BadDate."""
    return tuple(_read(text.strip(), tzid) for text in texts if text.strip())


def _read(text: str, tzid: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadDate("times", value=text[:40]) from None
    if at.tzinfo is not None or at.second or at.microsecond:
        raise BadDate("times", value=text[:40])
    return instant(at.date(), at.hour * 60 + at.minute, tzid)


def shown_times(texts: Iterable[str]) -> list[str]:
    """What was typed, filled up to the fields of the form."""
    typed = [text[:40] for text in texts][:FIELDS]
    return typed + [""] * (FIELDS - len(typed))


def tapped_time(text: str) -> datetime | None:
    """The time that was tapped in a mail, as its link carries it; anything unreadable counts as none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
