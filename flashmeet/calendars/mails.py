"""Facts of messages about changes in members' calendars."""

from __future__ import annotations

from flashmeet.bookings.mails.facts import booking_facts
from flashmeet.calendars.wording import reading_words
from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import one_line
from flashmeet.i18n import times
from flashmeet.messages.rendering.facts import LONGEST_NAME, Facts, instant
from flashmeet.messages.rules.channels import Outgoing


def question_facts(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns a booking's facts, the link to the question about it and the proposed time, if any."""
    payload = message.payload
    proposed, asks = payload.get("proposed_at"), "question_id" in payload
    return {
        **booking_facts(message, locale, links, settings),
        "question": links.calendar_question(payload["question_id"], payload["question_nonce"]) if asks else "",
        "by_mail": payload.get("by_mail", False),
        "proposed": times.when(instant(proposed), message.tzid, locale) if proposed else "",
    }


def account_facts(message: Outgoing, locale: str, _links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the payload with each text on one line, the titles, and the fault in words."""
    payload = message.payload
    return {
        "note": {name: _plain(value) for name, value in payload.items()},
        "titles": [_plain(each) for each in payload.get("titles") or ()],
        "reading": reading_words(
            payload.get("fault", ""), locale, vendor=payload.get("vendor", ""), kind=payload.get("kind", "")
        ),
    }


def _plain(value: object) -> object:
    return one_line(value, most=LONGEST_NAME) if isinstance(value, str) else value
