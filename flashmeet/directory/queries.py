"""Reads of the list of members and of one member's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.people import of_member
from flashmeet.core.database.session import begin_reading
from flashmeet.directory.models import BulkAct, BulkChange, MemberNote
from flashmeet.directory.rules.bulk import BulkKind, ChangeState
from flashmeet.directory.rules.filters import MemberFilter
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.queries import of_facts
from flashmeet.identity.rules import JoiningState, MemberSource
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING
from flashmeet.themes.service import offers

A_PAGE = 50
HOURS_SHOWN, MAILS_SHOWN, ALIKE_SHOWN, BATCHES_SHOWN = 20, 20, 10, 50


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Members by name. `total` counts all that match the filter."""

    members: Sequence[Member]
    total: int


def find_members(db: Session, wanted: MemberFilter, *, page: int = 1) -> MemberPage:
    """Finds members of the filter. Newcomers who have not proved an address are never included."""
    query = matching(db, wanted)
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Member.sort_name, Member.id)
    return MemberPage(db.scalars(ordered.limit(A_PAGE).offset((page - 1) * A_PAGE)).all(), total)


def every_member(db: Session, wanted: MemberFilter) -> Iterator[Member]:
    """Yields all members that match the filter, by name, with their themes; reads a thousand at a time."""
    query = matching(db, wanted).options(selectinload(Member.offers))
    ordered = query.order_by(Member.sort_name, Member.id)
    begin_reading(db)
    yield from db.scalars(ordered.execution_options(yield_per=1_000))


def matching(db: Session, wanted: MemberFilter) -> Select[Member]:
    """Selects the members of the filter: those who wait for a yes only where they are asked for."""
    query = select(Member).where(*of_facts(wanted), Member.erased_at.is_(None), _in_state(wanted.only))
    return query.where(offers(db, wanted.theme)) if wanted.theme else query


def batches(db: Session, source: MemberSource) -> Sequence[str]:
    """Returns the imports, or the invitations, by which members came, the latest first."""
    by_name = select(Member.source_name).where(Member.source == source, Member.source_name != "")
    return db.scalars(
        by_name.group_by(Member.source_name).order_by(func.max(Member.created_at).desc()).limit(BATCHES_SHOWN)
    ).all()


def _in_state(only: str) -> ColumnElement[bool]:
    here = Member.joining.is_(None)
    states: dict[str, ColumnElement[bool]] = {
        "applied": Member.joining == JoiningState.APPROVAL,
        "approved": and_(here, Member.mentor, Member.approved, ~Member.suspended),
        "waiting": and_(here, Member.mentor, ~Member.approved, Member.held_at.is_(None), ~Member.suspended),
        "held": and_(here, Member.mentor, ~Member.approved, Member.held_at.is_not(None), ~Member.suspended),
        "suspended": and_(here, Member.suspended),
        "mentee": and_(here, Member.mentee, ~Member.suspended),
        "mentor": and_(here, Member.mentor, ~Member.suspended),
        "administrator": and_(here, Member.administrator, ~Member.suspended),
    }
    return states.get(only, here)


@dataclass(frozen=True, slots=True)
class TheirHours:
    """Some of a member's hours; `total` counts all."""

    hours: Sequence[Booking]
    total: int


def coming_hours(db: Session, member: Member, *, now: datetime) -> TheirHours:
    """Returns the next hours that stand or wait for an answer, as mentor or mentee."""
    return _hours(
        db, (of_member(member.id), Booking.status.in_(LIVE_BOOKING), Booking.ends_at > now), latest_first=False
    )


def past_hours(db: Session, member: Member, *, page: int, now: datetime) -> TheirHours:
    """Returns hours that are over or were cancelled, the latest first."""
    over = or_(Booking.ends_at <= now, Booking.status.not_in(LIVE_BOOKING))
    return _hours(db, (of_member(member.id), over), latest_first=True, page=page)


def _hours(db: Session, where: tuple[ColumnElement[bool], ...], *, latest_first: bool, page: int = 1) -> TheirHours:
    total = db.scalar(select(func.count()).select_from(Booking).where(*where)) or 0
    order = (Booking.starts_at.desc(), Booking.id) if latest_first else (Booking.starts_at, Booking.id)
    query = select(Booking).where(*where).order_by(*order).limit(HOURS_SHOWN).offset((page - 1) * HOURS_SHOWN)
    return TheirHours(db.scalars(query).unique().all(), total)


def latest_messages(db: Session, member: Member) -> Sequence[OutboxMessage]:
    """Returns the last messages written to the member, latest first."""
    query = select(OutboxMessage).where(OutboxMessage.recipient_id == member.id)
    ordered = query.order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    return db.scalars(ordered.limit(MAILS_SHOWN)).all()


def notes_about(db: Session, member: Member) -> Sequence[MemberNote]:
    """Returns administrators' notes about the member, latest first."""
    query = select(MemberNote).where(MemberNote.member_id == member.id)
    return db.scalars(query.order_by(MemberNote.written_at.desc(), MemberNote.id.desc())).all()


def look_alikes(db: Session, member: Member) -> Sequence[Member]:
    """Returns members who may be the same person: the same name of the same promotion, or the same number."""
    same_name = and_(
        Member.search_name == member.search_name,
        or_(
            Member.graduation_year.is_(None) if member.graduation_year is None else false(),
            Member.graduation_year == member.graduation_year,
        ),
    )
    same = or_(same_name, Member.phone == member.phone) if member.phone else same_name
    query = select(Member).where(same, Member.id != member.id, Member.erased_at.is_(None), Member.joining.is_(None))
    return db.scalars(query.order_by(Member.sort_name, Member.id).limit(ALIKE_SHOWN)).all()


def changed_by(kind: BulkKind, theme_id: int | None) -> ColumnElement[bool]:
    """Selects the members about whom an act would change something."""
    here = and_(Member.joining.is_(None), Member.erased_at.is_(None), ~Member.suspended)
    waits = and_(Member.mentor, ~Member.approved)
    offers = exists().where(MentorTheme.mentor_id == Member.id, MentorTheme.theme_id == theme_id)
    concerned: dict[BulkKind, ColumnElement[bool]] = {
        BulkKind.APPROVE: and_(waits, Member.held_at.is_(None)),
        BulkKind.RESUME: and_(waits, Member.held_at.is_not(None)),
        BulkKind.PAUSE: and_(Member.mentor, Member.approved),
        BulkKind.GIVE_MENTOR: ~Member.mentor,
        BulkKind.TAKE_MENTOR: and_(Member.mentor),
        BulkKind.GIVE_MENTEE: ~Member.mentee,
        BulkKind.TAKE_MENTEE: and_(Member.mentee, or_(Member.mentor, Member.administrator)),
        BulkKind.GIVE_THEME: and_(Member.mentor, ~offers),
        BulkKind.TAKE_THEME: and_(Member.mentor, offers),
    }
    return and_(here, concerned[kind])


@dataclass(frozen=True, slots=True)
class BulkForecast:
    """How many people of a filter an act would change, and how many hours to come are agreed with how many of them."""

    people: int
    of: int
    hours: int
    mentors: int


def forecast(db: Session, wanted: MemberFilter, kind: BulkKind, theme_id: int | None, *, now: datetime) -> BulkForecast:
    everybody = matching(db, wanted)
    concerned = everybody.where(changed_by(kind, theme_id))
    people, of = (db.scalar(select(func.count()).select_from(each.subquery())) or 0 for each in (concerned, everybody))
    if not kind.ends_hours:
        return BulkForecast(people, of, 0, 0)
    theirs = Booking.mentor_id.in_(concerned.with_only_columns(Member.id))
    coming = select(func.count(), func.count(Booking.mentor_id.distinct())).where(
        theirs, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now
    )
    hours, mentors = db.execute(coming).one()
    return BulkForecast(people, of, hours, mentors)


def latest_acts(db: Session) -> Sequence[BulkAct]:
    """Returns the acts on many that are kept, latest first."""
    return db.scalars(select(BulkAct).order_by(BulkAct.id.desc()).limit(A_PAGE)).all()


def progress_of(db: Session, act: BulkAct) -> dict[ChangeState, int]:
    """Counts the people of an act by what became of them; states without anybody are 0."""
    query = select(BulkChange.state, func.count()).where(BulkChange.act_id == act.id).group_by(BulkChange.state)
    return dict.fromkeys(ChangeState, 0) | dict(db.execute(query).all())
