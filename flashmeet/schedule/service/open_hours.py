"""How many hours of each theme are free in the coming seven days, as the first page and the lists of themes count them.

What is counted is what a search without filters shows. Themes with up to `MANY` hours in a week are counted once a
minute at most, by start; each reader's zone, and what they cannot take, is worked out from that. Of a theme with more,
`SOME` of each day are looked at, and there are at least so many: a page is no slower for a larger network.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.counts_by_theme import count_by_theme, themes_by_size
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.queries.samples import Among, starts_of
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.service.own_time import own_time
from flashmeet.schedule.service.week import LONGEST_WEEK, MANY, SOME, days_of, hidden_from

LENGTH = timedelta(minutes=60)
COUNT_LASTS = timedelta(minutes=1)
"""So old a count may be where another process wrote openings since; one of many hours, whoever did."""


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Bookable hours in the coming seven days, nights left out, in total and per theme id.

    With `more` there are at least so many in total, of the themes `with_more` at least so many of each.
    """

    total: int
    by_theme: dict[int, int]
    more: bool = False
    with_more: frozenset[int] = frozenset()


def open_hours(db: Session, *, tzid: str, viewer_id: int | None = None, now: datetime) -> OpenHours:
    """Counts what a search without filters finds in that zone. Hidden mentors' hours, the viewer's own and those at
    which they have another are left out of what is counted exactly, so that counts reveal no more than lists."""
    every = kept_a_while(db, _all_starts, of=Opening, now=now, lasts=COUNT_LASTS)
    counts, hidden = Counter(every.in_week(tzid, now)), hidden_from(db, viewer_id)
    theirs = _starts(db, now, every.few, mentor_ids=hidden) if hidden else _NONE
    counts.subtract(theirs.in_week(tzid, now))
    own = own_time(db, viewer_id, now=now)
    if own:
        lost = [at for at in every.week(tzid, now) if own.clash(Interval(at, at + LENGTH))]
        for at in lost:
            counts.subtract(every.by_start[at])
            counts.update(theirs.by_start.get(at, {}))
    looked_at = _looked_at(db, _Many(every.many, tzid), now) if every.many else {}
    counts.update({theme_id: count for theme_id, (count, _) in looked_at.items()})
    with_more = frozenset(theme_id for theme_id, (_, more) in looked_at.items() if more)
    total, by_theme = counts.pop(ALL_THEMES, 0), {theme_id: each for theme_id, each in counts.items() if each > 0}
    if ALL_THEMES in with_more:
        total = max(total, *by_theme.values(), 0)  # a theme counted exactly may have more than were looked at in all
    return OpenHours(
        total=max(0, total),
        by_theme=by_theme,
        more=ALL_THEMES in with_more,
        with_more=with_more - {ALL_THEMES},
    )


class _Many(NamedTuple):
    """Themes with many hours, as readers in that zone see their week."""

    theme_ids: frozenset[int]
    tzid: str


def _looked_at(db: Session, many: _Many, now: datetime) -> Mapping[int, tuple[int, bool]]:
    """Returns how many hours of each theme were looked at, and whether there are more."""
    days = tuple(waking(many.tzid).bounds(Interval(now, day_span(days_of(many.tzid, now)[-1], many.tzid)[1])))

    def look_at(db: Session, theme_id: int, now: datetime) -> tuple[int, bool]:
        asked = Among(theme_id=theme_id, spans=days, most=SOME, minutes=LENGTH.seconds // 60)
        found = starts_of(db, asked, now=now)
        return sum(map(len, found.by_start.values())), found.more

    def look(db: Session, now: datetime) -> dict[int, tuple[int, bool]]:
        return {theme_id: look_at(db, theme_id, now) for theme_id in many.theme_ids}

    return kept_a_while(db, look, key=many, now=now, lasts=COUNT_LASTS)


@dataclass(frozen=True, slots=True)
class _Starts:
    """How many hours of each of the `few` themes, those without `many`, begin at each instant; what a zone's week has
    of them is summed once."""

    by_start: Mapping[datetime, Mapping[int, int]] = field(default_factory=dict)
    few: frozenset[int] = frozenset()
    many: frozenset[int] = frozenset()
    _weeks: dict[str, tuple[Sequence[datetime], Mapping[int, int]]] = field(default_factory=dict)

    def week(self, tzid: str, now: datetime) -> Sequence[datetime]:
        """The starts in the coming seven days of that zone that are not at night."""
        return self._week(tzid, now)[0]

    def in_week(self, tzid: str, now: datetime) -> Mapping[int, int]:
        """How many hours of each theme these are."""
        return self._week(tzid, now)[1]

    def _week(self, tzid: str, now: datetime) -> tuple[Sequence[datetime], Mapping[int, int]]:
        if tzid not in self._weeks:
            part, end = waking(tzid), day_span(days_of(tzid, now)[-1], tzid)[1]
            starts = [at for at in self.by_start if now <= at < end and part.holds(at)]
            total = Counter[int]()
            for at in starts:
                total.update(self.by_start[at])
            self._weeks[tzid] = starts, total
        return self._weeks[tzid]


_NONE = _Starts()


def _all_starts(db: Session, now: datetime) -> _Starts:
    sizes = themes_by_size(db, _longest_week(now), hours=MANY)
    many = frozenset(theme_id for theme_id in sizes if sizes[theme_id])
    return replace(_starts(db, now, sizes.keys() - many), many=many)


def _starts(
    db: Session, now: datetime, theme_ids: Collection[int], mentor_ids: Collection[int] | None = None
) -> _Starts:
    counted = count_by_theme(
        db,
        _longest_week(now),
        theme_ids=theme_ids,
        minutes=LENGTH.seconds // 60,
        now=now,
        mentor_ids=mentor_ids,
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for theme_id, at, count in counted:
        found[at][theme_id] = count
    by_start = {datetime.fromtimestamp(at, UTC): found[at] for at in found}
    return _Starts(by_start, few=frozenset(theme_ids))


def _longest_week(now: datetime) -> Interval:
    return Interval(now, now + LONGEST_WEEK)
