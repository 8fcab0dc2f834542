"""Template facts of messages about signing in and addresses."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import in_language
from flashmeet.i18n import times
from flashmeet.messages.rendering.facts import Facts, instant
from flashmeet.messages.rules.channels import Outgoing


def code_facts(message: Outgoing, _locale: str, _links: Links, _settings: NetworkSettings) -> Facts:
    return {"code": message.payload["code"], "minutes": message.payload["minutes"]}


def address_facts(message: Outgoing, _locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns where the former address takes the account back; "" where it cannot."""
    change_id, nonce = message.payload["change_id"], message.payload["change_nonce"]
    return {"days": message.payload["days"], "back": links.address_back(change_id, nonce) if change_id else ""}


def terms_facts(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns the days with their year, in the network's zone, which they begin in for everybody."""
    payload = message.payload
    said = in_language(payload["changes"], locale)
    return {
        "day": times.dated(instant(payload["in_force_at"]), settings.tzid, locale),
        "hides": times.dated(instant(payload["hides_at"]), settings.tzid, locale) if "hides_at" in payload else "",
        "said": [line.strip() for line in said.split("\n") if line.strip()],
        "first": payload["terms_version"] == 1,
        "terms": links.page("/terms"),
    }
