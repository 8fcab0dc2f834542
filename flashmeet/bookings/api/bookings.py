"""The caller's sessions, and booking one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from flashmeet.bookings.api.alternatives import with_ways_out
from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.schemas.bookings import (
    BookingIn,
    BookingOut,
    BookingPath,
    BookingsAsked,
    BookingsOut,
    booking_out,
    join_url,
)
from flashmeet.bookings.service.agenda import booking_of, bookings_of
from flashmeet.bookings.service.alternatives import alternatives
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.cursors import cursor_after, id_in
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.api.idempotency import OnceHeader, once
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.identity import member, viewer_id
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import now, reading, service, services
from flashmeet.identity.models.member import Member
from flashmeet.schedule.rules.slots import Slot
from flashmeet.themes.service.themes import find_theme

HOUR_REFUSALS = {
    409: "slot_taken with `alternatives`, you_are_busy with `booking`",
    503: "calendar_unavailable, busy; `Retry-After` says when to come again",
}
BOOK_REFUSALS = {
    403: "read_only; terms_required, with the `version` to accept; paused_by_network",
    422: "off_the_quarter, too_late, beyond_horizon, not_offered, theme_not_offered, unknown_theme, yourself, "
    "quota_reached, idempotency_mismatch, missing, too_long, unknown_field, invalid",
}


def shown(booking: Booking, me: Member) -> BookingOut:
    return booking_out(booking, me.id, links=services().links, locale=me.locale)


def kept(booking: Booking, me: Member, *, status: int = 200) -> Answer:
    """The answer as it may be stored: without the personal link."""
    return Answer(status, shown(booking, me).model_dump(mode="json", exclude={"join_url"}))


def with_join_link(session: Session, me: Member, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "join_url": join_url(booking_of(session, me, body["id"]), me.id, links=services().links)}


@api.get("/bookings", responses={200: BookingsOut})
@access("member")
@endpoint
def list_bookings(query: BookingsAsked) -> BookingsOut:
    """The caller's sessions, as mentee and as mentor, in the order in which they were made."""
    after_id = id_in(query.cursor) if query.cursor else None
    with reading() as session:
        me = member(session)
        found = bookings_of(session, me, status=query.status, after_id=after_id, limit=query.limit + 1)
        items = [shown(booking, me) for booking in found[: query.limit]]
    more = len(found) > query.limit
    return BookingsOut(items=items, next_cursor=cursor_after(items[-1].id) if more else None)


@api.get("/bookings/<int:booking_id>", responses={200: BookingOut, **telling({404: "not_found"})})
@access("member")
@endpoint
def get_booking(path: BookingPath) -> BookingOut:
    """One session of the caller's."""
    with reading() as session:
        me = member(session)
        return shown(booking_of(session, me, path.booking_id), me)


@api.post("/bookings", responses={201: BookingOut, **telling(WRITING | HOUR_REFUSALS | BOOK_REFUSALS)})
@access("member")
@endpoint
def book(header: OnceHeader, body: BookingIn) -> Answer | Response:
    """Books an hour: confirmed at once, or pending where the mentor is asked first."""
    asked = BookingRequest(
        mentor_id=body.mentor_id,
        starts_at=body.starts_at,
        theme=body.theme,
        need=body.need,
        minutes=body.duration,
        good_hour=body.good_hour,
        mode=body.mode,
    )

    def act(session: Session, me: Member) -> Answer:
        return kept(book_slot(session, me, asked, links=services().links, now=now()), me, status=201)

    service(CALENDAR_CHECK).before_booking(asked.mentor_id, viewer_id=viewer_id(), now=now())
    return with_ways_out(lambda: once(header, act, dress=with_join_link), lambda *found: _instead(asked, *found))


def _instead(asked: BookingRequest, session: Session, me: Member) -> Sequence[Slot]:
    return alternatives(
        session,
        mentor_id=asked.mentor_id,
        theme_id=find_theme(session, asked.theme).id,
        starts_at=asked.starts_at,
        minutes=asked.minutes,
        mentee_id=me.id,
        now=now(),
    )
