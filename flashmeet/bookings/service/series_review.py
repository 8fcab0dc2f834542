"""The day on which two who go on look back, and the end of what came to its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.messages import SERIES_REVIEW
from flashmeet.bookings.rules.outcomes import ASKED_AT
from flashmeet.bookings.rules.series import ANSWERED_WITHIN
from flashmeet.bookings.service.series import tell
from flashmeet.core.zones import instant

AT_ONCE = 100


def look_back(session: Session, *, now: datetime) -> int:
    """Asks both on the day to look back, at nine on the mentee's wall, and ends what has come to its end; returns how
    many."""
    query = (
        select(Series)
        .where(Series.state == "open", Series.review_on <= (now + timedelta(days=1)).date())
        .where(Series.reviewed_on.is_(None) | (Series.reviewed_on < Series.review_on))
        .order_by(Series.review_on, Series.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Series)
    )
    asked = 0
    for series in session.scalars(query).all():
        if now < instant(series.review_on, ASKED_AT, series.mentee.tzid):
            continue
        series.reviewed_on = series.review_on
        for member in (series.mentor, series.mentee):
            tell(session, series, member, SERIES_REVIEW, now=now)
        asked += 1
    return asked + _end_over(session, now=now)


def _end_over(session: Session, *, now: datetime) -> int:
    past = (Series.state == "open") & (Series.ends_on < (now - timedelta(days=1)).date())
    unanswered = (Series.state == "proposed") & (Series.proposed_at <= now - ANSWERED_WITHIN)
    query = select(Series).where(past | unanswered).order_by(Series.id).limit(AT_ONCE)
    over = session.scalars(query.with_for_update(skip_locked=True, of=Series)).all()
    for series in over:
        series.state, series.ended_at = "ended", now
    session.flush()
    return len(over)
