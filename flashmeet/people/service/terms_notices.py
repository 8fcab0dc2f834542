"""Tells the members of a version of the terms, once each, and of its withdrawal; a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import named
from flashmeet.messages.outbox.write import Effect, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import AnyKind, Message
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.models import Terms, TermsAcceptance, TermsNotice
from flashmeet.people.rules.messages import TERMS_ANNOUNCED, TERMS_WITHDRAWN, TermsPayload
from flashmeet.people.rules.terms import GRACE

TOLD_AT_ONCE = 500


def tell_of_terms(db: Session, *, now: datetime) -> int:
    """Writes to the next members about each version that is new or withdrawn; returns to how many.

    Once the grace of a version is over, nobody is told any more: whoever came since has met it at the door.
    """
    told = 0
    for notice in db.scalars(select(TermsNotice).order_by(TermsNotice.version).with_for_update()):
        terms = db.get_one(Terms, notice.version)
        if terms.withdrawn_at is not None:
            told += _tell_withdrawn(db, notice, terms, now=now)
        elif terms.in_force_at + GRACE > now:
            told += _tell_announced(db, notice, terms, now=now)
        else:
            db.delete(notice)
    return told


def _tell_announced(db: Session, notice: TermsNotice, terms: Terms, *, now: datetime) -> int:
    ids = db.scalars(_members().where(Member.id > notice.told_to_id).order_by(Member.id).limit(TOLD_AT_ONCE)).all()
    accepted = select(TermsAcceptance.member_id).where(
        TermsAcceptance.member_id.in_(ids), TermsAcceptance.version >= terms.version
    )
    at_ease = set(db.scalars(accepted)) if ids else set()
    message = TERMS_ANNOUNCED.saying(terms_payload(terms))
    _send(
        db, terms, message, [each for each in ids if each not in at_ease], now=now, not_after=terms.in_force_at + GRACE
    )
    notice.told_to_id = ids[-1] if ids else notice.told_to_id
    return len(ids)


def _tell_withdrawn(db: Session, notice: TermsNotice, terms: Terms, *, now: datetime) -> int:
    """Tells those whose mail has left, the last ones first; mails that wait are dropped before they leave."""
    reached = _members().where(Member.id <= notice.told_to_id).order_by(Member.id.desc()).limit(TOLD_AT_ONCE)
    ids = db.scalars(reached).all()
    if not ids:
        db.delete(notice)
        return 0
    left = (OutboxState.SENT, OutboxState.SENDING, OutboxState.UNKNOWN)
    had = db.scalars(select(Member.id).where(Member.id.in_(ids), was_told(terms.version, TERMS_ANNOUNCED, left))).all()
    _send(db, terms, TERMS_WITHDRAWN.saying(terms_payload(terms)), had, now=now, not_after=None)
    notice.told_to_id = ids[-1] - 1
    return len(had)


def members_to_tell(db: Session) -> int:
    """Returns how many members are told of a version."""
    return db.scalar(select(func.count()).select_from(_members().subquery())) or 0


def _members() -> Select[int]:
    return select(Member.id).where(Member.joining.is_(None), ~Member.suspended)


def was_told(version: int, kind: AnyKind, states: Sequence[OutboxState] = tuple(OutboxState)) -> ColumnElement[bool]:
    """A condition on Member: a mail of that kind about that version was written to them and is in one of the states."""
    return exists().where(
        OutboxMessage.subject == terms_subject(version),
        OutboxMessage.version == 0,
        OutboxMessage.recipient_id == Member.id,
        OutboxMessage.channel == ChannelName.MAIL,
        OutboxMessage.kind == kind,
        OutboxMessage.state.in_(states),
    )


def terms_subject(version: int) -> str:
    """Returns the outbox subject of a version of the terms."""
    return f"terms:{version}"


def terms_payload(terms: Terms) -> TermsPayload:
    return {
        "terms_version": terms.version,
        "in_force_at": terms.in_force_at.isoformat(),
        "changes": terms.changes,
    }


def _send(
    db: Session, terms: Terms, message: Message, ids: Sequence[int], *, now: datetime, not_after: datetime | None
) -> None:
    effects = [
        Effect(
            subject=terms_subject(terms.version),
            version=0,
            recipient_id=member_id,
            channel=ChannelName.MAIL,
            message=message,
            not_after=not_after,
        )
        for member_id in ids
    ]
    send_all(db, effects, now=now)


def settled_terms(db: Session, rows: Sequence[OutboxMessage], _now: datetime) -> Mapping[int, str]:
    """Returns the rows about a version that is withdrawn, or that their recipient has accepted, and which."""
    versions = {named(row, "terms_version") for row in rows}
    standing = select(Terms.version).where(Terms.version.in_(versions), Terms.withdrawn_at.is_(None))
    stands = set(db.scalars(standing))
    recipients = {row.recipient_id for row in rows}
    proofs = select(TermsAcceptance.member_id, TermsAcceptance.version)
    accepted: dict[int, int] = {}
    for member_id, version in db.execute(proofs.where(TermsAcceptance.member_id.in_(recipients))):
        accepted[member_id] = max(version, accepted.get(member_id, 0))
    found: dict[int, str] = {}
    for row in rows:
        if named(row, "terms_version") not in stands:
            found[row.id] = "withdrawn"
        elif accepted.get(row.recipient_id, 0) >= named(row, "terms_version"):
            found[row.id] = "accepted"
    return found
