"""What one cheap read tells before an hour is booked: whether somebody plainly has it, and whose calendars count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import tick
from flashmeet.schedule.models import Claim
from flashmeet.schedule.queries.calendars import has_calendars


@dataclass(frozen=True, slots=True)
class FirstLook:
    """`taken`: something claims the mentor's time at that start, for now. `mentors`, `own`: whether a calendar of the
    mentor, or of whoever books, is looked at before."""

    taken: bool
    mentors: bool
    own: bool


def first_look(db: Session, *, mentor_id: int, mentee_id: int, starts_at: datetime) -> FirstLook:
    """Looks by one statement, at keys alone; nothing is locked."""
    [found] = columns(db, *_first_look(mentor_id, mentee_id, tick(starts_at)))
    return FirstLook(*found)


@prepared
def _first_look(mentor_id: int, mentee_id: int, at: int) -> Select[bool, bool, bool]:
    taken = exists().where(Claim.member_id == mentor_id, Claim.tick == at)
    return select(taken, has_calendars(mentor_id), has_calendars(mentee_id))
