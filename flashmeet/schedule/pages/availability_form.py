"""The form of a mentor's availability.

`Typed` keeps the form's text unchanged, so that nothing is lost; `AvailabilityForm` parses it by the rules of
`schedule.rules.availability`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, TypeVar

from pydantic import SkipValidation
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadDate, OutOfRange
from flashmeet.core.intervals import clock_text
from flashmeet.core.numbers import number_or_none, plain_digits
from flashmeet.core.zones import zone
from flashmeet.http.forms.reading import reads
from flashmeet.schedule.pages.policy_form import PolicyForm, TypedPolicy
from flashmeet.schedule.rules.availability import FIRST_DAY, LAST_DAY, DayOverride, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import MODES, Mode, checked_mode
from flashmeet.schedule.rules.booking_facts import checked_place

_LOOSE = re.compile(r"(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?|(\d{1,2})(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class WeekdayLine:
    """Start and end, as typed."""

    start: str = ""
    end: str = ""

    @property
    def blank(self) -> bool:
        return not (self.start or self.end)

    def span(self) -> Span:
        """Returns the span; an end of midnight means the day's end. Raises BadTime, EndBeforeStart, OffTheQuarter."""
        end = _clock(self.end)
        return Span.parse(_clock(self.start), "24:00" if end == "00:00" else end)


@dataclass(frozen=True, slots=True)
class DatedLine:
    """A day that differs from the weekly hours."""

    text: str = ""
    closed: bool = False
    line: WeekdayLine = WeekdayLine()

    @property
    def blank(self) -> bool:
        return not self.text and self.line.blank

    @property
    def day(self) -> date | None:
        """Returns None for an invalid or implausible date."""
        try:
            day = date.fromisoformat(self.text)
        except ValueError:
            return None
        return day if FIRST_DAY <= day <= LAST_DAY else None

    def override(self) -> DayOverride:
        """Returns the override. Raises BadDate, BadTime, EndBeforeStart, OffTheQuarter."""
        if self.day is None:
            raise BadDate("date", value=self.text)
        return DayOverride(self.day, None if self.closed else self.line.span())


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The whole form. `week` has seven tuples of lines, Monday first."""

    tzid: str
    week: tuple[tuple[WeekdayLine, ...], ...]
    dates: tuple[DatedLine, ...]
    policy: TypedPolicy
    ways: tuple[str, ...] | None = MODES
    """None where the form had no part on how they meet."""
    place: str = ""

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> Typed:
        week = tuple(tuple(_lines(form, f"start-{day}", f"end-{day}")) for day in range(7))
        lines = _lines(form, "date-start", "date-end")
        dates = zip(_texts(form, "date"), _texts(form, "date-kind"), lines, strict=False)
        return cls(
            tzid=form.get("tzid", "").strip(),
            week=week,
            dates=tuple(DatedLine(day, kind == "closed", line) for day, kind, line in dates),
            policy=TypedPolicy.from_form(form),
            ways=tuple(form.getlist("ways")) if "place" in form else None,
            place=form.get("place", "").strip(),
        )

    @classmethod
    def from_schedule(cls, schedule: Schedule, *, today: date) -> Typed:
        """Returns the form of a saved schedule; past days are left out."""
        week = tuple(
            tuple(_line(rule.span) for rule in schedule.rules if rule.weekday == weekday) for weekday in range(7)
        )
        dates = tuple(
            DatedLine(each.date.isoformat(), each.span is None, _line(each.span))
            for each in schedule.overrides
            if each.date >= today
        )
        return cls(
            tzid=schedule.tzid,
            week=week,
            dates=dates,
            policy=TypedPolicy.from_policy(schedule.policy),
            ways=schedule.ways,
            place=schedule.place,
        )

    def with_line(self, place: str) -> Typed:
        """Adds an empty line: `0` to `6` is a weekday, `date` a dated line."""
        if place == "date":
            return replace(self, dates=(*self.dates, DatedLine()))
        return self._with_day(place, lambda lines: (*lines, WeekdayLine()))

    def without_line(self, place: str) -> Typed:
        """Removes a line: `0-1` is Monday's second, `date-0` the first dated one."""
        name, _, number = place.partition("-")
        position = number_or_none(number)
        if position is None:
            return self
        if name == "date":
            return replace(self, dates=_without(self.dates, position))
        return self._with_day(name, lambda lines: _without(lines, position))

    def with_copies(self, day: str, others: Iterable[str]) -> Typed:
        """Gives other weekdays the lines of `day`, in place of their own."""
        source = dict(zip(map(str, range(7)), self.week, strict=True)).get(day)
        if source is None:
            return self
        wanted = set(others)
        return replace(self, week=tuple(source if str(each) in wanted else self.week[each] for each in range(7)))

    def _with_day(self, name: str, change: _Change) -> Typed:
        days = {str(day): lines for day, lines in enumerate(self.week)}
        if name in days:
            days[name] = change(days[name])
        return replace(self, week=tuple(days.values()))


_Dated = Annotated[
    # Its field is named as its type, which pydantic cannot look into.
    SkipValidation[DayOverride] | None,
    reads(lambda dated, _: None if dated.blank else dated.override()),
]


class AvailabilityForm(PolicyForm):
    """Faults are at `tzid`, at `week-0-1` for Monday's second line, at `dates-0`, and at the policy's fields.

    Empty lines are ignored.
    """

    tzid: Annotated[str, reads(lambda text, _: zone(text).key)]
    week: tuple[tuple[Annotated[Span | None, reads(lambda line, _: None if line.blank else line.span())], ...], ...]
    dates: tuple[_Dated, ...]
    ways: Annotated[tuple[Mode, ...] | None, reads(lambda texts, _: _ways(texts))]
    place: Annotated[str | None, reads(lambda text, _: None if text is None else checked_place(text))]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        typed = Typed.from_form(form)
        said = {"tzid": typed.tzid, "week": typed.week, "dates": typed.dates, "ways": typed.ways}
        return {**super().gathered(form), **said, "place": None if typed.ways is None else typed.place}

    @property
    def rules(self) -> tuple[WeeklyRule, ...]:
        days = enumerate(self.week)
        return tuple(WeeklyRule(weekday, span) for weekday, spans in days for span in spans if span is not None)

    @property
    def overrides(self) -> tuple[DayOverride, ...]:
        return tuple(each for each in self.dates if each is not None)


def _ways(texts: tuple[str, ...] | None) -> tuple[Mode, ...] | None:
    """Returns them in the order of `MODES`. Raises BadInput, OutOfRange."""
    if texts is None:
        return None
    chosen = {checked_mode(text) for text in texts}
    if not chosen:
        raise OutOfRange("ways", low=1, high=len(MODES))
    return tuple(mode for mode in MODES if mode in chosen)


Each = TypeVar("Each")
_Change = Callable[[tuple[WeekdayLine, ...]], tuple[WeekdayLine, ...]]


def _without(lines: tuple[Each, ...], position: int) -> tuple[Each, ...]:
    return lines[:position] + lines[position + 1 :]


def _line(span: Span | None) -> WeekdayLine:
    return WeekdayLine() if span is None else WeekdayLine(clock_text(span.start), clock_text(span.end))


def _lines(form: MultiDict[str, str], start: str, end: str) -> list[WeekdayLine]:
    return [WeekdayLine(*each) for each in zip(_texts(form, start), _texts(form, end), strict=False)]


def _texts(form: MultiDict[str, str], name: str) -> list[str]:
    """Returns the text of each field of that name."""
    return [text.strip() for text in form.getlist(name)]


def _clock(text: str) -> str:
    """Returns `18:30` for 18:30, 18h30, 18 h 30, 18.30 and 1830; `18:00` for 18 and 18h; other text unchanged."""
    match = _LOOSE.fullmatch(plain_digits(text))
    if match is None:
        return text
    return f"{(match[1] or match[3]):0>2}:{(match[2] or match[4] or ''):0>2}"
