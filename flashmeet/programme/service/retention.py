"""Deletes data past its retention period, in small batches."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.audit.service import forget_entries
from flashmeet.bookings.models.booking import Booking, ThreadMessage
from flashmeet.bookings.rules import threads
from flashmeet.bookings.service.threads import PURGED_AT_ONCE, Thread
from flashmeet.core.intervals import tick
from flashmeet.core.limits import RateCount
from flashmeet.http.models import Draft, IdempotencyKey
from flashmeet.identity.models import LoginSession, SignInCode
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.service.deliveries import purge_deliveries
from flashmeet.people.service.addresses import purge_address_changes
from flashmeet.people.service.import_runs import purge_imports
from flashmeet.people.service.phones import purge_phone_codes
from flashmeet.requests.models import MentoringRequest
from flashmeet.schedule.models import Claim, Opening
from flashmeet.security.service.challenges import purge_challenges

DAY = timedelta(days=1)


def purge_past(db: Session, *, now: datetime) -> None:
    """Deletes openings past their notice, yesterday's claims, and everything else that has expired."""
    db.execute(delete(Opening).where(Opening.closes_at < now))
    db.execute(delete(Claim).where(Claim.tick < tick(now - DAY)))
    db.execute(delete(SignInCode).where(SignInCode.expires_at < now - DAY))
    db.execute(delete(LoginSession).where(LoginSession.expires_at < now))
    db.execute(delete(Draft).where(Draft.expires_at < now))
    db.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - DAY))
    db.execute(delete(RateCount).where(RateCount.expires_at < now))
    purge_challenges(db, now=now)
    purge_phone_codes(db, now=now)
    purge_address_changes(db, now=now)
    purge_imports(db, now=now)
    purge_deliveries(db, now=now)
    purge_threads(db, now=now)
    forget_entries(db, now=now)


def purge_threads(db: Session, *, now: datetime) -> int:
    """Deletes texts of bookings and requests that ended long ago, with their mails; returns how many texts.

    Bounded and idempotent.
    """
    before = now - threads.KEPT_FOR
    past = select(ThreadMessage.id, ThreadMessage.booking_id, ThreadMessage.request_id).where(
        ThreadMessage.booking_id.in_(select(Booking.id).where(Booking.ends_at < before))
        | ThreadMessage.request_id.in_(select(MentoringRequest.id).where(MentoringRequest.ended_at < before))
    )
    rows = db.execute(past.order_by(ThreadMessage.id).limit(PURGED_AT_ONCE)).all()
    if rows:
        subjects = {Thread(booking_id, request_id).subject for _, booking_id, request_id in rows}
        db.execute(delete(ThreadMessage).where(ThreadMessage.id.in_([row.id for row in rows])))
        db.execute(delete(OutboxMessage).where(OutboxMessage.subject.in_(subjects)))
    return len(rows)
