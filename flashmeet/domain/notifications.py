"""What reaches a member, by category: what can be switched off, and what cannot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, cast, get_args

from flashmeet.domain.messages import Kind

Category = Literal["account", "sessions", "reminders", "requests", "nudges", "digests", "follow_ups"]

CATEGORY: dict[Kind, Category] = {
    "sign_in_code": "account",
    "invite": "sessions",
    "pending": "sessions",
    "not_taken": "sessions",
    "leave_question": "sessions",
    "reminder_three_days": "reminders",
    "reminder_day": "reminders",
    "reminder_hour": "reminders",
    "request": "requests",
}
"""Every kind has one: what has no category cannot be sent."""

ALWAYS: frozenset[Category] = frozenset({"account", "sessions"})
SWITCHES: tuple[tuple[Category, str], ...] = (
    ("reminders", "mail"),
    ("reminders", "sms"),
    ("requests", "mail"),
    ("nudges", "mail"),
    ("digests", "mail"),
    ("follow_ups", "mail"),
)
"""What a member may switch off, each by category and channel."""

QUIET_WHILE_PAUSED: frozenset[Category] = frozenset({"requests", "nudges", "digests", "follow_ups"})
PAUSE = timedelta(days=91)


def category_of(kind: str) -> Category:
    return CATEGORY[cast(Kind, kind)]


def one_click(kind: str) -> Category | None:
    """The category that one POST from a mail of this kind switches off (RFC 8058); None where nothing can be."""
    category = category_of(kind)
    return None if category in ALWAYS else category


def checked_category(text: str) -> Category | None:
    """The category that may be switched off under that name."""
    known: Iterable[str] = get_args(Category)
    return cast(Category, text) if text in known and text not in ALWAYS else None
