"""How somebody stands: the no-shows that count, whether they confirm each hour, whether they are paused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.no_shows import NoShow
from flashmeet.bookings.rules.standing import COUNTS_FOR
from flashmeet.core.errors import PausedByNetwork
from flashmeet.identity.models.member import Member
from flashmeet.people.models.conduct import ConductCase
from flashmeet.schedule.rules.booked_hour import SeatRole


def no_shows_of(session: Session, member_ids: Collection[int], now: datetime) -> Mapping[int, int]:
    """By member, the standing no-shows of the last 90 days; who has none is left out. One statement."""
    query = select(NoShow.about_id, func.count()).where(NoShow.about_id.in_(member_ids), *counting(now))
    return dict(session.execute(query.group_by(NoShow.about_id)).all())


def standing_as(session: Session, member_id: int, role: SeatRole, *, now: datetime) -> int:
    """The same of one member, of the hours in which they had that part."""
    query = select(func.count()).where(NoShow.about_id == member_id, NoShow.role == role, *counting(now))
    return session.scalar(query) or 0


def counting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What makes a no-show count."""
    return (NoShow.state == "standing", NoShow.starts_at > now - COUNTS_FOR)


def is_paused(session: Session, member_id: int) -> bool:
    """Whether an administrator still has to talk to them."""
    waits = (ConductCase.about_id == member_id, ConductCase.kind == "pause", ConductCase.closed_at.is_(None))
    return bool(session.scalar(select(exists().where(*waits))))


def require_not_paused(session: Session, mentee: Member) -> None:
    """Raises PausedByNetwork."""
    if is_paused(session, mentee.id):
        raise PausedByNetwork
