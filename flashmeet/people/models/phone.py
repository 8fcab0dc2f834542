"""What keeps a message from reaching somebody, and what became of one: facts about addresses and numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class PhoneCode(Base):
    """A number that a member wants to use, until the code that was sent to it is typed; hashed with its nonce."""

    __tablename__ = "phone_code"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str]
    nonce: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)
