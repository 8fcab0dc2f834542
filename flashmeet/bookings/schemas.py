"""Bookings in the API: requests and responses."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StrictBool
from pydantic.config import JsonDict

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.links import Links
from flashmeet.http.api.fields import AskedId, Id, Instant, QueryModel, Sent, Text, ThemeKey, Whole, one_of
from flashmeet.schedule.rules.booked_hour import NEED_CHARACTERS, REASON_CHARACTERS, BookingStatus, Mode
from flashmeet.schedule.schemas.availability import ModeField
from flashmeet.schedule.service.own_calendars import OwnHourState
from flashmeet.themes.schemas import ThemeRef, theme_ref

Status = Annotated[BookingStatus, one_of(BookingStatus, "Status")]


def _most(characters: int) -> JsonDict:
    """Tells clients the limit; `schedule.rules.booked_hour.checked_text` enforces it on the trimmed text."""
    return {"maxLength": characters}


class BookingPath(QueryModel):
    booking_id: AskedId


class BookingsQuery(QueryModel):
    status: Status | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Text | None = Field(default=None, description="`next_cursor` of the page before.")


class BookingIn(Sent):
    mentor_id: Id
    starts_at: Instant
    theme: ThemeKey = Field(description="Id, slug, or a name or synonym in any language.")
    need: Text = Field(json_schema_extra=_most(NEED_CHARACTERS), examples=["Relire mes statuts avant le dépôt."])
    duration: Whole = Field(default=60, description="Minutes.")
    mode: ModeField = Mode.VIDEO
    good_hour: Text = Field(
        default="", description="What would make it a good hour.", json_schema_extra=_most(NEED_CHARACTERS)
    )
    unless_busy: StrictBool = Field(
        default=False,
        description="Refuses with `own_calendar_busy` where the caller's own calendar has something else.",
    )


class MoveIn(Sent):
    starts_at: Instant


class CancelIn(Sent):
    reason: Text | None = Field(default=None, json_schema_extra=_most(REASON_CHARACTERS))


class AnswerIn(Sent):
    accept: StrictBool


class BookingOut(BaseModel):
    id: Id
    uid: str = Field(description="For life, the same as in the calendar invite.")
    sequence: int = Field(description="0 in the first invite, one more with every change.")
    status: Status
    starts_at: Instant
    ends_at: Instant
    mentor_id: Id
    mentee_id: Id
    mentor_name: str
    mentee_name: str
    theme: ThemeRef
    mode: ModeField
    format: str = Field(description="flash, day, series or group.")
    relation: str | None = Field(description="peer, reverse or classic, by graduation years; null where unknown.")
    place: str = Field(description="Where they meet on site, once one of them has said it.")
    need: str
    good_hour: str
    cancel_reason: str
    answer_due_at: Instant | None = Field(description="Until when the mentor may answer, while pending.")
    join_url: str = Field(description="The caller's own link to the room; not to be passed on.")
    ics_url: str


class BookedOut(BookingOut):
    own_calendar: Annotated[OwnHourState, one_of(OwnHourState, "OwnCalendar")] | None = Field(
        default=None,
        exclude_if=lambda told: told is None,
        description="What the caller's own calendars said of the hour; absent where none is connected. unknown: one "
        "could not be read, or its address does not reach that far.",
    )


class BookingsOut(BaseModel):
    """Bookings in order of creation."""

    items: list[BookingOut]
    next_cursor: str | None


def booking_out(booking: Booking, member_id: int, *, links: Links, locale: str) -> BookingOut:
    """Returns the booking as one of its two people sees it."""
    return BookingOut(
        id=booking.id,
        uid=booking.uid,
        sequence=booking.sequence,
        status=booking.status,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        mentor_id=booking.mentor_id,
        mentee_id=booking.mentee_id,
        mentor_name=booking.mentor.name,
        mentee_name=booking.mentee.name,
        theme=theme_ref(booking.theme, locale),
        mode=booking.mode,
        format=booking.format,
        relation=booking.relation,
        place=booking.place,
        need=booking.need,
        good_hour=booking.good_hour,
        cancel_reason=booking.cancel_reason,
        answer_due_at=booking.answer_due_at,
        join_url=join_url(booking, member_id, links=links),
        ics_url=links.ics(booking.id),
    )


def join_url(booking: Booking, member_id: int, *, links: Links) -> str:
    seat = booking.seat_of(member_id)
    return links.given(seat.member.link_generation).join(seat.id, seat.nonce)
