"""The leave form: the mentor's hours are hidden meanwhile, and existing bookings are asked about."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import model_validator
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadDate
from flashmeet.http.display import display_day
from flashmeet.http.forms.reading import Form, beside, reads, typed_texts
from flashmeet.schedule.rules.availability import LeavePeriod, require_near


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
            require_near(self.first, self.last, today=display_day())
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
