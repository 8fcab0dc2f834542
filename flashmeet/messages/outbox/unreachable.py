"""Records addresses and numbers that refused a message, so that nothing is sent there in vain."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.identity.models import BlockedNumber, MailFault, Member
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.mail_status import blames_address


def learn_from(db: Session, row: OutboxMessage, *, now: datetime) -> None:
    """Marks the number or the address of a refused row, if that is the reason."""
    if row.channel == ChannelName.SMS and row.reason in tuple(BlockReason):
        block_number(db, row.sent_to, BlockReason(row.reason), now=now)
    status = row.reason.rpartition(" ")[2]
    if row.channel == ChannelName.MAIL and blames_address(status):
        mark_mail_fault(db, row.recipient, status, address=row.sent_to, now=now)


def sms_number(row: OutboxMessage) -> str:
    """Returns an SMS's number: the one being verified, else the member's present one."""
    return str(row.payload.get("to") or row.recipient.phone or "")


def block_number(db: Session, phone: str, reason: BlockReason, *, now: datetime) -> None:
    """Blocks all SMS to the number. An opt-out replaces any other reason."""
    if not phone:
        return
    fresh = {"phone": phone, "reason": reason, "blocked_at": now}
    insert_new(db, cast(Table, BlockedNumber.__table__), [fresh])
    row = db.get_one(BlockedNumber, phone)
    if reason == BlockReason.OPTED_OUT and row.reason != BlockReason.OPTED_OUT:
        row.reason, row.blocked_at = BlockReason.OPTED_OUT, now
        db.flush()


def unblock_number(db: Session, phone: str, *, only: BlockReason | None = None) -> None:
    """Lets SMS go to the number again, whatever blocked it, or `only` if that did."""
    blocked = delete(BlockedNumber).where(BlockedNumber.phone == phone)
    db.execute(blocked if only is None else blocked.where(BlockedNumber.reason == only))


def mark_mail_fault(db: Session, member: Member, status: str, *, address: str, now: datetime) -> None:
    """Records that mails to that address bounce, unless the member has another by now."""
    if address != member.email:
        return
    fresh = {"member_id": member.id, "email": member.email, "status": status, "failed_at": now}
    if not insert_new(db, cast(Table, MailFault.__table__), [fresh]):
        row = db.get_one(MailFault, member.id, populate_existing=True)
        row.email, row.status, row.failed_at = member.email, status, now
        db.flush()
