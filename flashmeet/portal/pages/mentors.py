"""A mentor's page as members see it, with free hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.service.days.asking import open_days
from flashmeet.core.zones import day_span, local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.display import display_tzid
from flashmeet.http.forms.redirects import way_back
from flashmeet.http.services import now, reading
from flashmeet.identity.models import Member
from flashmeet.people.service.mentors import mentor as mentor_of
from flashmeet.requests.service.overview import odds_of_mentor
from flashmeet.schedule.pages.slot_lists import Day, Month, asked_day, by_day, count_by_day
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_calendars import NOTHING, own_busy_times
from flashmeet.schedule.service.slots import MOST, SlotQuery, find_slots
from flashmeet.themes.queries import active_themes

bp = Blueprint("mentors", __name__)

NEXT_DAYS, HOURS_A_DAY = 6, 8
PAGES_A_MONTH = 10


@dataclass(frozen=True, slots=True)
class MentorPageQuery:
    """The query string of a mentor's page; unreadable values are ignored."""

    need: str
    theme: str
    month: str
    day: date | None
    results: str
    night: str

    @classmethod
    def parse(cls, args: Mapping[str, str], today: date) -> MentorPageQuery:
        names = ("need", "theme", "month", "day", "results", "night")
        need, theme, month, day, results, night = (args.get(name, "") for name in names)
        return cls(need, theme, month, asked_day(day, today), results, "yes" if night else "")

    @property
    def kept(self) -> dict[str, str]:
        return {"need": self.need, "theme": self.theme, "results": self.results, "night": self.night}


@bp.get("/mentors/<int:mentor_id>")
@access("member")
def mentor(mentor_id: int) -> ResponseReturnValue:
    tzid = display_tzid()
    today = local_date(now(), tzid)
    asked = MentorPageQuery.parse(request.args, today)
    with reading() as db:
        you = member(db)
        free = _free_hours(db, you, mentor_id, asked)
        nearest = asked.day or next((day.date for day in free.days), None)
        month = Month.parse(asked.month or (f"{nearest:%Y-%m}" if nearest else ""), today)
        slots = _slots_of_month(db, you, mentor_id, month, night=bool(asked.night) or free.only_at_night)
        shown = [slot for day in free.days for slot in day.slots]
        busy = own_busy_times(db, you.id, now=now()) if you.id != mentor_id else NOTHING
        return render_template(
            "portal/mentor.html",
            mentor=mentor_of(db, mentor_id, viewer_id=you.id),
            theme_by_id={theme.id: theme for theme in active_themes(db)},
            asked=asked,
            free=free,
            back=way_back(asked.results, mentor_id=mentor_id),
            most_a_day=MOST if asked.day else HOURS_A_DAY,
            month=month,
            counts=count_by_day(slots, tzid),
            busy=busy,
            clashing=count_by_day(slots, tzid, busy) | count_by_day(shown, tzid, busy),
            today=today,
            odds=odds_of_mentor(db, mentor_id, now=now()),
            whole_days=open_days(db, you, mentor_id=mentor_id, now=now()),
        )


@dataclass(frozen=True, slots=True)
class FreeHours:
    """The next days with free hours, or the day that is asked for with all of them.

    `at_night` are those folded away; where there are no others (`only_at_night`), none is. `left_out` says that some
    are missing since the viewer has another hour then.
    """

    days: Sequence[Day]
    at_night: int
    only_at_night: bool
    left_out: bool


def _free_hours(db: Session, you: Member, mentor_id: int, asked: MentorPageQuery) -> FreeHours:
    tzid = display_tzid()
    start, end = day_span(asked.day, tzid) if asked.day else (None, None)
    query = SlotQuery(tzid=tzid, mentor_id=mentor_id, viewer_id=you.id, start=start, end=end, limit=MOST)
    page = find_slots(db, query, now=now())
    by_daylight = [slot for slot in page.slots if waking(tzid).holds(slot.starts_at)]
    only_at_night = bool(page.slots) and not by_daylight
    shown = page.slots if asked.night or only_at_night else by_daylight
    return FreeHours(by_day(shown, tzid)[:NEXT_DAYS], len(page.slots) - len(shown), only_at_night, page.left_out)


def _slots_of_month(db: Session, you: Member, mentor_id: int, month: Month, *, night: bool) -> list[Slot]:
    """Returns the hours that begin in the month in the viewer's zone; nights are left out unless they are asked for."""
    tzid = display_tzid()
    start, end = month.span(tzid)
    query = SlotQuery(
        tzid=tzid, mentor_id=mentor_id, viewer_id=you.id, start=start, end=end, waking=not night, limit=MOST
    )
    found: list[Slot] = []
    for _ in range(PAGES_A_MONTH):
        page = find_slots(db, query, now=now())
        found += page.slots
        if page.next_cursor is None:
            break
        query = replace(query, cursor=page.next_cursor)
    return found
