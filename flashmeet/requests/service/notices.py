"""Messages about a request, to the mentors asked and to the mentee. Each is sent once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import WITHIN, due_after, mails_caused
from flashmeet.messages.outbox.drop_reasons import named
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.messages.rules.kinds import AnyKind
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.requests.models import HourOffer, InactivityCheck, MentoringRequest, RequestAsk
from flashmeet.requests.rules.messages import (
    ASKED,
    ASKED_AGAIN,
    HOUR_OFFERED,
    REQUEST_ENDED,
    REQUEST_QUEUED,
    REQUEST_WITHDRAWN,
    STILL_WITH_US,
    TIMES_PROPOSED,
    WEEK_PASSED,
    AskedPayload,
    RequestPayload,
)
from flashmeet.requests.rules.requests import AskState, OfferState, RequestKind, nudge_at
from flashmeet.requests.rules.waiting import Waiting
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.service.suggestions import Suggestion
from flashmeet.themes.rules.messages import SuggestionPayload

TO_THE_ASKED: tuple[AnyKind, ...] = (ASKED, ASKED_AGAIN)


def subject_of(request_id: int) -> str:
    """Returns the outbox subject of a request."""
    return f"request:{request_id}"


def payload_for(request: MentoringRequest, other: Member | None, starts: Iterable[datetime] = ()) -> RequestPayload:
    """Returns the request as one person is told about it; kinds with further fields add them.

    `other` is whom it is about, None for a theme's mentors; `starts` are the times to choose from.
    """
    return {
        "request_id": request.id,
        "mentee_id": request.mentee_id,
        "theme": request.theme.names,
        "slug": request.theme.slug,
        "regulated": request.theme.regulated,
        "other_id": other.id if other else None,
        "other_name": other.name if other else "",
        "other_tzid": other.tzid if other else "",
        "need": request.need,
        "good_hour": request.good_hour,
        "minutes": request.minutes,
        "mode": request.mode,
        "any_time": request.any_time,
        "rhythm_weeks": request.rhythm_weeks,
        "series_ends_on": request.series_ends_on.isoformat() if request.series_ends_on else "",
        "times": [each.isoformat() for each in starts],
    }


def asked_payload(ask: RequestAsk, starts: Iterable[datetime]) -> AskedPayload:
    """Returns the request as a mentor who was asked is told about it."""
    request = ask.request
    return {
        **payload_for(request, request.mentee, starts),
        "ask_id": ask.id,
        "ask_nonce": ask.nonce,
        "due_at": ask.due_at.isoformat(),
        "wave": ask.wave > 0,
        "format": request.booking.format if request.booking else Format.FLASH,
    }


def ask(db: Session, ask: RequestAsk, starts: Iterable[datetime], *, now: datetime) -> None:
    """Asks a mentor, and queues one reminder for half-time."""
    request, mentor = ask.request, ask.mentor
    payload, subject = asked_payload(ask, starts), subject_of(request.id)
    if request.kind != RequestKind.HOUR:
        by = mails_caused(by=request.mentee_id, to=mentor.id, since=now - WITHIN)
        due_at = due_after(in_all=db.scalar(select(by)) or 0, now=now)
        mail(db, mentor.id, ASKED.saying(payload), subject, now=now, due_at=due_at, not_after=ask.due_at)
    again = nudge_at(ask.asked_at, ask.due_at, mentor.tzid)
    if again is not None and ask.wave == 0:
        mail(db, mentor.id, ASKED_AGAIN.saying(payload), subject, now=now, due_at=again, not_after=ask.due_at)


def unask(db: Session, ask: RequestAsk, *, now: datetime) -> None:
    """Cancels pending asks and reminders once no answer is needed."""
    drop_waiting(
        db,
        subject=subject_of(ask.request_id),
        kinds=TO_THE_ASKED,
        reason="answered",
        now=now,
        recipient_id=ask.mentor_id,
    )


def withdrawn(db: Session, ask: RequestAsk, *, now: datetime) -> None:
    """Tells the mentor whom the mentee chose that the request was withdrawn, unless its mail had not left yet."""
    asked = select(OutboxMessage.id).where(
        OutboxMessage.subject == subject_of(ask.request_id),
        OutboxMessage.recipient_id == ask.mentor_id,
        OutboxMessage.kind == ASKED,
        OutboxMessage.state != OutboxState.DROPPED,
    )
    if db.scalar(asked.limit(1)) is None:
        return
    message = REQUEST_WITHDRAWN.saying(payload_for(ask.request, ask.request.mentee))
    mail(db, ask.mentor.id, message, subject_of(ask.request.id), now=now)


def proposed(db: Session, ask: RequestAsk, starts: Iterable[datetime], *, now: datetime) -> None:
    """Sends the mentee the times that the mentor proposes."""
    message = TIMES_PROPOSED.saying(
        {
            **payload_for(ask.request, ask.mentor, starts),
            "note": ask.note,
            "due_at": ask.request.due_at.isoformat() if ask.request.due_at else None,
        }
    )
    mail(db, ask.request.mentee.id, message, subject_of(ask.request.id), version=ask.id, now=now)


def ended(
    db: Session,
    request: MentoringRequest,
    ask: RequestAsk | None,
    *,
    people: Iterable[Suggestion] = (),
    colleagues: Iterable[Member] = (),
    action: str = "",
    now: datetime,
) -> None:
    """Tells the mentee how the request ended without an hour, and who else there is. `action` says more than its
    state."""
    message = REQUEST_ENDED.saying(
        {
            **payload_for(request, ask.mentor if ask else request.mentor),
            "action": action or request.state,
            "note": said_by(ask) if ask else "",
            "people": suggestion_payloads(people),
            "colleagues": [{"id": each.id, "name": each.name} for each in colleagues],
        }
    )
    mail(db, request.mentee.id, message, subject_of(request.id), now=now)


def said_by(ask: RequestAsk) -> str:
    """Returns the mentor's last words: their question, where it had no reply, else what they wrote with an answer."""
    return ask.question.text if ask.question is not None and ask.question.waits else ask.note


def queued(db: Session, request: MentoringRequest, *, asked: int, now: datetime) -> None:
    """Tells the mentee that no mentor could this time, and that they are in the theme's queue."""
    message = REQUEST_QUEUED.saying({**payload_for(request, None), "asked": asked})
    mail(db, request.mentee.id, message, subject_of(request.id), now=now)


def offered(db: Session, offer: HourOffer, *, now: datetime) -> None:
    message = HOUR_OFFERED.saying(
        {
            **payload_for(offer.request, offer.mentor, (offer.starts_at,)),
            "offer_id": offer.id,
            "offer_nonce": offer.nonce,
            "due_at": offer.ends_at.isoformat(),
            "kept": offer.holder_id is not None,
        }
    )
    mentee = offer.request.mentee
    mail(db, mentee.id, message, subject_of(offer.request.id), version=offer.id, now=now, not_after=offer.ends_at)


def week_passed(
    db: Session,
    request: MentoringRequest,
    people: Iterable[Suggestion],
    *,
    waiting: Waiting,
    promised: bool,
    now: datetime,
) -> None:
    """Tells the mentee after seven days why there is no hour yet, and who else there is."""
    message = WEEK_PASSED.saying(
        {
            **payload_for(request, request.mentor),
            "action": request.state,
            "asked": len(request.asks),
            "declined": waiting.declined,
            "silent": waiting.silent,
            "why": waiting.reason,
            "promised": promised,
            "people": suggestion_payloads(people),
        }
    )
    mail(db, request.mentee.id, message, subject_of(request.id), now=now)


def inactivity_check(db: Session, question: InactivityCheck, member: Member, *, paused: bool, now: datetime) -> None:
    """Asks a mentor whether they are still active; or, once `paused`, tells them how to return with one tap."""
    mail(
        db,
        member.id,
        STILL_WITH_US.saying(
            {
                "still_id": question.id,
                "still_nonce": question.nonce,
                "due_at": question.due_at.isoformat(),
                "paused": paused,
            }
        ),
        f"still:{question.id}",
        version=int(paused),
        now=now,
    )


def suggestion_payloads(people: Iterable[Suggestion]) -> list[SuggestionPayload]:
    """Returns the people suggested, as a payload names them."""
    return [
        {"id": each.mentor.id, "name": each.mentor.name, "soonest": each.match.soonest.isoformat()} for each in people
    ]


def settled_asks(db: Session, rows: Sequence[OutboxMessage], _now: datetime) -> Mapping[int, str]:
    """Returns the rows about an ask that is no longer open, with its state."""
    ids = {named(row, "ask_id") for row in rows}
    states = dict(db.execute(select(RequestAsk.id, RequestAsk.state).where(RequestAsk.id.in_(ids))).all())
    return _settled(rows, "ask_id", states, AskState.ASKED)


def settled_offers(db: Session, rows: Sequence[OutboxMessage], _now: datetime) -> Mapping[int, str]:
    """Returns the rows about an offered hour that is no longer open, with its state."""
    ids = {named(row, "offer_id") for row in rows}
    states = dict(db.execute(select(HourOffer.id, HourOffer.state).where(HourOffer.id.in_(ids))).all())
    return _settled(rows, "offer_id", states, OfferState.OPEN)


def _settled(rows: Sequence[OutboxMessage], name: str, states: Mapping[int, str], open_state: str) -> Mapping[int, str]:
    found = {row.id: states.get(named(row, name), open_state) for row in rows}
    return {row_id: state for row_id, state in found.items() if state != open_state}
