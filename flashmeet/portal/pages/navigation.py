"""The menu that stands on every page of a member, in the same order; and which of its places this page belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import structlog
from flask import Blueprint, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError

from flashmeet.core.database.session import is_away
from flashmeet.http.admission.identity import Viewer
from flashmeet.http.services import now, reading
from flashmeet.identity.rules import OfficeRole
from flashmeet.portal.service.waiting import Waiting, waiting_for

bp = Blueprint("navigation", __name__)
log = structlog.get_logger()

OF_SEARCH = frozenset({"home", "search", "mentors", "book", "become_mentor", "day_offers"})
OF_REQUESTS = frozenset({"requests", "asked", "offers"})
OF_ME = frozenset(
    {
        "settings",
        "profile",
        "availability",
        "first_minute",
        "leave",
        "own_days",
        "own_link",
        "own_room",
        "calendars",
        "consents",
        "feed",
        "notifications",
        "phone",
        "changed_numbers",
        "security",
        "factors",
        "proof",
        "address",
        "blocks",
        "own_data",
        "pictures",
        "zones",
    }
)
OF_HOURS = frozenset({"me", "bookings", "feedback", "series", "giving"})
OF_NETWORK = frozenset({"admin", "setup"})
"""The first part of the addresses of pages that run the network, whatever feature they belong to."""
FIRST_OF_NETWORK = {
    "administrator": "admin.show",
    OfficeRole.READER: "admin.show",
    OfficeRole.CASES: "admin_cases.show",
    OfficeRole.THEMES: "admin_themes.show",
}
"""The network's first page, by who may open it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of the menu. `current` is "page" for the page itself, "true" for one of its pages, else "".

    `waits` is the number to answer there, `told` the same in words.
    """

    icon: str
    path: str
    words: str
    current: str
    waits: int = 0
    told: str = ""


@bp.app_context_processor
def add_menu() -> dict[str, object]:
    return {"menu": menu}


def menu(who: Viewer, *, nowhere: object = False) -> list[Place]:
    """Returns the member's places; who administers, all or a part, has the network's, too.

    A page that refuses is `nowhere`: what it would have been is not told.
    """
    waiting = _waiting(who)
    places = [
        _place("search", "search.search", gettext("Search"), OF_SEARCH),
        _place("hours", "me.show", gettext("My meetings"), OF_HOURS, waiting.hours),
        _place("requests", "history.requests", gettext("Requests"), OF_REQUESTS, waiting.requests),
        _place("me", "settings.show", gettext("Me"), OF_ME),
    ]
    first = next((page for role, page in FIRST_OF_NETWORK.items() if role in who.roles), "")
    if first:
        places.append(_place("network", first, gettext("Network"), frozenset()))
    return [replace(place, current="") for place in places] if nowhere else places


def _waiting(who: Viewer) -> Waiting:
    """Counts nothing where the database is away: the page that says so still has its menu."""
    try:
        with reading() as db:
            return waiting_for(db, who.member_id, now=now())
    except DBAPIError as error:
        if not is_away(error):
            raise
        log.warning("navigation.not_counted", kind=type(error).__name__)
        return Waiting()


def _place(icon: str, endpoint: str, words: str, blueprints: frozenset[str], waits: int = 0) -> Place:
    here, of_network = request.endpoint or "", not OF_NETWORK.isdisjoint(PurePosixPath(request.path).parts[1:2])
    inside = of_network
    if icon != "network":
        inside = not of_network and (request.blueprint in blueprints or here == f"history.{icon}")
    return Place(
        icon=icon,
        path=url_for(endpoint),
        words=words,
        current="page" if here == endpoint else "true" if inside else "",
        waits=waits,
        told=_told(waits),
    )


def _told(waits: int) -> str:
    return gettext("%(num)s waiting for you", num=waits) if waits else ""
