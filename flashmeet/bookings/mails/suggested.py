"""Other people whom a mentee could ask, as a message names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flashmeet.core.links import Links
from flashmeet.core.text import one_line
from flashmeet.i18n import times
from flashmeet.messages.rendering.facts import LONGEST_NAME, instant
from flashmeet.themes.rules.messages import SuggestionPayload


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Another person the mentee could ask; `soonest` is "" where no free hour of theirs is known."""

    name: str
    soonest: str
    link: str


def people_in(
    people: Iterable[SuggestionPayload],
    *,
    slug: str,
    locale: str,
    tzid: str,
    links: Links,
) -> tuple[Person, ...]:
    """Returns the people named in a payload, each with a link for the theme `slug`."""
    return tuple(
        Person(
            name=one_line(each["name"], most=LONGEST_NAME),
            soonest=times.when(instant(each["soonest"]), tzid, locale) if each.get("soonest") else "",
            link=links.mentor(each["id"], theme=slug),
        )
        for each in people
    )
