"""Template facts of messages about signing in."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.rendering.facts import Facts
from flashmeet.messages.rules.channels import Outgoing


def code_facts(message: Outgoing, _locale: str, _links: Links, _settings: NetworkSettings) -> Facts:
    return {"code": message.payload["code"], "minutes": message.payload["minutes"]}
