"""Which open hours a member may be told of who did not look for them: by an offer to the queue, by a mail.

Nobody is sent to an hour in their night, at which they have something else, or with somebody they cannot talk to; nor
is anybody told of one, or kept one, who takes a break from such mails or may book nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.people.queries import blocked_with, paused_one
from flashmeet.schedule.queries.openings import OpeningRow
from flashmeet.schedule.queries.slots import Where, mentor_cards, read_openings
from flashmeet.schedule.rules.dayparts import DayPart, waking
from flashmeet.schedule.service.dismissals import unwanted
from flashmeet.schedule.service.own_calendars import own_busy_times
from flashmeet.schedule.service.own_time import own_time

AHEAD, ROWS = timedelta(days=28), 300
"""How far ahead hours are looked for, and how many rows of the index are read for members of one zone."""


class ThemeHours:
    """A theme's open hours of the coming four weeks, read once for the members of each zone."""

    def __init__(self, db: Session, theme_id: int, *, now: datetime) -> None:
        self._session, self._theme_id, self._now = db, theme_id, now
        self._rows: dict[DayPart, list[OpeningRow]] = {}
        self._languages: dict[int, Collection[str]] = {}

    def for_member(self, member: Member, *, minutes: int = 60, also_at_night: bool = False) -> Iterator[OpeningRow]:
        """Yields those that the member can take, in order, after a few statements of theirs."""
        db, length = self._session, timedelta(minutes=minutes)
        rows = self._read(DayPart(member.tzid) if also_at_night else waking(member.tzid))
        if not rows or member.suspended or member.paused(self._now) or db.scalar(select(paused_one(member.id))):
            return
        away = blocked_with(db, member.id) | unwanted(db, member.id, self._theme_id) | {member.id}
        own, calendars = own_time(db, member.id, now=self._now), own_busy_times(db, member.id, now=self._now)
        spoken = set(member.languages or [member.locale])
        for row in rows:
            hour = Interval(row.starts_at, row.starts_at + length)
            if row.mentor_id in away or hour.end > row.free_until or not spoken & set(self._languages[row.mentor_id]):
                continue
            if not own.clash(hour) and not calendars.clash(hour):
                yield row

    def _read(self, part: DayPart) -> Sequence[OpeningRow]:
        if part not in self._rows:
            where = Where(theme_id=self._theme_id, mentor_id=None, start=self._now, end=self._now + AHEAD, part=part)
            self._rows[part] = read_openings(self._session, where, now=self._now, limit=ROWS)
            unknown = {row.mentor_id for row in self._rows[part]} - self._languages.keys()
            cards = mentor_cards(self._session, unknown) if unknown else {}
            self._languages |= {
                mentor_id: cards[mentor_id].languages if mentor_id in cards else () for mentor_id in unknown
            }
        return self._rows[part]
