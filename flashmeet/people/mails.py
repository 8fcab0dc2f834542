"""Template facts of messages about signing in and addresses."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.rendering.facts import Facts
from flashmeet.messages.rules.channels import Outgoing


def code_facts(message: Outgoing, _locale: str, _links: Links, _settings: NetworkSettings) -> Facts:
    return {"code": message.payload["code"], "minutes": message.payload["minutes"]}


def address_facts(message: Outgoing, _locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns where the former address takes the account back; "" where it cannot."""
    change_id, nonce = message.payload["change_id"], message.payload["change_nonce"]
    return {"days": message.payload["days"], "back": links.address_back(change_id, nonce) if change_id else ""}
