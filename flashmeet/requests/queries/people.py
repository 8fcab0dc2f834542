"""Who asked whom."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from flashmeet.requests.models.request import MentoringRequest, RequestAsk


def have_asked(session: Session, one_id: int, other_id: int) -> bool:
    """Whether one of these two was ever asked for an hour by the other."""
    sides = or_(
        and_(MentoringRequest.mentee_id == one_id, RequestAsk.mentor_id == other_id),
        and_(MentoringRequest.mentee_id == other_id, RequestAsk.mentor_id == one_id),
    )
    return session.scalar(select(RequestAsk.id).join(RequestAsk.request).where(sides).limit(1)) is not None
