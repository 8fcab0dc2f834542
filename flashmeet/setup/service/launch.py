"""Launching: mentors come first, then an administrator opens the network to mentees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Opening
from flashmeet.setup.queries import open_now

MENTORS_FIRST = "mentors_first"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What opening means now: how many mentees can book from then on, and what they find in the next 28 days."""

    mentees: int
    mentors_open: int
    hours: int


def let_mentors_first(db: Session) -> None:
    """Begins launch mode: members who are only mentees wait. What they have agreed stands."""
    decide(db, MENTORS_FIRST, True)
    db.flush()


def open_to_mentees(db: Session) -> None:
    """Ends launch mode. Nobody is written to."""
    decide(db, MENTORS_FIRST, False)
    db.flush()


def waiting(db: Session, *, now: datetime) -> Waiting:
    """Counts who waits and what is there for them, in one statement."""
    only_mentees = (~Member.suspended, Member.mentee, ~Member.mentor, ~Member.administrator)
    hours = select(Opening.mentor_id, Opening.starts_at).where(*open_now(now)).subquery()
    query = select(
        select(func.count()).select_from(Member).where(*only_mentees).scalar_subquery(),
        select(func.count(func.distinct(hours.c.mentor_id))).scalar_subquery(),
        select(func.count()).select_from(hours).scalar_subquery(),
    )
    return Waiting(*db.execute(query).one())
