"""The filters of the results, in words: what may be chosen with how many hours, and what is chosen, to be removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext, lazy_gettext

from flashmeet.bookings.pages.wording import mode_words
from flashmeet.core.intervals import clock_minutes
from flashmeet.http.display import display_locale
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import language_name
from flashmeet.i18n.times import day_of
from flashmeet.portal.pages.search.query import Search
from flashmeet.schedule.rules.booked_hour import MODES
from flashmeet.schedule.service.week import Week

PARTS = (
    (lazy_gettext("Mornings"), "06:00", "12:00"),
    (lazy_gettext("Lunch"), "12:00", "14:00"),
    (lazy_gettext("Afternoons"), "14:00", "18:00"),
    (lazy_gettext("Evenings"), "18:00", "24:00"),
)
SPANS = [(clock_minutes(after, field="after"), clock_minutes(before, field="before")) for _, after, before in PARTS]
RELATIONS = (
    (lazy_gettext("Anyone"), ""),
    (lazy_gettext("A peer"), "peer"),
    (lazy_gettext("Someone younger"), "reverse"),
)


class Choice(NamedTuple):
    """One value of a filter, and how many hours there are with it; None where that is not counted."""

    value: str
    words: str
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in force, and the search without it."""

    words: str
    without: dict[str, str]


def parts_of(week: Week) -> list[Choice]:
    counted = zip(PARTS, SPANS, strict=True)
    return [Choice(f"{after}-{before}", str(words), week.parts.get(span)) for (words, after, before), span in counted]


def languages_of(week: Week, wanted: Search) -> list[Choice]:
    """Returns the languages of those who have hours, and the one asked for."""
    hours = dict(week.languages)
    if wanted.known_language:
        hours.setdefault(wanted.known_language, 0)
    return _kinds(week, [(code, language_name(code, display_locale()), count) for code, count in hours.items()])


def ways_of(week: Week) -> list[Choice]:
    return _kinds(week, [(mode, mode_words(mode), week.ways.get(mode, 0)) for mode in MODES])


def years_of(week: Week, wanted: Search) -> list[Choice]:
    """Returns the classes of those who have hours, the latest first, and the one asked for."""
    hours = {**({wanted.known_year: 0} if wanted.known_year else {}), **week.years}
    return _kinds(week, [(str(year), str(year), hours[year]) for year in sorted(hours, reverse=True)])


def companies_of(week: Week, wanted: Search) -> list[Choice]:
    """Returns the companies with the most hours, by name, and the one asked for, whose value is as it was typed."""
    named, asked = {each.key: (each.name, each.hours) for each in week.companies}, wanted.company_key
    if asked:
        named.setdefault(asked, (wanted.company, week.hours))
    told = [(wanted.company if key == asked else name, name, hours) for key, (name, hours) in sorted(named.items())]
    return _kinds(week, told)


def _kinds(week: Week, told: Iterable[tuple[str, str, int]]) -> list[Choice]:
    """Returns what mentors may be asked to be; without counts, where only some of them were looked at."""
    return [Choice(value, words, None if week.sampled else hours) for value, words, hours in told]


def chosen(wanted: Search) -> list[Chosen]:
    return list(_chosen(wanted))


def _chosen(wanted: Search) -> Iterator[Chosen]:
    for day in wanted.days:
        yield Chosen(day_of(day, display_locale()), wanted.fields(day=wanted.with_day(day)))
    if wanted.after or wanted.before:
        yield Chosen(_part_words(wanted), wanted.fields(after="", before=""))
    if wanted.known_language:
        yield Chosen(language_name(wanted.known_language, display_locale()), wanted.fields(language=""))
    if wanted.known_way:
        yield Chosen(mode_words(wanted.known_way), wanted.fields(way=""))
    if wanted.known_year:
        yield Chosen(gettext("class of %(year)s", year=wanted.known_year), wanted.fields(graduated=""))
    if wanted.company_key:
        yield Chosen(wanted.company, wanted.fields(company=""))
    for words, relation in RELATIONS:
        if relation and relation == wanted.relation:
            yield Chosen(str(words), wanted.fields(relation=""))
    if wanted.night:
        yield Chosen(gettext("At night, too"), wanted.fields(night=""))


def _part_words(wanted: Search) -> str:
    known = next((str(words) for words, *part in PARTS if part == [wanted.after, wanted.before]), None)
    return known or times.span(wanted.after or "00:00", wanted.before or "24:00")


def without_filters(wanted: Search) -> dict[str, str]:
    return wanted.fields(**dict.fromkeys(_FILTERS, ""))


_FILTERS: Sequence[str] = ("day", "after", "before", "language", "way", "graduated", "company", "relation", "night")
