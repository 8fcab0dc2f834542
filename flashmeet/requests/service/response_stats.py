"""How it went for others who asked: said on the button, and hidden while too few have."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.requests.models.request import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import ANSWERED, ODDS_WITHIN, Odds, odds

MOST = 500
ENDED = ("accepted", "declined", "solved", "expired", "untaken")


def odds_of_mentor(session: Session, mentor_id: int, *, now: datetime) -> Odds:
    """Of those who asked this mentor within a year."""
    query = (
        select(MentoringRequest.state, RequestAsk.asked_at, RequestAsk.answered_at)
        .join(RequestAsk.request)
        .where(
            RequestAsk.mentor_id == mentor_id,
            RequestAsk.wave == 0,
            RequestAsk.state.in_((*ANSWERED, "expired")),
            RequestAsk.asked_at > now - ODDS_WITHIN,
        )
        .order_by(RequestAsk.id.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    return odds([(state == "accepted", answered - asked if answered else None) for state, asked, answered in rows])


def odds_of_theme(session: Session, theme_id: int, *, now: datetime) -> Odds:
    """Of those who asked the theme within a year."""
    query = (
        select(MentoringRequest.state, MentoringRequest.created_at, MentoringRequest.ended_at)
        .where(
            MentoringRequest.theme_id == theme_id,
            MentoringRequest.kind == "theme",
            MentoringRequest.state.in_(ENDED),
            MentoringRequest.created_at > now - ODDS_WITHIN,
        )
        .order_by(MentoringRequest.id.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    return odds(
        [(state == "accepted", ended - made if ended and state == "accepted" else None) for state, made, ended in rows]
    )
