"""What reaches a member, by category: what can be switched off, and what cannot."""

from __future__ import annotations

from datetime import timedelta

from flashmeet.messages.rules.kinds import KINDS, Category

ALWAYS: frozenset[Category] = frozenset({Category.ACCOUNT, Category.SESSIONS})
BY_MAIL: tuple[Category, ...] = (
    Category.REMINDERS,
    Category.REQUESTS,
    Category.THREADS,
    Category.NUDGES,
    Category.DIGESTS,
    Category.FOLLOW_UPS,
)
"""What a member may switch off as mail; reminders by SMS are switched by agreeing to SMS."""

QUIET_WHILE_PAUSED: frozenset[Category] = frozenset(
    {Category.REQUESTS, Category.NUDGES, Category.DIGESTS, Category.FOLLOW_UPS}
)
PAUSE = timedelta(days=91)


def category_of(kind: str) -> Category:
    """Raises KeyError for a kind that nobody knows."""
    return KINDS[kind].category


def one_click(kind: str) -> Category | None:
    """The category that one POST from a mail of this kind switches off (RFC 8058); None where nothing can be."""
    category = category_of(kind)
    return None if category in ALWAYS else category


def checked_category(text: str) -> Category | None:
    """The category that may be switched off under that name."""
    return next((category for category in BY_MAIL if category == text), None)
