"""Sends a reminder by mail when its SMS could not be sent or may not have arrived."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import INSTEAD
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import KINDS, Message, is_timed
from flashmeet.messages.rules.outbox import OutboxState


def with_mails(ids: Collection[int]) -> Select[tuple[int]]:
    """Returns those rows, and for each SMS among them the mail with the same content."""
    sms, mail = aliased(OutboxMessage), aliased(OutboxMessage)
    mails = (
        select(mail.id)
        .select_from(sms)
        .join(
            mail,
            and_(
                mail.subject == sms.subject,
                mail.version == sms.version,
                mail.recipient_id == sms.recipient_id,
                mail.channel == ChannelName.MAIL,
                mail.kind == sms.kind,
            ),
        )
        .where(sms.id.in_(ids), sms.channel == ChannelName.SMS)
    )
    return select(select(OutboxMessage.id).where(OutboxMessage.id.in_(ids)).union(mails).subquery().c.id)


def lock_with_mails(db: Session, ids: Collection[int]) -> None:
    """Locks the rows and their mails in the order of their ids, as every transaction does, to avoid deadlocks."""
    query = select(OutboxMessage.id).where(OutboxMessage.id.in_(with_mails(ids))).order_by(OutboxMessage.id)
    db.execute(query.with_for_update()).all()


def fall_back(db: Session, sms: OutboxMessage, *, now: datetime) -> None:
    """Sends the mail once, unless one with the same content was sent: revives its row, or writes one; one that still
    waits leaves though mails of its kind are switched off.

    The caller has locked both by `lock_with_mails`.
    """
    if sms.channel != ChannelName.SMS or not is_timed(sms.kind) or (sms.not_after is not None and now >= sms.not_after):
        return
    mail = _mail_of(db, sms)
    if mail is None:
        _write(db, sms, now=now)
    elif mail.state == OutboxState.WAITING:
        mail.payload = {**mail.payload, INSTEAD: True}
        db.flush()
    elif mail.state == OutboxState.DROPPED and mail.reason == "switched_off":
        mail.payload = {**mail.payload, INSTEAD: True}
        mail.state, mail.reason, mail.settled_at, mail.due_at = OutboxState.WAITING, "", None, now
        db.flush()


def _mail_of(db: Session, sms: OutboxMessage) -> OutboxMessage | None:
    query = select(OutboxMessage).where(
        OutboxMessage.subject == sms.subject,
        OutboxMessage.version == sms.version,
        OutboxMessage.recipient_id == sms.recipient_id,
        OutboxMessage.channel == ChannelName.MAIL,
        OutboxMessage.kind == sms.kind,
    )
    return db.scalars(query.with_for_update()).first()


def _write(db: Session, sms: OutboxMessage, *, now: datetime) -> None:
    mail(
        db,
        sms.recipient_id,
        Message(KINDS[sms.kind], {**sms.payload, INSTEAD: True}),
        sms.subject,
        version=sms.version,
        not_after=sms.not_after,
        now=now,
    )
