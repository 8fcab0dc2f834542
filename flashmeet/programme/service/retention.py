"""What time has passed over: deleted in small bites."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.bookings.service.threads import purge_threads
from flashmeet.core.intervals import tick
from flashmeet.core.limits import RateCount
from flashmeet.http.models import Draft, IdempotencyKey
from flashmeet.identity.models.login import LoginSession, SignInCode
from flashmeet.messages.service.deliveries import purge_deliveries
from flashmeet.people.service.phones import purge_phone_codes
from flashmeet.schedule.models.availability import Opening
from flashmeet.schedule.models.claim import Claim

DAY = timedelta(days=1)


def purge_past(session: Session, *, now: datetime) -> None:
    """Openings past their notice, claims of yesterday, and whatever else has ended by itself."""
    session.execute(delete(Opening).where(Opening.closes_at < now))
    session.execute(delete(Claim).where(Claim.tick < tick(now - DAY)))
    session.execute(delete(SignInCode).where(SignInCode.expires_at < now - DAY))
    session.execute(delete(LoginSession).where(LoginSession.expires_at < now))
    session.execute(delete(Draft).where(Draft.expires_at < now))
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - DAY))
    session.execute(delete(RateCount).where(RateCount.expires_at < now))
    purge_phone_codes(session, now=now)
    purge_deliveries(session, now=now)
    purge_threads(session, now=now)
