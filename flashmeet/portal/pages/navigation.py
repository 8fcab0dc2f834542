"""The menu that stands on every page of a member, in the same order; and which of its places this page belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

import structlog
from flask import Blueprint, request
from sqlalchemy.exc import DBAPIError

from flashmeet.core.database.session import is_away
from flashmeet.http.admission.identity import Viewer
from flashmeet.http.display import display_locale
from flashmeet.http.responses.addresses import known_addresses
from flashmeet.http.services import now, reading
from flashmeet.i18n.catalogue import translations
from flashmeet.identity.rules import OfficeRole
from flashmeet.portal.service.waiting import Waiting, waiting_for

bp = Blueprint("navigation", __name__)
log = structlog.get_logger()

OF_SEARCH = frozenset({"home", "search", "mentors", "book", "become_mentor", "day_offers"})
OF_REQUESTS = frozenset({"requests", "asked", "offers", "history.requests"})
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
OF_HOURS = frozenset({"me", "bookings", "feedback", "series", "giving", "history.hours"})
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
    waiting, gettext = _waiting(who), translations(display_locale()).gettext
    here, address = _here(), known_addresses()

    def place(icon: str, endpoint: str, words: str, pages: frozenset[str], waits: int = 0) -> Place:
        inside = "true" if here in pages and not nowhere else ""
        return Place(
            icon=icon,
            path=address(endpoint),
            words=words,
            current="page" if inside and request.endpoint == endpoint else inside,
            waits=waits,
            told=gettext("%(num)s waiting for you") % {"num": waits} if waits else "",
        )

    places = [
        place("search", "search.search", gettext("Search"), OF_SEARCH),
        place("hours", "me.show", gettext("My meetings"), OF_HOURS, waiting.hours),
        place("requests", "history.requests", gettext("Requests"), OF_REQUESTS, waiting.requests),
        place("me", "settings.show", gettext("Me"), OF_ME),
    ]
    first = next((page for role, page in FIRST_OF_NETWORK.items() if role in who.roles), "")
    if first:
        places.append(place("network", first, gettext("Network"), OF_NETWORK))
    return places


def _here() -> str:
    """Returns what this page belongs to: the first part of its address where it runs the network, else its feature, or
    the page itself where those of its feature belong to several places."""
    part, feature = "".join(PurePosixPath(request.path).parts[1:2]), request.blueprint or ""
    if part in OF_NETWORK:
        return part
    return request.endpoint or "" if feature == "history" else feature


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
