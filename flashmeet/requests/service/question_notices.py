"""Messages about a mentor's question before an answer: to the mentee, and back to the mentor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.requests.models import RequestAsk, RequestQuestion
from flashmeet.requests.rules.messages import (
    ASKED_AGAIN,
    QUESTION_AGAIN,
    QUESTION_ANSWERED,
    QUESTION_ASKED,
    QuestionPayload,
)
from flashmeet.requests.rules.requests import nudge_at
from flashmeet.requests.service import notices

ASKED_BACK, REPLIED = 1, 2
"""Versions of a mentor's reminder: the deadline it tells of moves with each step."""


def asked_back(
    db: Session, ask: RequestAsk, question: RequestQuestion, starts: Iterable[datetime], *, now: datetime
) -> None:
    """Asks the mentee, and once more at half-time; the mentor is reminded only once the wait for a reply is over."""
    notices.unask(db, ask, now=now)
    request, mentee, subject = ask.request, ask.request.mentee, notices.subject_of(ask.request_id)
    payload: QuestionPayload = {
        **notices.payload_for(request, ask.mentor),
        "ask_id": ask.id,
        "note": question.text,
        "due_at": question.due_at.isoformat(),
    }
    first, again = QUESTION_ASKED.saying(payload), nudge_at(now, question.due_at, mentee.tzid)
    mail(db, mentee.id, first, subject, version=ask.id, now=now, not_after=ask.due_at)
    if again is not None:
        second = QUESTION_AGAIN.saying(payload)
        mail(db, mentee.id, second, subject, version=ask.id, now=now, due_at=again, not_after=ask.due_at)
    _remind(db, ask, starts, since=question.due_at, version=ASKED_BACK, now=now)


def replied(
    db: Session, ask: RequestAsk, question: RequestQuestion, starts: Iterable[datetime], *, now: datetime
) -> None:
    """Sends the mentor the reply, with the times that can be accepted, and queues one reminder."""
    times, subject = list(starts), notices.subject_of(ask.request_id)
    notices.unask(db, ask, now=now)
    drop_waiting(
        db,
        subject=subject,
        kinds=(QUESTION_ASKED, QUESTION_AGAIN),
        reason="answered",
        now=now,
        recipient_id=ask.request.mentee_id,
    )
    message = QUESTION_ANSWERED.saying(
        {**notices.asked_payload(ask, times), "question": question.text, "note": question.reply}
    )
    mail(db, ask.mentor_id, message, subject, now=now, not_after=ask.due_at)
    _remind(db, ask, times, since=now, version=REPLIED, now=now)


def _remind(
    db: Session, ask: RequestAsk, starts: Iterable[datetime], *, since: datetime, version: int, now: datetime
) -> None:
    """Queues the mentor's reminder for half of the time between `since` and their deadline; waves have none."""
    at = nudge_at(since, ask.due_at, ask.mentor.tzid) if since < ask.due_at and ask.wave == 0 else None
    if at is not None:
        message, subject = ASKED_AGAIN.saying(notices.asked_payload(ask, starts)), notices.subject_of(ask.request_id)
        mail(db, ask.mentor_id, message, subject, version=version, now=now, due_at=at, not_after=ask.due_at)
