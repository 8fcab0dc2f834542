"""Forecasts the next 28 days of each theme: what was asked for is counted by the database, in three statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.programme.queries import asked_in_vain
from flashmeet.programme.rules.forecast import A_YEAR, AHEAD, LATELY, Forecast, Season
from flashmeet.programme.service.balance import ThemeBalance
from flashmeet.requests.models import MentoringRequest
from flashmeet.themes.models import Theme, UnmetNeed
from flashmeet.themes.queries import today_of


def forecasts(db: Session, board: Sequence[ThemeBalance], *, now: datetime) -> Mapping[int, Forecast]:
    """Returns the forecast of each theme of the board, by id; what was merged counts as what it became."""
    booked, missed = _booked(db, now=now), _missed(db, now=now)
    known = LATELY if _is_older(db, now=now) else now - min([now, *booked.first, *missed.first])
    return {
        row.theme.id: Forecast(
            lately=booked.lately.get(row.theme.id, 0) + missed.lately.get(row.theme.id, 0),
            known=known,
            open_hours=row.balance.open_hours,
            turn=booked.season.turn,
        )
        for row in board
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """Requests lately by theme, and the first of each; bookings of the whole network last year."""

    lately: Mapping[int, int]
    first: Sequence[datetime]
    season: Season = field(default_factory=Season)


def _booked(db: Session, *, now: datetime) -> _Asked:
    then = now - A_YEAR
    lately = _within(Booking.created_at, now - LATELY, now)
    before, after = _within(Booking.created_at, then - LATELY, then), _within(Booking.created_at, then, then + AHEAD)
    theme_id = today_of(Theme)
    counted = [func.count(case((each, 1))) for each in (lately, before, after)]
    query = (
        select(theme_id, func.min(case((lately, Booking.created_at))), *counted)
        .join(Theme, Theme.id == Booking.theme_id)
        .where(or_(lately, before, after))
        .group_by(theme_id)
    )
    rows = db.execute(query).all()
    season = Season(before=sum(row[3] for row in rows), after=sum(row[4] for row in rows))
    return _Asked({row[0]: row[2] for row in rows}, [row[1] for row in rows if row[1] is not None], season)


def _missed(db: Session, *, now: datetime) -> _Asked:
    """Counts what was asked for and is no booking."""
    asked = asked_in_vain(since=now - LATELY, now=now)
    query = select(asked.c.theme_id, func.count(), func.min(asked.c.at)).group_by(asked.c.theme_id)
    rows = db.execute(query).all()
    return _Asked({row[0]: row[1] for row in rows}, [row[2] for row in rows])


def _is_older(db: Session, *, now: datetime) -> bool:
    """Whether anything was asked for more than eight weeks ago."""
    begins = now - LATELY
    asked = (Booking.created_at, UnmetNeed.at, MentoringRequest.created_at)
    return bool(db.scalar(select(or_(*(exists().where(at <= begins) for at in asked)))))


def _within(at: InstrumentedAttribute[datetime], start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(at > start, at <= end)
