"""What a search for slots asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flashmeet.core.zones import DAY_MINUTES, day_span, zone
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.queries.slots import MentorCard, Where
from flashmeet.schedule.rules.booking_facts import Relation, relation_of
from flashmeet.schedule.rules.dayparts import DayPart, day_part, minute_of, waking
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes
from flashmeet.schedule.service.slots.cursor import Position

PAGE, MOST = 20, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotQuery:
    """A search for slots. `start` ≤ starts_at < `end` (UTC; None = now, and the end of the openings).

    `after` ≤ local start < `before`, in minutes of the day in `tzid`. `distinct` returns each mentor's first slot only,
    over all pages. `limit` ≤ 100; `cursor` is the `next_cursor` of the previous page. `viewer_id` leaves out the hours
    of mentors hidden from the viewer, those held for others, those at which the viewer has another (`own_time`), and
    the viewer's own unless `mentor_id` asks for them.
    `relation` is the mentor's relation to a member who graduated in `viewer_year`; None for any. Hours that clash with
    `avoids`, the viewer's own calendars, are left out; with `waking`, those that begin from 22:00 to 7:00 in `tzid`.
    `days` are those in `tzid` on which the hour begins, none for any; `language` is one that the mentor speaks, `way`
    one in which they meet, "" for any. `graduated` is the year of the mentor's class, `company` their company's key
    (`core.text.fold`). `further` asks for up to so many later slots of each mentor on the page.
    """

    tzid: str
    theme_id: int | None = None
    mentor_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    minutes: int = 60
    after: int | None = None
    before: int | None = None
    distinct: bool = False
    waking: bool = False
    days: Sequence[date] = ()
    language: str = ""
    way: str = ""
    graduated: int | None = None
    company: str = ""
    further: int = 0
    limit: int = PAGE
    cursor: str | None = None
    viewer_id: int | None = None
    relation: Relation | None = None
    viewer_year: int | None = None
    avoids: BusyTimes = NOTHING

    def suits(self, card: MentorCard) -> bool:
        """Whether the mentor is one of those asked for."""
        return (
            self.minutes in card.durations
            and (not self.language or self.language in card.languages)
            and (not self.way or self.way in card.ways)
            and self.graduated in (None, card.graduation_year)
            and self.company in ("", card.company_key)
            and (self.relation is None or relation_of(card.graduation_year, self.viewer_year) == self.relation)
        )

    def begins(self, at: datetime) -> bool:
        """Whether an hour from then on begins on the days and in the part of the day that are asked for."""
        wall = at.astimezone(zone(self.tzid))
        return self.begins_at(minute_of(wall)) and (not self.days or wall.date() in self.days)

    def begins_at(self, minute: int) -> bool:
        """Whether that minute of the day is in the part of it that is asked for, on whatever day."""
        return self.day_part.has(minute) and (not self.waking or waking(self.tzid).has(minute))

    @property
    def shown_part(self) -> DayPart:
        """The part of the day in which hours are shown: the one asked for, else by day or at any time."""
        return waking(self.tzid) if self.waking and self.day_part.whole else self.day_part

    @property
    def day_part(self) -> DayPart:
        return day_part(self.tzid, self.after or 0, DAY_MINUTES if self.before is None else self.before)

    def part_of_index(self, now: datetime, *, after: Position | None = None) -> Where:
        """Returns where in the index its slots are, from `now` and from a position on."""
        start, end = max(self.start or now, now), self.end
        if self.days:
            (first, _), (_, last) = day_span(min(self.days), self.tzid), day_span(max(self.days), self.tzid)
            start, end = max(start, first), last if end is None else min(end, last)
        return Where(theme_id=self.theme_id or ALL_THEMES, mentor_id=self.mentor_id, start=start, end=end, after=after)
