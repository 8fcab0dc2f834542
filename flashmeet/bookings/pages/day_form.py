"""The form by which a mentor offers a day: as typed, and as read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated

from werkzeug.datastructures import MultiDict

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.days import MOST_BREAKS
from flashmeet.bookings.service.days.offering import OfferedDay
from flashmeet.core.errors import BadDate, OutOfRange
from flashmeet.core.intervals import clock_text
from flashmeet.core.numbers import number_or_none
from flashmeet.http.forms.reading import Form, reads
from flashmeet.i18n import times
from flashmeet.schedule.pages.availability_form import WeekdayLine
from flashmeet.schedule.rules.availability import Span
from flashmeet.schedule.rules.booked_hour import Mode

USUAL, LUNCH = WeekdayLine("09:00", "17:00"), WeekdayLine("12:30", "13:30")
NO_BREAKS = (WeekdayLine(),) * MOST_BREAKS


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDay:
    """Every field as text; `breaks` has as many lines as the form."""

    theme: str = ""
    date: str = ""
    days: str = "1"
    span: WeekdayLine = USUAL
    breaks: tuple[WeekdayLine, ...] = (LUNCH, *NO_BREAKS[1:])
    mode: str = Mode.ON_SITE
    place: str = ""
    programme: str = ""

    @classmethod
    def parse(cls, form: MultiDict[str, str]) -> TypedDay:
        said = {name: form.get(name, "").replace("\0", "") for name in ("theme", "date", "mode", "place", "programme")}
        starts, ends = form.getlist("break_start"), form.getlist("break_end")
        breaks = [_line(*each) for each in zip(starts, ends, strict=False)][:MOST_BREAKS]
        return cls(
            **said,
            days=form.get("days", "1"),
            span=_line(form.get("start", ""), form.get("end", "")),
            breaks=(*breaks, *NO_BREAKS[len(breaks) :]),
        )

    @classmethod
    def of(cls, offer: DayOffer) -> TypedDay:
        breaks = [_shown(each) for each in offer.plan.breaks]
        return cls(
            theme=offer.theme.slug,
            date=offer.date.isoformat(),
            days=str(offer.days),
            span=_shown(offer.plan.span),
            breaks=(*breaks, *NO_BREAKS[len(breaks) :]),
            mode=offer.mode,
            place=offer.place,
            programme=offer.programme,
        )

    @property
    def values(self) -> dict[str, str]:
        """All of it, by field."""
        breaks = ", ".join(times.span(each.start, each.end) for each in self.breaks if not each.blank)
        texts = {name: getattr(self, name) for name in ("theme", "date", "mode", "place", "programme")}
        return {**texts, "days_long": self.days, "start": self.span.start, "end": self.span.end, "breaks": breaks}


def _line(start: str, end: str) -> WeekdayLine:
    return WeekdayLine(start.strip()[:10], end.strip()[:10])


def _shown(span: Span) -> WeekdayLine:
    return WeekdayLine(clock_text(span.start), clock_text(span.end))


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise BadDate("date", value=text[:40]) from None


def _days(text: str) -> int:
    """Reads a number of days; the service checks the maximum. Raises OutOfRange."""
    number = number_or_none(text, most=99)
    if number is None:
        raise OutOfRange("days_long", low=1, high=99)
    return number


class DayForm(Form):
    """Reads the form. Faults are kept for `date`, `days`, `span` and `breaks`; the service checks the texts."""

    theme: str
    date: Annotated[datetime.date, reads(lambda text, _: _date(text))]
    days: Annotated[int, reads(lambda text, _: _days(text))]
    span: Annotated[Span, reads(lambda line, _: line.span())]
    breaks: Annotated[tuple[Span, ...], reads(lambda lines, _: tuple(each.span() for each in lines if not each.blank))]
    mode: str
    place: str
    programme: str

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        typed = TypedDay.parse(form)
        return {name: getattr(typed, name) for name in cls.model_fields}

    @property
    def offered(self) -> OfferedDay:
        return OfferedDay(
            theme=self.theme,
            first=self.date,
            span=self.span,
            breaks=self.breaks,
            days=self.days,
            mode=self.mode,
            place=self.place,
            programme=self.programme,
        )
