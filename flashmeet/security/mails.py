"""Template facts of messages about second factors."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import one_line
from flashmeet.i18n import times
from flashmeet.messages.rendering.facts import Facts, instant
from flashmeet.messages.rules.channels import Outgoing


def factor_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns what happened to which factor, when, and where to look after it."""
    told = message.payload
    return {
        "factor": told.get("factor", ""),
        "called": one_line(told.get("label", ""), most=80),
        "left": told.get("left", 0),
        "when": times.when(instant(told["at"]), message.tzid, locale),
        "mine": links.security(),
    }
