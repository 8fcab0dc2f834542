"""What a mentor has promised, said back in sentences."""

from __future__ import annotations

from babel.lists import format_list

from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.durations import duration


def commitment(policy: Policy, locale: str) -> str:
    """Limits, notice and horizon, rest, and who confirms."""
    return f"{limits(policy, locale)} {manner(policy, locale)}"


def manner(policy: Policy, locale: str) -> str:
    """Notice and horizon, rest, and who confirms."""
    sentences = (part(policy, locale) for part in (_reach, _rest, _confirm))
    return " ".join(words for words in sentences if words)


def limits(policy: Policy, locale: str) -> str:
    """How many hours at most."""
    said, words = translations(locale), []
    if policy.per_day is not None:
        words.append(
            said.ngettext("%(num)s hour a day", "%(num)s hours a day", policy.per_day) % {"num": policy.per_day}
        )
    if policy.per_week is not None:
        words.append(
            said.ngettext("%(num)s hour a week", "%(num)s hours a week", policy.per_week) % {"num": policy.per_week}
        )
    if policy.per_month is not None:
        words.append(
            said.ngettext("%(num)s hour a month", "%(num)s hours a month", policy.per_month) % {"num": policy.per_month}
        )
    if not words:
        return said.gettext("You set no limit: every hour you open can be booked.")
    return said.gettext("You give at most %(limits)s.") % {"limits": format_list(words, locale=locale)}


def _reach(policy: Policy, locale: str) -> str:
    words = {"horizon": duration(policy.horizon_days * 1440, locale), "notice": duration(policy.notice_minutes, locale)}
    if not policy.notice_minutes:
        return translations(locale).gettext("People book up to %(horizon)s ahead, until the last moment.") % words
    return (
        translations(locale).gettext("People book up to %(horizon)s ahead, and at the latest %(notice)s before.")
        % words
    )


def _rest(policy: Policy, locale: str) -> str:
    if not policy.buffer_after:
        return ""
    return translations(locale).gettext("After each hour, %(rest)s stay yours.") % {
        "rest": duration(policy.buffer_after, locale)
    }


def _confirm(policy: Policy, locale: str) -> str:
    if policy.confirm == Confirm.ASK:
        return translations(locale).gettext("Nothing is agreed before you have answered.")
    return translations(locale).gettext("Who books has the hour at once.")
