"""Erasing a member: confirmed by a mailed code or asked of an administrator, then done once cancellations have left.

The first step, in the request, ends their access, cancels and withdraws what others count on, and has their calendars
cleaned. The second, by a worker, leaves a tombstone (`privacy.service.wipe`): as soon as what had to leave has left,
and after a day at the latest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import INVITE
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotFound, WrongCode
from flashmeet.core.secrets import code_hash, hashed, new_code, new_secret
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.identity.service.events import cannot_come, mentor_changed, security_happened
from flashmeet.identity.service.revoke import end_everything
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import UNFINISHED, OutboxState
from flashmeet.people.models import ErasureCode
from flashmeet.people.service.member_codes import CODE_LASTS, is_awaited, is_proven, spend_code_try
from flashmeet.people.service.membership import keep_an_administrator
from flashmeet.privacy.models import Erasure
from flashmeet.privacy.rules.messages import ERASED, ERASURE_CODE
from flashmeet.privacy.rules.periods import ERASURE_WAITS
from flashmeet.privacy.service.wipe import wipe
from flashmeet.requests.service.departures import Ahead, ahead_of
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.rules.booked_hour import BookingStatus

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class WhatFollows:
    """What an erasure does, in numbers: hours to come and open requests, calendars cleaned, hours that stay counted."""

    ahead: Ahead
    calendars: int
    past_hours: int


def what_follows(db: Session, member: Member, *, now: datetime) -> WhatFollows:
    calendars = select(func.count()).select_from(MemberCalendar).where(MemberCalendar.member_id == member.id)
    theirs = or_(Booking.mentor_id == member.id, Booking.mentee_id == member.id)
    past = select(func.count()).select_from(Booking).where(theirs, Booking.ends_at <= now)
    return WhatFollows(
        ahead_of(db, member, Departure.ERASED, now=now),
        db.scalar(calendars.where(MemberCalendar.writes)) or 0,
        db.scalar(past.where(Booking.status != BookingStatus.CANCELLED)) or 0,
    )


def ask_erasure_code(db: Session, member: Member, *, now: datetime) -> None:
    """Mails a code, which replaces an earlier one. Raises LastAdministrator."""
    keep_an_administrator(db, member.id)
    nonce, code = new_secret(), new_code()
    before = db.scalar(delete(ErasureCode).where(ErasureCode.member_id == member.id).returning(ErasureCode.nonce))
    if before:
        drop_waiting(db, subject=_subject(before), kinds=(ERASURE_CODE,), reason="asked_again", now=now)
    fresh = {
        "member_id": member.id,
        "nonce": nonce,
        "code_hash": code_hash(nonce, code),
        "tries": 0,
        "expires_at": now + CODE_LASTS,
    }
    if insert_new(db, cast(Table, ErasureCode.__table__), [fresh]):
        payload = ERASURE_CODE.saying({"code": code, "minutes": round(CODE_LASTS.total_seconds() / 60)})
        mail(db, member.id, payload, _subject(nonce), now=now, not_after=now + CODE_LASTS)


def erasure_asked(db: Session, member: Member, *, now: datetime) -> bool:
    """Whether a code was mailed that can still be typed."""
    return is_awaited(db.get(ErasureCode, member.id), now=now)


def spend_erasure_try(db: Session, member: Member, *, now: datetime) -> None:
    """Counts a try; commit it before checking the code, so that a failed try counts. Raises WrongCode."""
    spend_code_try(db, ErasureCode, member.id, now=now)


def confirm_erasure(db: Session, member: Member, code: str, *, now: datetime) -> None:
    """Begins the erasure that the member asked for. Raises WrongCode, LastAdministrator."""
    asked = db.scalars(select(ErasureCode).where(ErasureCode.member_id == member.id).with_for_update()).first()
    if not is_proven(asked, code, now=now):
        raise WrongCode
    begin_erasure(db, member, by=member, now=now)


def erase_for(db: Session, member_id: int, *, by: Member, now: datetime) -> None:
    """Begins the erasure of a member who asked an administrator for it. Raises NotFound, LastAdministrator."""
    member = db.get(Member, member_id)
    if member is None or member.erased_at is not None or member.id == by.id:
        raise NotFound
    begin_erasure(db, member, by=by, now=now)


def begin_erasure(db: Session, member: Member, *, by: Member, now: datetime) -> None:
    """Ends the member's access and all that others count on; what waits to be sent to them is dropped."""
    keep_an_administrator(db, member.id)
    _drop_waiting(db, member, now=now)
    member.erased_at, member.suspended = now, True
    end_everything(db, member, now=now)
    db.execute(delete(ErasureCode).where(ErasureCode.member_id == member.id))
    mentor_changed(db, member.id, now)
    cannot_come(db, member, Departure.ERASED, AgreedHours.CANCEL, now)
    mail(db, member.id, ERASED.saying({}), f"erased:{member.id}", now=now)
    db.add(Erasure(member_id=member.id, by_id=by.id, confirmed_at=now))
    db.flush()
    security_happened(db, Audited(act=Act.ERASURE_ASKED, by=by.id, to=member.id), now)


def finish_erasures(db: Session, *, now: datetime) -> int:
    """Leaves tombstones of members to whom nothing is on its way any more; returns how many."""
    on_its_way = exists().where(OutboxMessage.recipient_id == Erasure.member_id, OutboxMessage.state.in_(UNFINISHED))
    ready = select(Erasure).where(or_(~on_its_way, Erasure.confirmed_at <= now - ERASURE_WAITS))
    found = db.scalars(ready.order_by(Erasure.member_id).limit(AT_ONCE).with_for_update(of=Erasure)).unique().all()
    for erasure in found:
        member, by_id = erasure.member, erasure.by_id
        wipe(db, member, now=now)
        security_happened(db, Audited(act=Act.ERASED, by=by_id, to=member.id), now)
    return len(found)


def _drop_waiting(db: Session, member: Member, *, now: datetime) -> None:
    """Leaves what takes an hour out of their calendar: who cancels their hours and then goes has none left there."""
    theirs = (OutboxMessage.recipient_id == member.id, OutboxMessage.state == OutboxState.WAITING)
    invites = db.execute(select(OutboxMessage.id, OutboxMessage.payload).where(*theirs, OutboxMessage.kind == INVITE))
    cancels = [row.id for row in invites if row.payload.get("action") == "cancelled"]
    db.execute(
        update(OutboxMessage)
        .where(*theirs, OutboxMessage.id.not_in(cancels))
        .where(OutboxMessage.channel.in_((ChannelName.MAIL, ChannelName.SMS, ChannelName.COPY)))
        .values(state=OutboxState.DROPPED, reason="erased", settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _subject(nonce: str) -> str:
    return f"erasure:{hashed(nonce)}"
