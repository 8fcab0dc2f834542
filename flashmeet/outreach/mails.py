"""Facts of the mails of campaigns, for their templates."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import in_language, one_line
from flashmeet.messages.rendering.facts import Facts, theme_in
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.outreach.rules.campaigns import SUBJECT_CHARACTERS
from flashmeet.outreach.rules.segments import SegmentRole

FIRST_MINUTE, SEARCH = "/sign-in?next=/welcome/mentor", "/sign-in?next=/"


def invited_facts(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns the facts of an invitation. Raises KeyError for a payload that lacks something."""
    payload = message.payload
    asks = payload["role"] == SegmentRole.MENTOR
    return {
        "asks": asks,
        "again": payload["writes"] > 0,
        "opening": payload["opening"],
        "said": lines_of(payload["note"].get(locale, "")),
        "by": one_line(payload["by_name"], most=80),
        "address": message.address,
        "themes": ", ".join(theme_in(each, locale) for each in payload["themes"]),
        "questions": settings.contact,
        "where": links.page(FIRST_MINUTE if asks else SEARCH),
    }


def announced_facts(message: Outgoing, locale: str, _links: Links, settings: NetworkSettings) -> Facts:
    """Returns the facts of an announcement. Raises KeyError for a payload that lacks something."""
    payload = message.payload
    return {
        "title": one_line(in_language(payload["titles"], locale), most=SUBJECT_CHARACTERS),
        "said": lines_of(in_language(payload["text"], locale)),
        "links_in_notes": True,
        "by": one_line(payload["by_name"], most=80),
        "questions": settings.contact,
    }


def year_facts(message: Outgoing, _locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns the facts of a question of the year. Raises KeyError for a payload that lacks something."""
    payload = message.payload
    return {
        "about": payload["about"],
        "by": one_line(payload["by_name"], most=80),
        "questions": settings.contact,
        "where": links.year(payload["person_id"], payload["member_id"]),
    }


def lines_of(text: str) -> list[str]:
    """Returns the lines of a text, each a paragraph of a mail."""
    return [line.strip() for line in text.split("\n") if line.strip()]
