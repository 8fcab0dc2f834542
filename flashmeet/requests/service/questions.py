"""A mentor's one question before an answer, and the mentee's reply. The request stays open meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.end import live_booking
from flashmeet.core.errors import AskedBackAlready, NotFound, RepliedAlready, RequestOver
from flashmeet.core.settings.service import network_settings
from flashmeet.people.service.terms import require_terms
from flashmeet.requests.models import MentoringRequest, RequestAsk, RequestQuestion
from flashmeet.requests.rules.questions import running_again, standing_still
from flashmeet.requests.rules.requests import WAVE_DAYS, AskState, RequestKind, RequestState
from flashmeet.requests.service import question_notices
from flashmeet.requests.service.answer import answering, times_to_accept
from flashmeet.requests.service.lifecycle import is_open, lock_live_request
from flashmeet.requests.service.times.kept import kept_times
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.booked_hour import REASON_CHARACTERS, HolderKind, answer_deadline, checked_text

NEVER = datetime.max.replace(tzinfo=UTC)


def ask_back(db: Session, ask: RequestAsk, text: str, *, now: datetime) -> RequestQuestion:
    """Asks the mentee one question before an answer; the mentor's time stands still until they reply.

    Raises Missing, TooLong, TermsRequired, RequestOver, AskedBackAlready.
    """
    words = checked_text("note", text, most=REASON_CHARACTERS, required=True)
    request = answering(db, ask, now=now)
    if ask.question is not None:
        if ask.question.text == words:  # the same form, sent twice
            return ask.question
        raise AskedBackAlready
    latest, network = _latest(db, request, now=now), network_settings(db)
    days = WAVE_DAYS if ask.wave else network.answer_days
    until = answer_deadline(now, starts_at=latest, tzid=request.mentee.tzid, days=days, country=network.country)
    question = ask.question = RequestQuestion(text=words, asked_at=now, due_at=until)
    _prolong(db, ask, standing_still(now, ask.due_at, reply_due_at=until, latest=latest), now=now)
    question_notices.asked_back(db, ask, question, times_to_accept(db, ask, now=now), now=now)
    return question


def reply(db: Session, request: MentoringRequest, ask_id: int, text: str, *, now: datetime) -> RequestQuestion:
    """Replies to the question of a mentor who was asked; they are mailed. Raises Missing, TooLong, TermsRequired,
    NotFound, RequestOver, RepliedAlready."""
    words = checked_text("reply", text, most=REASON_CHARACTERS, required=True)
    require_terms(db, request.mentee, now=now)
    if request.kind == RequestKind.HOUR and request.booking_id is not None:
        db.get(Booking, request.booking_id, with_for_update={"of": Booking})  # booking first, as everywhere
    request = lock_live_request(db, request.id, RequestState.OPEN)
    ask = next((each for each in request.asks if each.id == ask_id), None)
    if ask is None or ask.question is None:
        raise NotFound
    db.refresh(ask, ["state", "due_at"])
    question = ask.question
    db.refresh(question)
    if question.reply == words:
        return question
    if not question.waits:
        raise RepliedAlready
    if not is_open(ask, now=now):
        raise RequestOver(ask.state)
    question.reply, question.replied_at = words, now
    _prolong(db, ask, _due_again(db, ask, question, now=now), now=now)
    question_notices.replied(db, ask, question, times_to_accept(db, ask, now=now), now=now)
    return question


def asks_with_question(request: MentoringRequest) -> Sequence[RequestAsk]:
    """Returns the asks whose mentor asked back, those that wait for a reply first."""
    found = [each for each in request.asks if each.question is not None]
    return sorted(found, key=lambda each: not waits_for_reply(each))


def waits_for_reply(ask: RequestAsk) -> bool:
    """Whether the mentee may reply; the page shows until when the mentor waits."""
    return ask.waits_for_reply and ask.state == AskState.ASKED and ask.request.state == RequestState.OPEN


def _due_again(db: Session, ask: RequestAsk, question: RequestQuestion, *, now: datetime) -> datetime:
    latest, country = _latest(db, ask.request, now=now), network_settings(db).country
    fresh = answer_deadline(now, starts_at=latest, tzid=ask.mentor.tzid, days=1, country=country)
    return running_again(now, ask.due_at, reply_due_at=question.due_at, fresh=fresh, latest=latest)


def _latest(db: Session, request: MentoringRequest, *, now: datetime) -> datetime:
    """Returns the last time at which the hour could be, which no deadline outlasts."""
    if request.kind == RequestKind.HOUR and request.booking is not None:
        return request.booking.starts_at
    return max(kept_times(db, request, now=now), default=NEVER)


def _prolong(db: Session, ask: RequestAsk, until: datetime, *, now: datetime) -> None:
    """Moves the deadline of the ask, and of all that is kept for it."""
    request = ask.request
    ask.due_at = until
    request.due_at = max(each.due_at for each in request.asks if each.state == AskState.ASKED)
    db.flush()
    if request.kind == RequestKind.HOUR and request.booking_id is not None:
        booking, holder = live_booking(db, request.mentee, request.booking_id, now=now)
        booking.answer_due_at = holder.expires_at = until
    elif request.kind == RequestKind.MENTOR:
        of = (Holder.request_id == request.id, Holder.kind == HolderKind.PROPOSAL, Holder.expires_at > now)
        for holder in db.scalars(select(Holder).where(*of).order_by(Holder.id).with_for_update()):
            holder.expires_at = min(until, holder.starts_at or until)
    db.flush()
