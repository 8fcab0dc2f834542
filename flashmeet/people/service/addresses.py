"""A member's mail address: changed by a code from the new one, and given back to the old one for a week.

An address that is taken gets the same answer as a free one; its owner is told by mail that somebody asked for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import AddressTaken, NotFound, SameAddress, WrongCode
from flashmeet.core.link_kinds import ADDRESS_BACK
from flashmeet.core.links import Links
from flashmeet.core.secrets import code_hash, hashed, new_code, new_secret
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import LoginSession, Member, SignInCode
from flashmeet.identity.rules import JoiningState
from flashmeet.identity.service.events import address_changed, security_happened
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.identity.service.logins import close_other_logins
from flashmeet.identity.service.revoke import end_everything
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.messages.service.deliveries import mail_arrives
from flashmeet.people.models import AddressChange, AddressCode
from flashmeet.people.rules.messages import (
    ADDRESS_CODE,
    ADDRESS_LEFT,
    ADDRESS_NEW,
    ADDRESS_WANTED,
    AddressCodePayload,
    AddressLeftPayload,
)
from flashmeet.people.service.joining import give_up_address
from flashmeet.people.service.member_codes import CODE_LASTS, is_awaited, is_proven, spend_code_try
from flashmeet.security.service.factors import remove_factors_since

GIVEN_BACK_WITHIN = timedelta(days=7)
"""How long the old mailbox can take the account back, by the link in the mail that told it of the change."""


def ask_address_code(db: Session, member: Member, email: str, *, now: datetime) -> None:
    """Mails a code to the new address and invalidates an earlier one. Raises SameAddress.

    An address that is taken gets a row too, with a code that nobody knows, and a mail to its owner.
    """
    if email == member.email:
        raise SameAddress
    nonce, code = new_secret(), new_code()
    before = db.scalar(delete(AddressCode).where(AddressCode.member_id == member.id).returning(AddressCode.nonce))
    if before:
        drop_waiting(db, subject=_subject(before), kinds=(ADDRESS_CODE,), reason="asked_again", now=now)
    proved = or_(Member.joining.is_(None), Member.joining != JoiningState.PROOF)
    owner = db.scalar(select(Member).where(Member.email == email, proved))
    fresh = {
        "member_id": member.id,
        "email": email,
        "nonce": nonce,
        "code_hash": code_hash(nonce, code if owner is None else new_secret()),
        "tries": 0,
        "expires_at": now + CODE_LASTS,
    }
    if not insert_new(db, cast(Table, AddressCode.__table__), [fresh]):
        return  # a concurrent request has sent one
    if owner is None:
        payload: AddressCodePayload = {"to": email, "code": code, "minutes": round(CODE_LASTS.total_seconds() / 60)}
        mail(db, member.id, ADDRESS_CODE.saying(payload), _subject(nonce), now=now, not_after=now + CODE_LASTS)
    else:
        mail(db, owner.id, ADDRESS_WANTED.saying({}), _subject(nonce), now=now)


def address_asked(db: Session, member: Member, *, now: datetime) -> AddressCode | None:
    """Returns the address that awaits its code, while the code is valid."""
    found = db.get(AddressCode, member.id)
    return found if is_awaited(found, now=now) else None


def spend_address_try(db: Session, member: Member, *, now: datetime) -> None:
    """Counts a try; commit it before checking the code, so that a failed try counts. Raises WrongCode."""
    spend_code_try(db, AddressCode, member.id, now=now)


def confirm_address(db: Session, member: Member, code: str, *, secret: str, now: datetime) -> None:
    """Changes the address; signs out every browser but the one with this secret. Raises WrongCode, AddressTaken."""
    asked = db.scalars(select(AddressCode).where(AddressCode.member_id == member.id).with_for_update()).first()
    if asked is None or not is_proven(asked, code, now=now):
        raise WrongCode
    before = member.email
    _set(db, member, asked.email)
    close_other_logins(db, member, secret)
    _tell_old_address(db, member, before, _kept_to_give_back(db, member, before, now=now), now=now)
    _changed(db, member, before, by=member.id, now=now)


def set_address(db: Session, member: Member, email: str, *, by: int | None, now: datetime) -> None:
    """Changes the address of somebody who lost the old one; both addresses are told. Raises AddressTaken.

    `by` is the administrator who does it, None for the server's command line. Every login ends. The old mailbox cannot
    take the account back: it may be somebody else's by now.
    """
    if email == member.email:
        return
    before = member.email
    _set(db, member, email)
    db.execute(delete(LoginSession).where(LoginSession.member_id == member.id))
    db.execute(delete(AddressChange).where(AddressChange.member_id == member.id))
    _tell_old_address(db, member, before, None, now=now)
    _tell_new_address(db, member, now=now)
    _changed(db, member, before, by=by, now=now)


def address_change(db: Session, token: str, *, links: Links, viewer_id: int | None, now: datetime) -> AddressChange:
    """Returns the change that a link mailed to the old address names, within `GIVEN_BACK_WITHIN`. Raises NotFound."""
    change = resolve_link(db, ADDRESS_BACK_LINK, token, links=links, viewer_id=viewer_id)
    if change.changed_at + GIVEN_BACK_WITHIN <= now:
        raise NotFound
    return change


def give_back(db: Session, change: AddressChange, *, now: datetime) -> None:
    """Gives the account back to the old address: all that lets anybody in ends, and second factors that were added
    since are removed. Raises AddressTaken."""
    member, since = change.member, change.changed_at
    left = member.email
    _set(db, member, change.before)
    end_everything(db, member, now=now)
    remove_factors_since(db, member, since, now=now)
    db.execute(delete(AddressChange).where(AddressChange.member_id == member.id))
    if left != member.email:
        _tell_new_address(db, member, now=now)
        _changed(db, member, left, by=member.id, now=now)


ADDRESS_BACK_LINK = PersonalLink(
    ADDRESS_BACK,
    find=lambda db, number: db.get(AddressChange, number),
    facts=lambda change: (change.nonce,),
    owner=lambda change: change.member,
)


def _set(db: Session, member: Member, email: str) -> None:
    """Writes the address; codes sent to the former one, and its faults, are void. Raises AddressTaken."""
    give_up_address(db, email)
    try:
        with db.begin_nested():
            member.email = email
            db.flush()
    except IntegrityError as error:
        raise AddressTaken from error
    db.execute(delete(SignInCode).where(SignInCode.member_id == member.id))
    db.execute(delete(AddressCode).where(AddressCode.member_id == member.id))
    mail_arrives(db, member)


def _changed(db: Session, member: Member, before: str, *, by: int | None, now: datetime) -> None:
    security_happened(db, Audited(act=Act.ADDRESS_CHANGED, by=by, to=member.id), now)
    address_changed(db, member, before, now)


def _kept_to_give_back(db: Session, member: Member, before: str, *, now: datetime) -> AddressChange:
    change = AddressChange(member=member, before=before, nonce=new_secret(), changed_at=now)
    db.add(change)
    db.flush()
    return change


def _tell_old_address(db: Session, member: Member, before: str, change: AddressChange | None, *, now: datetime) -> None:
    payload: AddressLeftPayload = {
        "to": before,
        "change_id": change.id if change else 0,
        "change_nonce": change.nonce if change else "",
        "days": GIVEN_BACK_WITHIN.days,
    }
    mail(db, member.id, ADDRESS_LEFT.saying(payload), _subject(new_secret()), now=now)


def _tell_new_address(db: Session, member: Member, *, now: datetime) -> None:
    mail(db, member.id, ADDRESS_NEW.saying({}), _subject(new_secret()), now=now)


def _subject(nonce: str) -> str:
    return f"address:{hashed(nonce)}"
