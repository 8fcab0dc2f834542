"""Facts of messages about conduct: an absence and its answer, a case, a message from the network."""

from __future__ import annotations

from flashmeet.bookings.mails.facts import booking_facts
from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import lines, one_line
from flashmeet.i18n import times
from flashmeet.messages.rendering.facts import LONGEST_NAME, Facts, instant
from flashmeet.messages.rules.channels import Outgoing


def case_facts(message: Outgoing, _locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the facts of messages that are not about a booking."""
    payload = message.payload
    return {
        "name": one_line(payload.get("first_name") or "", most=LONGEST_NAME),
        "over": bool(payload.get("over")),
        "ended": payload.get("ended") or 0,
        "apart": bool(payload.get("apart")),
        "away": links.blocked(),
        "case": links.case(payload["case_id"]) if "case_id" in payload else "",
        "said": lines(payload.get("text") or "").split("\n"),
    }


def conduct_facts(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns a booking's facts, with those about who came to it."""
    payload, tzid = message.payload, message.tzid
    until = payload.get("until")
    return {
        **booking_facts(message, locale, links, settings),
        "until": times.when(instant(until), tzid, locale) if until else "",
        "seen": bool(payload.get("seen")),
        "about_me": bool(payload.get("about_me")),
        "absence": links.absence(payload["absence_id"], payload["absence_nonce"]) if "absence_id" in payload else "",
        "confirm": links.confirm(payload["seat_id"], payload["seat_nonce"]),
        "hours": links.search(payload["slug"]) if "slug" in payload else links.home(),
    }
