"""Plays the year under one way of ranking mentors: each need looks at the first three, and takes an hour or goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from flashmeet.schedule.rules.matching import Asker, Candidate, best, compared
from tests.simulation.network import BEGINS, NOTICE, VISIBLE, WEEKS, Mentor, Need

SHOWN = 3
TAKES = (0.55, 0.8, 1.0)
"""Of those who can come to any of the three: the first is taken by 55 %, the second by 25 %, the third by the rest."""
MONTH = timedelta(days=28)
A_YEAR = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Offer:
    """A mentor who can help with a need: the soonest hour the mentee could take, and how busy they have been."""

    mentor: Mentor
    soonest: datetime
    given_on_theme: int
    given: int


Rank = Callable[[Need, Sequence[Offer], Random], Sequence[Offer]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a need: who helped when, None where nobody could; how many said no before."""

    need: Need
    mentor: int | None
    starts_at: datetime | None
    refused: int = 0


@dataclass(slots=True)
class State:
    """What has been booked so far."""

    mentors: Sequence[Mentor]
    hours: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    on_theme: dict[tuple[int, int], list[datetime]] = field(default_factory=lambda: defaultdict(list))
    busy: dict[int, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    asked: set[int] = field(default_factory=set)

    def offer(self, mentor: Mentor, need: Need) -> Offer | None:
        """Returns the soonest hour of the mentor that the mentee could take; None without a language or an hour."""
        if need.theme not in mentor.themes or not set(need.languages) & set(mentor.languages):
            return None
        if mentor.hour not in need.hours:
            return None
        taken, busy = set(self.hours[mentor.id]), self.busy[need.mentee]
        day = (need.at + NOTICE).replace(hour=mentor.hour, minute=0)
        while day < need.at + NOTICE:
            day += timedelta(days=1)
        while day <= need.at + VISIBLE:
            free = day.weekday() in mentor.weekdays and day not in taken and day not in busy
            if free and self._given(mentor, day - MONTH, day + MONTH) < mentor.a_month:
                since = need.at - A_YEAR
                on_theme = sum(1 for hour in self.on_theme[mentor.id, need.theme] if hour > since)
                return Offer(mentor, day, on_theme, len(self.hours[mentor.id]))
            day += timedelta(days=1)
        return None

    def _given(self, mentor: Mentor, after: datetime, before: datetime) -> int:
        return sum(1 for hour in self.hours[mentor.id] if after < hour < before)

    def book(self, offer: Offer, need: Need) -> None:
        self.hours[offer.mentor.id].append(offer.soonest)
        self.on_theme[offer.mentor.id, need.theme].append(offer.soonest)
        self.busy[need.mentee].add(offer.soonest)


def play(mentors: Sequence[Mentor], needs: Sequence[Need], rank: Rank, *, seed: int) -> tuple[list[Outcome], State]:
    """Returns what became of each need. The same arguments give the same year."""
    random, state = Random(f"{seed}:choices"), State(mentors)
    return [_helped(state, need, rank, random) for need in needs], state


def _helped(state: State, need: Need, rank: Rank, random: Random) -> Outcome:
    offers = [offer for mentor in state.mentors if (offer := state.offer(mentor, need)) is not None]
    refused = 0
    while offers:
        shown = list(rank(need, offers, random))[:SHOWN]
        drawn = random.random()
        chosen = shown[min(next(place for place, share in enumerate(TAKES) if drawn <= share), len(shown) - 1)]
        state.asked.add(chosen.mentor.id)
        if random.random() >= chosen.mentor.says_no:
            state.book(chosen, need)
            return Outcome(need, chosen.mentor.id, chosen.soonest, refused)
        refused += 1
        offers.remove(chosen)
    return Outcome(need, None, None, refused)


def ours(need: Need, offers: Sequence[Offer], _random: Random) -> Sequence[Offer]:
    """Ranks by `schedule.rules.matching`, as the pages do."""
    return _by_our_points(need, [(offer, offer.given_on_theme) for offer in offers])


def not_evened(need: Need, offers: Sequence[Offer], _random: Random) -> Sequence[Offer]:
    """The same, whoever has given how much: what evening out costs in days is seen beside it."""
    return _by_our_points(need, [(offer, 0) for offer in offers])


def _by_our_points(need: Need, given: Sequence[tuple[Offer, int]]) -> Sequence[Offer]:
    asker = Asker(languages=need.languages, graduation_year=need.year, sector=need.sector, theme_id=need.theme, need="")
    candidates = [_candidate(offer, hours) for offer, hours in given]
    by_id = {offer.mentor.id: offer for offer, _ in given}
    return [by_id[each.mentor_id] for each in best(asker, compared(candidates), now=need.at, limit=len(given))]


def _candidate(offer: Offer, given: int) -> Candidate:
    mentor = offer.mentor
    return Candidate(
        id=mentor.id,
        languages=mentor.languages,
        proofs=dict.fromkeys(mentor.themes, "has done it"),
        soonest=offer.soonest,
        profile_at=BEGINS + timedelta(weeks=WEEKS),
        graduation_year=mentor.year,
        sector=mentor.sector,
        given=given,
    )


def by_chance(_need: Need, offers: Sequence[Offer], random: Random) -> Sequence[Offer]:
    return random.sample(offers, len(offers))


def soonest_first(_need: Need, offers: Sequence[Offer], _random: Random) -> Sequence[Offer]:
    return sorted(offers, key=lambda offer: (offer.soonest, offer.mentor.id))


def least_busy(_need: Need, offers: Sequence[Offer], _random: Random) -> Sequence[Offer]:
    """Greedy for fairness alone: whoever has given least."""
    return sorted(offers, key=lambda offer: (offer.given, offer.soonest, offer.mentor.id))


WAYS: dict[str, Rank] = {
    "ours": ours,
    "not evened out": not_evened,
    "by chance": by_chance,
    "soonest first": soonest_first,
    "least busy": least_busy,
}
