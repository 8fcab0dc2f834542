"""API operations on a mentor's availability and leave, and on bookable hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from flask import Response, after_this_request
from sqlalchemy.orm import Session
from werkzeug.http import parse_etags

from flashmeet.core.errors import BadDate, BadInput, PreconditionFailed, UnknownZone
from flashmeet.core.settings.service import network_settings
from flashmeet.core.text import fold
from flashmeet.core.zones import instant, zone
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.idempotency import OnceHeader, once
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.responses.conditional import revalidated
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import now, reading, service, writing
from flashmeet.i18n.catalogue import language_code
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import FIRST_DAY, LAST_DAY, LeavePeriod, Schedule
from flashmeet.schedule.rules.free_now import LASTS
from flashmeet.schedule.schemas import (
    AvailabilityIn,
    AvailabilityOut,
    LeaveIn,
    LeaveOut,
    LeavePath,
    LeavesOut,
    MatchHeader,
    SlotsOut,
    SlotsQuery,
    availability_out,
    leave_out,
    overrides_in,
    policy_in,
    rules_in,
    slots_json,
)
from flashmeet.schedule.service.availability import (
    availability_version,
    end_leave,
    leaves_of,
    save_availability,
    schedule_of,
    take_leave,
)
from flashmeet.schedule.service.best_match import BestPage, best_slots
from flashmeet.schedule.service.own_calendars import NOTHING, own_busy_times
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import find_theme, theme_id_of

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
        said = schedule_of(db, me.id)
        _tag(said)
        return availability_out(said or Schedule(me.tzid, network_settings(db).policy))


@api.put("/me/availability", responses={200: AvailabilityOut, **telling(WRITING | NOT_A_MENTOR | CHANGED | REFUSALS)})
@access("mentor")
@endpoint
def put_availability(header: MatchHeader, body: AvailabilityIn) -> AvailabilityOut:
    """Replaces the availability and returns what is stored; with `If-Match`, only the version that it names."""
    with writing() as db:
        me = member(db)
        _check_match(header, schedule_of(db, me.id))
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
        leaves = leaves_of(db, member(db).id, now=now())
    return LeavesOut(items=[leave_out(leave) for leave in leaves], next_cursor=None)


@api.post("/me/leave", responses={201: LeaveOut, **telling(WRITING | NOT_A_MENTOR)})
@access("mentor")
@endpoint
def take_a_leave(header: OnceHeader, body: LeaveIn) -> Answer:
    """Adds a leave and hides the hours in it; existing bookings stand, or are cancelled where `hours` says so."""
    period = LeavePeriod(body.first, body.last)

    def act(db: Session, me: Member) -> Answer:
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


SLOT_REFUSALS = telling({422: "unknown_zone, unknown_theme, bad_date, bad_time, out_of_range, invalid"})


@api.get("/slots", responses={200: SlotsOut, **SLOT_REFUSALS})
@access("member")
@revalidated
@endpoint
def list_slots(query: SlotsQuery) -> Response:
    """Returns bookable hours, the earliest or the best match first; theme and mentor are both optional."""
    who = caller()
    tzid = _checked_zone(query.tz or who.tzid)
    with reading() as db:
        theme_id = None if query.theme is None else theme_id_of(db, query.theme)
        asked = _question(query, tzid, theme_id, viewer_id=who.member_id)
        if query.relation is not None:
            asked = replace(asked, relation=query.relation, viewer_year=member(db).graduation_year)
        busy = own_busy_times(db, who.member_id, now=now()) if query.own_calendar else NOTHING
        found = _found(db, query, replace(asked, avoids=busy) if query.own_calendar == "hide" else asked)
    told = slots_json(
        found.page,
        tzid,
        busy if query.own_calendar == "tell" else None,
        matches=found.matches if query.order else None,
    )
    return Response(told, mimetype="application/json")


def _found(db: Session, query: SlotsQuery, asked: SlotQuery) -> BestPage:
    if query.order is None:
        return BestPage(find_slots(db, asked, now=now()))
    theme = find_theme(db, query.theme) if query.theme is not None else None
    return best_slots(db, member(db), asked, theme=theme, need=query.need or "", by=service(UNDERSTANDING), now=now())


def _question(query: SlotsQuery, tzid: str, theme_id: int | None, *, viewer_id: int) -> SlotQuery:
    return SlotQuery(
        tzid=tzid,
        theme_id=theme_id,
        mentor_id=query.mentor,
        start=_instant(query.start, tzid),
        end=_end(_instant(query.end, tzid), soon=query.soon is not None),
        minutes=query.duration,
        after=query.after,
        before=query.before,
        language=_checked_language(query.language),
        way=query.way or "",
        graduated=query.graduated,
        company=_checked_company(query.company),
        days=_checked_days(query.days),
        distinct=query.distinct is not None,
        limit=query.limit,
        cursor=query.cursor,
        viewer_id=viewer_id,
    )


def _end(end: datetime | None, *, soon: bool) -> datetime | None:
    if not soon:
        return end
    within = now() + LASTS
    return within if end is None else min(end, within)


def _checked_days(text: str | None) -> list[date]:
    """Raises BadDate."""
    try:
        days = sorted({date.fromisoformat(each.strip()) for each in text.split(",")}) if text else []
    except ValueError as error:
        raise BadDate("days", value=text) from error
    if any(not FIRST_DAY <= day <= LAST_DAY for day in days):
        raise BadDate("days", value=text)
    return days


def _checked_language(text: str | None) -> str:
    """Raises BadInput for a language that nobody knows."""
    code = language_code(text) if text else ""
    if code is None:
        raise BadInput("language", value=text)
    return code


def _checked_company(text: str | None) -> str:
    """Returns the company's key. Raises BadInput for a name without a letter or digit, which nobody's is."""
    key = fold(text) if text else ""
    if text and not key:
        raise BadInput("company", value=text)
    return key


def _checked_zone(tzid: str) -> str:
    """Raises UnknownZone for the parameter `tz`."""
    try:
        return zone(tzid).key
    except UnknownZone as unknown:
        unknown.field = "tz"
        raise


def _instant(moment: datetime | date | None, tzid: str) -> datetime | None:
    """Returns the instant; a date means its first instant in `tzid`."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return instant(moment, 0, tzid)
