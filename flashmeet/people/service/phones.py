"""A member's phone number: verified by a code; and numbers that opted out."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NumberBlocked, SmsOff, WrongCode
from flashmeet.core.secrets import code_hash, hashed, new_code, new_secret
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import BlockedNumber, Member
from flashmeet.identity.rules import BlockReason
from flashmeet.identity.service.events import contact_changed
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.unreachable import unblock_number
from flashmeet.messages.outbox.write import drop_waiting, send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.models import PhoneCode
from flashmeet.people.rules.messages import PHONE_CODE, PhoneCodePayload
from flashmeet.people.service.member_codes import CODE_LASTS, is_awaited, is_proven, spend_code_try


def ask_phone_code(db: Session, member: Member, phone: str, *, now: datetime) -> None:
    """Sends a code to that number and invalidates an earlier one. Raises SmsOff, NumberBlocked."""
    check_reachable(db, phone)
    nonce, code = new_secret(), new_code()
    before = db.scalar(delete(PhoneCode).where(PhoneCode.member_id == member.id).returning(PhoneCode.nonce))
    if before:
        drop_waiting(db, subject=_subject(before), kinds=(PHONE_CODE,), reason="asked_again", now=now)
    fresh = {
        "member_id": member.id,
        "phone": phone,
        "nonce": nonce,
        "code_hash": code_hash(nonce, code),
        "tries": 0,
        "expires_at": now + CODE_LASTS,
    }
    table = cast(Table, PhoneCode.__table__)
    if insert_new(db, table, [fresh]):  # else a concurrent request has sent one
        _send(db, member, phone, nonce, code, now=now)


def check_reachable(db: Session, phone: str) -> None:
    """Raises SmsOff, and NumberBlocked where it said STOP. A number that failed once may be tried again by a code."""
    if not network_settings(db).sms_on:
        raise SmsOff
    blocked = db.get(BlockedNumber, phone)
    if blocked is not None and blocked.reason == BlockReason.OPTED_OUT:
        raise NumberBlocked(reason=blocked.reason)


def code_asked(db: Session, member: Member, *, now: datetime) -> PhoneCode | None:
    """Returns the number that awaits its code, while the code is valid."""
    found = db.get(PhoneCode, member.id)
    return found if is_awaited(found, now=now) else None


def code_may_arrive(db: Session, asked: PhoneCode) -> bool:
    """Whether the SMS with the code was neither refused nor dropped, nor laid aside."""
    state = db.scalar(select(OutboxMessage.state).where(OutboxMessage.subject == _subject(asked.nonce)))
    return state not in (OutboxState.REFUSED, OutboxState.DROPPED, OutboxState.PARKED)


def spend_phone_try(db: Session, member: Member, *, now: datetime) -> None:
    """Counts a try; commit it before checking the code, so that a failed try counts. Raises WrongCode."""
    spend_code_try(db, PhoneCode, member.id, now=now)


def confirm_phone(db: Session, member: Member, code: str, *, now: datetime) -> None:
    """Verifies the number, which takes SMS again if it did not, and turns on SMS reminders. Raises WrongCode."""
    asked = db.scalars(select(PhoneCode).where(PhoneCode.member_id == member.id).with_for_update()).first()
    if asked is None or not is_proven(asked, code, now=now):
        raise WrongCode
    member.phone, member.phone_verified_at, member.sms_opt_in = asked.phone, now, True
    unblock_number(db, asked.phone, only=BlockReason.BAD_NUMBER)
    db.delete(asked)
    db.flush()
    contact_changed(db, member, now)


def _send(db: Session, member: Member, phone: str, nonce: str, code: str, *, now: datetime) -> None:
    payload: PhoneCodePayload = {"to": phone, "code": code, "minutes": round(CODE_LASTS.total_seconds() / 60)}
    send(
        db,
        subject=_subject(nonce),
        version=0,
        recipient_id=member.id,
        channel=ChannelName.SMS,
        message=PHONE_CODE.saying(payload),
        now=now,
        not_after=now + CODE_LASTS,
    )


def _subject(nonce: str) -> str:
    return f"phone:{hashed(nonce)}"
