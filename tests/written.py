"""What was written for a person of a scene: their mails, and the quarter hours that are claimed of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import Claim


class Written:
    """A part of scenes, which have a session."""

    db: Session

    def mails(self, who: Member, *kinds: str) -> list[str]:
        """Kinds of mails to this person that have not been dropped, in the order they were written."""
        query = select(OutboxMessage.kind).where(
            OutboxMessage.recipient_id == who.id, OutboxMessage.channel == "mail", OutboxMessage.state != "dropped"
        )
        found = self.db.scalars(query.order_by(OutboxMessage.id)).all()
        return [kind for kind in found if not kinds or kind in kinds]

    def payload(self, who: Member, kind: str) -> dict[str, Any]:
        """Of the latest."""
        query = select(OutboxMessage.payload).where(OutboxMessage.recipient_id == who.id, OutboxMessage.kind == kind)
        found: dict[str, Any] = self.db.scalars(query.order_by(OutboxMessage.id.desc()).limit(1)).one()
        return found

    def claimed(self, who: Member) -> int:
        return self.db.scalar(select(func.count()).select_from(Claim).where(Claim.member_id == who.id)) or 0
