"""In words, for mails and calendars too: who the other is, a day's plan, and what a changed question tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flashmeet.bookings.rules.threads import TEXT_CHARACTERS
from flashmeet.core.intervals import Interval
from flashmeet.core.text import mark, one_line
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import translations

EACH_DAY, BREAKS, PROGRAMME = mark("Each day: %(when)s"), mark("Breaks: %(when)s"), mark("Programme: %(what)s")


@dataclass(frozen=True, slots=True)
class PlanWords:
    """Lines for a page, a mail or a calendar; `each_day` and `breaks` are "" where they do not apply."""

    each_day: str
    breaks: str
    programme: str

    def text(self, locale: str) -> str:
        """Returns all lines as one text."""
        return "\n".join(self._lines(translations(locale).gettext))

    def _lines(self, say: Callable[[str], str]) -> Iterator[str]:
        if self.each_day:
            yield say(EACH_DAY) % {"when": self.each_day}
        if self.breaks:
            yield say(BREAKS) % {"when": self.breaks}
        if self.programme:
            yield say(PROGRAMME) % {"what": self.programme}


def about_words(payload: Mapping[str, Any], locale: str) -> str:
    """Returns who the other person is, in one line: `Avocate · Cabinet Arcade · promotion 2008`; "" where nothing is
    known, as in older rows."""
    about, year = one_line(payload.get("other_about") or ""), payload.get("other_year")
    of_class = translations(locale).gettext(mark("class of %(year)s")) % {"year": year} if year else ""
    return " · ".join(each for each in (about, of_class) if each)


def plan_words(plan: Mapping[str, Any], tzid: str, locale: str) -> PlanWords:
    """Reads a `bookings.rules.messages.DayFacts` in the zone `tzid`. Other shapes raise what reading them raises."""
    where = times.place(tzid, locale)
    first, breaks = _span(plan["first"], tzid), [_span(each, tzid) for each in plan["breaks"]]
    return PlanWords(
        each_day=f"{first} ({where})" if plan["days"] > 1 else "",
        breaks=f"{', '.join(breaks)} ({where})" if breaks else "",
        programme=plan["programme"],
    )


def time_there(hour: Interval, place_tzid: str, tzid: str, locale: str) -> str:
    """Returns the time by the clock of the place on site, for an event that a calendar shows by the reader's; "" where
    both show the same."""
    if not place_tzid or times.same_local_time(hour.start, place_tzid, tzid):
        return ""
    return times.from_to(hour.start, hour.end, place_tzid, locale)


def _span(ends: Sequence[str], tzid: str) -> str:
    start, end = map(datetime.fromisoformat, ends)
    return times.clocks(start, end, tzid)


def told_file(name: str, locale: str) -> str:
    """Returns what the other reads when a file was added."""
    return translations(locale).gettext(mark("I have added a file: %(name)s")) % {"name": name}


def told_files(words: str, names: Sequence[str], locale: str) -> str:
    """Returns words that came by mail, and which files beside them did not come along."""
    if not names:
        return words
    told = mark("Attached to the email, and not passed on: %(names)s. One PDF can be added on the page of the hour.")
    whole = f"{words}\n\n{translations(locale).gettext(told) % {'names': ', '.join(names)}}"
    return whole if len(whole) <= TEXT_CHARACTERS else words


def told_question(need: str, locale: str) -> str:
    """Returns what the mentor reads when the question has changed."""
    words = translations(locale).gettext(mark("My question is now: %(need)s")) % {"need": need}
    return words if len(words) <= TEXT_CHARACTERS else need
