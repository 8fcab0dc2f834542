"""Challenges: each is answered in the browser that was asked, by its member, once, in ten minutes and five tries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import WrongFactor
from flashmeet.core.secrets import hashed, new_secret
from flashmeet.security.models import FactorChallenge
from flashmeet.security.rules.factors import CHALLENGE_LASTS, TRIES, Purpose


def open_challenge(db: Session, member_id: int, purpose: Purpose, *, now: datetime, secret: str = "") -> str:
    """Opens a challenge; returns its nonce, for the browser that is asked."""
    nonce = new_secret()
    db.add(
        FactorChallenge(
            nonce_hash=hashed(nonce),
            member_id=member_id,
            purpose=purpose,
            secret=secret,
            expires_at=now + CHALLENGE_LASTS,
        )
    )
    db.flush()
    return nonce


def open_one(db: Session, nonce: str, purpose: Purpose, *, now: datetime) -> FactorChallenge | None:
    """Returns the challenge while it can still be answered."""
    found = db.scalar(
        select(FactorChallenge).where(FactorChallenge.nonce_hash == hashed(nonce), FactorChallenge.purpose == purpose)
    )
    awaited = found is not None and found.used_at is None and found.expires_at > now and found.tries < TRIES
    return found if awaited else None


def spend_try(db: Session, nonce: str, purpose: Purpose, *, now: datetime) -> int:
    """Counts a try; commit it before checking the answer, so that a failed one counts. Raises WrongFactor."""
    found: int | None = db.scalar(
        update(FactorChallenge)
        .where(
            FactorChallenge.nonce_hash == hashed(nonce),
            FactorChallenge.purpose == purpose,
            FactorChallenge.tries < TRIES,
            FactorChallenge.used_at.is_(None),
            FactorChallenge.expires_at > now,
        )
        .values(tries=FactorChallenge.tries + 1)
        .returning(FactorChallenge.id)
    )
    if found is None:
        raise WrongFactor
    return found


def close_challenge(db: Session, challenge_id: int, *, now: datetime) -> FactorChallenge:
    """Returns the challenge and uses it up. Raises WrongFactor when somebody was faster."""
    found = db.scalar(
        update(FactorChallenge)
        .where(FactorChallenge.id == challenge_id, FactorChallenge.used_at.is_(None))
        .values(used_at=now)
        .returning(FactorChallenge)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise WrongFactor
    return found
