"""Field types of the API. Unreadable values are refused with the code from `core.errors`."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from flashmeet.core.errors import BadDate, BadInput, BadInstant, BadTime
from flashmeet.core.intervals import clock_minutes
from flashmeet.core.numbers import BIGGEST_ID, number_or_none
from flashmeet.core.zones import utc_text

_YEARS = range(1900, 9000)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def one_of(members: type[StrEnum], title: str) -> WithJsonSchema:
    """Lists the values inline, instead of as a separate schema."""
    return WithJsonSchema({"enum": [each.value for each in members], "title": title, "type": "string"})


class Sent(BaseModel):
    """A request body. Unknown fields are refused, since they are likely typing errors."""

    model_config = ConfigDict(extra="forbid")


def _say_nothing_of_null(schema: dict[str, Any]) -> None:
    for each in schema.get("properties", {}).values():
        kinds = [kind for kind in each.pop("anyOf", []) if kind != {"type": "null"}]
        if kinds:
            each.update(kinds[0])
        if each.get("default", ...) is None:
            del each["default"]


class QueryModel(Sent):
    """Query parameters; a missing one is None, and null cannot be sent."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_say_nothing_of_null)


def _coded(read: Callable[[str], Any]) -> Callable[[object], Any]:
    """Returns a validator whose refusal keeps its code; values other than text are left to the type's own check."""

    def validated(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return read(value)
        except BadInput as refusal:
            raise PydanticCustomError("refused", "refused", {"refusal": refusal}) from refusal

    return validated


def read_instant(text: str) -> datetime:
    """Returns aware UTC from `2027-02-10T14:00:00Z` or the same with an offset (RFC 3339). Raises BadInstant."""
    try:
        at = datetime.fromisoformat(text.upper()).astimezone(UTC) if _INSTANT.fullmatch(text.upper()) else None
    except (ValueError, OverflowError):
        at = None
    if at is None or at.year not in _YEARS:
        raise BadInstant("instant", value=text[:40])
    return at


def read_day(text: str) -> date:
    """Reads `2027-02-10`. Raises BadDate."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise BadDate("date", value=text[:40])
    return day


def read_moment(text: str) -> datetime | date:
    """Reads an instant or a date. An unescaped plus sign in the address arrives as a space. Raises BadDate."""
    return read_day(text) if _DAY.fullmatch(text) else read_instant(text.replace(" ", "+"))


def read_minute(text: str) -> int:
    """Returns the minutes since midnight of `18:00`. Raises BadTime."""
    try:
        return clock_minutes(text)
    except BadTime as refusal:
        raise BadTime("time", value=text[:40]) from refusal


def _storable(text: str) -> str:
    """Returns text that every database can store: JSON may carry U+0000 and lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("half_a_character", "This is not valid Unicode") from error
    return text.replace("\0", "")


def _theme_key(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise PydanticCustomError("theme_key", "This should be an id or a text")
    return value if isinstance(value, int) else _storable(value)


_DAY_SCHEMA = {"type": "string", "format": "date", "examples": ["2026-12-09"]}
_INSTANT_SCHEMA = {"type": "string", "format": "date-time", "examples": ["2027-02-10T14:00:00Z"]}
_TIME_SCHEMA = {"type": "string", "pattern": r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "examples": ["18:00"]}

Text = Annotated[str, AfterValidator(_storable)]
Whole = Annotated[int, Strict()]
Id = Annotated[Whole, Field(ge=1, le=BIGGEST_ID, examples=[7])]
AskedId = Annotated[int, Field(ge=1, le=BIGGEST_ID, examples=[7])]
"""An `Id` in an address, where a number is text."""
Instant = Annotated[
    datetime,
    Strict(),
    BeforeValidator(_coded(read_instant)),
    PlainSerializer(utc_text, return_type=str),
    WithJsonSchema(_INSTANT_SCHEMA),
]
Day = Annotated[date, Strict(), BeforeValidator(_coded(read_day)), WithJsonSchema(_DAY_SCHEMA)]
Moment = Annotated[
    datetime | date,
    BeforeValidator(_coded(read_moment)),
    WithJsonSchema({"type": "string", "examples": ["2027-02-10T14:00:00Z", "2027-02-10"]}),
]
WallTime = Annotated[str, WithJsonSchema(_TIME_SCHEMA)]
Minute = Annotated[int, Strict(), BeforeValidator(_coded(read_minute)), WithJsonSchema(_TIME_SCHEMA)]
ThemeKey = Annotated[
    int | str,
    PlainValidator(_theme_key),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}], "examples": ["droit", 3]}),
]


OPEN, CLOSED = "open-day", "closed-day"


_MARK = "id:"


def cursor_after(row_id: int) -> str:
    return urlsafe_b64encode(f"{_MARK}{row_id}".encode()).decode().rstrip("=")


def id_in(cursor: str) -> int:
    """Returns the id in a cursor. Raises BadInput for an invalid cursor."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError as error:
        raise BadInput("cursor") from error
    number = number_or_none(text.removeprefix(_MARK)) if text.startswith(_MARK) else None
    if number is None:
        raise BadInput("cursor")
    return number
