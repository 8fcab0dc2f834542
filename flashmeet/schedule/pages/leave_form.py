"""The leave form: the mentor's hours are hidden meanwhile, and existing bookings are asked about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import model_validator
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadDate, OutOfRange
from flashmeet.http.display import display_day
from flashmeet.http.forms.reading import Form, beside, reads, typed_texts
from flashmeet.schedule.rules.availability import LeavePeriod


class LeaveForm(Form):
    """First and last day; without a last day the leave is one day."""

    first: Annotated[date, reads(lambda text, _: _day("first", text))]
    last: Annotated[date, reads(lambda text, _: _day("last", text))]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        texts = typed_texts(cls, form)
        return {**texts, "last": texts["last"] or texts["first"]}

    @model_validator(mode="after")
    def _is_a_period(self) -> Self:
        with beside("last"):
            _check_near(self.first, self.last)
            LeavePeriod(self.first, self.last)
        return self

    @property
    def period(self) -> LeavePeriod:
        return LeavePeriod(self.first, self.last)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadDate(field, value=text) from error


def _check_near(first: date, last: date) -> None:
    """Raises OutOfRange for a leave that is over or years away."""
    today = display_day()
    if first < today - LONGEST or not today <= last <= today + LONGEST:
        raise OutOfRange("last", low=today, high=today + LONGEST)


LONGEST = timedelta(days=3 * 366)
