"""The list of registrants: one row per member, with the same figures on the page and in files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, case, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.outcomes import stood_of
from flashmeet.bookings.service.reliability import Promises, no_shows_of, promises_of
from flashmeet.core.database.lists import among
from flashmeet.core.settings.entries import PROFILE_FRESH_DAYS
from flashmeet.core.settings.service import setting
from flashmeet.core.zones import local_date, utc_text
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.queries import named
from flashmeet.people import queries as stored
from flashmeet.people.models import TermsAcceptance
from flashmeet.people.rules.profiles import is_confirmation_due
from flashmeet.programme.rules.registrants import RegistrantFilter, RegistrantOrder, View
from flashmeet.programme.service.overview import on_leave, without_hours
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.rules.requests import AskState
from flashmeet.requests.rules.responses import WINDOW, Responses
from flashmeet.requests.service.responses import responses_of
from flashmeet.schedule.queries.leave import away
from flashmeet.schedule.queries.supply import supply_by_mentor

A_PAGE, A_BATCH = 50, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """One row: the last 90 days, and for open hours the next 28; `stood` are bookings that were not cancelled."""

    member: Member
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
    members = db.scalars(query.limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    return RegistrantPage(_rows(db, members, tzid=tzid, now=now), total)


def registrant_batches(db: Session, view: View, *, tzid: str, now: datetime) -> list[list[int]]:
    """The ids of the whole list in the same order, some hundreds at a time, for `registrants_among`."""
    query = _ordered(_filtered(db, view, now=now), view, tzid=tzid, now=now)
    wanted = list(db.scalars(query.with_only_columns(Member.id)))
    return [wanted[first : first + A_BATCH] for first in range(0, len(wanted), A_BATCH)]


def registrants_among(db: Session, ids: Sequence[int], *, tzid: str, now: datetime) -> list[Registrant]:
    """Those members in that order; who has left meanwhile is left out."""
    found = {each.id: each for each in db.scalars(select(Member).where(among(Member.id, ids)))}
    return _rows(db, [found[each] for each in ids if each in found], tzid=tzid, now=now)


def _rows(db: Session, members: Sequence[Member], *, tzid: str, now: datetime) -> list[Registrant]:
    ids = [member.id for member in members]
    days = setting(db, PROFILE_FRESH_DAYS)
    versions = _versions(db, ids)
    supply = supply_by_mentor(db, [member.id for member in members if member.mentor], tzid=tzid, now=now)
    answers, promises = responses_of(db, ids, now=now), promises_of(db, ids, now=now)
    gone = away(db, members, now=now)
    stood, absent = stood_of(db, ids, now=now), no_shows_of(db, ids, now)
    return [
        Registrant(
            member=each,
            terms_version=versions.get(each.id, 0),
            fresh=not is_confirmation_due(each.profile_at, days=days, now=now),
            open_hours=supply[each.id].hours if each.id in supply else 0,
            responses=answers.get(each.id, Responses()),
            promises=promises.get(each.id, Promises()),
            stood=stood.get(each.id, 0),
            no_shows=absent.get(each.id, 0),
            away=each.id in gone,
        )
        for each in members
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
        return (_expired(now) > 0,)
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


def _expired(now: datetime) -> ColumnElement[int]:
    """Counts expired requests within the window that mentees made to this mentor."""
    query = select(func.count()).where(
        RequestAsk.mentor_id == Member.id,
        RequestAsk.state == AskState.EXPIRED,
        RequestAsk.wave == 0,
        RequestAsk.asked_at > now - WINDOW,
        RequestAsk.asked_at <= now,
    )
    return query.correlate(Member).scalar_subquery()


def _ordered(query: Select[Member], view: View, *, tzid: str, now: datetime) -> Select[Member]:
    """Orders the list. Among mentors with no open hour, those on leave come last: nobody needs to write to them."""
    if view.order == RegistrantOrder.EXPIRED:
        query = query.order_by(_expired(now).desc())
    elif view.order == RegistrantOrder.SIGNED_IN:
        query = query.order_by(Member.signed_in_at.is_not(None), Member.signed_in_at)
    elif not view.order:
        idle, away = and_(*without_hours(now)), on_leave(local_date(now, tzid))
        query = query.order_by(case((and_(idle, ~away), 0), (idle, 1), else_=2))
    return query.order_by(Member.sort_name, Member.id)


Cell = str | int | None


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _at(at: datetime | None) -> str | None:
    return utc_text(at) if at else None


def _minutes(row: Registrant) -> int | None:
    median = row.responses.median
    return None if median is None else round(median.total_seconds() / 60)


CELLS: dict[str, Callable[[Registrant], Cell]] = {
    "name": lambda row: row.member.name,
    "email": lambda row: row.member.email,
    "phone": lambda row: row.member.phone,
    "roles": lambda row: ";".join(row.member.roles),
    "approved": lambda row: _yes(row.member.approved) if row.member.mentor else None,
    "last_sign_in": lambda row: _at(row.member.signed_in_at),
    "terms_version": lambda row: row.terms_version or None,
    "profile_checked": lambda row: _at(row.member.profile_at),
    "profile_fresh": lambda row: _yes(row.fresh),
    "open_hours": lambda row: row.open_hours if row.member.mentor else None,
    "requests_received": lambda row: row.responses.received,
    "answered_in_time": lambda row: row.responses.answered,
    "expired": lambda row: row.responses.expired,
    "response_rate": lambda row: row.responses.percent,
    "median_minutes": _minutes,
    "hours_kept": lambda row: row.promises.kept,
    "hours_booked": lambda row: row.stood,
    "late_cancels": lambda row: row.promises.late,
    "no_shows": lambda row: row.no_shows,
}
"""Cells by column; None where there is no value."""


def cells(row: Registrant) -> dict[str, Cell]:
    return {column: read(row) for column, read in CELLS.items()}
