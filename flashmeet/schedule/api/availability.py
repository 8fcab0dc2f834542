"""When the caller, a mentor, is free."""

from __future__ import annotations

from flashmeet.core.settings.queries import network_settings
from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.identity import member
from flashmeet.http.services import now, reading, writing
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.schemas.availability import (
    AvailabilityIn,
    AvailabilityOut,
    availability_out,
    overrides_in,
    policy_in,
    rules_in,
)
from flashmeet.schedule.service.availability import save_availability, schedule_of

NOT_A_MENTOR = {404: "not_found: the caller is no mentor"}
REFUSALS = {422: "unknown_zone, off_the_quarter, bad_date, bad_time, end_before_start, out_of_range, unknown_field"}


@api.get("/me/availability", responses={200: AvailabilityOut, **telling(NOT_A_MENTOR)})
@access("mentor")
@endpoint
def get_availability() -> AvailabilityOut:
    """The stored document; before anything was said, no hours and the network's policy."""
    with reading() as session:
        me = member(session)
        said = schedule_of(session, me.id)
        return availability_out(said or Schedule(me.tzid, network_settings(session).policy))


@api.put("/me/availability", responses={200: AvailabilityOut, **telling(WRITING | NOT_A_MENTOR | REFUSALS)})
@access("mentor")
@endpoint
def put_availability(body: AvailabilityIn) -> AvailabilityOut:
    """Replaces the document; answers what is stored."""
    with writing() as session:
        saved = save_availability(
            session,
            member(session),
            tzid=body.tzid,
            rules=rules_in(body),
            overrides=overrides_in(body),
            policy=policy_in(body.policy, network_settings(session).policy),
            now=now(),
        )
        return availability_out(saved)
