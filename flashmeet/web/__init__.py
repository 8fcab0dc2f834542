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
    "words",
    "zones",
    "rooms",
    "room_signals",
    "sign_in",
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
    "admin",
    "admin_members",
    "admin_themes",
    "terms",
    "admin_terms",
    "prose",
    "pages",
    "dev",
)


def blueprints() -> list[Blueprint]:
    """Imported when an application is made: pages import the gate, which must not import them back."""
    found: list[Blueprint] = [import_module(f"{__name__}.{name}").bp for name in MODULES]
    return found
