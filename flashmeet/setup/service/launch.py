"""Launching: mentors come first, then an administrator opens the network to mentees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.setup.queries import counted, people_counted

MENTORS_FIRST = "mentors_first"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What opening means now: how many mentees can book from then on, and how many mentors they find hours of in the
    next 28 days, on how many themes."""

    mentees: int
    mentors_open: int
    themes_open: int


def let_mentors_first(db: Session) -> None:
    """Begins launch mode: members who are only mentees wait. What they have agreed stands."""
    decide(db, MENTORS_FIRST, True)
    db.flush()


def open_to_mentees(db: Session) -> None:
    """Ends launch mode. Nobody is written to."""
    decide(db, MENTORS_FIRST, False)
    db.flush()


def waiting(db: Session, member_id: int, *, now: datetime) -> Waiting:
    """Counts who waits and what is there for them, in a constant number of statements."""
    only_mentees = (~Member.suspended, Member.mentee, ~Member.mentor, ~Member.administrator)
    mentees = db.scalar(select(func.count()).select_from(Member).where(*only_mentees)) or 0
    idle, themes_open, *_ = counted(db, member_id, now=now)
    return Waiting(mentees, people_counted(db, now).mentors - idle, themes_open)
