"""Delivery reports: the provider's later statuses of an SMS, which never go backwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Select, Table, delete, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.database.elapsed import epoch_seconds
from flashmeet.core.database.prepared import prepared
from flashmeet.core.phone_numbers import FAILED, RANKS, UNREACHABLE, DeliveryStatus
from flashmeet.identity.models import MailFault, Member
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import Delivery, OutboxMessage
from flashmeet.messages.outbox.sms_fallback import fall_back
from flashmeet.messages.outbox.unreachable import block_number, mark_mail_fault
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.mail_status import blames_us
from flashmeet.messages.rules.outbox import BOUNCED, OutboxState

OPT_OUT_ERROR = "21610"
LOOK_BACK = timedelta(minutes=30)
SETTLING = 120
"""Seconds between the time that a settled message bears and the moment from which others see it, at most."""


def note_delivery(db: Session, *, ref: str, status: str, error: str, now: datetime) -> bool:
    """Stores a new status and handles a failure; returns whether the status was new.

    Reports may arrive out of order, more than once, and before the message itself is settled.
    """
    known = DeliveryStatus(status) if status in RANKS else None
    if known is None or not _kept(db, known, ref=ref, error=error, now=now):
        return False
    if known in FAILED:
        row = db.scalars(select(OutboxMessage).where(OutboxMessage.provider_ref == ref)).first()
        if row is not None:
            _failed(db, row, error, now=now)
    return True


def follow_failures(db: Session, *, now: datetime) -> None:
    """Handles failures that came before their message was settled; others were handled when they came. Idempotent."""
    query = (
        select(OutboxMessage, Delivery.error)
        .join(Delivery, Delivery.ref == OutboxMessage.provider_ref)
        .where(Delivery.told_at > now - LOOK_BACK, Delivery.status.in_(FAILED))
        .where(epoch_seconds(OutboxMessage.settled_at) >= epoch_seconds(Delivery.told_at) - SETTLING)
        .order_by(OutboxMessage.id)
    )
    for row, error in db.execute(query).all():
        _failed(db, row, error, now=now)


def _kept(db: Session, status: DeliveryStatus, *, ref: str, error: str, now: datetime) -> bool:
    rank = RANKS[status]
    fresh = {"ref": ref, "status": status, "rank": rank, "error": error, "told_at": now}
    if insert_new(db, cast(Table, Delivery.__table__), [fresh]):
        return True
    moved = db.scalar(
        update(Delivery)
        .where(Delivery.ref == ref, Delivery.rank < rank)
        .values(status=status, rank=rank, error=error, told_at=now)
        .returning(Delivery.ref)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def _failed(db: Session, row: OutboxMessage, error: str, *, now: datetime) -> None:
    """Blocks the number if it is the reason, and sends the reminder by mail."""
    if error == OPT_OUT_ERROR:
        block_number(db, row.sent_to, BlockReason.OPTED_OUT, now=now)
    if error in UNREACHABLE:
        block_number(db, row.sent_to, BlockReason.BAD_NUMBER, now=now)
    fall_back(db, row, now=now)


def mail_failed(db: Session, *, message_key: str, status: str, now: datetime) -> None:
    """Notes that the mail with that key bounced permanently; unknown keys are ignored.

    Its address is marked, unless it was refused for what we are or sent: then the mail is shown as refused.
    """
    row = db.scalar(
        select(OutboxMessage).where(OutboxMessage.message_key == message_key, OutboxMessage.channel == ChannelName.MAIL)
    )
    if row is None:
        return
    if not blames_us(status):
        mark_mail_fault(db, row.recipient, status, address=row.sent_to, now=now)
    elif row.state in (OutboxState.SENT, OutboxState.UNKNOWN):
        row.state, row.reason, row.settled_at, row.lease_until = OutboxState.REFUSED, BOUNCED + status, now, None
        db.flush()


def mail_fault(db: Session, member: Member) -> MailFault | None:
    """Returns the fault of the member's present address, if any."""
    found = db.get(MailFault, member.id)
    return found if found is not None and found.email == member.email else None


@prepared
def faults_of(member_id: int) -> Select[str]:
    """What `mail_fault` reads, for a page that asks for several kinds at once (`any_rows`)."""
    return select(MailFault.status).where(MailFault.member_id == member_id)


def mail_arrives(db: Session, member: Member) -> None:
    """Clears the member's mail fault, because a mail was read there."""
    db.execute(delete(MailFault).where(MailFault.member_id == member.id))


def mail_faults(db: Session, *, limit: int) -> Sequence[tuple[MailFault, Member]]:
    """Returns the latest failing addresses with their members."""
    query = (
        select(MailFault, Member)
        .join(Member, Member.id == MailFault.member_id)
        .where(MailFault.email == Member.email, ~Member.suspended)
        .order_by(MailFault.failed_at.desc(), MailFault.member_id)
        .limit(limit)
    )
    return [(fault, member) for fault, member in db.execute(query)]
