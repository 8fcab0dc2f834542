"""A member's phone number: theirs once the code that was sent to it comes back; and who said STOP."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.identity.models.member import Member
from flashmeet.identity.models.reach import BlockedNumber


def blocked_reason(session: Session, member: Member) -> str:
    """Why no SMS goes to the member's number: opted_out or bad_number; "" where it may."""
    blocked = session.get(BlockedNumber, member.phone) if member.phone else None
    return blocked.reason if blocked is not None else ""
