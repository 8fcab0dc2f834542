"""Signing in with a six-digit code by mail.

Known and unknown addresses look the same: both get a row, and every wrong code gets the same refusal.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import WrongCode
from flashmeet.core.numbers import only_digits
from flashmeet.core.secrets import code_hash, hashed, new_code, new_secret
from flashmeet.identity.models import Member, SignInCode
from flashmeet.identity.rules import JoiningState
from flashmeet.identity.service.revoke import lock_member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.service.deliveries import mail_arrives
from flashmeet.people.rules.facts import read_email
from flashmeet.people.rules.messages import SIGN_IN_CODE, CodePayload

CODE_LASTS = timedelta(minutes=10)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Attempt:
    """A counted try; codes are checked only with one."""

    code_id: int


def ask_code(db: Session, email: str, *, shared: bool = True, now: datetime) -> str:
    """Mails a code to that address if an active member has it; returns the code's nonce. Raises BadEmail.

    The browser keeps the nonce, so that the code works in no other browser; one that is `shared` is given to whoever
    asks for that address once it may be sent no more (`code_under_way`).
    """
    address = read_email("email", email)
    member = db.scalar(select(Member).where(Member.email == address, ~Member.suspended))
    return send_code(db, member, mailbox=hashed(address) if shared else "", now=now)


def code_under_way(db: Session, email: str, *, now: datetime) -> str | None:
    """Returns the nonce of the latest code for that address that is still good, whether or not somebody has it.

    Its mail is sent once more while its words are kept, and no oftener than every minute.
    """
    asked = db.scalars(
        select(SignInCode)
        .where(SignInCode.mailbox == hashed(read_email("email", email)), SignInCode.used_at.is_(None))
        .where(SignInCode.tries < TRIES, SignInCode.expires_at > now)
        .order_by(SignInCode.expires_at.desc(), SignInCode.id.desc())
        .limit(1)
    ).first()
    if asked is None:
        return None
    member = db.get(Member, asked.member_id) if asked.member_id is not None else None
    if member is not None and _active(member):
        _mail_again(db, member, asked, now=now)
    return asked.nonce


def _mail_again(db: Session, member: Member, asked: SignInCode, *, now: datetime) -> None:
    subject = f"sign_in:{hashed(asked.nonce)}"
    sent = db.scalars(select(OutboxMessage).where(OutboxMessage.subject == subject).order_by(OutboxMessage.version))
    code = next((str(each.payload["code"]) for each in sent if "code" in each.payload), "")
    if code:
        minute = int((now - asked.expires_at + CODE_LASTS).total_seconds()) // 60
        _mail(db, member, asked.nonce, code, version=minute, now=now, expires_at=asked.expires_at)


def send_code(db: Session, member: Member | None, *, mailbox: str = "", now: datetime) -> str:
    """Mails a code; None stands for nobody and gets the same row. Returns the nonce."""
    nonce, code = new_secret(), new_code()
    expires_at = now + CODE_LASTS
    db.add(
        SignInCode(
            nonce=nonce,
            member_id=None if member is None else member.id,
            mailbox=mailbox,
            code_hash=code_hash(nonce, code),
            expires_at=expires_at,
        )
    )
    db.flush()
    if member is not None:
        _mail(db, member, nonce, code, now=now, expires_at=expires_at)
    return nonce


def open_one_time(db: Session, member: Member, *, now: datetime) -> str:
    """Returns a one-time sign-in secret for an operator to hand over: nonce and code, separated by a dot."""
    nonce, code = new_secret(), new_code()
    db.add(SignInCode(nonce=nonce, member_id=member.id, code_hash=code_hash(nonce, code), expires_at=now + CODE_LASTS))
    db.flush()
    return f"{nonce}.{code}"


def spend_try(db: Session, nonce: str, *, most: int = TRIES, now: datetime) -> Attempt:
    """Counts a try of `most`; commit it before checking the code, so that a failed try counts. Raises WrongCode."""
    code_id = db.scalar(
        update(SignInCode)
        .where(
            SignInCode.nonce == nonce,
            SignInCode.tries < most,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now,
        )
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.id)
    )
    if code_id is None:
        raise WrongCode
    return Attempt(code_id)


def redeem_code(db: Session, attempt: Attempt, code: str, *, now: datetime, joining: bool = False) -> Member:
    """Returns the code's member and uses the code up. `joining` admits newcomers too. Raises WrongCode."""
    row = db.get(SignInCode, attempt.code_id)
    if row is None or not hmac.compare_digest(row.code_hash, code_hash(row.nonce, only_digits(code))):
        raise WrongCode
    member = lock_member(db, row.member_id) if row.member_id is not None else None
    used = db.scalar(
        update(SignInCode)
        .where(SignInCode.id == row.id, SignInCode.used_at.is_(None))
        .values(used_at=now)
        .returning(SignInCode.id)
    )
    if used is None or member is None or not (_active(member) or (joining and member.joining == JoiningState.PROOF)):
        raise WrongCode
    mail_arrives(db, member)
    return member


def _active(member: Member) -> bool:
    return not member.suspended


def _mail(
    db: Session, member: Member, nonce: str, code: str, *, version: int = 0, now: datetime, expires_at: datetime
) -> None:
    payload: CodePayload = {"code": code, "minutes": round(CODE_LASTS.total_seconds() / 60)}
    mail(
        db,
        member.id,
        SIGN_IN_CODE.saying(payload),
        f"sign_in:{hashed(nonce)}",
        version=version,
        not_after=expires_at,
        now=now,
    )
