"""What a clock that was ahead for a while has put off is taken back, so that nothing sleeps until its time comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from flashmeet.schedule.models import MemberCalendar, MentorPolicy

FURTHEST = timedelta(days=2)
"""Further ahead than this, no right clock puts the next look at anybody's hours or calendar."""


def forget_the_future(db: Session, *, now: datetime) -> None:
    """Makes every mentor's hours and every calendar due whose next look stands impossibly far ahead."""
    db.execute(update(MentorPolicy).where(MentorPolicy.openings_due_at > now + FURTHEST).values(openings_due_at=now))
    db.execute(
        update(MemberCalendar)
        .where(MemberCalendar.next_try_at > now + FURTHEST)
        .values(next_try_at=now, read_in_full_at=None, looked_at_until=None)
    )
