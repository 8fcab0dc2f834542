"""Suggests mentors from the opening index alone, so that the work is bounded however many mentors there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span, local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.queries.openings import ALL_THEMES, OpeningRow
from flashmeet.schedule.queries.slots import Where, read_openings
from flashmeet.schedule.rules.booking_facts import Relation, relation_of
from flashmeet.schedule.rules.dayparts import DayPart, waking
from flashmeet.schedule.rules.matching import FAR_OFF, Asker, Candidate, Match, MatchReason, best, compared, said
from flashmeet.schedule.service.dismissals import unwanted
from flashmeet.schedule.service.events import hours_counted
from flashmeet.schedule.service.own_calendars import BusyTimes, own_busy_times
from flashmeet.schedule.service.own_time import own_time
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.understanding import ByWords, Understanding
from flashmeet.themes.service import KnownTheme

Asked = ParamSpec("Asked")
AHEAD, HOUR, A_YEAR = timedelta(days=28), timedelta(hours=1), timedelta(weeks=52)
ROWS, MENTORS, COMPARED, SHOWN = 600, 80, 15, 3
"""Rows of the index to read, mentors to score and to compare in meaning, and suggestions to show."""
BY_WORDS = ByWords()


@dataclass(frozen=True, slots=True)
class Suggested:
    """Who is suggested, the match, the relation to the member, and the mentor's line: the one nearest to the need.

    `is_near` says whether it is a line of proof, and why they are suggested.
    """

    mentor_id: int
    match: Match
    relation: Relation | None
    proof: str
    is_near: bool


@dataclass(frozen=True, slots=True)
class Suggestion(Suggested):
    """The same with the mentor's row, for whoever tells more of them than a card does."""

    mentor: Member


def suggested(
    db: Session,
    member: Member,
    *,
    theme: Theme | KnownTheme | None,
    need: str = "",
    relation: Relation | None = None,
    part: DayPart | None = None,
    days: Sequence[date] = (),
    avoids: BusyTimes | None = None,
    away: Collection[int] | None = None,
    by: Understanding = BY_WORDS,
    now: datetime,
    limit: int = SHOWN,
) -> list[Suggested]:
    """Returns the best of the mentors with the next hours in that part of the day; a constant number of statements.

    Unless told otherwise that is by day on the member's own clock (`rules.dayparts.waking`): nobody is sent to an hour
    in their night. `days` are those of the part's zone on which the hour begins, none for any. Hours at which the
    member's calendars have something else do not count; where `avoids` is given, those of `avoids`; `away` are whom
    the member does not want suggested, looked up where it is None. Of the best, those come first who have done what is
    nearest to the need in meaning (`by`).
    """
    theme_id = theme.id if theme else None
    rows = _rows(db, theme_id, part or waking(member.tzid), days, now=now)
    starts = list(dict.fromkeys([row.starts_at for row in rows]))
    soonest = _soonest(rows, _free(db, member, starts, avoids, now=now))
    away = unwanted(db, member.id, theme_id) if away is None else away
    hidden = {*away, *blocked_with(db, member.id), member.id}
    nearest = {mentor_id: at for mentor_id, at in soonest.items() if mentor_id not in hidden}
    looked_at = dict(list(nearest.items())[:MENTORS])
    candidates = candidates_of(db, looked_at, theme_id=theme_id, now=now)
    found, near = ranked(asker_of(member, theme, need, relation), candidates, by, now=now, limit=limit)
    return [_suggested(member, candidates[each.mentor_id], each, near.get(each.mentor_id), theme_id) for each in found]


def _suggested(member: Member, who: Candidate, match: Match, near: str | None, theme_id: int | None) -> Suggested:
    line = near or _proof(who, theme_id)
    return Suggested(
        who.id,
        match,
        relation_of(who.graduation_year, member.graduation_year),
        line,
        is_near=MatchReason.NEAR in match.reasons and line != who.headline,
    )


def _with_rows(
    find: Callable[Concatenate[Session, Member, Asked], list[Suggested]],
) -> Callable[Concatenate[Session, Member, Asked], list[Suggestion]]:
    def found(db: Session, member: Member, /, *asked: Asked.args, **named: Asked.kwargs) -> list[Suggestion]:
        some = find(db, member, *asked, **named)
        mentors = _members(db, [each.mentor_id for each in some])
        return [
            Suggestion(each.mentor_id, each.match, each.relation, each.proof, each.is_near, mentors[each.mentor_id])
            for each in some
        ]

    return found


suggestions = _with_rows(suggested)
"""What `suggested` returns, with the mentors' rows."""


def ranked(
    asker: Asker, candidates: Mapping[int, Candidate], by: Understanding, *, now: datetime, limit: int
) -> tuple[list[Match], Mapping[int, str]]:
    """Returns the best, and the line of each that the need is near to, if any.

    Only those who are the best by everything else are compared in meaning: a line that no process keeps yet takes a
    millisecond.
    """
    if not asker.need:
        return best(asker, candidates.values(), now=now, limit=limit), {}
    lines = {
        each.mentor_id: said(asker, candidates[each.mentor_id])
        for each in best(asker, candidates.values(), now=now, limit=COMPARED)
    }
    near = iter(by.nearness(asker.need, [line for some in lines.values() for line in some]))
    known, nearest = dict(candidates) if limit > COMPARED else {}, dict[int, str]()
    for mentor_id, some in lines.items():
        nearness, line = max(
            ((next(near), line) for line in some.values()), key=lambda each: each[0], default=(0.0, "")
        )
        known[mentor_id] = replace(candidates[mentor_id], nearness=nearness)
        if nearness > FAR_OFF:
            nearest[mentor_id] = line
    return best(asker, known.values(), now=now, limit=limit), nearest


def _members(db: Session, ids: Collection[int]) -> dict[int, Member]:
    """Returns these members; who stands on the same page already is not read again."""
    unread = [each for each in ids if identity_key(Member, each) not in db.identity_map]
    read = {each.id: each for each in db.scalars(*_members_with(unread))} if unread else {}
    return {each: read.get(each) or db.get_one(Member, each) for each in ids}


@prepared
def _members_with(ids: Collection[int]) -> Select[Member]:
    return select(Member).where(among(Member.id, ids))


def candidates_of(
    db: Session, soonest: Mapping[int, datetime], *, theme_id: int | None = None, now: datetime
) -> dict[int, Candidate]:
    """Reads what matching needs to know of these mentors, in one statement: few of them will be shown.

    Those without a theme, who are never suggested, are left out.
    """
    if not soonest:
        return {}
    rows = columns(db, *_facts_of(soonest, now))
    given = hours_given(db, soonest, theme_id, now=now)
    proofs: dict[int, dict[int, str]] = defaultdict(dict)
    found: dict[int, Candidate] = {}
    for id, profile_at, available, of_theme, proof, languages, year, sector, company, headline in rows:
        proofs[id][of_theme] = proof
        if id not in found:
            found[id] = Candidate(
                id=id,
                languages=tuple(languages),
                proofs=proofs[id],
                soonest=soonest[id],
                profile_at=profile_at,
                graduation_year=year,
                sector=sector,
                company=company,
                headline=headline,
                given=given.get(id, 0),
                available=available,
            )
    return {each.id: each for each in compared(found.values())}


@prepared
def _facts_of(ids: Collection[int], now: datetime) -> Select[*tuple[Any, ...]]:
    facts = (Member.languages, Member.graduation_year, Member.sector, Member.company, Member.headline)
    return (
        select(
            Member.id,
            func.coalesce(Member.confirmed_at, Member.created_at),
            Member.available(now),
            MentorTheme.theme_id,
            MentorTheme.proof,
            *facts,
        )
        .join(MentorTheme, MentorTheme.mentor_id == Member.id)
        .where(among(Member.id, ids))
        .order_by(Member.id, MentorTheme.theme_id)
    )


def _rows(db: Session, theme_id: int | None, part: DayPart, days: Sequence[date], *, now: datetime) -> list[OpeningRow]:
    start, end = now, now + AHEAD
    if days:
        start = max(start, day_span(min(days), part.tzid)[0])
        end = min(end, day_span(max(days), part.tzid)[1])
    where = Where(theme_id=theme_id or ALL_THEMES, mentor_id=None, start=start, end=end, part=part)
    rows = [row for row in read_openings(db, where, now=now, limit=ROWS) if row.starts_at + HOUR <= row.free_until]
    if not days:
        return rows
    chosen = {at for at in {row.starts_at for row in rows} if local_date(at, part.tzid) in days}
    return [row for row in rows if row.starts_at in chosen]


def _free(
    db: Session, member: Member, starts: Sequence[datetime], avoids: BusyTimes | None, *, now: datetime
) -> Collection[datetime]:
    """Returns those of the starts at which nothing of the member's own stands in the way."""
    if not starts:
        return ()
    own = own_time(db, member.id, now=now)
    avoids = own_busy_times(db, member.id, now=now) if avoids is None else avoids
    return set(own.free_among(avoids.free_among(starts, HOUR), HOUR))


def _soonest(rows: Sequence[OpeningRow], free: Collection[datetime]) -> dict[int, datetime]:
    """Returns each mentor's first hour that begins when the member is free, in order of the index."""
    found: dict[int, datetime] = {}
    for row in rows:
        if row.mentor_id not in found and row.starts_at in free:
            found[row.mentor_id] = row.starts_at
    return found


def asker_of(member: Member, theme: Theme | KnownTheme | None, need: str, relation: Relation | None) -> Asker:
    return Asker(
        languages=tuple(member.languages or [member.locale]),
        graduation_year=member.graduation_year,
        sector=member.sector,
        company=member.company,
        theme_id=theme.id if theme else None,
        need=need,
        relation=relation,
    )


def hours_given(db: Session, mentors: Collection[int], theme_id: int | None, *, now: datetime) -> Mapping[int, int]:
    """Returns, by mentor, the hours on the theme (None: on any) of the last 52 weeks and the next four."""
    given: dict[int, int] = {}
    hours_counted(db, mentors, theme_id, Interval(now - A_YEAR, now + AHEAD), given)
    return given


def candidate_of(mentor: Member, soonest: datetime, *, given: int, now: datetime) -> Candidate:
    return Candidate(
        id=mentor.id,
        languages=tuple(mentor.languages),
        proofs={offer.theme_id: offer.proof for offer in mentor.offers},
        soonest=soonest,
        profile_at=mentor.profile_at,
        graduation_year=mentor.graduation_year,
        sector=mentor.sector,
        company=mentor.company,
        headline=mentor.headline,
        given=given,
        available=mentor.available(now),
    )


def _proof(mentor: Candidate, theme_id: int | None) -> str:
    """Returns the mentor's proof on the theme; without a theme the first non-empty one."""
    if theme_id is not None:
        return mentor.proofs.get(theme_id, "")
    return next((line for line in mentor.proofs.values() if line), "")
