"""Two rows of one person become one: everything that leads to the other leads to the row that stays.

What leads to members is read from the schema, so that no table is forgotten. Of the other a tombstone is left, as after
an erasure, since lines of the record lead to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import cast

from sqlalchemy import (
    Column,
    ColumnElement,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.queries.people import of_member
from flashmeet.bookings.service.messages.new_addresses import follow_address
from flashmeet.core.database.base import Base
from flashmeet.core.errors import MergeRefused, NotFound
from flashmeet.identity.models import Member
from flashmeet.identity.queries import joined_member
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.identity.service.events import cannot_come, contact_changed, mentor_changed
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import UNFINISHED
from flashmeet.people.models import ConductCase, Picture
from flashmeet.people.rules.facts import FactSource, facts_of
from flashmeet.privacy.service.wipe import leave_tombstone
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.schedule.models import Claim, MentorPolicy, QuotaUse

ENDED = frozenset(
    (
        *("login_session", "api_token", "sign_in_code", "browser_hold", "factor_challenge", "authenticator_app"),
        *("passkey", "recovery_code", "feed", "phone_code", "address_code", "address_change", "erasure_code"),
        *("data_copy", "erasure", "idempotency_key", "opening", "nudge_rest", "mail_fault"),
    )
)
"""What lets somebody in, or is made from other rows: it ends, as openings are worked out anew."""
HOURS = frozenset({"mentor_policy", "availability_rule", "date_override"})
"""When a mentor is free: two weeks do not add up, so the one that stays keeps its own where it has one."""
KEPT_AS_IT_WAS = frozenset({"audit_entry"})
PEOPLE = frozenset({"member_id", "other_id", "by_id", "mentor_id", "mentee_id", "person_id", "owner_id"})
"""By which names messages speak of people."""


def differing(one: Member, other: Member) -> list[str]:
    """Returns the names of the facts that both have, and that differ."""
    both = [fact.name for fact in facts_of(FactSource.PROFILE) if _has(one, fact.name) and _has(other, fact.name)]
    return [name for name in both if getattr(one, name) != getattr(other, name)]


def merge_members(db: Session, stays_id: int, other_id: int, *, take: Collection[str] = (), now: datetime) -> Member:
    """Makes one member of two, and returns the one that stays; `take` names the facts that are the other's.

    The other's address, key, roles, hours, requests, words, calendars and notes go over where the one that stays has
    none of its own; its sign-ins end. Raises NotFound; MergeRefused where one of the two administers, one alone is
    suspended, both have agreed to something with each other, or both are taken at the same time.
    """
    stays, other = _locked(db, stays_id, other_id)
    _check(db, stays, other)
    _take_facts(stays, other, take)
    invited_elsewhere = _coming_hours(db, other, now=now)
    keeps_hours = db.get(MentorPolicy, stays.id) is not None
    for table in Base.metadata.sorted_tables:
        for column in _leads_to_members(table):
            if table.name in ENDED or (table.name in HOURS and keeps_hours):
                db.execute(delete(table).where(column == other.id))
            else:
                _move(db, table, column, stays.id, other.id)
    _rename_in_waiting_messages(db, stays.id, other.id)
    db.expire_all()
    stays, other = db.get_one(Member, stays.id), db.get_one(Member, other.id)
    before, key, other.external_id = other.email, other.external_id, None
    other.erased_at = now
    leave_tombstone(db, other)
    stays.external_id = stays.external_id or key
    db.flush()
    mentor_changed(db, stays.id, now)
    mentor_changed(db, other.id, now)
    contact_changed(db, stays, now)
    if stays.held_at is not None:
        cannot_come(db, stays, Departure.HELD, AgreedHours.KEEP, now)
    follow_address(db, stays, before, only=invited_elsewhere, now=now)
    return stays


def _coming_hours(db: Session, member: Member, *, now: datetime) -> list[int]:
    """Returns the bookings whose invites lie in this member's mailbox."""
    return list(db.scalars(select(Booking.id).where(of_member(member.id), Booking.starts_at > now)))


def _locked(db: Session, stays_id: int, other_id: int) -> tuple[Member, Member]:
    if stays_id == other_id:
        raise NotFound
    joined_member(db, stays_id)
    joined_member(db, other_id)
    query = select(Member).where(Member.id.in_((stays_id, other_id))).order_by(Member.id).with_for_update()
    both = {each.id: each for each in db.scalars(query.execution_options(populate_existing=True))}
    return both[stays_id], both[other_id]


def _check(db: Session, stays: Member, other: Member) -> None:
    if any(each.administrator or each.office for each in (stays, other)):
        raise MergeRefused(reason="administers")
    if stays.suspended != other.suspended:
        raise MergeRefused(reason="one_suspended")
    pair = (stays.id, other.id)
    met = or_(
        exists().where(Booking.mentor_id.in_(pair), Booking.mentee_id.in_(pair)),
        exists().where(Series.mentor_id.in_(pair), Series.mentee_id.in_(pair)),
        exists().where(ConductCase.about_id.in_(pair), ConductCase.by_id.in_(pair)),
        exists().where(
            RequestAsk.request_id == MentoringRequest.id,
            RequestAsk.mentor_id.in_(pair),
            MentoringRequest.mentee_id.in_(pair),
        ),
    )
    if db.scalar(select(met)):
        raise MergeRefused(reason="have_met")
    theirs = cast(Table, Claim.__table__).alias()
    at_once = and_(Claim.member_id == stays.id, theirs.c.member_id == other.id, theirs.c.tick == Claim.tick)
    if db.scalar(select(exists().where(at_once))):
        raise MergeRefused(reason="same_time")


def _has(member: Member, name: str) -> bool:
    return bool(getattr(member, name))


def _take_facts(stays: Member, other: Member, take: Collection[str]) -> None:
    for fact in facts_of(FactSource.PROFILE):
        if fact.name in take or not _has(stays, fact.name):
            setattr(stays, fact.name, getattr(other, fact.name))
            if fact.name == "phone":
                stays.phone_verified_at, stays.sms_opt_in = other.phone_verified_at, other.sms_opt_in
    _take_approval(stays, other)
    stays.mentee, stays.mentor = stays.mentee or other.mentee, stays.mentor or other.mentor
    stays.created_at = min(stays.created_at, other.created_at)
    stays.signed_in_at = max(filter(None, (stays.signed_in_at, other.signed_in_at)), default=None)
    stays.seen_on = max(filter(None, (stays.seen_on, other.seen_on)), default=None)
    stays.photo_at = stays.photo_at or other.photo_at


def _take_approval(stays: Member, other: Member) -> None:
    """An approval is of mentors alone, whatever stands in the row of somebody else; whom an administrator paused stays
    paused."""
    mentors = [each for each in (stays, other) if each.mentor]
    if mentors:
        stays.held_at = max((each.held_at for each in mentors if each.held_at is not None), default=None)
        stays.approved = stays.held_at is None and any(each.approved for each in mentors)


def _leads_to_members(table: Table) -> Iterator[Column[int]]:
    if table.name in KEPT_AS_IT_WAS:
        return
    for column in table.columns:
        if any(key.column.table.name == "member" for key in column.foreign_keys):
            yield cast("Column[int]", column)


def _move(db: Session, table: Table, column: Column[int], stays: int, other: int) -> None:
    """Points the rows at the member who stays; what they have already goes."""
    if table.name == Picture.__tablename__:
        _move_photo(db, stays, other)
        return
    if table.name == QuotaUse.__tablename__:
        _count_on(db, stays, other)
        return
    for rest in _unique_with(table, column):
        mine = table.alias()
        same = [mine.c[name] == table.c[name] for name in rest]
        db.execute(delete(table).where(column == other, exists().where(mine.c[column.name] == stays, *same)))
    db.execute(update(table).where(column == other).values({column.name: stays}))


def _unique_with(table: Table, column: Column[int]) -> Iterator[list[str]]:
    """Yields the other columns of each constraint that allows this one once."""
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            names = [each.name for each in constraint.columns]
            if column.name in names and names != [column.name]:
                yield [name for name in names if name != column.name]
            elif names == [column.name]:
                yield []


def _move_photo(db: Session, stays: int, other: int) -> None:
    name = f"member:{stays}"
    if db.get(Picture, name) is None:
        db.execute(update(Picture).where(Picture.member_id == other).values(name=name, member_id=stays))
    else:
        db.execute(delete(Picture).where(Picture.member_id == other))


def _count_on(db: Session, stays: int, other: int) -> None:
    """Adds the other's counted hours behind those there are, period by period."""
    most = {
        (rule, period): last
        for rule, period, last in db.execute(
            select(QuotaUse.rule, QuotaUse.period, func.max(QuotaUse.ordinal))
            .where(QuotaUse.owner_id == stays)
            .group_by(QuotaUse.rule, QuotaUse.period)
        )
    }
    for row in db.scalars(select(QuotaUse).where(QuotaUse.owner_id == other)).all():
        shift = most.get((row.rule, row.period), 0)
        key = and_(
            QuotaUse.owner_id == other,
            QuotaUse.rule == row.rule,
            QuotaUse.period == row.period,
            QuotaUse.ordinal == row.ordinal,
        )
        db.execute(update(QuotaUse).where(key).values(owner_id=stays, ordinal=row.ordinal + shift))


def _rename_in_waiting_messages(db: Session, stays: int, other: int) -> None:
    """Messages that have not left speak of people by number; those about the other speak of the one who stays."""
    names: ColumnElement[str] = sql_cast(OutboxMessage.payload, String)
    waiting = select(OutboxMessage).where(OutboxMessage.state.in_(UNFINISHED), names.contains(f'_id": {other}'))
    for message in db.scalars(waiting):
        message.payload = {
            name: stays if name in PEOPLE and value == other else value for name, value in message.payload.items()
        }
    db.flush()
