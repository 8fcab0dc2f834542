"""What keeps a message from reaching somebody, and what became of one: facts about addresses and numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger
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


class PhoneCode(Base):
    """A number that a member wants to use, until the code that was sent to it is typed; hashed with its nonce."""

    __tablename__ = "phone_code"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str]
    nonce: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Delivery(Base):
    """What the provider told of an SMS after it took it, by the provider's name for it.

    It may come before the row is settled. `rank` never falls: answers overtake each other on the way.
    """

    __tablename__ = "delivery"

    ref: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    rank: Mapped[int] = mapped_column(SmallInteger)
    error: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime] = mapped_column(index=True)


class Coming(Base):
    """A member's word that they come, to the session as it was agreed at that `sequence`."""

    __tablename__ = "coming"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int]
    said_at: Mapped[datetime]
