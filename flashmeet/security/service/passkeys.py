"""Adding and using passkeys. An administrator's device has to verify them; a member need only have theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import WrongFactor
from flashmeet.identity.models import Member
from flashmeet.identity.service.revoke import lock_member
from flashmeet.security.models import FactorChallenge, Passkey
from flashmeet.security.rules.factors import FactorKind, Purpose
from flashmeet.security.rules.passkeys import MOST_NAME, MOST_PASSKEYS, Holder, PasskeyCheck, new_challenge
from flashmeet.security.service.challenges import close_challenge, open_challenge, open_one
from flashmeet.security.service.factors import factors_of, note_added
from flashmeet.security.service.notices import tell_added


def begin_passkey(db: Session, member_id: int, *, now: datetime) -> str:
    """Opens the challenge that a new passkey signs; returns its nonce."""
    return open_challenge(db, member_id, Purpose.PASSKEY, secret=new_challenge(), now=now)


def creation_options(
    db: Session, nonce: str, member: Member, *, check: PasskeyCheck, network: str, now: datetime
) -> str | None:
    """Returns what the browser is asked; None when no passkey is being added here, or too long ago."""
    asked = open_one(db, nonce, Purpose.PASSKEY, now=now)
    if asked is None or asked.member_id != member.id:
        return None
    holder = Holder(member_id=member.id, account=member.email, name=member.name, verified=member.runs_network)
    return check.creation_options(holder, network=network, challenge=asked.secret, known=known_ids(db, member.id))


def known_ids(db: Session, member_id: int) -> list[str]:
    return [each.credential_id for each in factors_of(db, member_id).passkeys]


def add_passkey(
    db: Session, member: Member, challenge_id: int, answer: str, name: str, *, check: PasskeyCheck, now: datetime
) -> list[str]:
    """Adds the passkey; returns recovery codes if it is the first factor. Raises WrongFactor."""
    lock_member(db, member.id)
    asked = close_challenge(db, challenge_id, now=now)
    made = check.created(answer, challenge=asked.secret, verified=member.runs_network)
    taken = db.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id))
    if asked.member_id != member.id or taken is not None or len(known_ids(db, member.id)) >= MOST_PASSKEYS:
        raise WrongFactor
    db.add(
        Passkey(
            member_id=member.id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name[:MOST_NAME],
            created_at=now,
        )
    )
    db.flush()
    tell_added(db, member, FactorKind.PASSKEY, name[:MOST_NAME], now=now)
    return note_added(db, member, now=now)


def request_options(db: Session, asked: FactorChallenge, *, check: PasskeyCheck) -> str | None:
    """Returns what the browser is asked; None when the challenge is not for a passkey, or the member has none."""
    member, known = db.get_one(Member, asked.member_id), known_ids(db, asked.member_id)
    if not known or not check.offered:
        return None
    return check.request_options(challenge=asked.secret, known=known, verified=member.runs_network)


def use_passkey(
    db: Session, member: Member, challenge: str, answer: str, *, check: PasskeyCheck, now: datetime
) -> None:
    """Takes the answer to that challenge, which the caller has used up. Raises WrongFactor."""
    passkey = db.scalar(
        select(Passkey).where(Passkey.member_id == member.id, Passkey.credential_id == check.credential_in(answer))
    )
    if passkey is None:
        raise WrongFactor
    count = check.used(
        answer,
        challenge=challenge,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        verified=member.runs_network,
    )
    as_it_was = (Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
    counted = db.scalar(update(Passkey).where(*as_it_was).values(sign_count=count, used_at=now).returning(Passkey.id))
    if counted is None:
        raise WrongFactor
