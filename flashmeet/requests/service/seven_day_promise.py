"""The seven-day promise: on the seventh day, mentees who still wait are told why, and who else there is.

They are told where nothing was promised, too: the promise needs three mentors, an explanation does not.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import ENOUGH_MENTORS, LIVE, PROMISE
from flashmeet.requests.service import notices
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.waiting import why_waiting
from flashmeet.requests.service.waves import active_mentors

AT_ONCE = 50


def is_promised(db: Session, theme_id: int) -> bool:
    """Whether the promise holds for the theme: only with at least three mentors."""
    return active_mentors(db, theme_id) >= ENOUGH_MENTORS


def keep_promises(db: Session, *, now: datetime) -> int:
    """Mails mentees who have waited for seven days, once; returns how many requests were checked."""
    query = select(MentoringRequest).where(
        MentoringRequest.state.in_(LIVE),
        MentoringRequest.created_at <= now - PROMISE,
        MentoringRequest.promised_at.is_(None),
    )
    waiting = db.scalars(
        query.order_by(MentoringRequest.created_at, MentoringRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=MentoringRequest)
    ).all()
    for request in waiting:
        request.promised_at = now
        notices.week_passed(
            db,
            request,
            others_soon(db, request, now=now),
            waiting=why_waiting(db, request, now=now),
            promised=is_promised(db, request.theme_id),
            now=now,
        )
    db.flush()
    return len(waiting)
