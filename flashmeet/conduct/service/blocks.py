"""Blocks: both members are hidden from each other, and nobody is told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.series import end_series_between
from flashmeet.conduct.service.separation import coming_bookings_between, end_requests, member_known_to
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import AlreadyOver
from flashmeet.identity.models import Member
from flashmeet.people.models import Block, ConductCase
from flashmeet.people.rules.cases import CaseKind


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody the member keeps away from, since `at`; `reported` while a case, which no member can end, does it."""

    member: Member
    at: datetime
    blocked: bool
    reported: bool


def block(db: Session, member: Member, other_id: int, *, cancel: bool, now: datetime) -> None:
    """Hides the two from each other. With `cancel`, the member cancels their coming bookings, as any others.

    Idempotent. Raises NotFound.
    """
    other = member_known_to(db, member, other_id)
    row = {"by_id": member.id, "other_id": other.id, "at": now}
    insert_new(db, cast(Table, Block.__table__), [row])
    end_requests(db, member, other, now=now)
    end_series_between(db, member.id, other.id, now=now)
    for booking in coming_bookings_between(db, member.id, other.id, now=now) if cancel else ():
        with suppress(AlreadyOver):  # an expired request is ended by the clock
            cancel_booking(db, member, booking.id, reason="", now=now)


def unblock(db: Session, member: Member, other_id: int) -> None:
    """Ends the member's own block; one by the other, or a case, remains."""
    db.execute(delete(Block).where(Block.by_id == member.id, Block.other_id == other_id))


def away_from(db: Session, member: Member) -> Sequence[Away]:
    """Returns whom the member blocked or reported, by name. Blocks by others are not shown."""
    blocks = dict(db.execute(select(Block.other_id, Block.at).where(Block.by_id == member.id)).all())
    of_theirs = (ConductCase.by_id == member.id, ConductCase.kind == CaseKind.REPORT, ConductCase.frozen)
    query = select(ConductCase.about_id, ConductCase.opened_at).where(*of_theirs)
    reports = dict(db.execute(query.order_by(ConductCase.id.desc())).all())
    people = db.scalars(select(Member).where(Member.id.in_(blocks.keys() | reports.keys())))
    found = [
        Away(each, min(at[each.id] for at in (blocks, reports) if each.id in at), each.id in blocks, each.id in reports)
        for each in people
    ]
    return sorted(found, key=lambda each: (each.member.sort_name, each.member.id))
