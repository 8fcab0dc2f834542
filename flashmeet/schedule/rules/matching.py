"""Matching: the score of one mentor for one need, with its reasons.

Equal facts give equal results. `docs/matching.md` explains each point, with worked examples.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from flashmeet.core.text import SILENT, fold, stems
from flashmeet.people.rules.profiles import NEEDED, Lack, is_stale
from flashmeet.schedule.rules.booking_facts import Relation, relation_of


class MatchReason(StrEnum):
    """Why somebody is suggested, or less so; in the order in which it is said."""

    THEME = "theme"
    NEAR = "near"
    WORDS = "words"
    RELATION = "relation"
    SOON = "soon"
    RESTED = "rested"
    SECTOR = "sector"
    LANGUAGE = "language"
    COMPANY = "company"
    STALE = "stale"


POINTS: Mapping[MatchReason, int] = {
    MatchReason.THEME: 40,
    MatchReason.NEAR: 36,
    MatchReason.WORDS: 6,
    MatchReason.SECTOR: 6,
    MatchReason.COMPANY: 4,
    MatchReason.RELATION: 15,
    MatchReason.LANGUAGE: 5,
    MatchReason.SOON: 84,
    MatchReason.RESTED: 200,
    MatchReason.STALE: -40,
}
"""Points per reason; `words` is per shared word, up to three; `near` grows with the nearness; of `soon` each day later
takes `A_DAY`, of `rested` each hour given beyond the mean takes `AN_HOUR`."""
MOST_WORDS = 3
A_DAY, AN_HOUR = 3, 7
TOLD_SOON, TOLD_RESTED = timedelta(days=14), 3
"""Whoever is free later, or gave so many hours, is not said to be free soon or to have given few."""
SHORTEST_WORD = 4
FAR_OFF, VERY_NEAR = 0.1, 0.45
"""Nearness of a need to what a mentor says, from which on it counts, and at which it counts in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The member who looks for help. `theme_id` is None without a known theme; `relation` is the one they ask for."""

    languages: tuple[str, ...]
    graduation_year: int | None = None
    sector: str = ""
    company: str = ""
    theme_id: int | None = None
    need: str = ""
    relation: Relation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mentor with a free hour. `proofs` by theme id; `soonest` is the first hour that the asker could take."""

    id: int
    languages: tuple[str, ...]
    proofs: Mapping[int, str]
    soonest: datetime | None
    profile_at: datetime
    graduation_year: int | None = None
    sector: str = ""
    company: str = ""
    headline: str = ""
    nearness: float = 0.0
    """How near what they say they have done is to the need in meaning, from 0 to 1; 0 where that is not known."""
    given: int = 0
    """Hours given on the theme in the last 52 weeks, or agreed for the days to come."""
    beyond: float = 0.0
    """How many of these are beyond what those who could help gave on average (`compared`)."""
    available: bool = True
    """Bookable and not paused, and not hidden from the asker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A suggestion: the mentor, the points, and the reasons: what they know first, then when.

    `has_line`: the mentor has said, in a line of proof, what they have done in what is asked.
    """

    mentor_id: int
    points: int
    reasons: tuple[MatchReason, ...]
    soonest: datetime
    has_line: bool = True


def lacks(*, proofs: Mapping[int, str] | Iterable[tuple[int, str]], languages: Iterable[str]) -> tuple[Lack, ...]:
    """Returns what a mentor lacks: a theme or a language to be suggested, a proof to be among the first."""
    lines = dict(proofs)
    there: dict[Lack, bool] = {
        Lack.THEMES: bool(lines),
        Lack.PROOF: any(line.strip() for line in lines.values()),
        Lack.LANGUAGES: any(languages),
    }
    return tuple(name for name in NEEDED if not there[name])


def match(asker: Asker, mentor: Candidate, *, now: datetime) -> Match | None:
    """Scores a mentor; None if unavailable, without a theme or a common language, or of another theme or relation."""
    if not mentor.available or mentor.soonest is None or not mentor.proofs:
        return None
    if not set(asker.languages) & set(mentor.languages):
        return None
    if asker.theme_id is not None and asker.theme_id not in mentor.proofs:
        return None
    relation = relation_of(mentor.graduation_year, asker.graduation_year)
    if asker.relation is not None and relation != asker.relation:
        return None
    ahead = mentor.soonest - now
    points = _points(asker, mentor, ahead=ahead, now=now)
    untold = _untold(mentor, ahead=ahead)
    return Match(
        mentor_id=mentor.id,
        points=sum(points.values()),
        reasons=tuple([reason for reason, counted in points.items() if counted and reason not in untold]),
        soonest=mentor.soonest,
        has_line=any(line.strip() for line in _lines(asker, mentor)),
    )


def compared(mentors: Collection[Candidate]) -> list[Candidate]:
    """Returns mentors who could help, each with the hours given beyond what they gave on average: whoever gave no more
    than that leaves nothing to others, and is not passed over for somebody free later."""
    usual = sum(each.given for each in mentors) / len(mentors) if mentors else 0.0
    return [replace(each, beyond=each.given - usual) if each.given > usual else each for each in mentors]


def best(asker: Asker, mentors: Iterable[Candidate], *, now: datetime, limit: int) -> list[Match]:
    """Returns the best matches: mentors with a line first, then by points, by the sooner hour, by id."""
    found = [each for mentor in mentors if (each := match(asker, mentor, now=now)) is not None]
    return sorted(found, key=lambda each: (not each.has_line, -each.points, each.soonest, each.mentor_id))[:limit]


def _points(asker: Asker, mentor: Candidate, *, ahead: timedelta, now: datetime) -> dict[MatchReason, int]:
    """By reason, in the order in which reasons are said; `ahead` is how long it is until the mentor's hour."""
    return {
        MatchReason.THEME: POINTS[MatchReason.THEME] if asker.theme_id is not None else 0,
        MatchReason.NEAR: _near(mentor.nearness),
        MatchReason.WORDS: POINTS[MatchReason.WORDS] * min(_words_in_common(asker, mentor), MOST_WORDS),
        MatchReason.RELATION: POINTS[MatchReason.RELATION] if asker.relation is not None else 0,
        MatchReason.SOON: _soon(ahead),
        MatchReason.RESTED: max(0, POINTS[MatchReason.RESTED] - round(AN_HOUR * mentor.beyond)),
        MatchReason.SECTOR: POINTS[MatchReason.SECTOR] if _same(asker.sector, mentor.sector) else 0,
        MatchReason.LANGUAGE: POINTS[MatchReason.LANGUAGE] if asker.languages[0] in mentor.languages else 0,
        MatchReason.COMPANY: POINTS[MatchReason.COMPANY] if _same(asker.company, mentor.company) else 0,
        MatchReason.STALE: POINTS[MatchReason.STALE] if is_stale(mentor.profile_at, now=now) else 0,
    }


def _soon(ahead: timedelta) -> int:
    return max(0, POINTS[MatchReason.SOON] - A_DAY * ahead.days)


def _untold(mentor: Candidate, *, ahead: timedelta) -> set[MatchReason]:
    """Returns reasons that count and are not said."""
    said = {MatchReason.SOON: ahead <= TOLD_SOON, MatchReason.RESTED: mentor.given < TOLD_RESTED}
    return {reason for reason, holds in said.items() if not holds}


def _near(nearness: float) -> int:
    share = (nearness - FAR_OFF) / (VERY_NEAR - FAR_OFF)
    return round(POINTS[MatchReason.NEAR] * min(max(share, 0.0), 1.0))


def _same(one: str, other: str) -> bool:
    return bool(_folded(one)) and _folded(one) == _folded(other)


def _words_in_common(asker: Asker, mentor: Candidate) -> int:
    """Counts the stems of the need that occur in the mentor's proof on the theme, or in their headline."""
    if not asker.need:
        return 0
    return len(_telling(asker.need) & _telling(" ".join((mentor.headline, *_lines(asker, mentor)))))


def said(asker: Asker, mentor: Candidate) -> Mapping[str, str]:
    """Returns what the mentor says of themselves that may be near to the need: each line of proof after the headline,
    with the line as it is shown; the headline alone where there is no line."""
    lines = [line for line in _lines(asker, mentor) if line.strip()] or [mentor.headline]
    return {statement(mentor.headline, line): line for line in lines if line.strip()}


def statement(headline: str, line: str) -> str:
    """Returns who somebody is and what they have done, as one text to compare in meaning."""
    return ". ".join(dict.fromkeys(text.strip() for text in (headline, line) if text.strip()))


def _lines(asker: Asker, mentor: Candidate) -> list[str]:
    """Returns the mentor's proof on the theme asked for; without a theme all of them."""
    return [mentor.proofs.get(asker.theme_id, "")] if asker.theme_id is not None else list(mentor.proofs.values())


_folded = functools.lru_cache(4_096)(fold)


@functools.lru_cache(1_024)
def _telling(text: str) -> frozenset[str]:
    words = (word for word in fold(text).split() if len(word) >= SHORTEST_WORD and word not in SILENT)
    return frozenset(stems(" ".join(words)))
