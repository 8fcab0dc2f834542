"""What a mentor promises in their first minute, said back as it will hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date, get_day_names
from babel.lists import format_list

from flashmeet.core.clock_times import clock_text
from flashmeet.core.settings.policies import Policy
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import translations
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.rules.commitments import Commitment
from flashmeet.schedule.wording.commitment import limits


def promise(said: Commitment, policy: Policy, leaves: Iterable[LeavePeriod], locale: str) -> str:
    """Days and hours, limits, months off; how booking goes is said by `schedule.wording.commitment.manner`."""
    gettext = translations(locale).gettext
    names = get_day_names("wide", locale=locale)
    days = format_list([names[day] for day in sorted(said.weekdays)], locale=locale)
    words = {"days": days, "start": clock_text(said.after), "end": clock_text(said.before)}
    when = gettext("You are free on %(days)s, from %(start)s to %(end)s.") % words
    away = [gettext("Not %(period)s.") % {"period": _period(each, locale)} for each in leaves]
    return " ".join([when, limits(policy, locale), *away])


def _period(leave: LeavePeriod, locale: str) -> str:
    """`in August 2027`, or from one day to another."""
    gettext = translations(locale).gettext
    if _is_month(leave):
        return gettext("in %(month)s") % {"month": format_date(leave.first, "LLLL y", locale=locale)}
    words = {
        "first": times.day_of(leave.first, locale, long=True),
        "last": times.day_of(leave.last, locale, long=True),
    }
    return gettext("from %(first)s to %(last)s") % words


def _is_month(leave: LeavePeriod) -> bool:
    next_day = date.fromordinal(leave.last.toordinal() + 1)
    return leave.first.day == 1 and next_day.day == 1 and leave.first.month == leave.last.month
