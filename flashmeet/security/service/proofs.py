"""A fresh proof that it is the member, for one who has no second factor: a code by mail."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.errors import WrongFactor
from flashmeet.core.numbers import only_digits
from flashmeet.core.secrets import code_hash, hashed, new_code, new_secret
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import mail
from flashmeet.security.rules.factors import CHALLENGE_LASTS, Purpose
from flashmeet.security.rules.messages import PROOF_CODE
from flashmeet.security.service.challenges import close_challenge, open_challenge


def mail_proof_code(db: Session, member: Member, *, now: datetime) -> str:
    """Mails a code of six digits; returns the nonce of the challenge, for the browser that asked."""
    code, salt = new_code(), new_secret()
    nonce = open_challenge(db, member.id, Purpose.PROOF, secret=f"{salt}:{code_hash(salt, code)}", now=now)
    mail(
        db,
        member.id,
        PROOF_CODE.saying({"code": code, "minutes": round(CHALLENGE_LASTS.total_seconds() / 60)}),
        f"proof:{hashed(nonce)}",
        not_after=now + CHALLENGE_LASTS,
        now=now,
    )
    return nonce


def check_mailed(db: Session, member: Member, challenge_id: int, typed: str, *, now: datetime) -> None:
    """Uses up the code that was mailed. Raises WrongFactor."""
    asked = close_challenge(db, challenge_id, now=now)
    salt, _, kept = asked.secret.partition(":")
    if asked.member_id != member.id or not hmac.compare_digest(kept, code_hash(salt, only_digits(typed))):
        raise WrongFactor
