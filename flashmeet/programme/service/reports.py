"""The report of a period, and the attestation of a mentor's hours: the same bookings, counted by the same rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.outcomes import BookingOutcome, became_between
from flashmeet.core.database.kept import once
from flashmeet.core.database.lists import among
from flashmeet.core.errors import NothingServed
from flashmeet.core.intervals import Interval
from flashmeet.core.numbers import read_number
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.identity.queries import joined_member
from flashmeet.programme.rules.attestations import Attestation
from flashmeet.programme.rules.reports import Figures, Held, Period, ReportFacet, Tally, figures
from flashmeet.programme.rules.time_to_help import Promise, TimeToHelp
from flashmeet.programme.service.time_to_help import seven_day_promise, time_to_help, time_to_help_by_theme
from flashmeet.requests.queries import asked_between
from flashmeet.requests.rules.responses import responses
from flashmeet.themes.models import Theme

UNLABELLED = "unlabelled"
MOST_MENTORS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """How long help took, altogether and by theme's id, and how often the seven-day promise was kept."""

    time: TimeToHelp
    by_theme: Mapping[int, TimeToHelp]
    promise: Promise


@dataclass(frozen=True, slots=True)
class Report:
    """A period and the same days a year before; `themes` by the key used in the figures."""

    period: Period
    now: Figures
    before: Figures
    themes: Mapping[str, Theme]
    help: Help
    help_before: Help


@dataclass(frozen=True, slots=True)
class Giver:
    """A mentor, and what they gave within a year."""

    member: Member
    served: Tally


def report(db: Session, period: Period, *, tzid: str, now: datetime) -> Report:
    """Returns the report, in a constant number of statements. Days are those of `tzid`."""
    these, those = (_figures(db, each, tzid=tzid, now=now) for each in (period, period.year_before))
    keys = {read_number(key) for each in (these, those) for key in each.by[ReportFacet.THEME]}
    themes = db.scalars(select(Theme).where(Theme.id.in_(keys)))
    help_now, help_before = (help_in(db, each.span(tzid), now=now) for each in (period, period.year_before))
    return Report(period, these, those, {str(theme.id): theme for theme in themes}, help_now, help_before)


def help_in(db: Session, span: Interval, *, now: datetime) -> Help:
    """Returns how long help took in the span; three statements."""
    return Help(
        time=time_to_help(db, span, now=now),
        by_theme=time_to_help_by_theme(db, span, now=now),
        promise=seven_day_promise(db, span, now=now),
    )


def _figures(db: Session, period: Period, *, tzid: str, now: datetime) -> Figures:
    span = period.span(tzid)
    held = [_held(each, tzid) for each in once(db, became_between, span, now=now)]
    return figures(held, responses(asked_between(db, span)))


def _held(each: BookingOutcome, tzid: str) -> Held:
    over = each.booking
    return Held(
        theme=str(over.theme_id),
        format=over.format,
        relation=over.relation or UNLABELLED,
        mode=over.mode,
        month=f"{local_date(over.starts_at, tzid):%Y-%m}",
        mentor_id=over.mentor_id,
        mentee_id=over.mentee_id,
        minutes=each.minutes,
        clearer=each.clearer,
    )


def givers(db: Session, year: int, *, tzid: str, now: datetime) -> list[Giver]:
    """Returns the mentors who gave hours in that year, by name."""
    whole = Period.of_year(year, today=local_date(now, tzid))
    found: defaultdict[int, Tally] = defaultdict(Tally)
    for each in once(db, became_between, whole.span(tzid), now=now):
        if each.minutes:
            found[each.booking.mentor_id] = found[each.booking.mentor_id].plus(each.minutes)
    query = select(Member).where(among(Member.id, found)).order_by(Member.sort_name, Member.id)
    return [Giver(member, found[member.id]) for member in db.scalars(query.limit(MOST_MENTORS))]


def attestation_of(db: Session, member_id: int, year: int, *, network: str, locale: str, now: datetime) -> Attestation:
    """Returns what this member gave in that year, in their own zone. Raises NotFound, NothingServed."""
    member = joined_member(db, member_id, even_erased=True)
    today = local_date(now, member.tzid)
    span = Period.of_year(year, today=today).span(member.tzid)
    given = [
        each
        for each in became_between(db, span, now=now, people=[member.id])
        if each.minutes and each.booking.mentor_id == member.id
    ]
    if not given:
        raise NothingServed(year)
    return Attestation(
        name=member.name,
        network=network,
        year=year,
        served=_sum(given),
        first=local_date(given[0].booking.starts_at, member.tzid),
        last=local_date(given[-1].booking.starts_at, member.tzid),
        themes=_by_theme(db, given, locale),
        issued_on=today,
        issued_at=now,
        locale=locale,
    )


def _sum(given: Iterable[BookingOutcome]) -> Tally:
    total = Tally()
    for each in given:
        total = total.plus(each.minutes)
    return total


def _by_theme(db: Session, given: Sequence[BookingOutcome], locale: str) -> dict[str, Tally]:
    """Returns hours by theme, most hours first."""
    found: defaultdict[int, Tally] = defaultdict(Tally)
    for each in given:
        found[each.booking.theme_id] = found[each.booking.theme_id].plus(each.minutes)
    themes = {theme.id: theme for theme in db.scalars(select(Theme).where(Theme.id.in_(found)))}
    ordered = sorted(found.items(), key=lambda item: (-item[1].minutes, item[0]))
    return {themes[theme_id].name(locale): tally for theme_id, tally in ordered}
