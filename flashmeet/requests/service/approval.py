"""The request beside a pending booking, with the same deadline, figures and reminder as other requests."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import PENDING, Action, PendingPayload
from flashmeet.bookings.service.events import Ending
from flashmeet.bookings.service.messages.mailing import due_of, tell
from flashmeet.bookings.service.messages.not_taken import announce_not_taken, take_back_pending
from flashmeet.bookings.service.messages.payloads import payload_for, subject_of
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import drop_waiting
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.messages import REQUEST
from flashmeet.requests.rules.requests import AskState, RequestKind, RequestState
from flashmeet.requests.service import notices
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.inactivity_check import note_expiry
from flashmeet.requests.service.times.kept import carry_exchange
from flashmeet.schedule.rules.free_now import is_near
from flashmeet.schedule.service.suggestions import Suggestion

_SAYS: dict[Ending, AskState] = {
    Ending.EXPIRED: AskState.EXPIRED,
    Ending.CANNOT_COME: AskState.CLOSED,
    Ending.AWAY: AskState.CLOSED,
}
"""The state of the ask, unless the mentor declined or the mentee withdrew."""
_ENDS: dict[AskState, RequestState] = {
    AskState.ACCEPTED: RequestState.ACCEPTED,
    AskState.DECLINED: RequestState.DECLINED,
    AskState.CLOSED: RequestState.DECLINED,
    AskState.EXPIRED: RequestState.EXPIRED,
    AskState.SOLVED: RequestState.SOLVED,
    AskState.WITHDRAWN: RequestState.WITHDRAWN,
}


UNANSWERED = (AskState.EXPIRED, AskState.WITHDRAWN, AskState.CLOSED)


def ask_mentor(db: Session, booking: Booking, now: datetime) -> None:
    """Asks the mentor and tells the mentee so; no calendar is written yet.

    After some mails within the hour both wait a while, and give way to what follows. About an hour that begins soon
    the mentor is asked by SMS, too, where they take it, outside quiet hours.
    """
    ask = ask_about(db, booking, now=now)
    request = REQUEST.saying({**_pending(booking, booking.mentor), "ask_id": ask.id, "ask_nonce": ask.nonce})
    pending = PENDING.saying(_pending(booking, booking.mentee))
    due_at = due_of(db, booking, by=booking.mentee, now=now)
    take_back_pending(db, booking, now=now)
    drop_waiting(db, subject=subject_of(booking.id), kinds=(REQUEST,), channel=ChannelName.SMS, reason="moved", now=now)
    near = is_near(booking.starts_at, now=now) and booking.mentor.takes_sms
    until = (booking.answer_due_at or booking.starts_at) if near else None
    tell(db, booking, booking.mentor, request, due_at=due_at, again=True, text_until=until, now=now)
    tell(db, booking, booking.mentee, pending, due_at=due_at, again=True, now=now)


def _pending(booking: Booking, member: Member) -> PendingPayload:
    due = booking.answer_due_at
    return {**payload_for(booking, member), "answer_due_at": due.isoformat() if due else ""}


def accept_with_booking(db: Session, booking: Booking, now: datetime) -> None:
    """Accepts the request beside a booking."""
    ask = _ask_of(db, booking.id)
    if ask is not None and ask.state == AskState.ASKED:
        carry_exchange(db, ask, booking.id)
    end_ask_about(db, booking, AskState.ACCEPTED, now=now)


def end_with_booking(db: Session, booking: Booking, why: Ending, by: Member | None, now: datetime) -> None:
    """Ends the request beside a booking; after an unanswered one the mentee is told who is free."""
    if why in (Ending.COUNTERED, Ending.SOLVED):
        return
    taken_back = by is not None and by.id == booking.mentee_id
    end_ask_about(db, booking, AskState.WITHDRAWN if taken_back else _SAYS.get(why, AskState.DECLINED), now=now)
    if why is Ending.EXPIRED:
        ask = _ask_of(db, booking.id)
        people = notices.suggestion_payloads(others_than(db, booking, now=now))
        unanswered = ask.question.text if ask and ask.question and ask.question.waits else ""
        announce_not_taken(
            db, booking, to=booking.mentee, action=Action.EXPIRED, reason=unanswered, people=people, now=now
        )


def ask_about(db: Session, booking: Booking, *, now: datetime) -> RequestAsk:
    """Asks the mentor about this hour until `answer_due_at`; asks again once it is moved."""
    due_at = booking.answer_due_at or booking.starts_at
    ask = _ask_of(db, booking.id)
    if ask is not None:
        notices.unask(db, ask, now=now)
        ask.due_at = ask.request.due_at = due_at
        db.flush()
        return ask
    ask = RequestAsk(
        mentor=booking.mentor,
        state=AskState.ASKED,
        asked_at=now,
        due_at=due_at,
        nonce=secrets.token_urlsafe(16),
        wave=0,
    )
    request = MentoringRequest(
        kind=RequestKind.HOUR,
        state=RequestState.OPEN,
        mentee=booking.mentee,
        theme=booking.theme,
        mentor=booking.mentor,
        booking_id=booking.id,
        need=booking.need,
        good_hour=booking.good_hour,
        minutes=booking.minutes,
        mode=booking.mode,
        place=booking.place,
        created_at=now,
        due_at=due_at,
        asks=[ask],
    )
    db.add(request)
    db.flush()
    notices.ask(db, ask, [booking.starts_at], now=now)
    return ask


def end_ask_about(db: Session, booking: Booking, state: AskState, *, now: datetime) -> None:
    """Ends the ask: the mentor answered, did not answer in time, or no longer has to."""
    ask = _ask_of(db, booking.id)
    if ask is None or ask.state != AskState.ASKED:
        return
    blameless = state == AskState.EXPIRED and ask.waits_for_reply
    ask.state, ask.answered_at = AskState.CLOSED if blameless else state, None if state in UNANSWERED else now
    ask.request.state, ask.request.ended_at, ask.request.due_at = _ENDS[state], now, None
    notices.unask(db, ask, now=now)
    db.flush()
    if ask.state == AskState.EXPIRED:
        note_expiry(db, ask.mentor, now=now)


def others_than(db: Session, booking: Booking, *, now: datetime) -> list[Suggestion]:
    """Returns mentors to suggest instead of the one who did not answer."""
    ask = _ask_of(db, booking.id)
    return others_soon(db, ask.request, now=now) if ask else []


def _ask_of(db: Session, booking_id: int) -> RequestAsk | None:
    query = select(RequestAsk).join(RequestAsk.request)
    found = query.where(MentoringRequest.booking_id == booking_id, MentoringRequest.kind == RequestKind.HOUR)
    return db.scalars(found.order_by(RequestAsk.id.desc()).limit(1)).first()
