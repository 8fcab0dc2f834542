"""Addresses whose mails come back: who is concerned, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.identity.models.member import Member
from flashmeet.identity.models.reach import MailFault
from flashmeet.messages.models.outbox import OutboxMessage
from flashmeet.messages.outbox.unreachable import mark_mail_fault


def mail_failed(session: Session, *, message_key: str, status: str, now: datetime) -> None:
    """The mail of that key came back for good; a key that is not ours says nothing."""
    row = session.scalar(
        select(OutboxMessage).where(OutboxMessage.message_key == message_key, OutboxMessage.channel == "mail")
    )
    if row is not None:
        mark_mail_fault(session, row.recipient, status, now=now)


def mail_fault(session: Session, member: Member) -> MailFault | None:
    """What keeps mails from this member, at the address they have today."""
    found = session.get(MailFault, member.id)
    return found if found is not None and found.email == member.email else None


def mail_arrives(session: Session, member: Member) -> None:
    """Somebody read a mail there."""
    session.execute(delete(MailFault).where(MailFault.member_id == member.id))


def mail_faults(session: Session, *, limit: int) -> Sequence[tuple[MailFault, Member]]:
    """The latest addresses that fail, with whose they are."""
    query = (
        select(MailFault, Member)
        .join(Member, Member.id == MailFault.member_id)
        .where(MailFault.email == Member.email, ~Member.suspended)
        .order_by(MailFault.failed_at.desc(), MailFault.member_id)
        .limit(limit)
    )
    return [(fault, member) for fault, member in session.execute(query)]
