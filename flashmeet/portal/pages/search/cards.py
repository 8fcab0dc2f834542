"""The hours of a search and the people suggested, as cards: what each shows is worked out here, so that the template
only writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from flask_babel import gettext

from flashmeet.bookings.pages.wording import reasons_words, relation_words
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_date, utc_text
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.responses.addresses import known_addresses
from flashmeet.http.time_stamps import stamped
from flashmeet.i18n.catalogue import language_name
from flashmeet.i18n.times import clock, day_of, when
from flashmeet.i18n.times import day as day_words
from flashmeet.people.service.mentors import Face
from flashmeet.portal.pages.template_context import face, initials
from flashmeet.schedule.rules.booking_facts import Relation
from flashmeet.schedule.rules.matching import Match
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.suggestions import Suggested


class Hour(NamedTuple):
    """An hour to choose: its page, what a screen reader says, the instant for machines, the time in words, and whether
    the reader's own calendar has something else then."""

    href: str
    label: str
    at: str
    words: str
    clashes: bool


class Portrait(NamedTuple):
    """The address of somebody's photo, "" where there is none; their initials, and the number of their background."""

    photo: str
    initials: str
    face: int


class HourCard(NamedTuple):
    """A mentor's hour; `day` is for cards that stand below no day of their own."""

    mentor_id: int
    hour: Hour
    day: str
    portrait: Portrait
    name: str
    profile: str
    headline: str
    proof: str
    why: str
    languages: str
    active: bool
    further: Sequence[Hour]


class DayCards(NamedTuple):
    """The cards of one day in the reader's zone, and its name."""

    date: str
    words: str
    cards: Sequence[HourCard]


class SuggestionCard(NamedTuple):
    """Somebody who can help, with their soonest hour; `dismiss` is where a form goes that suggests them no more."""

    hour: Hour
    portrait: Portrait
    name: str
    profile: str
    dismiss: str
    relation: str
    active: bool
    proof: str
    near: bool
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the cards of a page show. `kept` goes along to the hour and the profile: the query of their addresses."""

    faces: Mapping[int, Face]
    further: Mapping[int, Sequence[Slot]]
    matches: Mapping[int, Match]
    busy: BusyTimes
    kept: str


def hour_cards(slots: Sequence[Slot], shown: Shown) -> list[HourCard]:
    """Returns a card for each slot, in their order."""
    page = _Page(shown.kept)
    return [_card(page, slot, shown) for slot in slots]


def by_days(slots: Sequence[Slot], shown: Shown) -> list[DayCards]:
    """Returns the cards of slots in order of start, below the days of the reader's zone."""
    page = _Page(shown.kept)
    return [
        DayCards(day.isoformat(), day_of(day, page.locale, long=True), [_card(page, slot, shown) for slot in those])
        for day, those in groupby(slots, lambda slot: local_date(slot.starts_at, page.tzid))
    ]


def suggestion_cards(found: Sequence[Suggested], faces: Mapping[int, Face], *, kept: str) -> list[SuggestionCard]:
    """Returns a card for each; `kept` goes along to the hour and the profile."""
    page = _Page(kept)
    return [_suggestion(page, each, faces[each.mentor_id]) for each in found]


_STAMP = "stamp"
"""Stands in an address for the hour."""


class _Page:
    """What the cards of one page share: its zone, language and sentences are looked up once."""

    def __init__(self, kept: str) -> None:
        self.kept, self.tzid, self.locale, self.address = kept, display_tzid(), display_locale(), known_addresses()
        self._choose = gettext("Choose %(when)s with %(name)s")
        self._clash = gettext("Your calendar has something else then")

    def hours_of(self, mentor_id: int, name: str) -> Callable[[datetime, bool], Hour]:
        """Returns a function that says an hour of that mentor, which clashes or not."""
        before, _, after = self.address("book.brief", mentor_id=mentor_id, stamp=_STAMP).rpartition(_STAMP)

        def hour(at: datetime, clashes: bool) -> Hour:
            words = when(at, self.tzid, self.locale)
            label = self._choose % {"when": words, "name": name}
            said = f"{label}. {self._clash}" if clashes else label
            return Hour(f"{before}{stamped(at)}{after}{self.kept}", said, utc_text(at), words, clashes)

        return hour

    def profile(self, mentor_id: int) -> str:
        return f"{self.address('mentors.mentor', mentor_id=mentor_id)}{self.kept}"

    def portrait(self, mentor_id: int, name: str, photo_at: datetime | None) -> Portrait:
        photo = ""
        if photo_at is not None:
            photo = f"{self.address('pictures.photo', member_id=mentor_id)}?v={stamped(photo_at)}"
        return Portrait(photo, initials(name), face(name))


def _card(page: _Page, slot: Slot, shown: Shown) -> HourCard:
    who, busy = shown.faces[slot.mentor_id], shown.busy
    match, hour = shown.matches.get(who.id), page.hours_of(who.id, who.name)
    clash = busy.clash if busy else _never
    first = hour(slot.starts_at, clash(slot.hour))
    return HourCard(
        mentor_id=who.id,
        hour=first._replace(words=clock(slot.starts_at, page.tzid)),
        day=day_words(slot.starts_at, page.tzid, page.locale),
        portrait=page.portrait(who.id, who.name, who.photo_at),
        name=who.name,
        profile=page.profile(who.id),
        headline=who.headline,
        proof=who.proof,
        why=reasons_words(match.reasons) if match else "",
        languages=", ".join([language_name(code, page.locale) for code in who.languages]),
        active=who.active,
        further=[hour(each.starts_at, clash(each.hour)) for each in shown.further[who.id]],
    )


def _never(_hour: Interval) -> bool:
    return False


def _suggestion(page: _Page, found: Suggested, who: Face) -> SuggestionCard:
    relation = found.relation
    return SuggestionCard(
        hour=page.hours_of(who.id, who.name)(found.match.soonest, False),
        portrait=page.portrait(who.id, who.name, who.photo_at),
        name=who.name,
        profile=page.profile(who.id),
        dismiss=page.address("search.dismiss_suggestion", mentor_id=who.id),
        relation=relation_words(relation) if relation and relation != Relation.CLASSIC else "",
        active=who.active,
        proof=found.proof,
        near=found.is_near,
        why=reasons_words(found.match.reasons),
    )
