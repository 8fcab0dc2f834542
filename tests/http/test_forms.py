"""Whatever is wrong with a form stands beside its field, all of it at once; what was typed is kept."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput, EndBeforeStart, OutOfRange
from flashmeet.http.forms.reading import Faults, Form, beside, read_form, reads, typed_texts


def number(text: str, context: dict[str, int]) -> int:
    if not text.isdigit() or int(text) > context["most"]:
        raise OutOfRange("number", low=0, high=context["most"])
    return int(text)


class Hours(Form):
    start: Annotated[int, reads(number)]
    end: Annotated[int, reads(number)]
    lines: dict[int, Annotated[int, reads(number)]]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        with beside("end"):
            if self.end < self.start:
                raise EndBeforeStart("end")
        return self

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {**typed_texts(cls, form), "lines": {7: form.get("line-7", "0")}}


def read(**texts: str) -> Hours | Faults:
    return read_form(Hours, MultiDict(texts), context={"most": 24})


def codes(found: Form | Faults) -> dict[str, str]:
    assert isinstance(found, Faults)
    return {place: refusal.code for place, refusal in found.items()}


def test_a_form_that_can_be_read_is_its_meaning_and_what_else_was_sent_is_passed_over() -> None:
    found = read(start=" 8", end="12 ", csrf_token="x")
    assert isinstance(found, Hours)
    assert (found.start, found.end) == (8, 12)


def test_every_fault_stands_beside_its_field_as_the_refusal_it_is() -> None:
    found = read(start="x", end="25", **{"line-7": "y"})
    assert codes(found) == {"start": "out_of_range", "end": "out_of_range", "lines-7": "out_of_range"}
    assert isinstance(found, Faults)
    assert found["start"].facts == {"field": "number", "low": 0, "high": 24}


def test_what_two_fields_say_together_is_said_beside_the_place_that_is_named() -> None:
    assert codes(read(start="12", end="8")) == {"end": EndBeforeStart.code}


def test_what_no_reader_of_ours_refuses_is_still_a_refusal_of_its_field() -> None:
    class Flat(Form):
        count: int

    assert codes(read_form(Flat, MultiDict({"count": "many"}))) == {"count": BadInput.code}


def test_what_was_typed_is_kept() -> None:
    assert typed_texts(Hours, MultiDict({"start": " x ", "end": ""})) == {"start": "x", "end": "", "lines": ""}
