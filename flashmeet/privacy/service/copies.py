"""Copies of a member's data: asked for on a page, made by a worker, kept for a week."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from flashmeet.core.errors import NotFound
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import security_happened
from flashmeet.identity.service.revoke import lock_member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import mail, send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import UNFINISHED
from flashmeet.privacy.models import DataCopy
from flashmeet.privacy.rules.messages import COPY_MADE, MAKE_COPY
from flashmeet.privacy.rules.periods import COPIES_KEPT

ONE_EACH = timedelta(hours=1)
"""Asked for again within this time, the same copy is meant."""


def ask_copy(db: Session, member: Member, *, by: Member, now: datetime) -> DataCopy:
    """Has a worker make a copy of the member's data, for `by`; returns their last one if it is of this hour."""
    lock_member(db, member.id)
    last = [each for each in copies_of(db, member, now=now) if each.asked_by_id == by.id][:1]
    if not may_ask(last, now=now):
        return last[0]
    copy = DataCopy(member_id=member.id, asked_by_id=by.id, asked_at=now)
    db.add(copy)
    db.flush()
    send(
        db,
        subject=_subject(copy),
        version=0,
        recipient_id=member.id,
        channel=ChannelName.COPY,
        message=MAKE_COPY.saying({"copy_id": copy.id}),
        now=now,
    )
    security_happened(db, Audited(act=Act.COPY_ASKED, by=by.id, to=member.id), now)
    return copy


def may_ask(copies: Sequence[DataCopy], *, now: datetime) -> bool:
    """Whether asking would make another copy, of somebody who has these (latest first)."""
    return not copies or (copies[0].made_at is not None and copies[0].asked_at <= now - ONE_EACH)


def keep_copy(db: Session, copy_id: int, file: bytes, *, now: datetime) -> None:
    """Stores the file that was made, and tells the member; a copy that nobody waits for any more is let go."""
    copy = db.get(DataCopy, copy_id, with_for_update={"of": DataCopy})
    if copy is None or copy.made_at is not None:
        return
    copy.content, copy.made_at = base64.b64encode(file).decode("ascii"), now
    mail(
        db,
        copy.member_id,
        COPY_MADE.saying({"days": COPIES_KEPT.days}),
        _subject(copy),
        not_after=now + COPIES_KEPT,
        now=now,
    )


def copies_of(db: Session, member: Member, *, now: datetime) -> Sequence[DataCopy]:
    """Returns the member's copies that are there or under way, latest first."""
    found = db.scalars(select(DataCopy).where(DataCopy.member_id == member.id).order_by(DataCopy.id.desc())).all()
    under_way = _under_way(db, [each for each in found if each.made_at is None])
    return [each for each in found if each.id in under_way or (each.made_at and each.made_at > now - COPIES_KEPT)]


def copy_file(db: Session, copy_id: int, *, viewer: Member, now: datetime) -> bytes:
    """Returns the file, to the member whose data it is, or the administrator who asked for it. Raises NotFound."""
    copy = db.get(DataCopy, copy_id, options=[undefer(DataCopy.content)])
    if copy is None or copy.made_at is None or copy.made_at <= now - COPIES_KEPT:
        raise NotFound
    if viewer.id != copy.member_id and not (viewer.administrator and viewer.id == copy.asked_by_id):
        raise NotFound
    return base64.b64decode(copy.content)


def note_taken(db: Session, copy_id: int, *, viewer: Member, now: datetime) -> None:
    """Records that the copy was downloaded."""
    copy = db.get(DataCopy, copy_id)
    if copy is not None:
        security_happened(db, Audited(act=Act.COPY_TAKEN, by=viewer.id, to=copy.member_id), now)


def _under_way(db: Session, copies: Sequence[DataCopy]) -> set[int]:
    """Returns the ids of those that a worker will still make: their order was neither dropped nor laid aside."""
    by_subject = {_subject(each): each.id for each in copies}
    ordered = select(OutboxMessage.subject).where(
        OutboxMessage.subject.in_(by_subject), OutboxMessage.kind == MAKE_COPY, OutboxMessage.state.in_(UNFINISHED)
    )
    return {by_subject[subject] for subject in db.scalars(ordered)} if copies else set()


def _subject(copy: DataCopy) -> str:
    """Names the copy and its moment, since SQLite gives a number anew once its row is gone."""
    return f"copy:{copy.id}:{copy.asked_at.isoformat()}"
