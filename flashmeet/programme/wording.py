"""Sentences for things to do, on the administrator's page and in the Monday mail, and for the values of settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from babel import Locale

from flashmeet.core.intervals import clock_text
from flashmeet.core.phone_numbers import REGIONS
from flashmeet.core.settings.entries import DAYS, HOURS, MINUTES
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.text import in_language, mark, sort_key
from flashmeet.i18n.catalogue import Spoken, translations
from flashmeet.i18n.times import duration, place
from flashmeet.programme.rules.to_do import Thing


def thing_words(thing: Thing, locale: str) -> str:
    """`2 mentors wait for your approval`."""
    said = translations(locale)
    return _SENTENCES[thing.key](said, thing.count) % {"theme": in_language(thing.theme, locale) if thing.theme else ""}


_SENTENCES: dict[str, Callable[[Spoken, int], str]] = {
    "cases": lambda said, n: said.ngettext("%(num)s case is waiting for you", "%(num)s cases are waiting for you", n),
    "mail_away": lambda said, n: said.ngettext(
        "No email has been sent for %(num)s minute: see why", "No email has been sent for %(num)s minutes: see why", n
    ),
    "sms_away": lambda said, n: said.ngettext(
        "No SMS has been sent for %(num)s minute: see why", "No SMS has been sent for %(num)s minutes: see why", n
    ),
    "worker": lambda said, n: said.ngettext(
        "The worker has done nothing for %(num)s minute: tell whoever runs the server",
        "The worker has done nothing for %(num)s minutes: tell whoever runs the server",
        n,
    ),
    "empty": lambda said, _n: said.gettext("Nobody is here yet: import or invite your members"),
    "no_mentors": lambda said, _n: said.gettext("Nobody can give an hour yet: invite and approve mentors"),
    "ask": lambda said, n: said.ngettext(
        "%(theme)s is asked for; its %(num)s mentor has opened nothing: ask them",
        "%(theme)s is asked for; its %(num)s mentors have opened nothing: ask them",
        n,
    ),
    "applied": lambda said, n: said.ngettext(
        "%(num)s person is asking to join", "%(num)s people are asking to join", n
    ),
    "waiting": lambda said, n: said.ngettext(
        "%(num)s mentor is waiting for your approval", "%(num)s mentors are waiting for your approval", n
    ),
    "replies": lambda said, n: said.ngettext(
        "%(num)s reply is waiting for you to read it", "%(num)s replies are waiting for you to read them", n
    ),
    "expired": lambda said, n: said.ngettext(
        "%(num)s request got no answer in seven days: see who was asked",
        "%(num)s requests got no answer in seven days: see who was asked",
        n,
    ),
    "theme": lambda said, n: said.ngettext(
        "Find mentors for %(theme)s: %(num)s hour requested", "Find mentors for %(theme)s: %(num)s hours requested", n
    ),
    "backup_broken": lambda said, _n: said.gettext(
        "The last backup could not be restored on trial: tell whoever runs the server"
    ),
    "backup": lambda said, n: said.ngettext(
        "%(num)s day without a backup: tell whoever runs the server",
        "%(num)s days without a backup: tell whoever runs the server",
        n,
    ),
    "undelivered": lambda said, n: said.ngettext(
        "%(num)s message did not arrive", "%(num)s messages did not arrive", n
    ),
    "idle": lambda said, n: said.ngettext(
        "%(num)s approved mentor has no open hours: write to them",
        "%(num)s approved mentors have no open hours: write to them",
        n,
    ),
    "few": lambda said, n: said.ngettext(
        "%(theme)s depends on %(num)s mentor: find another one",
        "%(theme)s depends on %(num)s mentors: find another one",
        n,
    ),
    "stale": lambda said, n: said.ngettext(
        "%(num)s mentor has not reviewed their profile for a year",
        "%(num)s mentors have not reviewed their profiles for a year",
        n,
    ),
    "never": lambda said, n: said.ngettext(
        "%(num)s member has never signed in", "%(num)s members have never signed in", n
    ),
}


def countries(locale: str) -> Sequence[tuple[str, str]]:
    """Returns every country's code and name, in that language's order."""
    names = Locale.parse(locale).territories
    return sorted(((code, str(names.get(code, code))) for code in REGIONS), key=lambda each: sort_key(each[1]))


_IN_MINUTES = {MINUTES: 1, HOURS: 60, DAYS: 1440}
NONE, NO_LIMIT = mark("none"), mark("no limit")


def said(entry: Entry[Any], value: Any, locale: str) -> str:  # noqa: ANN401  # each entry has its own type
    """Says a setting's value: `15 minutes`, `20:00`, `mentor, mentors`."""
    ways: dict[str, Callable[[], str]] = {
        "choice": lambda: translations(locale).gettext(dict(entry.kind.options)[value]),  # type: ignore[attr-defined]  # a Choice
        "number": lambda: _amount(entry.kind, value, locale),
        "limit": lambda: _amount(entry.kind, value, locale),
        "clock": lambda: clock_text(value),
        "country": lambda: str(Locale.parse(locale).territories.get(value, value)),
        "zone": lambda: place(value, locale),
        "per_language": lambda: " · ".join(f"{value[each]} ({each})" for each in value),
        "line": lambda: value or translations(locale).gettext(NONE),
        "mailbox": lambda: value or translations(locale).gettext(NONE),
        "domains": lambda: ", ".join(value) or translations(locale).gettext(NONE),
    }
    return ways.get(entry.kind.name, lambda: str(value))()


def _amount(kind: Any, value: int | None, locale: str) -> str:  # noqa: ANN401  # a Number or a Limit
    if value is None:
        return translations(locale).gettext(NO_LIMIT)
    if kind.unit in _IN_MINUTES and value:
        return duration(value * _IN_MINUTES[kind.unit], locale)
    return str(value)
