"""How many hours of each theme are free in the coming seven days, as the first page and the lists of themes count them.

What is counted is what a search without filters shows. The whole index is counted once a minute at most, by theme and
start; each reader's zone, and what they cannot take, is worked out from that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span
from flashmeet.schedule.models import Opening
from flashmeet.schedule.queries.counts_by_theme import count_by_theme
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.service.own_time import own_time
from flashmeet.schedule.service.week import LONGEST_WEEK, days_of, hidden_from

LENGTH = timedelta(minutes=60)
COUNT_LASTS = timedelta(minutes=1)
"""So old a count may be where another process wrote openings since; a page is no slower for a larger network."""


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Bookable hours in the coming seven days, nights left out, in total and per theme id."""

    total: int
    by_theme: dict[int, int]


def open_hours(db: Session, *, tzid: str, viewer_id: int | None = None, now: datetime) -> OpenHours:
    """Counts what a search without filters finds in that zone. Hidden mentors' hours, the viewer's own and those at
    which they have another are left out, so that counts reveal no more than lists."""
    every = kept_a_while(db, _all_starts, of=Opening, now=now, lasts=COUNT_LASTS)
    counts, hidden = Counter(every.in_week(tzid, now)), hidden_from(db, viewer_id)
    theirs = _starts(db, now, hidden) if hidden else _NONE
    counts.subtract(theirs.in_week(tzid, now))
    own = own_time(db, viewer_id, now=now)
    if own:
        lost = [at for at in every.week(tzid, now) if own.clash(Interval(at, at + LENGTH))]
        for at in lost:
            counts.subtract(every.by_start[at])
            counts.update(theirs.by_start.get(at, {}))
    return OpenHours(
        max(0, counts.pop(ALL_THEMES, 0)), {theme_id: each for theme_id, each in counts.items() if each > 0}
    )


@dataclass(frozen=True, slots=True)
class _Starts:
    """How many hours of each theme begin at each instant; what a zone's week has of them is summed once."""

    by_start: Mapping[datetime, Mapping[int, int]] = field(default_factory=dict)
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
    return _starts(db, now)


def _starts(db: Session, now: datetime, mentor_ids: Collection[int] | None = None) -> _Starts:
    counted = count_by_theme(
        db, Interval(now, now + LONGEST_WEEK), minutes=LENGTH.seconds // 60, now=now, mentor_ids=mentor_ids
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for theme_id, at, count in counted:
        found[at][theme_id] = count
    return _Starts({datetime.fromtimestamp(at, UTC): found[at] for at in found})
