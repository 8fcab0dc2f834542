"""What the mentors of some hours are: the languages they speak, how they meet, their class and company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flashmeet.schedule.queries.slots import MentorCard
from flashmeet.schedule.service.slots import SlotQuery

MOST_COMPANIES = 100
"""Companies that are told: those with the most hours."""


@dataclass(frozen=True, slots=True)
class CompanyHours:
    """A company by its key, as one of its members writes it, and the hours of its mentors."""

    key: str
    name: str
    hours: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many hours there are of each kind of mentor, if that kind were asked for instead; most hours first.
    `mentors` are those who are all that is asked for."""

    mentors: int
    languages: Sequence[tuple[str, int]]
    ways: Mapping[str, int]
    years: Mapping[int, int]
    companies: Sequence[CompanyHours]


def kinds_of(query: SlotQuery, hours: Mapping[int, int], cards: Mapping[int, MentorCard]) -> Kinds:
    """Counts by the hours of each mentor."""
    languages, ways, years, companies = Counter[str](), Counter[str](), Counter[int](), Counter[str]()
    names, mentors = dict[str, str](), 0
    for mentor_id, count in hours.items():
        card = cards[mentor_id]
        speaks = not query.language or query.language in card.languages
        meets = not query.way or query.way in card.ways
        of_class = query.graduated in (None, card.graduation_year)
        works = query.company in ("", card.company_key)
        mentors += speaks and meets and of_class and works
        if meets and of_class and works:
            languages.update(dict.fromkeys(card.languages, count))
        if speaks and of_class and works:
            ways.update(dict.fromkeys(card.ways, count))
        if speaks and meets and works and card.graduation_year is not None:
            years[card.graduation_year] += count
        if speaks and meets and of_class and card.company_key:
            companies[card.company_key] += count
            names[card.company_key] = min(card.company, names.get(card.company_key, card.company))
    told = sorted(companies.items(), key=_most_first)[:MOST_COMPANIES]
    return Kinds(
        mentors,
        sorted(languages.items(), key=_most_first),
        ways,
        years,
        [CompanyHours(key, names[key], count) for key, count in told],
    )


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
