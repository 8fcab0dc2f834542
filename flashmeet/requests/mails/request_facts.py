"""A request in the words of one of its people: what the templates of messages speak about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flashmeet.bookings.mails.booking_facts import LONGEST_NAME, People, instant, theme_in
from flashmeet.core.links import Links
from flashmeet.core.typed_text import lines, one_line
from flashmeet.i18n import times


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time on the recipient's wall, and where it is accepted; "" where it cannot be from here."""

    words: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to turn to instead; `soonest` is "" where no hour of theirs is known."""

    name: str
    soonest: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All that a message may say about a request; every text is safe to write, typed ones on several lines."""

    action: str
    people: People
    theme: str
    regulated: bool
    need: str
    good_hour: str
    note: str
    minutes: int
    mode: str
    any_time: bool
    wave: bool
    day: bool
    kept: bool
    asked: int
    due: str
    times: tuple[Time, ...]
    others: tuple[Person, ...]
    colleagues: tuple[Person, ...]
    answer: str
    status: str
    search: str


def asked_of(payload: Mapping[str, Any], *, locale: str, tzid: str, links: Links) -> Asked:
    """Reads a `domain.messages.RequestPayload`. Raises what a payload of another shape causes."""
    answer, due = _answer(payload, links), payload.get("due_at")
    return Asked(
        action=payload.get("action", ""),
        people=People(role="", other=one_line(payload["other_name"], most=LONGEST_NAME), by_me=False, by=""),
        theme=theme_in(payload["theme"], locale),
        regulated=payload["regulated"],
        need=lines(payload["need"]),
        good_hour=lines(payload["good_hour"]),
        note=lines(payload.get("note", "")),
        minutes=payload["minutes"],
        mode=payload["mode"],
        any_time=payload["any_time"],
        wave=payload.get("wave", False),
        day=payload.get("format") == "day",
        kept=payload.get("kept", False),
        asked=payload.get("asked", 0),
        due=times.when(instant(due), tzid, locale) if due else "",
        times=tuple(
            Time(words=times.when(instant(each), tzid, locale), link=_with(answer, at=each))
            for each in payload["times"]
        ),
        others=people_in(payload.get("people", ()), slug=payload["slug"], locale=locale, tzid=tzid, links=links),
        colleagues=people_in(
            payload.get("colleagues", ()), slug=payload["slug"], locale=locale, tzid=tzid, links=links
        ),
        answer=answer,
        status=links.request(payload["request_id"], payload["mentee_id"]),
        search=links.search(payload["slug"]),
    )


def _answer(payload: Mapping[str, Any], links: Links) -> str:
    if "ask_id" in payload:
        return links.ask(payload["ask_id"], payload["ask_nonce"])
    if "offer_id" in payload:
        return links.offer(payload["offer_id"], payload["offer_nonce"])
    return links.request(payload["request_id"], payload["mentee_id"])


def people_in(
    people: Any,  # noqa: ANN401  # JSON of a row
    *,
    slug: str,
    locale: str,
    tzid: str,
    links: Links,
) -> tuple[Person, ...]:
    """People named in a payload (`domain.messages.Told`), with a link to each, for a theme by its slug."""
    return tuple(
        Person(
            name=one_line(each["name"], most=LONGEST_NAME),
            soonest=times.when(instant(each["soonest"]), tzid, locale) if each.get("soonest") else "",
            link=links.mentor(each["id"], theme=slug),
        )
        for each in people
    )


def _with(address: str, **said: str) -> str:
    return f"{address}?{urlencode(said)}"
