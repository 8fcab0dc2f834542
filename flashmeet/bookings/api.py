"""API operations on the caller's bookings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.schemas import (
    AnswerIn,
    BookedOut,
    BookingIn,
    BookingOut,
    BookingPath,
    BookingsOut,
    BookingsQuery,
    CancelIn,
    MoveIn,
    booking_out,
    join_url,
)
from flashmeet.bookings.service.agenda import booking_of, bookings_of
from flashmeet.bookings.service.alternatives import alternatives, daytime, instead_of, slots_for_move
from flashmeet.bookings.service.book import BookingRequest, answer_booking, book_slot, require_free_hour
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.invite_file import invite_for
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import NotBookable, NotFound, OwnCalendarBusy, Refusal, SlotTaken, YouAreBusy
from flashmeet.core.intervals import Interval
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member, viewer_id
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.fields import cursor_after, id_in
from flashmeet.http.api.idempotency import OnceHeader, once
from flashmeet.http.api.problem_schemas import WRITING, ClashOut, telling
from flashmeet.http.display import network
from flashmeet.http.responses.problems import problem
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import now, reading, service, services
from flashmeet.identity.models import Member
from flashmeet.messages.rules.invites import CALENDAR_FILE
from flashmeet.schedule.queries.first_look import first_look
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.schemas.slots import slot_out
from flashmeet.schedule.service.own_calendars import OwnHourState, own_hour
from flashmeet.themes.service import theme_id_of

HOUR_REFUSALS = {
    409: "slot_taken with `alternatives`, you_are_busy with `booking`",
    503: "calendar_unavailable, busy; `Retry-After` says when to come again",
}
BOOK_CONFLICTS = HOUR_REFUSALS | {409: f"{HOUR_REFUSALS[409]}, own_calendar_busy with `unless_busy`"}
BOOK_REFUSALS = {
    403: "read_only; terms_required, with the `version` to accept; paused_by_network; not_open_yet, while mentors come "
    "first",
    422: "off_the_quarter, too_late, beyond_horizon, not_offered, theme_not_offered, unknown_theme, way_not_offered, "
    "yourself, quota_reached, idempotency_mismatch, missing, too_long, unknown_field, invalid",
}


def shown(booking: Booking, me: Member) -> BookingOut:
    return booking_out(booking, me.id, links=services().links, locale=me.locale)


def kept(booking: Booking, me: Member, *, status: int = 200) -> Answer:
    """Returns the answer as it may be stored: without the personal link."""
    return Answer(status, shown(booking, me).model_dump(mode="json", exclude={"join_url"}))


def with_join_link(db: Session, me: Member, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "join_url": join_url(booking_of(db, me, body["id"]), me.id, links=services().links)}


@api.get("/bookings", responses={200: BookingsOut})
@access("member")
@endpoint
def list_bookings(query: BookingsQuery) -> BookingsOut:
    """Lists the caller's bookings, as mentee and as mentor, in order of creation."""
    after_id = id_in(query.cursor) if query.cursor else None
    with reading() as db:
        me = member(db)
        found = bookings_of(db, me, status=query.status, after_id=after_id, limit=query.limit + 1)
        items = [shown(booking, me) for booking in found[: query.limit]]
    more = len(found) > query.limit
    return BookingsOut(items=items, next_cursor=cursor_after(items[-1].id) if more else None)


@api.get("/bookings/<int:booking_id>", responses={200: BookingOut, **telling({404: "not_found"})})
@access("member")
@endpoint
def get_booking(path: BookingPath) -> BookingOut:
    """Returns one of the caller's bookings."""
    with reading() as db:
        me = member(db)
        return shown(booking_of(db, me, path.booking_id), me)


@api.post("/bookings", responses={201: BookedOut, **telling(WRITING | BOOK_CONFLICTS | BOOK_REFUSALS)})
@access("member")
@endpoint
def book(header: OnceHeader, body: BookingIn) -> Answer | Response:
    """Books an hour: confirmed at once, or pending where the mentor is asked first.

    Something else in the caller's own calendar prevents nothing; `own_calendar` tells of it.
    """
    asked = BookingRequest(
        mentor_id=body.mentor_id,
        starts_at=body.starts_at,
        theme=body.theme,
        need=body.need,
        minutes=body.duration,
        good_hour=body.good_hour,
        mode=body.mode,
    )

    def act(db: Session, me: Member) -> Answer:
        booking = book_slot(db, me, asked, links=services().links, now=now())
        hour = Interval(booking.starts_at, booking.ends_at)
        own = own_hour(db, me.id, hour, now=now()).told if look.own else OwnHourState.NONE
        if body.unless_busy and own == OwnHourState.BUSY:
            raise OwnCalendarBusy
        answer = kept(booking, me, status=201)
        return answer if own == OwnHourState.NONE else Answer(201, {**answer.body, "own_calendar": own.value})

    me_id = caller().member_id
    with reading() as db:
        look = first_look(db, mentor_id=asked.mentor_id, mentee_id=me_id, starts_at=asked.starts_at)
        gone = _gone(db, asked) if look.taken and header.key is None else None
    if gone is not None:
        return gone
    check = service(CALENDAR_CHECK)
    if look.mentors:
        check.before_booking(asked.mentor_id, viewer_id=me_id, now=now())
    if look.own:
        check.of_member(me_id, now=now())
    return with_alternatives(lambda: once(header, act, dress=with_join_link), lambda *found: _instead(asked, *found))


def _gone(db: Session, asked: BookingRequest) -> Response | None:
    """Answers for an hour that somebody has, by reading alone; None where any other answer is due.

    However many ask for one hour, those who are late wait for nobody and nobody waits for them.
    """
    me = member(db)
    try:
        require_free_hour(db, me, asked, now=now())
    except SlotTaken as taken:
        return _taken(taken, _instead(asked, db, me), me)
    except Refusal:
        return None
    return None


def _instead(asked: BookingRequest, db: Session, me: Member) -> Sequence[Slot]:
    return alternatives(
        db,
        mentor_id=asked.mentor_id,
        theme_id=theme_id_of(db, asked.theme),
        starts_at=asked.starts_at,
        minutes=asked.minutes,
        mentee_id=me.id,
        tzid=me.tzid,
        now=now(),
    )


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
    """Moves a booking to another start, at once, by either side."""

    def act(db: Session, me: Member) -> Answer:
        return kept(move_booking(db, me, path.booking_id, starts_at=body.starts_at, now=now()), me)

    def look(db: Session, me: Member) -> Sequence[Slot]:
        movable = slots_for_move(db, path.booking_id, now=now(), limit=LOOKED_AT)
        mine = _nearest(daytime(movable, tzid=me.tzid, wanted=body.starts_at), body.starts_at)
        return mine or instead_of(db, booking_of(db, me, path.booking_id), starts_at=body.starts_at, now=now())

    service(CALENDAR_CHECK).before_moving(path.booking_id, viewer_id=viewer_id(), now=now())
    return with_alternatives(lambda: once(header, act, dress=with_join_link), look)


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
    """Cancels a booking, by either side; the hour is free again for both."""

    def act(db: Session, me: Member) -> Answer:
        return kept(cancel_booking(db, me, path.booking_id, reason=body.reason or "", now=now()), me)

    return once(header, act, dress=with_join_link)


@api.post("/bookings/<int:booking_id>/answer", responses={200: BookingOut, **telling(WRITING | OVER)})
@access("mentor")
@endpoint
def answer(path: BookingPath, header: OnceHeader, body: AnswerIn) -> Answer:
    """Accepts or declines a pending booking, as its mentor."""

    def act(db: Session, me: Member) -> Answer:
        return kept(answer_booking(db, me, path.booking_id, accept=body.accept, now=now()), me)

    return once(header, act, dress=with_join_link)


CALENDAR = {"description": "iCalendar", "content": {"text/calendar": {"schema": {"type": "string"}}}}


@api.get("/bookings/<int:booking_id>.ics", responses={200: CALENDAR, **telling({404: "not_found"})})
@access("member")
@endpoint
def get_calendar_file(path: BookingPath) -> Response:
    """Returns the booking as a calendar file for the caller; a pending one has none yet."""
    with reading() as db:
        me = member(db)
        booking = booking_of(db, me, path.booking_id)
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


Look = Callable[[Session, Member], Sequence[Slot]]


def with_alternatives(act: Callable[[], Answer], look: Look) -> Answer | Response:
    """Returns what `act` answers. After SlotTaken or NotBookable, `look` finds alternatives in a fresh unit of work."""
    try:
        return act()
    except (SlotTaken, NotBookable) as gone:
        with reading() as db:
            me = member(db)
            return _taken(gone, look(db, me), me)
    except YouAreBusy as busy:
        clash = _clash(busy.booking_id)
        return problem(busy, **({"booking": clash} if clash else {}))


def _taken(gone: SlotTaken | NotBookable, instead: Sequence[Slot], me: Member) -> Response:
    return problem(gone, alternatives=[slot_out(slot, me.tzid).model_dump(mode="json") for slot in instead])


def _clash(booking_id: int | None) -> dict[str, object] | None:
    """Returns None when the booking is unknown, or not the caller's."""
    if booking_id is None:
        return None
    with reading() as db:
        try:
            booking = booking_of(db, member(db), booking_id)
        except NotFound:
            return None
    return ClashOut(id=booking.id, starts_at=booking.starts_at, ends_at=booking.ends_at).model_dump(mode="json")
