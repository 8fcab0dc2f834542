"""A mentor's policy and commitment in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date, get_day_names
from babel.lists import format_list

from flashmeet.core.intervals import clock_text
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.times import duration
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.rules.commitments import Commitment


def commitment(policy: Policy, locale: str) -> str:
    """Returns limits, notice and horizon, rest, and who confirms."""
    return f"{limits(policy, locale)} {manner(policy, locale)}"


def manner(policy: Policy, locale: str) -> str:
    """Returns notice and horizon, rest, and who confirms."""
    sentences = (part(policy, locale) for part in (_reach, _rest, _confirm))
    return " ".join(words for words in sentences if words)


def limits(policy: Policy, locale: str) -> str:
    """Returns the maximum number of hours in words."""
    said, words = translations(locale), []
    if policy.per_day is not None:
        words.append(said.ngettext("%(num)s hour a day", "%(num)s hours a day", policy.per_day))
    if policy.per_week is not None:
        words.append(said.ngettext("%(num)s hour a week", "%(num)s hours a week", policy.per_week))
    if policy.per_month is not None:
        words.append(said.ngettext("%(num)s hour a month", "%(num)s hours a month", policy.per_month))
    if not words:
        return said.gettext("You set no limit: every hour you open can be booked.")
    return said.gettext("You give at most %(limits)s.") % {"limits": format_list(words, locale=locale)}


def _reach(policy: Policy, locale: str) -> str:
    words = {"horizon": duration(policy.horizon_days * 1440, locale), "notice": duration(policy.notice_minutes, locale)}
    if not policy.notice_minutes:
        return translations(locale).gettext("People can book up to %(horizon)s ahead, until the last moment.") % words
    return (
        translations(locale).gettext("People can book up to %(horizon)s ahead, and no later than %(notice)s before.")
        % words
    )


def _rest(policy: Policy, locale: str) -> str:
    if not policy.buffer_after:
        return ""
    return translations(locale).gettext("After each hour, you keep %(rest)s for yourself.") % {
        "rest": duration(policy.buffer_after, locale)
    }


def _confirm(policy: Policy, locale: str) -> str:
    if policy.confirm == Confirm.ASK:
        return translations(locale).gettext("Nothing is confirmed until you have answered.")
    return translations(locale).gettext("Bookings are confirmed as soon as they are made.")


def promise(said: Commitment, policy: Policy, leaves: Iterable[LeavePeriod], locale: str) -> str:
    """Returns days and hours, limits and months off; `manner` adds how hours are booked."""
    gettext = translations(locale).gettext
    names = get_day_names("wide", locale=locale)
    days = format_list([names[day] for day in sorted(said.weekdays)], locale=locale)
    words = {"days": days, "start": clock_text(said.after), "end": clock_text(said.before)}
    when = gettext("You are free on %(days)s, from %(start)s to %(end)s.") % words
    away = [gettext("Not %(period)s.") % {"period": _period(each, locale)} for each in leaves]
    return " ".join([when, limits(policy, locale), *away])


def _period(leave: LeavePeriod, locale: str) -> str:
    """Returns `in August 2027`, or the first and last day."""
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
