"""The inactivity check: a mentor who let several requests expire is asked, and hidden until they are back."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.link_kinds import INACTIVITY_CHECK
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.requests.models import InactivityCheck, RequestAsk
from flashmeet.requests.rules.requests import ANSWERED, EXPIRED_WITHIN, EXPIRIES, STILL_FOR, AskState
from flashmeet.requests.service import notices
from flashmeet.schedule.service.pauses import pause, resume

AT_ONCE = 50


def note_expiry(db: Session, mentor: Member, *, now: datetime) -> None:
    """Asks this mentor after the third request within thirty days that they let expire. Waves do not count."""
    since = now - EXPIRED_WITHIN
    asked = select(InactivityCheck.asked_at).where(
        InactivityCheck.member_id == mentor.id, InactivityCheck.asked_at > since
    )
    last = db.scalars(asked.order_by(InactivityCheck.asked_at.desc()).limit(1)).first()
    counted = select(func.count()).where(
        RequestAsk.mentor_id == mentor.id,
        RequestAsk.state == AskState.EXPIRED,
        RequestAsk.wave == 0,
        RequestAsk.due_at > (last or since),
        RequestAsk.due_at <= now,
    )
    if (db.scalar(counted) or 0) < EXPIRIES or mentor.paused(now) or _is_being_asked(db, mentor.id):
        return
    question = InactivityCheck(
        member_id=mentor.id, asked_at=now, due_at=now + STILL_FOR, nonce=secrets.token_urlsafe(16)
    )
    db.add(question)
    db.flush()
    notices.inactivity_check(db, question, mentor, paused=False, now=now)


def _is_being_asked(db: Session, member_id: int) -> bool:
    """Whether the mentor was asked and still has time. Who was paused and is back may be asked again, however they
    came back."""
    query = select(InactivityCheck.id).where(
        InactivityCheck.member_id == member_id,
        InactivityCheck.answered_at.is_(None),
        InactivityCheck.paused_at.is_(None),
    )
    return db.scalar(query.limit(1)) is not None


def pause_silent(db: Session, *, now: datetime) -> int:
    """Hides the hours of mentors silent for seven days, and tells them how to return; returns how many.

    An answer to a request says as much as one to the question.
    """
    query = select(InactivityCheck).where(
        InactivityCheck.answered_at.is_(None), InactivityCheck.paused_at.is_(None), InactivityCheck.due_at <= now
    )
    questions = db.scalars(query.order_by(InactivityCheck.id).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    paused = 0
    for question in questions:
        answered_at = _answered_since(db, question)
        if answered_at is not None:
            question.answered_at = answered_at
            continue
        member = db.get(Member, question.member_id)
        question.paused_at = now
        paused += 1
        if member is not None:
            pause(db, member, now=now)
            notices.inactivity_check(db, question, member, paused=True, now=now)
    return paused


def _answered_since(db: Session, question: InactivityCheck) -> datetime | None:
    """Returns when the mentor last answered a request since they were asked."""
    answers = select(func.max(RequestAsk.answered_at)).where(
        RequestAsk.mentor_id == question.member_id,
        RequestAsk.state.in_(ANSWERED),
        RequestAsk.answered_at >= question.asked_at,
    )
    return db.scalar(answers)


def inactivity_check_of(db: Session, token: str, *, links: Links, viewer_id: int | None) -> InactivityCheck:
    """Returns the question of a signed link. Raises NotFound, also for another signed-in member."""
    link = PersonalLink(
        INACTIVITY_CHECK,
        find=lambda db, number: db.get(InactivityCheck, number),
        facts=lambda question: (question.nonce,),
        owner=lambda question: db.get(Member, question.member_id),
    )
    return resolve_link(db, link, token, links=links, viewer_id=viewer_id)


def confirm_active(db: Session, question: InactivityCheck, *, now: datetime) -> None:
    """Records that the mentor is still active, and shows hidden hours again at once."""
    member = db.get(Member, question.member_id)
    if member is None or question.answered_at is not None:
        return
    question.answered_at = now
    if question.paused_at is not None:
        resume(db, member, now=now)
