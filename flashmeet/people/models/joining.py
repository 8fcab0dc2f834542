"""How people come in by themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id


class Invitation(Base):
    """A link that lets people join while it lasts; `nonce` makes it, so that it can be shown again.

    `uses` counts who joined by it, up to `most`. Mentors who come by one that `approves` are bookable at once.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    nonce: Mapped[str]
    label: Mapped[str]
    role: Mapped[str]
    approves: Mapped[bool] = mapped_column(default=False)
    most: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    def live(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now and self.uses < self.most
