"""Readers of iCalendar that are not ours: they say what a calendar would understand.

No single one suffices. libical knows the iTIP rules, vobject is strict about dates, ical.js is what Thunderbird reads
with. `octets` looks at the bytes themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An event as one of them read it."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    description: str
    location: str
    organizer: str
    attendees: tuple[str, ...]
