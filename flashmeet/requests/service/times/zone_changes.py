"""Times that wait for an answer while their zone gets other rules: the wall time that was proposed stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.zone_versions import Behind, take_outdated
from flashmeet.core.errors import Refusal
from flashmeet.core.zones import data_version, instant_of_wall, wall_of
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestTime
from flashmeet.requests.service.notices import subject_of
from flashmeet.requests.service.times.kept import hour_at, take_time
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.booked_hour import HolderKind
from flashmeet.schedule.rules.zone_moves import move_in_turn
from flashmeet.schedule.service.claims import take_hour

AT_ONCE = 50
"""Each may move, which writes claims, openings and messages."""


def follow_proposed_times(db: Session, *, now: datetime) -> Behind:
    """Derives some of the held times again from the clock by which they were proposed.

    One whose new time is not free stays where it is: nobody has agreed on it yet, and everybody reads it anew.
    """
    query = select(Holder).where(_waiting(now)).order_by(Holder.starts_at, Holder.id)
    taken = take_outdated(db, query, Holder.zone_data, limit=AT_ONCE, known=True)
    holders = taken.rows
    moving = [each for each in holders if _meant(each) != each.starts_at]
    move_in_turn(moving, lambda each: _is_moved(db, each, now=now))
    for holder in holders:
        if holder.starts_at is not None:
            holder.wall, holder.zone_data = wall_of(holder.starts_at, holder.tzid), data_version()
    db.flush()
    return taken.behind


def _waiting(now: datetime) -> ColumnElement[bool]:
    return and_(Holder.wall != "", Holder.starts_at > now, Holder.expires_at > now, Holder.request_id.is_not(None))


def _meant(holder: Holder) -> datetime | None:
    return holder.starts_at and instant_of_wall(holder.wall, holder.tzid, at=holder.starts_at)


def _is_moved(db: Session, holder: Holder, *, now: datetime) -> bool:
    """Moves a time with all that names it; False where it cannot be taken, and nothing has changed."""
    before, starts_at = holder.starts_at, _meant(holder)
    request = db.get(MentoringRequest, holder.request_id)
    if before is None or starts_at is None or request is None:
        return False
    try:
        with db.begin_nested():
            _claim(db, holder, request, starts_at, now=now)
    except Refusal:
        return False
    holder.starts_at = starts_at
    if holder.expires_at == before:
        holder.expires_at = starts_at
    named = [
        *db.scalars(select(RequestTime).where(RequestTime.holder_id == holder.id)),
        *db.scalars(select(HourOffer).where(HourOffer.holder_id == holder.id)).unique(),
    ]
    for row in named:
        row.starts_at = starts_at
    db.flush()
    _say_anew(db, request, before, starts_at)
    return True


def _claim(db: Session, holder: Holder, request: MentoringRequest, starts_at: datetime, *, now: datetime) -> None:
    mentor = db.get(Member, holder.mentor_id) if holder.mentor_id is not None else None
    if holder.kind == HolderKind.PROPOSAL or mentor is None:
        take_time(db, request, holder, starts_at, by=request.mentee, mentor=mentor, now=now)
    else:
        take_hour(db, holder, hour_at(db, request, mentor, starts_at, now=now), you=request.mentee, now=now)


def _say_anew(db: Session, request: MentoringRequest, before: datetime, starts_at: datetime) -> None:
    """Corrects mails about the request that have not left."""
    mails = select(OutboxMessage).where(
        OutboxMessage.subject == subject_of(request.id), OutboxMessage.state == OutboxState.WAITING
    )
    for mail in db.scalars(mails).all():
        if before.isoformat() in mail.payload.get("times", ()):
            times = [starts_at.isoformat() if each == before.isoformat() else each for each in mail.payload["times"]]
            mail.payload = {**mail.payload, "times": times}
