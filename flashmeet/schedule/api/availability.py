"""API operations on a mentor's availability and leave."""

from __future__ import annotations

from flask import Response, after_this_request
from sqlalchemy.orm import Session
from werkzeug.http import parse_etags

from flashmeet.core.errors import PreconditionFailed
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.idempotency import OnceHeader, once
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.models import Member
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import LeavePeriod, Schedule, require_near
from flashmeet.schedule.schemas.availability import (
    AvailabilityIn,
    AvailabilityOut,
    LeaveIn,
    LeaveOut,
    LeavePath,
    LeavesOut,
    MatchHeader,
    availability_out,
    leave_out,
    overrides_in,
    policy_in,
    rules_in,
)
from flashmeet.schedule.service.availability import availability_version, save_availability
from flashmeet.schedule.service.leave import end_leave, leaves_of, take_leave

NOT_A_MENTOR = {404: "not_found: the caller is no mentor"}
CHANGED = {412: "changed_meanwhile: another version than that of If-Match is stored"}
REFUSALS = {422: "unknown_zone, off_the_quarter, bad_date, bad_time, end_before_start, out_of_range, unknown_field"}


@api.get("/me/availability", responses={200: AvailabilityOut, **telling(NOT_A_MENTOR)})
@access("mentor")
@endpoint
def get_availability() -> AvailabilityOut:
    """Returns the stored availability; by default no hours and the network's policy. Its ETag names the version."""
    with reading() as db:
        me = member(db)
        said = read_schedule(db, me.id)
        _tag(said)
        return availability_out(said or Schedule(me.tzid, network_settings(db).policy))


@api.put("/me/availability", responses={200: AvailabilityOut, **telling(WRITING | NOT_A_MENTOR | CHANGED | REFUSALS)})
@access("mentor")
@endpoint
def put_availability(header: MatchHeader, body: AvailabilityIn) -> AvailabilityOut:
    """Replaces the availability and returns what is stored; with `If-Match`, only the version that it names."""
    with writing() as db:
        me = member(db)
        _check_match(header, read_schedule(db, me.id))
        saved = save_availability(
            db,
            me,
            tzid=body.tzid,
            rules=rules_in(body),
            overrides=overrides_in(body),
            policy=policy_in(body.policy, network_settings(db).policy),
            ways=body.ways,
            place=body.place,
            now=now(),
        )
        _tag(saved)
        return availability_out(saved)


def _tag(schedule: Schedule | None) -> None:
    """Names the version in the response."""
    version = availability_version(schedule)

    @after_this_request
    def name(answer: Response) -> Response:
        answer.set_etag(version)
        return answer


def _check_match(header: MatchHeader, schedule: Schedule | None) -> None:
    """Raises PreconditionFailed where the request names other versions. A packed response has a weak tag."""
    wanted = parse_etags(header.versions)
    if header.versions and not wanted.contains_weak(availability_version(schedule)):
        raise PreconditionFailed


@api.get("/me/leave", responses={200: LeavesOut, **telling(NOT_A_MENTOR)})
@access("mentor")
@endpoint
def list_leave() -> LeavesOut:
    """Returns present and coming leave."""
    with reading() as db:
        leaves = leaves_of(db, member(db), now=now())
    return LeavesOut(items=[leave_out(leave) for leave in leaves], next_cursor=None)


@api.post("/me/leave", responses={201: LeaveOut, **telling(WRITING | NOT_A_MENTOR)})
@access("mentor")
@endpoint
def take_a_leave(header: OnceHeader, body: LeaveIn) -> Answer:
    """Adds a leave and hides the hours in it; existing bookings stand, or are cancelled where `hours` says so."""
    period = LeavePeriod(body.first, body.last)

    def act(db: Session, me: Member) -> Answer:
        require_near(period.first, period.last, today=local_date(now(), me.tzid))
        taken = take_leave(db, me, period, hours=body.hours, now=now())
        return Answer(201, leave_out(taken).model_dump(mode="json"))

    return once(header, act)


@api.delete("/me/leave/<int:leave_id>", responses={204: None, **telling(WRITING)})
@access("mentor")
@endpoint
def end_a_leave(path: LeavePath) -> None:
    """Deletes a leave."""
    with writing() as db:
        end_leave(db, member(db), path.leave_id, now=now())
