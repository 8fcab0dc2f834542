"""What may happen to a session: moved, cancelled, answered, taken along as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Response
from sqlalchemy.orm import Session

from flashmeet.bookings.api.alternatives import with_ways_out
from flashmeet.bookings.api.bookings import HOUR_REFUSALS, kept, with_join_link
from flashmeet.bookings.schemas.bookings import AnswerIn, BookingOut, BookingPath, CancelIn, MoveIn
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.alternatives import slots_for_move
from flashmeet.bookings.service.book import answer_booking
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.invites import invite_for
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import NotFound
from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.api.idempotency import OnceHeader, once
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.identity import member, network, viewer_id
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import now, reading, service, services
from flashmeet.identity.models.member import Member
from flashmeet.messages.rules.invites import CALENDAR_FILE
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.slots import Slot

ENOUGH, LOOKED_AT = 3, 1_000
MOVE_REFUSALS = {
    409: "already_over, day_stays, " + HOUR_REFUSALS[409],
    422: "off_the_quarter, too_late, beyond_horizon, not_offered, quota_reached, idempotency_mismatch, bad_date, "
    "missing, unknown_field",
}
OVER = {409: "already_over"}
NO_BODY_NEEDED = {
    "required": False,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CancelIn"}}},
}
CANCEL_REFUSALS = {422: "too_long, idempotency_mismatch, unknown_field, invalid"}


@api.post(
    "/bookings/<int:booking_id>/move",
    responses={200: BookingOut, **telling(WRITING | HOUR_REFUSALS | MOVE_REFUSALS)},
)
@access("member")
@endpoint
def move(path: BookingPath, header: OnceHeader, body: MoveIn) -> Answer | Response:
    """Moves a session to another start, at once, by either side."""

    def act(session: Session, me: Member) -> Answer:
        return kept(move_booking(session, me, path.booking_id, starts_at=body.starts_at, now=now()), me)

    def look(session: Session, _: Member) -> Sequence[Slot]:
        return _nearest(slots_for_move(session, path.booking_id, now=now(), limit=LOOKED_AT), body.starts_at)

    service(CALENDAR_CHECK).before_moving(path.booking_id, viewer_id=viewer_id(), now=now())
    return with_ways_out(lambda: once(header, act, dress=with_join_link), look)


def _nearest(slots: Sequence[Slot], wanted: datetime) -> Sequence[Slot]:
    near = sorted(slots, key=lambda slot: abs(slot.starts_at - wanted))[:ENOUGH]
    return sorted(near, key=lambda slot: slot.starts_at)


@api.post(
    "/bookings/<int:booking_id>/cancel",
    request_body=NO_BODY_NEEDED,
    responses={200: BookingOut, **telling(WRITING | OVER | CANCEL_REFUSALS)},
)
@access("member")
@endpoint
def cancel(path: BookingPath, header: OnceHeader, body: CancelIn) -> Answer:
    """Cancels a session, by either side; both hours are free again."""

    def act(session: Session, me: Member) -> Answer:
        return kept(cancel_booking(session, me, path.booking_id, reason=body.reason or "", now=now()), me)

    return once(header, act, dress=with_join_link)


@api.post("/bookings/<int:booking_id>/answer", responses={200: BookingOut, **telling(WRITING | OVER)})
@access("mentor")
@endpoint
def answer(path: BookingPath, header: OnceHeader, body: AnswerIn) -> Answer:
    """The mentor's yes or no to a pending session."""

    def act(session: Session, me: Member) -> Answer:
        return kept(answer_booking(session, me, path.booking_id, accept=body.accept, now=now()), me)

    return once(header, act, dress=with_join_link)


CALENDAR = {"description": "iCalendar", "content": {"text/calendar": {"schema": {"type": "string"}}}}


@api.get("/bookings/<int:booking_id>.ics", responses={200: CALENDAR, **telling({404: "not_found"})})
@access("member")
@endpoint
def get_calendar_file(path: BookingPath) -> Response:
    """The session as a calendar file for the caller; a pending one has none yet."""
    with reading() as session:
        me = member(session)
        booking = booking_of(session, me, path.booking_id)
        if booking.status == BookingStatus.PENDING:
            raise NotFound
        invite = invite_for(
            booking,
            me,
            links=services().links,
            mail_from=services().config.mail_from,
            network_name=network().name,
            locale=me.locale,
            words=network().words,
        )
    return _file(service(CALENDAR_FILE)(invite), name=f"flashmeet-{booking.id}.ics")


def _file(content: bytes, *, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, content_type="text/calendar; charset=utf-8", headers=headers)
