"""When the caller, a mentor, is away."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.api.idempotency import OnceHeader, once
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.identity import member
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.models.member import Member
from flashmeet.schedule.api.availability import NOT_A_MENTOR
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.schemas.leave import LeaveIn, LeaveOut, LeavePath, LeavesOut, leave_out
from flashmeet.schedule.service.availability import end_leave, leaves_of, take_leave


@api.get("/me/leave", responses={200: LeavesOut, **telling(NOT_A_MENTOR)})
@access("mentor")
@endpoint
def list_leave() -> LeavesOut:
    """Present and coming leave."""
    with reading() as session:
        leaves = leaves_of(session, member(session).id, now=now())
    return LeavesOut(items=[leave_out(leave) for leave in leaves], next_cursor=None)


@api.post("/me/leave", responses={201: LeaveOut, **telling(WRITING | NOT_A_MENTOR)})
@access("mentor")
@endpoint
def take_a_leave(header: OnceHeader, body: LeaveIn) -> Answer:
    """Hides the hours in that time; sessions that are booked already stand."""
    period = LeavePeriod(body.first, body.last)

    def act(session: Session, me: Member) -> Answer:
        taken = take_leave(session, me, period, now=now())
        return Answer(201, leave_out(taken).model_dump(mode="json"))

    return once(header, act)


@api.delete("/me/leave/<int:leave_id>", responses={204: None, **telling(WRITING)})
@access("mentor")
@endpoint
def end_a_leave(path: LeavePath) -> None:
    """Takes a leave back."""
    with writing() as session:
        end_leave(session, member(session), path.leave_id, now=now())
