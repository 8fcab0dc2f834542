"""Bookable slots, read from the opening index alone: no network, no sort, a bounded number of statements."""

from __future__ import annotations

import base64
import binascii
import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.core.errors import BadInput
from flashmeet.core.intervals import TICK, Interval, merged
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.core.zones import DAY_MINUTES, day_span, zone
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.queries.holds import held_spans
from flashmeet.schedule.queries.leave import away
from flashmeet.schedule.queries.openings import ALL_THEMES, OpeningRow
from flashmeet.schedule.queries.slots import (
    MentorCard,
    Where,
    last_start,
    mentor_cards,
    next_openings,
    openings_between,
    read_windows,
    rows_around,
)
from flashmeet.schedule.queries.viewers import read_viewer
from flashmeet.schedule.rules.booking_facts import Relation, relation_of
from flashmeet.schedule.rules.dayparts import DayPart, day_part, minute_of, waking
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes
from flashmeet.schedule.service.own_time import own_time

PAGE, MOST = 20, 100
ROWS_AT_ONCE, ROWS_A_PAGE = 200, 1_000
ROWS_EACH = 40
"""Starts looked at for a mentor's further hours: a free day in quarters of an hour has as many."""
MORE_ROWS_EACH = 160
"""As many more at most, where the viewer's own time hides some."""
LEAST_A_WINDOW, MOST_WINDOWS = 10, 16
"""How many rows the part of a day counts for that has fewer, and how many of them one statement reads at most."""
FAR, SECOND = timedelta(days=MAX_HORIZON_DAYS + 2), timedelta(seconds=1)

Position = tuple[datetime, int, int]


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


@dataclass(frozen=True, slots=True)
class SlotPage:
    """Slots in order of start; may be short or empty while `next_cursor` says that there is more."""

    slots: Sequence[Slot]
    next_cursor: str | None
    further: Mapping[int, Sequence[Slot]] = field(default_factory=dict)
    """By mentor: later slots than the one on the page, none of which overlap."""
    left_out: bool = False
    """Whether there would have been others, at which the viewer has another hour."""


def find_slots(db: Session, query: SlotQuery, *, now: datetime) -> SlotPage:
    """Returns one page. Raises BadInput for an invalid cursor."""
    where = _where(query, now, after=_position(query.cursor) if query.cursor else None)
    reading = _Reading(db, query, where, now=now)
    slots = reading.page()
    cursor = None if reading.position is None else _cursor(reading.position)
    return SlotPage(slots, cursor, reading.further(slots) if query.further else {}, reading.left_out)


def further_slots(db: Session, query: SlotQuery, slots: Sequence[Slot], *, now: datetime) -> dict[int, Sequence[Slot]]:
    """Returns, by mentor, up to `further` slots of the query after the one of each that is given."""
    return _Reading(db, query, _where(query, now), now=now).further(slots)


def slots_around(db: Session, query: SlotQuery, at: datetime, *, now: datetime) -> tuple[list[Slot], bool]:
    """Returns up to twice `limit` slots of the query, those closest to an instant, nearest first, and whether there are
    no others; `cursor` and `distinct` are not heeded."""
    reading = _Reading(db, replace(query, distinct=False), _where(query, now), now=now)
    return reading.around(at, each_way=query.limit)


def _where(query: SlotQuery, now: datetime, *, after: Position | None = None) -> Where:
    start, end = max(query.start or now, now), query.end
    if query.days:
        (first, _), (_, last) = day_span(min(query.days), query.tzid), day_span(max(query.days), query.tzid)
        start, end = max(start, first), last if end is None else min(end, last)
    return Where(theme_id=query.theme_id or ALL_THEMES, mentor_id=query.mentor_id, start=start, end=end, after=after)


_BEFORE_ALL = (-1, -1)
"""Precedes every rotation and mentor of an instant."""


class _Reading:
    """Reads from a position until the page is full, the index ends, or the row budget is used up."""

    def __init__(self, db: Session, query: SlotQuery, where: Where, *, now: datetime) -> None:
        self._session, self._query, self._where, self._now = db, query, where, now
        self._length = timedelta(minutes=query.minutes)
        self._seen: set[int] = set()
        self._new: set[int] = set()
        """Those of whom no earlier page had a slot."""
        self._earlier_left = ROWS_A_PAGE
        self._cards: dict[int, MentorCard] = {}
        self._asked_for: dict[datetime, bool] = {}
        if query.viewer_id is not None:
            read_viewer(db, query.viewer_id, now=now)
        self._hidden = blocked_with(db, query.viewer_id) if query.viewer_id is not None else set()
        self._held = held_spans(db, now=now) if query.viewer_id is not None else {}
        self._own = own_time(db, query.viewer_id, now=now)
        self.left_out = False
        """Whether the viewer's own time hid a slot."""
        self.position: Position | None = where.after
        """Where the next page begins; None at the end."""

    def page(self) -> list[Slot]:
        found: list[Slot] = []
        if self._query.mentor_id in self._hidden:
            self.position = None
            return found
        # One mentor's page is filled while rows remain; a search over all reads a limited number of rows and says so.
        budget = ROWS_A_PAGE if self._query.mentor_id is None else 100 * ROWS_A_PAGE
        at_once = at_first = min(2 * self._query.limit, ROWS_AT_ONCE)
        windows, after, together = deque(self._bounds()), self._where.after, 1
        while windows:
            chosen = list(islice(windows, min(together, 1 + (budget - 1) // LEAST_A_WINDOW)))
            most = -(-at_once // len(chosen))
            read = read_windows(self._session, replace(self._where, after=after), chosen, now=self._now, limit=most)
            for row, slot in self._slots([row for rows in read for row in rows]):
                self.position = (row.starts_at, row.rotation, row.mentor_id)
                if slot is not None:
                    found.append(slot)
                if len(found) == self._query.limit:
                    return found
            budget -= sum(max(len(rows), LEAST_A_WINDOW) for rows in read)
            for window, rows in zip(chosen, read, strict=True):
                if len(rows) == most:
                    self.position = after = (rows[-1].starts_at, rows[-1].rotation, rows[-1].mentor_id)
                    break
                windows.popleft()
                self.position, after = (window.end, *_BEFORE_ALL), None
            if budget <= 0:
                return found
            # many mentors fill a page from one evening; where few do, many evenings are read at once
            together = 1 if after is not None else min(2 * together, MOST_WINDOWS)
            at_once = ROWS_AT_ONCE
            if after is not None and (free := self._own.free_from(after[0], self._length)) > after[0]:
                # however many begin at an hour that the viewer cannot take, few of them are read
                windows[0], at_once = Interval(free, max(free, windows[0].end)), at_first
                self.position, after = (free, *_BEFORE_ALL), None
                together = 1
        self.position = None
        return found

    def further(self, slots: Sequence[Slot]) -> dict[int, Sequence[Slot]]:
        """Returns the next slots of each mentor of the page after theirs, one after the other."""
        found = {slot.mentor_id: [slot] for slot in slots}
        first = min((slot.starts_at for slot in slots), default=self._where.start)
        hidden = sum((each.end - each.start + self._length) // TICK for each in self._own.spans)
        rows = next_openings(
            self._session,
            replace(self._where, start=first),
            found,
            now=self._now,
            most=ROWS_EACH + min(hidden, MORE_ROWS_EACH),
        )
        cards = self._cards_of(rows)
        self._seen.clear()
        for row in rows:
            chosen = found[row.mentor_id]
            if len(chosen) > self._query.further or row.starts_at < chosen[-1].ends_at:
                continue
            if self._shows(row, cards.get(row.mentor_id, MentorCard())):
                ends_at = row.starts_at + self._length
                chosen.append(Slot(row.mentor_id, chosen[0].mentor_name, row.starts_at, ends_at))
        return {mentor_id: chosen[1:] for mentor_id, chosen in found.items()}

    def _bounds(self) -> Iterator[Interval]:
        """Yields the viewer's part of each day as UTC bounds; one interval for whole days, and for one mentor's few
        hours."""
        begin = max(self._where.start, self._where.after[0]) if self._where.after else self._where.start
        part, far = self._query.day_part, self._now + FAR
        in_one = part.whole or self._query.mentor_id is not None
        last = far if in_one else last_start(self._session, self._where.theme_id) or begin
        span = Interval(begin, min(self._where.end or far, far, last + SECOND))
        for whole in self._days_within(span):
            for window in [whole] if in_one else part.bounds(whole):
                start = window.start
                if self._query.mentor_id is None:
                    start = self._own.free_from(start, self._length)
                if start < window.end:
                    yield Interval(start, window.end)

    def _days_within(self, span: Interval) -> Iterator[Interval]:
        """Yields the span, or the days asked for within it, those that follow each other as one."""
        days = [Interval(*day_span(day, self._query.tzid)) for day in self._query.days]
        for each in merged(days) if days else [span]:
            within = Interval(max(each.start, span.start), min(each.end, span.end))
            if within.start < within.end:
                yield within

    def _slots(self, rows: Sequence[OpeningRow]) -> Iterator[tuple[OpeningRow, Slot | None]]:
        """Yields each row with its slot, or with None if a filter leaves it out."""
        cards = self._cards_of(rows)
        if self._query.distinct:
            self._remember_earlier(rows, cards)
        for row in rows:
            card = cards.get(row.mentor_id, MentorCard())
            if not self._shows(row, card):
                yield row, None
                continue
            if self._query.distinct:
                self._seen.add(row.mentor_id)
            yield row, Slot(row.mentor_id, card.name, row.starts_at, row.starts_at + self._length)

    def _cards_of(self, rows: Sequence[OpeningRow]) -> Mapping[int, MentorCard]:
        """Returns what is known of those mentors; the same one is looked up once."""
        unknown = {row.mentor_id for row in rows} - self._cards.keys()
        if unknown:
            self._cards |= mentor_cards(self._session, unknown)
        return self._cards

    def around(self, at: datetime, *, each_way: int) -> tuple[list[Slot], bool]:
        """Returns the slots among so many rows before an instant and as many from it on, nearest first, and whether
        those are all; none is told that may be further off than one that was not read."""
        if self._query.mentor_id in self._hidden:
            return [], True
        middle = max(at, self._where.start)
        last, first = self._own.free_up_to(middle, self._length), self._own.free_from(middle, self._length)
        before, after = rows_around(
            self._session,
            self._where,
            middle if last == middle else last + SECOND,
            first,
            now=self._now,
            limit=each_way,
        )
        back, ahead = (_reach(rows, at, each_way) for rows in (before, after))
        slots = [slot for _, slot in self._slots([*before, *after]) if slot is not None]
        near = [each for each in slots if _is_next(each.starts_at, at, ahead if each.starts_at < middle else back)]
        return sorted(near, key=lambda slot: (abs(slot.starts_at - at), slot.starts_at)), back == ahead == FAR

    def _shows(self, row: OpeningRow, card: MentorCard) -> bool:
        query, hour = self._query, Interval(row.starts_at, row.starts_at + self._length)
        shows = (
            query.suits(card)
            and row.starts_at + self._length <= row.free_until
            and row.mentor_id not in self._seen
            and row.mentor_id not in self._hidden
            and (query.mentor_id is not None or row.mentor_id != query.viewer_id)
            and self._begins(row.starts_at)
            and not self._is_held(row, hour)
        )
        if shows and self._own.clash(hour):
            self.left_out = True
            return False
        return shows

    def _begins(self, at: datetime) -> bool:
        """Whether the query asks for hours from then on; many mentors have one at the same instant."""
        known = self._asked_for.get(at)
        if known is None:
            free = not self._query.avoids.clash(Interval(at, at + self._length))
            known = self._asked_for[at] = free and self._query.begins(at)
        return known

    def _is_held(self, row: OpeningRow, hour: Interval) -> bool:
        """Whether the hour is kept for somebody else who is signing in."""
        return any(
            each.span.overlaps(hour) and each.expires_at > self._now and each.member_id != self._query.viewer_id
            for each in self._held.get(row.mentor_id, ())
        )

    def _remember_earlier(self, rows: Sequence[OpeningRow], cards: Mapping[int, MentorCard]) -> None:
        """Notes mentors who had a matching slot on an earlier page, so that they are not shown again.

        It reads `ROWS_A_PAGE` rows for a page at most: one whose first match stands further off may be shown twice.
        """
        after = self._where.after
        if after is None:
            return
        unknown = {row.mentor_id for row in rows if self._query.suits(cards.get(row.mentor_id, MentorCard()))}
        unknown -= self._seen | self._new
        for span in _doubling(Interval(self._where.start, after[0] + SECOND)):
            if not unknown or self._earlier_left <= 0:
                break
            earlier = openings_between(
                self._session, self._where.theme_id, unknown, span, now=self._now, most=self._earlier_left
            )
            self._earlier_left -= len(earlier)
            for row in earlier:
                passed = (row.starts_at, row.rotation, row.mentor_id) <= after
                if passed and self._shows(row, cards.get(row.mentor_id, MentorCard())):
                    self._seen.add(row.mentor_id)
            unknown -= self._seen
        self._new |= unknown


def _reach(rows: Sequence[OpeningRow], at: datetime, most: int) -> timedelta:
    """How far from an instant the rows of one side reach: `FAR` where they are all."""
    return abs(rows[-1].starts_at - at) if len(rows) == most else FAR


def _is_next(starts_at: datetime, at: datetime, reach: timedelta) -> bool:
    """Whether nothing of the other side, which was read as far as `reach`, comes before it; of two that are equally
    near, the earlier one does."""
    return abs(starts_at - at) < reach or (starts_at < at and at - starts_at == reach)


def _doubling(span: Interval) -> Iterator[Interval]:
    """Yields the span in parts, of a day, two days, four …: most of what is looked for stands in the first."""
    begin, length = span.start, timedelta(days=1)
    while begin < span.end:
        end = min(begin + length, span.end)
        yield Interval(begin, end)
        begin, length = end, 2 * length


def _cursor(position: Position) -> str:
    starts_at, rotation, mentor_id = position
    text = json.dumps([int(starts_at.timestamp()), rotation, mentor_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str) -> Position:
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        seconds, rotation, mentor_id = (_stored(value) for value in json.loads(text))
        return datetime.fromtimestamp(seconds, UTC), rotation, mentor_id
    except (ValueError, TypeError, OverflowError, OSError, RecursionError, binascii.Error) as error:
        raise BadInput("cursor") from error


def _stored(value: object) -> int:
    """Returns an integer that fits a database column. Raises ValueError."""
    if not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError(value)
    return value


def of_members_on_leave(db: Session, rows: Sequence[OutboxMessage], now: datetime) -> Mapping[int, str]:
    """Returns the rows to members who are on leave today, with the reason "away"."""
    ids = {row.recipient_id for row in rows}
    on_leave = away(db, db.scalars(select(Member).where(among(Member.id, ids))).all(), now=now)
    return {row.id: "away" for row in rows if row.recipient_id in on_leave}
