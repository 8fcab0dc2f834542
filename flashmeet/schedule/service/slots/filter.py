"""Which rows of the opening index are slots of a query, as its viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.intervals import Interval
from flashmeet.people.queries import blocked_with
from flashmeet.schedule.queries.holds import held_spans
from flashmeet.schedule.queries.openings import OpeningRow
from flashmeet.schedule.queries.slots import MentorCard, mentor_cards
from flashmeet.schedule.queries.viewers import read_viewer
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_time import own_time
from flashmeet.schedule.service.slots.query import SlotQuery

_UNKNOWN = MentorCard()


class SlotFilter:
    """Reads what hides hours from the viewer once, and what is known of a mentor when `look_up` first meets them."""

    def __init__(self, db: Session, query: SlotQuery, *, now: datetime) -> None:
        self._session, self._query, self._now = db, query, now
        self.length = timedelta(minutes=query.minutes)
        self._cards: dict[int, MentorCard] = {}
        self._asked_for: dict[datetime, bool] = {}
        if query.viewer_id is not None:
            read_viewer(db, query.viewer_id, now=now)
        self._hidden = blocked_with(db, query.viewer_id) if query.viewer_id is not None else set()
        self._held = held_spans(db, now=now) if query.viewer_id is not None else {}
        self.own = own_time(db, query.viewer_id, now=now)
        """When the viewer has another hour."""
        self.left_out = False
        """Whether that hid a slot."""

    @property
    def hides_everything(self) -> bool:
        """Whether the one mentor who is asked for is hidden from the viewer."""
        return self._query.mentor_id in self._hidden

    def look_up(self, rows: Sequence[OpeningRow]) -> None:
        """Reads what is known of the mentors of those rows, by one statement at most; `slot` and `suits` need it."""
        unknown = {row.mentor_id for row in rows} - self._cards.keys()
        if unknown:
            self._cards |= mentor_cards(self._session, unknown)

    def slot(self, row: OpeningRow) -> Slot | None:
        """Returns the slot that begins there, None where it is not shown."""
        card = self._cards.get(row.mentor_id, _UNKNOWN)
        hour = Interval(row.starts_at, row.starts_at + self.length)
        if not self._matches(row, card, hour):
            return None
        if self.own.clash(hour):
            self.left_out = True
            return None
        return Slot(row.mentor_id, card.name, hour.start, hour.end)

    def suits(self, row: OpeningRow) -> bool:
        """Whether the row's mentor is one of those asked for, whatever the hour."""
        return self._query.suits(self._cards.get(row.mentor_id, _UNKNOWN))

    def _matches(self, row: OpeningRow, card: MentorCard, hour: Interval) -> bool:
        query = self._query
        return (
            query.suits(card)
            and hour.end <= row.free_until
            and row.mentor_id not in self._hidden
            and (query.mentor_id is not None or row.mentor_id != query.viewer_id)
            and self._begins(row.starts_at)
            and not self._is_held(row, hour)
        )

    def _begins(self, at: datetime) -> bool:
        """Whether the query asks for hours from then on; many mentors have one at the same instant."""
        known = self._asked_for.get(at)
        if known is None:
            free = not self._query.avoids.clash(Interval(at, at + self.length))
            known = self._asked_for[at] = free and self._query.begins(at)
        return known

    def _is_held(self, row: OpeningRow, hour: Interval) -> bool:
        """Whether the hour is kept for somebody else who is signing in."""
        return any(
            each.span.overlaps(hour) and each.expires_at > self._now and each.member_id != self._query.viewer_id
            for each in self._held.get(row.mentor_id, ())
        )
