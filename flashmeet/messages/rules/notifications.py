"""Which messages a member can switch off, by category."""

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
    Category.NEWS,
)
"""What a member may switch off as mail; SMS reminders depend on the consent to SMS instead."""

QUIET_WHILE_PAUSED: frozenset[Category] = frozenset(
    {Category.REQUESTS, Category.NUDGES, Category.DIGESTS, Category.FOLLOW_UPS, Category.NEWS}
)
PAUSE = timedelta(days=91)


def category_of(kind: str) -> Category:
    """Returns the kind's category. Raises KeyError for an unknown kind."""
    return KINDS[kind].category


def one_click(kind: str) -> Category | None:
    """Returns the category that one POST from a mail of this kind switches off (RFC 8058), or None."""
    category = category_of(kind)
    return None if category in ALWAYS else category


def checked_category(text: str) -> Category | None:
    """Returns the category of that name if it may be switched off, else None."""
    return next((category for category in BY_MAIL if category == text), None)
