"""Six-digit codes by which a member proves a number or an address: ten minutes, five tries, one at a time."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from flashmeet.core.errors import WrongCode
from flashmeet.core.numbers import only_digits
from flashmeet.core.secrets import code_hash
from flashmeet.people.models import AddressCode, ErasureCode, PhoneCode

CODE_LASTS, TRIES = timedelta(minutes=10), 5
MemberCode = PhoneCode | AddressCode | ErasureCode


def is_awaited(found: MemberCode | None, *, now: datetime) -> bool:
    """Whether the code can still be typed."""
    return found is not None and found.expires_at > now and found.tries < TRIES


def spend_code_try(db: Session, kind: type[MemberCode], member_id: int, *, now: datetime) -> None:
    """Counts a try; commit it before checking the code, so that a failed try counts. Raises WrongCode."""
    found = db.scalar(
        update(kind)
        .where(kind.member_id == member_id, kind.tries < TRIES, kind.expires_at > now)
        .values(tries=kind.tries + 1)
        .returning(kind.member_id)
    )
    if found is None:
        raise WrongCode


def is_proven(asked: MemberCode | None, typed: str, *, now: datetime) -> bool:
    """Whether the code typed is the one that was sent, in time."""
    if asked is None or asked.expires_at <= now:
        return False
    return hmac.compare_digest(asked.code_hash, code_hash(asked.nonce, only_digits(typed)))
