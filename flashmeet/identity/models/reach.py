"""What keeps a message from reaching somebody, and what became of one: facts about addresses and numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class MailFault(Base):
    """The member's mails come back. `status` is the enhanced status code of RFC 3463, such as 5.1.1; `email` is the
    address that failed: another one starts afresh."""

    __tablename__ = "mail_fault"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str]
    status: Mapped[str]
    failed_at: Mapped[datetime]


class BlockedNumber(Base):
    """No SMS goes to this number (E.164), whoever has it. `reason` is opted_out or bad_number."""

    __tablename__ = "blocked_number"

    phone: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    blocked_at: Mapped[datetime]
