"""The list of registrants: one row per member, with the same figures on the page and in files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Subquery, and_, case, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.bookings.service.outcomes import stood_of
from flashmeet.bookings.service.reliability import Promises, no_shows_of, promises_of
from flashmeet.core.database.lists import among
from flashmeet.core.settings.entries import PROFILE_FRESH_DAYS
from flashmeet.core.settings.service import setting
from flashmeet.core.zones import local_date, utc_text
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.queries import named
from flashmeet.identity.rules import ROLES, full_name
from flashmeet.people import queries as stored
from flashmeet.people.models import TermsAcceptance
from flashmeet.people.rules.profiles import is_confirmation_due
from flashmeet.programme.rules.registrants import RegistrantFilter, RegistrantOrder, View
from flashmeet.programme.service.overview import on_leave
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.rules.requests import AskState
from flashmeet.requests.rules.responses import WINDOW, Responses
from flashmeet.requests.service.responses import responses_of
from flashmeet.schedule.queries.leave import away
from flashmeet.schedule.queries.supply import supply_by_mentor
from flashmeet.setup.queries import without_hours

A_PAGE, A_BATCH = 50, 1_000


class Person(NamedTuple):
    """What the list shows of a member: files read hundreds of thousands."""

    id: int
    first_name: str
    last_name: str
    email: str
    phone: str | None
    mentee: bool
    mentor: bool
    administrator: bool
    approved: bool
    bookable: bool
    tzid: str
    signed_in_at: datetime | None
    profile_at: datetime

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.last_name)

    @property
    def roles(self) -> list[str]:
        said = (self.mentee, self.mentor, self.administrator)
        return [role for role, has in zip(ROLES, said, strict=True) if has]


class Registrant(NamedTuple):
    """One row: the last 90 days, and for open hours the next 28; `stood` are bookings that were not cancelled."""

    member: Person
    terms_version: int
    fresh: bool
    open_hours: int
    responses: Responses
    promises: Promises
    stood: int
    no_shows: int
    away: bool = False

    @property
    def idle(self) -> bool:
        """Whether this is a mentor whom nobody can book."""
        return self.member.bookable and not self.open_hours


@dataclass(frozen=True, slots=True)
class RegistrantPage:
    rows: Sequence[Registrant]
    total: int


def registrants(db: Session, view: View, *, tzid: str, now: datetime, page: int = 1) -> RegistrantPage:
    """Returns one page of the list, in a constant number of statements; weeks and months are those of `tzid`."""
    query = _ordered(_filtered(db, view, now=now), view, tzid=tzid, now=now)
    total = db.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    people = _people(db, query.limit(A_PAGE).offset((page - 1) * A_PAGE))
    return RegistrantPage(_rows(db, people, tzid=tzid, now=now), total)


def registrant_batches(db: Session, view: View, *, tzid: str, now: datetime) -> list[list[int]]:
    """The ids of the whole list in the same order, some hundreds at a time, for `registrants_among`."""
    query = _ordered(_filtered(db, view, now=now), view, tzid=tzid, now=now)
    wanted = list(db.scalars(query.with_only_columns(Member.id)))
    return [wanted[first : first + A_BATCH] for first in range(0, len(wanted), A_BATCH)]


def registrants_among(db: Session, ids: Sequence[int], *, tzid: str, now: datetime) -> list[Registrant]:
    """Those members in that order; who has left meanwhile is left out."""
    found = {each.id: each for each in _people(db, select(Member).where(among(Member.id, ids)))}
    return _rows(db, [found[each] for each in ids if each in found], tzid=tzid, now=now)


def _people(db: Session, query: Select[Member]) -> list[Person]:
    shown: list[ColumnElement[Any] | InstrumentedAttribute[Any]] = [
        getattr(Member, name) for name in Person._fields if name != "profile_at"
    ]
    shown.append(func.coalesce(Member.confirmed_at, Member.created_at))
    return [Person(*row) for row in db.execute(query.with_only_columns(*shown))]


_NOT_ASKED, _NONE_MADE = Responses(), Promises()


def _rows(db: Session, people: Sequence[Person], *, tzid: str, now: datetime) -> list[Registrant]:
    ids = [each.id for each in people]
    days = setting(db, PROFILE_FRESH_DAYS)
    versions = _versions(db, ids)
    supply = supply_by_mentor(db, [each.id for each in people if each.mentor], tzid=tzid, now=now)
    answers, promises = responses_of(db, ids, now=now), promises_of(db, ids, now=now)
    gone = away(db, {each.id: each.tzid for each in people}, now=now)
    stood, absent = stood_of(db, ids, now=now), no_shows_of(db, ids, now)
    return [
        Registrant(
            member=each,
            terms_version=versions.get(each.id, 0),
            fresh=not is_confirmation_due(each.profile_at, days=days, now=now),
            open_hours=supply[each.id].hours if each.id in supply else 0,
            responses=answers.get(each.id, _NOT_ASKED),
            promises=promises.get(each.id, _NONE_MADE),
            stood=stood.get(each.id, 0),
            no_shows=absent.get(each.id, 0),
            away=each.id in gone,
        )
        for each in people
    ]


def _versions(db: Session, ids: Collection[int]) -> dict[int, int]:
    """Returns the latest version of the terms that each member accepted."""
    query = select(TermsAcceptance.member_id, func.max(TermsAcceptance.version))
    rows = db.execute(query.where(among(TermsAcceptance.member_id, ids)).group_by(TermsAcceptance.member_id))
    return dict(rows.all())


def _filtered(db: Session, view: View, *, now: datetime) -> Select[Member]:
    """Selects members who are neither applying nor suspended, filtered by the view."""
    query = select(Member).where(Member.joining.is_(None), ~Member.suspended, *named(view.text))
    if view.theme_id:
        offers = exists().where(MentorTheme.mentor_id == Member.id, MentorTheme.theme_id == view.theme_id)
        query = query.where(Member.mentor, offers)
    return query.where(*_only(db, view.only, now)) if view.only else query


def _only(db: Session, only: RegistrantFilter, now: datetime) -> tuple[SQLColumnExpression[bool], ...]:
    if only == RegistrantFilter.IDLE:
        return without_hours(now)
    if only == RegistrantFilter.EXPIRED:
        return (Member.id.in_(select(_expired(now).c.mentor_id)),)
    if only == RegistrantFilter.NEVER:
        return (Member.signed_in_at.is_(None),)
    if only == RegistrantFilter.TERMS:
        return _owing(db, now)
    if only == RegistrantFilter.STALE:
        days = timedelta(days=setting(db, PROFILE_FRESH_DAYS))
        return (func.coalesce(Member.confirmed_at, Member.created_at) <= now - days,)
    return (Member.mentor if only == RegistrantFilter.MENTOR else Member.mentee,)


def _owing(db: Session, now: datetime) -> tuple[SQLColumnExpression[bool], ...]:
    """Selects members who have not accepted the version in force; nobody where none is."""
    terms = stored.terms_in_force(db, now=now)
    version = terms.version if terms is not None else 0
    accepted = exists().where(TermsAcceptance.member_id == Member.id, TermsAcceptance.version >= version)
    return (~accepted,) if version else (Member.id < 0,)


def _expired(now: datetime) -> Subquery:
    """Counts expired requests within the window that mentees made to each mentor; those without any are left out."""
    query = select(RequestAsk.mentor_id, func.count().label("count")).where(
        RequestAsk.state == AskState.EXPIRED,
        RequestAsk.wave == 0,
        RequestAsk.asked_at > now - WINDOW,
        RequestAsk.asked_at <= now,
    )
    return query.group_by(RequestAsk.mentor_id).subquery()


def _ordered(query: Select[Member], view: View, *, tzid: str, now: datetime) -> Select[Member]:
    """Orders the list. Among mentors with no open hour, those on leave come last: nobody needs to write to them."""
    if view.order == RegistrantOrder.EXPIRED:
        expired = _expired(now)
        query = query.outerjoin(expired, expired.c.mentor_id == Member.id)
        query = query.order_by(func.coalesce(expired.c.count, 0).desc())
    elif view.order == RegistrantOrder.SIGNED_IN:
        query = query.order_by(Member.signed_in_at.is_not(None), Member.signed_in_at)
    elif not view.order:
        idle, away = and_(*without_hours(now)), on_leave(local_date(now, tzid))
        nobody_else = view.only == RegistrantFilter.IDLE
        query = query.order_by(case((true() if nobody_else else idle, case((away, 1), else_=0)), else_=2))
    return query.order_by(Member.sort_name, Member.id)


Cell = str | int | None


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _at(at: datetime | None) -> str | None:
    return utc_text(at) if at else None


COLUMNS = (
    "name",
    "email",
    "phone",
    "roles",
    "approved",
    "last_sign_in",
    "terms_version",
    "profile_checked",
    "profile_fresh",
    "open_hours",
    "requests_received",
    "answered_in_time",
    "expired",
    "response_rate",
    "median_minutes",
    "hours_kept",
    "hours_booked",
    "late_cancels",
    "no_shows",
)


def values(row: Registrant) -> tuple[Cell, ...]:
    """Returns a row's cells in the order of `COLUMNS`; None where there is no value."""
    who, said, promises = row.member, row.responses, row.promises
    return (
        who.name,
        who.email,
        who.phone,
        ";".join(who.roles),
        _yes(who.approved) if who.mentor else None,
        _at(who.signed_in_at),
        row.terms_version or None,
        _at(who.profile_at),
        _yes(row.fresh),
        row.open_hours if who.mentor else None,
        said.received,
        said.answered,
        said.expired,
        said.percent,
        None if said.median is None else round(said.median.total_seconds() / 60),
        promises.kept,
        row.stood,
        promises.late,
        row.no_shows,
    )


def cells(row: Registrant) -> dict[str, Cell]:
    return dict(zip(COLUMNS, values(row), strict=True))
