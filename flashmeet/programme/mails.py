"""Facts of nudges and of the Monday mail for their templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flashmeet.core.links import Links
from flashmeet.core.settings.entries import BY_KEY
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import one_line
from flashmeet.i18n.catalogue import translations
from flashmeet.messages.rendering.facts import Facts, theme_in
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.programme.rules.nudges import NudgeAbout
from flashmeet.programme.rules.to_do import Thing
from flashmeet.programme.wording import said, thing_words

_WHERE: dict[str, Callable[[Links], str]] = {
    "hours": lambda links: links.page("/me/availability"),
    "requests": lambda links: links.me(),
    "profile": lambda links: links.page("/me/profile"),
    "welcome": lambda links: links.me(),
}
"""The page where what a nudge asks for is done."""


def nudge_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the facts of a nudge or a pause offer. Raises KeyError for a payload that lacks something."""
    payload = message.payload
    about, slug = payload["about"], payload.get("slug", "")
    return {
        "about": about,
        "by": one_line(payload["by_name"], most=80),
        "said": [line.strip() for line in payload["note"].split("\n") if line.strip()],
        "theme": theme_in(payload["theme"], locale) if "theme" in payload else "",
        "where": links.give(slug) if about == NudgeAbout.THEME else _WHERE[about](links),
        "pause": links.pause(payload["nudge_id"], payload["nonce"]),
    }


def digest_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    things = [_thing(each, locale, links) for each in message.payload["things"]]
    leaving = message.payload.get("leaving", 0)
    return {"things": things, "leaving": leaving, "network_page": links.page(message.payload.get("page", "/admin"))}


def _thing(facts: Mapping[str, Any], locale: str, links: Links) -> dict[str, str]:
    thing = Thing(**facts)
    return {"words": one_line(thing_words(thing, locale), most=160), "link": links.page(thing.path)}


def policy_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the policy's name and its value in words. Raises KeyError for a policy that there is no more."""
    payload = message.payload
    entry = BY_KEY[payload["key"]]
    return {
        "policy": translations(locale).gettext(entry.label),
        "value": said(entry, entry.kept(payload["value"]), locale),
        "by": one_line(payload["by_name"], most=80),
        "hours": links.page("/me/availability"),
    }
