"""Facts about a request for message templates, as one of its people is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flashmeet.bookings.mails.facts import MODES, booking_facts
from flashmeet.bookings.mails.hour import People
from flashmeet.bookings.mails.suggested import Person, people_in
from flashmeet.bookings.rules.messages import Action
from flashmeet.bookings.wording import about_words
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import lines, mark, one_line
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import translations
from flashmeet.messages.rendering.facts import LONGEST_NAME, Facts, instant, theme_in
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.requests.rules.requests import RequestState
from flashmeet.requests.rules.surroundings import Surroundings
from flashmeet.requests.rules.waiting import Waiting, WaitingFor
from flashmeet.schedule.rules.booking_facts import Format

QUOTED = 300
"""How much of a question is said again in the mail with its reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time in the recipient's zone, and the link that accepts it; "" where it cannot be accepted there."""

    words: str
    link: str
    around: str = ""
    """What stands around it in the recipient's own calendar; "" where nothing is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """All that a message may say about a request. Every text is safe to write; free text may have several lines."""

    action: str
    people: People
    other_about: str
    theme: str
    regulated: bool
    need: str
    good_hour: str
    note: str
    question: str
    """What the recipient asked back, where `note` replies to it."""
    minutes: int
    mode: str
    any_time: bool
    series: str
    """The series that is asked for, in words; "" for one hour."""
    wave: bool
    day: bool
    kept: bool
    asked: int
    promised: bool
    why: tuple[str, ...]
    """Why there is no hour yet, and what happens now, in sentences."""
    due: str
    times: tuple[Time, ...]
    others: tuple[Person, ...]
    colleagues: tuple[Person, ...]
    answer: str
    status: str
    search: str


def asked_of(payload: Mapping[str, Any], *, locale: str, tzid: str, links: Links) -> RequestFacts:
    """Reads a `requests.rules.messages.RequestPayload`. Other shapes raise whatever reading them raises."""
    answer, due, around = _answer(payload, links), payload.get("due_at"), payload.get("around") or {}
    return RequestFacts(
        action=payload.get("action", Action.NONE),
        people=People(role="", other=one_line(payload["other_name"], most=LONGEST_NAME), by_me=False, by=""),
        other_about=about_words(payload, locale),
        theme=theme_in(payload["theme"], locale),
        regulated=payload["regulated"],
        need=lines(payload["need"]),
        good_hour=lines(payload["good_hour"]),
        note=lines(payload.get("note", "")),
        question=one_line(payload.get("question", ""), most=QUOTED),
        minutes=payload["minutes"],
        mode=payload["mode"],
        any_time=payload["any_time"],
        series=_series(payload, locale),
        wave=payload.get("wave", False),
        day=payload.get("format") == Format.DAY,
        kept=payload.get("kept", False),
        asked=payload.get("asked", 0),
        promised=payload.get("promised", False),
        why=_why(payload, locale),
        due=times.when(instant(due), tzid, locale) if due else "",
        times=tuple(
            Time(
                words=times.when(instant(each), tzid, locale),
                link=_with(answer, at=each),
                around=around_words(surroundings_in(around[each]), tzid, locale) if each in around else "",
            )
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


def _series(payload: Mapping[str, Any], locale: str) -> str:
    weeks, until = payload.get("rhythm_weeks", 0), payload.get("series_ends_on", "")
    if not (weeks and until):
        return ""
    said = translations(locale).ngettext(
        "One hour every week, until %(day)s.", "One hour every %(num)s weeks, until %(day)s.", weeks
    )
    return said % {"day": times.day_of(date.fromisoformat(until), locale, long=True)}


def _why(payload: Mapping[str, Any], locale: str) -> tuple[str, ...]:
    if "why" not in payload:
        return ()
    waiting = Waiting(reason=WaitingFor(payload["why"]), declined=payload["declined"], silent=payload["silent"])
    return tuple(waiting_words(waiting, RequestState(payload["action"]), locale))


def _answer(payload: Mapping[str, Any], links: Links) -> str:
    if "ask_nonce" in payload:
        return links.ask(payload["ask_id"], payload["ask_nonce"])
    if "offer_id" in payload:
        return links.offer(payload["offer_id"], payload["offer_nonce"])
    return links.request(payload["request_id"], payload["mentee_id"])


def _with(address: str, **said: str) -> str:
    return f"{address}?{urlencode(said)}"


def request_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    asked = asked_of(message.payload, locale=locale, tzid=message.tzid, links=links)
    return {"asked": asked, "mode": translations(locale).gettext(MODES[asked.mode])}


def hour_request_facts(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns the facts of a message to a mentor about the pending hour that they answer."""
    around = (message.payload.get("around") or {}).get(message.payload["starts_at"])
    words = around_words(surroundings_in(around), message.tzid, locale) if around else ""
    return {**booking_facts(message, locale, links, settings), "around": words}


def theme_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the facts of a message about a theme and the mentors who help with it."""
    payload = message.payload
    people, slug, theme_id = payload.get("people", ()), payload["slug"], payload.get("theme_id")
    return {
        "theme": theme_in(payload["theme"], locale),
        "hours": links.search(slug),
        "give": links.give(slug),
        "unfit": links.theme_invitation(message.recipient_id, theme_id) if theme_id else "",
        "by": one_line(payload.get("by_name") or "", most=80),
        "others": people_in(people, slug=slug, locale=locale, tzid=message.tzid, links=links),
    }


def inactivity_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the facts of a message to a mentor who let several requests expire."""
    payload = message.payload
    return {
        "paused": payload["paused"],
        "still": links.inactivity_check(payload["still_id"], payload["still_nonce"]),
        "until": times.when(instant(payload["due_at"]), message.tzid, locale),
    }


def surroundings_in(told: Mapping[str, str | None]) -> Surroundings:
    """Reads what `requests.service.todays_facts` wrote."""
    start, end, before, after = (
        each and instant(each) for each in map(told.get, ("clash", "until", "before", "after"))
    )
    return Surroundings(Interval(start, end) if start and end else None, before or None, after or None)


def around_words(around: Surroundings, tzid: str, locale: str) -> str:
    """Says what stands around a proposed time, to the one whose calendar it is."""
    say = translations(locale).gettext
    if around.clash is not None:
        span = times.clocks(around.clash.start, around.clash.end, tzid)
        return say(mark("Your calendar has something then: %(when)s.")) % {"when": span}
    before = times.clock(around.before, tzid) if around.before else ""
    after = times.clock(around.after, tzid) if around.after else ""
    if before and after:
        words = mark("In your calendar: taken until %(before)s, then again from %(after)s.")
    elif before:
        words = mark("In your calendar: taken until %(before)s, free after.")
    elif after:
        words = mark("In your calendar: free until then, taken from %(after)s.")
    else:
        words = mark("In your calendar: nothing that day.")
    return say(words) % {"before": before, "after": after}


_WHY: dict[WaitingFor, str] = {
    WaitingFor.CHOICE: mark("Times have been proposed to you: choose one on the page."),
    WaitingFor.REPLY: mark("A mentor asked you something before answering, and waits for your reply."),
    WaitingFor.ANSWER: mark("Somebody has your request and has not answered yet."),
    WaitingFor.NOBODY: mark("No mentor of this theme is there at the moment, so nobody could be asked."),
    WaitingFor.LANGUAGE: mark(
        "No mentor of this theme who is there speaks a language that you have named, so nobody could be asked."
    ),
    WaitingFor.TIMES: mark("No mentor of this theme is free at the times you proposed, so nobody could be asked."),
    WaitingFor.ROOM: mark(
        "The mentors of this theme have no room left in these weeks, or were asked by others within the last days."
    ),
}
_NOW: dict[RequestState, str] = {
    RequestState.OPEN: mark("Your request goes on by itself: whoever fits next is asked."),
    RequestState.QUEUED: mark(
        "You are in the queue: hours of this theme that come free are offered to you in turn, and after two weeks you "
        "are told of the next open one."
    ),
}


def waiting_words(waiting: Waiting, state: RequestState, locale: str) -> list[str]:
    """Says why there is no hour yet, in particular, and what happens now; one sentence each."""
    say = translations(locale)
    said = []
    if waiting.declined:
        said.append(say.ngettext("%(num)s mentor said no.", "%(num)s mentors said no.", waiting.declined))
    if waiting.silent:
        said.append(say.ngettext("%(num)s mentor did not answer.", "%(num)s mentors did not answer.", waiting.silent))
    if waiting.reason in _WHY:
        said.append(say.gettext(_WHY[waiting.reason]))
    if state in _NOW:
        said.append(say.gettext(_NOW[state]))
    return said
