"""A registrant as cells: what the page shows, and what its two files hold, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flashmeet.programme.service.registrants import Registrant

Cell = str | int | None


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _at(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def _minutes(row: Registrant) -> int | None:
    median = row.responses.median
    return None if median is None else round(median.total_seconds() / 60)


CELLS: dict[str, Callable[[Registrant], Cell]] = {
    "name": lambda row: row.member.name,
    "email": lambda row: row.member.email,
    "phone": lambda row: row.member.phone,
    "roles": lambda row: ";".join(row.member.roles),
    "approved": lambda row: _yes(row.member.approved) if row.member.mentor else None,
    "last_sign_in": lambda row: _at(row.member.signed_in_at),
    "terms_version": lambda row: row.terms_version or None,
    "profile_checked": lambda row: _at(row.member.profile_at),
    "profile_fresh": lambda row: _yes(row.fresh),
    "open_hours": lambda row: row.open_hours if row.member.mentor else None,
    "requests_received": lambda row: row.responses.received,
    "answered_in_time": lambda row: row.responses.answered,
    "expired": lambda row: row.responses.expired,
    "response_rate": lambda row: row.responses.percent,
    "median_minutes": _minutes,
    "hours_kept": lambda row: row.promises.kept,
    "hours_booked": lambda row: row.stood,
    "late_cancels": lambda row: row.promises.late,
    "no_shows": lambda row: row.no_shows,
}
"""By column; None where there is nothing to say."""


def cells(row: Registrant) -> dict[str, Cell]:
    return {column: read(row) for column, read in CELLS.items()}
