"""API operation on bookable hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from flask import Response
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadDate, BadInput, UnknownZone
from flashmeet.core.text import fold
from flashmeet.core.zones import instant, zone
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.problem_schemas import telling
from flashmeet.http.responses.conditional import revalidated
from flashmeet.http.services import now, reading, service
from flashmeet.i18n.catalogue import language_code
from flashmeet.schedule.rules.availability import FIRST_DAY, LAST_DAY
from flashmeet.schedule.rules.free_now import LASTS
from flashmeet.schedule.schemas.slots import SlotsOut, SlotsQuery, slots_json
from flashmeet.schedule.service.best_match import BestPage, best_slots
from flashmeet.schedule.service.own_calendars import NOTHING, own_busy_times
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import find_theme, theme_id_of

SLOT_REFUSALS = telling({422: "unknown_zone, unknown_theme, bad_date, bad_time, out_of_range, invalid"})


@api.get("/slots", responses={200: SlotsOut, **SLOT_REFUSALS})
@access("member")
@revalidated
@endpoint
def list_slots(query: SlotsQuery) -> Response:
    """Returns bookable hours, the earliest or the best match first; theme and mentor are both optional.

    Hours at which the caller has another are left out.
    """
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
