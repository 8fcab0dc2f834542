"""An hour that could not be had is refused with what can be done instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response
from sqlalchemy.orm import Session

from flashmeet.bookings.service.agenda import booking_of
from flashmeet.core.errors import NotFound, SlotTaken, YouAreBusy
from flashmeet.http.api.problem_schemas import ClashOut
from flashmeet.http.identity import member
from flashmeet.http.problems import problem
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import reading
from flashmeet.identity.models.member import Member
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.schemas.slots import slot_out

Look = Callable[[Session, Member], Sequence[Slot]]


def with_ways_out(act: Callable[[], Answer], look: Look) -> Answer | Response:
    """What `act` answers. After SlotTaken `look` finds the alternatives, in a fresh unit of work."""
    try:
        return act()
    except SlotTaken as taken:
        return problem(taken, alternatives=_alternatives(look))
    except YouAreBusy as busy:
        clash = _clash(busy.booking_id)
        return problem(busy, **({"booking": clash} if clash else {}))


def _alternatives(look: Look) -> list[object]:
    with reading() as session:
        me = member(session)
        return [slot_out(slot, me.tzid).model_dump(mode="json") for slot in look(session, me)]


def _clash(booking_id: int | None) -> dict[str, object] | None:
    """None when it is not known, or not the caller's to know."""
    if booking_id is None:
        return None
    with reading() as session:
        try:
            booking = booking_of(session, member(session), booking_id)
        except NotFound:
            return None
    return ClashOut(id=booking.id, starts_at=booking.starts_at, ends_at=booking.ends_at).model_dump(mode="json")
