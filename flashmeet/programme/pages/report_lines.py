"""The report as lines of a table: each value of a facet, with its hours now and a year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from flask import Blueprint
from flask_babel import gettext

from flashmeet.bookings.pages.wording import format_words, mode_words, relation_words
from flashmeet.core.zones import local_date
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.i18n import times
from flashmeet.i18n.times import day_of, took, within
from flashmeet.programme.rules.reports import Clarity, Period, ReportFacet, Tally
from flashmeet.programme.rules.time_to_help import TimeToHelp
from flashmeet.programme.service.reports import UNLABELLED, Report
from flashmeet.schedule.rules.booked_hour import MODES
from flashmeet.schedule.rules.booking_facts import FORMATS, RELATIONS

bp = Blueprint("report_lines", __name__)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row; `clarity` is given for themes only."""

    words: str
    now: Tally
    before: Tally
    clarity: Clarity


def lines_of(report: Report) -> dict[str, Sequence[ReportLine]]:
    """Returns the lines by facet: themes with the most hours first, other facets in their own order."""
    themes = {key: theme.name(display_locale()) for key, theme in report.themes.items()}
    relations = {each: relation_words(each) for each in RELATIONS} | {UNLABELLED: gettext("unknown")}
    return {
        "theme": sorted(_lines(report, ReportFacet.THEME, themes), key=lambda line: (-line.now.minutes, line.words)),
        "format": _lines(report, ReportFacet.FORMAT, {each: format_words(each) for each in FORMATS}),
        "relation": _lines(report, ReportFacet.RELATION, relations),
        "mode": _lines(report, ReportFacet.MODE, {each: mode_words(each) for each in MODES}),
    }


def help_lines(report: Report) -> list[tuple[str, TimeToHelp]]:
    """Returns time to help by theme, longest first."""
    found = ((theme, report.help.by_theme.get(theme.id)) for theme in report.themes.values())
    lines = [(theme.name(display_locale()), time) for theme, time in found if time is not None]
    return sorted(lines, key=lambda line: (-line[1].median, line[0]))


@bp.app_template_filter()
def took_words(time: timedelta) -> str:
    """`5 jours`, `20 heures`."""
    return took(time, display_locale())


@bp.app_template_filter()
def within_words(time: timedelta) -> str:
    """`5 jours`, of 4 days and 2 hours."""
    return within(time, display_locale())


def _lines(report: Report, facet: ReportFacet, words: Mapping[str, str]) -> list[ReportLine]:
    """Returns lines with an hour in either period."""
    these, those = report.now.by[facet], report.before.by[facet]
    clarity = report.now.clarity_by_theme if facet == ReportFacet.THEME else {}
    return [
        ReportLine(said, these.get(value, Tally()), those.get(value, Tally()), clarity.get(value, Clarity()))
        for value, said in words.items()
        if value in these or value in those
    ]


@dataclass(frozen=True, slots=True)
class MonthBars:
    """A month of the period, and the same month a year before."""

    first: date
    now: Tally
    before: Tally


def months_of(report: Report) -> list[MonthBars]:
    """Returns every month that the period touches, empty ones too."""
    months: list[MonthBars] = []
    first = report.period.first.replace(day=1)
    while first <= report.period.last:
        before = first.replace(year=first.year - 1)
        these, those = report.now.by[ReportFacet.MONTH], report.before.by[ReportFacet.MONTH]
        months.append(MonthBars(first, these.get(f"{first:%Y-%m}", Tally()), those.get(f"{before:%Y-%m}", Tally())))
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return months


@bp.app_template_filter()
def period_words(period: Period) -> str:
    """`1er janv. 2026 – 25 nov. 2026`."""
    return times.span(_dated(period.first), _dated(period.last))


def _dated(day: date) -> str:
    return f"{day_of(day, display_locale()).partition(' ')[2]} {day.year}"


@bp.app_template_filter()
def hours_number(hours: float) -> str:
    """`12` or `1,5`."""
    return str(format_decimal(hours, format="#,##0.##", locale=display_locale()))


@bp.app_template_filter()
def month_letters(day: date) -> str:
    """`janv.`"""
    return str(format_date(day, "LLL", locale=display_locale()))


@bp.app_template_filter()
def per_cent(value: int) -> str:
    """`91 %` or `91%`."""
    return str(format_percent(value / 100, locale=display_locale()))


@bp.app_template_filter()
def short_date(at: datetime) -> str:
    """`25 nov. 2026`, in the viewer's zone."""
    return _dated(local_date(at, display_tzid()))
