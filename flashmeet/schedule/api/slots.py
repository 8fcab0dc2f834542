"""Open hours."""

from __future__ import annotations

from datetime import date, datetime

from flashmeet.core.errors import UnknownZone
from flashmeet.core.zones import instant, zone
from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.api.problem_schemas import telling
from flashmeet.http.identity import caller
from flashmeet.http.services import now, reading
from flashmeet.schedule.schemas.slots import SlotsAsked, SlotsOut, slot_out
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.service.themes import find_theme

REFUSALS = telling({422: "unknown_zone, unknown_theme, bad_date, bad_time, out_of_range, invalid"})


@api.get("/slots", responses={200: SlotsOut, **REFUSALS})
@access("member")
@endpoint
def list_slots(query: SlotsAsked) -> SlotsOut:
    """Bookable hours, earliest first; the theme and the mentor may both be left out."""
    who = caller()
    tzid = _checked_zone(query.tz or who.tzid)
    with reading() as session:
        theme_id = None if query.theme is None else find_theme(session, query.theme).id
        page = find_slots(session, _question(query, tzid, theme_id, viewer_id=who.member_id), now=now())
    return SlotsOut(slots=[slot_out(slot, tzid) for slot in page.slots], next_cursor=page.next_cursor)


def _question(query: SlotsAsked, tzid: str, theme_id: int | None, *, viewer_id: int) -> SlotQuery:
    return SlotQuery(
        tzid=tzid,
        theme_id=theme_id,
        mentor_id=query.mentor,
        start=_instant(query.start, tzid),
        end=_instant(query.end, tzid),
        minutes=query.duration,
        after=query.after,
        before=query.before,
        distinct=query.distinct is not None,
        limit=query.limit,
        cursor=query.cursor,
        viewer_id=viewer_id,
    )


def _checked_zone(tzid: str) -> str:
    """Raises UnknownZone, which names the parameter."""
    try:
        return zone(tzid).key
    except UnknownZone as unknown:
        unknown.field = "tz"
        raise


def _instant(moment: datetime | date | None, tzid: str) -> datetime | None:
    """A date means the first instant of that day on the wall of `tzid`."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return instant(moment, 0, tzid)
