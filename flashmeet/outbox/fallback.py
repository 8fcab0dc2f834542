"""A reminder that could not be sent as an SMS, or may not have arrived, is said by mail instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.domain.messages import TIMED, Kind
from flashmeet.outbox.obsolete import INSTEAD
from flashmeet.outbox.write import enqueue
from flashmeet.store.models import OutboxMessage


def fall_back(session: Session, sms: OutboxMessage, *, now: datetime) -> None:
    """Once, and only where no mail says the same: the mail's own row is woken, or written."""
    if sms.channel != "sms" or sms.kind not in TIMED or (sms.not_after is not None and now >= sms.not_after):
        return
    mail = _mail_of(session, sms)
    if mail is None:
        _write(session, sms, now=now)
    elif mail.state == "dropped" and mail.reason == "switched_off":
        mail.payload = {**mail.payload, INSTEAD: True}
        mail.state, mail.reason, mail.settled_at, mail.due_at = "waiting", "", None, now
        session.flush()


def _mail_of(session: Session, sms: OutboxMessage) -> OutboxMessage | None:
    query = select(OutboxMessage).where(
        OutboxMessage.subject == sms.subject,
        OutboxMessage.version == sms.version,
        OutboxMessage.recipient_id == sms.recipient_id,
        OutboxMessage.channel == "mail",
        OutboxMessage.kind == sms.kind,
    )
    return session.scalars(query.with_for_update()).first()


def _write(session: Session, sms: OutboxMessage, *, now: datetime) -> None:
    kind: Kind = next(kind for kind in TIMED if kind == sms.kind)
    enqueue(
        session,
        subject=sms.subject,
        version=sms.version,
        recipient_id=sms.recipient_id,
        channel="mail",
        kind=kind,
        payload={**sms.payload, INSTEAD: True},
        now=now,
        not_after=sms.not_after,
    )
