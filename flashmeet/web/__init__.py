"""Pages: parse, call one service function, render.

Each module has `bp = Blueprint(...)` and a line below; `app.create_app` registers them in this order.
"""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

MODULES = (
    "look",
    "home",
    "search",
    "mentors",
    "book",
    "bookings",
    "meetings",
    "give",
    "giving",
    "words",
    "zones",
    "rooms",
    "room_signals",
    "room_second_way",
    "elsewhere",
    "own_room",
    "feedback",
    "later",
    "series",
    "requests",
    "asked",
    "offers",
    "threads",
    "day_offers",
    "own_days",
    "still",
    "sign_in",
    "welcome",
    "first_minute",
    "demo",
    "one_time",
    "preferences",
    "operations",
    "availability",
    "me",
    "leave",
    "profile",
    "security",
    "notifications",
    "phone",
    "hooks",
    "calendars",
    "calendar_questions",
    "admin",
    "admin_members",
    "admin_import",
    "admin_registrants",
    "admin_nudges",
    "pauses",
    "report_lines",
    "admin_reports",
    "admin_themes",
    "admin_messages",
    "admin_sms",
    "terms",
    "admin_terms",
    "pictures",
    "admin_joining",
    "admin_settings",
    "page_texts",
    "prose",
    "pages",
    "feed",
    "declined",
    "consents",
    "google_hook",
    "dev",
)


def blueprints() -> list[Blueprint]:
    """Imported when an application is made: pages import the gate, which must not import them back."""
    found: list[Blueprint] = [import_module(f"{__name__}.{name}").bp for name in MODULES]
    return found
