"""Facts of messages about one's own data for their templates."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.rendering.facts import Facts
from flashmeet.messages.rules.channels import Outgoing


def own_data_facts(message: Outgoing, _locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    return {**message.payload, "own_data": links.page("/me/privacy"), "notice": links.page("/privacy")}
