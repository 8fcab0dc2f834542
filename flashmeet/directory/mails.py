"""Facts of messages about parts of the administration, for their templates."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import one_line
from flashmeet.messages.rendering.facts import Facts, theme_in
from flashmeet.messages.rules.channels import Outgoing

BEGINS = {"themes": "/admin/themes", "cases": "/admin/cases", "reader": "/admin", "none": "/me"}
"""The page where each part begins."""


def office_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the part, the names of the themes led, and where it begins. Raises KeyError for an unknown part."""
    payload = message.payload
    return {
        "action": payload["action"],
        "led": [theme_in(each["theme"], locale) for each in payload["led"]],
        "by": one_line(payload["by_name"], most=80),
        "page": links.page(BEGINS[payload["action"]]),
    }
