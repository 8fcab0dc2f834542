"""What reaches a member, by category: what can be switched off, and what cannot."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, cast

from flashmeet.messages.rules.payloads import Kind

Category = Literal["account", "sessions", "reminders", "requests", "threads", "nudges", "digests", "follow_ups"]

CATEGORY: dict[Kind, Category] = {
    "sign_in_code": "account",
    "joined": "account",
    "phone_code": "account",
    "sms_reply": "account",
    "invite": "sessions",
    "pending": "sessions",
    "not_taken": "sessions",
    "leave_question": "sessions",
    "late": "sessions",
    "decline_question": "sessions",
    "calendar_event": "sessions",
    "calendar_trouble": "account",
    "calendar_many_gone": "account",
    "calendar_gone": "sessions",
    "calendar_moved": "sessions",
    "calendar_stays": "sessions",
    "reminder_three_days": "reminders",
    "reminder_day": "reminders",
    "reminder_hour": "reminders",
    "request": "requests",
    "asked": "requests",
    "asked_again": "nudges",
    "request_withdrawn": "sessions",
    "times_proposed": "sessions",
    "request_ended": "sessions",
    "request_queued": "requests",
    "hour_offered": "requests",
    "week_passed": "requests",
    "still_with_us": "account",
    "theme_open": "requests",
    "mentor_wanted": "nudges",
    "nudge": "nudges",
    "pause_offer": "nudges",
    "digest": "digests",
    "what_came": "follow_ups",
    "came_of_it": "follow_ups",
    "series_proposed": "requests",
    "series_answered": "sessions",
    "series_review": "follow_ups",
    "series_ended": "sessions",
    "two_hours": "nudges",
    "encouragement": "nudges",
    "room_instead": "sessions",
    "did_it_happen": "follow_ups",
    "end_meeting": "sessions",
    "read_first": "sessions",
    "thread": "threads",
    "absence_said": "sessions",
    "absence_settled": "sessions",
    "mentor_absent": "sessions",
    "bookings_rest": "account",
    "confirm_hour": "sessions",
    "hour_released": "sessions",
    "report_received": "account",
    "report_closed": "account",
    "case_opened": "account",
    "network_word": "account",
}
"""Every kind has one: what has no category cannot be sent."""

ALWAYS: frozenset[Category] = frozenset({"account", "sessions"})
BY_MAIL: tuple[Category, ...] = ("reminders", "requests", "threads", "nudges", "digests", "follow_ups")
"""What a member may switch off as mail; reminders by SMS are switched by agreeing to SMS."""

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
    return next((category for category in BY_MAIL if category == text), None)
