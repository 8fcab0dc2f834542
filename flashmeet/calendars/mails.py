"""Facts of messages about changes in members' calendars."""

from __future__ import annotations

from flashmeet.bookings.mails import booking_facts
from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.i18n import times
from flashmeet.messages.rendering.facts import Facts, instant
from flashmeet.messages.rules.channels import Outgoing


def question_facts(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns a booking's facts, the link to the question about it, and the proposed time, if any."""
    payload = message.payload
    proposed = payload.get("proposed_at")
    return {
        **booking_facts(message, locale, links, settings),
        "question": links.calendar_question(payload["question_id"], payload["question_nonce"]),
        "proposed": times.when(instant(proposed), message.tzid, locale) if proposed else "",
    }
