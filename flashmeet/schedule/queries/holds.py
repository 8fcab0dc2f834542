"""Hours kept for browsers in which somebody is signing in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept_a_while
from flashmeet.core.intervals import Interval
from flashmeet.schedule.models import BrowserHold

READ_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HeldSpan:
    """A mentor's time that is kept until `expires_at`; `member_id` is for whom, once that is known."""

    span: Interval
    expires_at: datetime
    member_id: int | None


def is_held_for_another(
    mentor_id: int, mentee_id: int, start: datetime, end: datetime, *, now: datetime
) -> ColumnElement[bool]:
    """Selects whether the mentor's time is kept for another browser than one of the mentee's."""
    return exists(
        select(BrowserHold.browser).where(
            BrowserHold.mentor_id == mentor_id,
            BrowserHold.expires_at > now,
            BrowserHold.starts_at < end,
            BrowserHold.ends_at > start,
            or_(BrowserHold.member_id.is_(None), BrowserHold.member_id != mentee_id),
        )
    )


def held_spans(db: Session, *, now: datetime) -> Mapping[int, Sequence[HeldSpan]]:
    """Returns what is kept, by mentor; a minute old where another process keeps hours. Booking reads it afresh."""
    return kept_a_while(db, _held, of=BrowserHold, now=now, lasts=READ_AGAIN)


def _held(db: Session, now: datetime) -> Mapping[int, Sequence[HeldSpan]]:
    found: dict[int, list[HeldSpan]] = {}
    for each in db.scalars(select(BrowserHold).where(BrowserHold.expires_at > now)):
        held = HeldSpan(Interval(each.starts_at, each.ends_at), each.expires_at, each.member_id)
        found.setdefault(each.mentor_id, []).append(held)
    return found
