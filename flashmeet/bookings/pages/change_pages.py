"""The pages on which a booking is moved or cancelled, for whoever is signed in and for the links of a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.alternatives import daytime, instead_of, slots_for_move
from flashmeet.bookings.service.reliability import late_hours
from flashmeet.core.errors import Refusal
from flashmeet.core.zones import local_date
from flashmeet.http.display import display_tzid
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now
from flashmeet.identity.models import Member
from flashmeet.schedule.pages.slot_lists import Month, asked_day, by_day, count_by_day
from flashmeet.schedule.rules.booked_hour import REASON_CHARACTERS
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes, own_busy_times

NEXT_DAYS, HOURS_A_DAY = 8, 8
MOST_TO_MOVE_TO = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where the two pages send their forms, and lead back to."""

    move: str
    cancel: str
    back: str

    @classmethod
    def of(cls, booking: Booking) -> Ways:
        """Returns the ways of whoever is signed in."""
        return cls(
            move=url_for("bookings.move", booking_id=booking.id),
            cancel=url_for("bookings.cancel", booking_id=booking.id),
            back=url_for("bookings.show", booking_id=booking.id),
        )


def move_page(
    db: Session, you: Member, booking: Booking, ways: Ways, refusal: Refusal | None = None
) -> ResponseReturnValue:
    slots = slots_for_move(db, booking.id, now=now(), limit=MOST_TO_MOVE_TO)
    page = render_template(
        "bookings/move.html",
        booking=booking,
        other=booking.other(you.id),
        ways=ways,
        problem=words_of(refusal) if refusal else "",
        others=instead_of(db, booking, tzid=display_tzid(), now=now())
        if you.id == booking.mentee_id and not slots
        else [],
        **_to_choose(slots, booking, _busy(db, you, booking)),
    )
    return page, status_of(refusal) if refusal else 200


def cancel_page(
    db: Session, you: Member, booking: Booking, ways: Ways, refusal: Refusal | None = None, *, reason: str = ""
) -> ResponseReturnValue:
    page = render_template(
        "bookings/cancel.html",
        booking=booking,
        other=booking.other(you.id),
        ways=ways,
        late_hours=late_hours(db, booking, now=now()),
        reason=reason,
        most=REASON_CHARACTERS,
        problem=words_of(refusal) if refusal else "",
    )
    return page, status_of(refusal) if refusal else 200


def _busy(db: Session, you: Member, booking: Booking) -> BusyTimes:
    """Returns when the mentee's own calendars have something else; those of the mentor leave no hour open then."""
    return own_busy_times(db, you.id, now=now()) if you.id == booking.mentee_id else NOTHING


def _to_choose(slots: Sequence[Slot], booking: Booking, busy: BusyTimes) -> dict[str, object]:
    """Returns the next days, or the chosen one, and the month's counts; nights are folded away unless they are asked
    for, or there is nothing else."""
    tzid, night = display_tzid(), "yes" if request.args.get("night") else ""
    today = local_date(now(), tzid)
    chosen = asked_day(request.args.get("day", ""), today)
    by_daylight = daytime(slots, tzid=tzid, wanted=booking.starts_at)
    by_night = _of_day(slots, chosen) - _of_day(by_daylight, chosen)
    only_at_night = by_night > 0 and by_night == _of_day(slots, chosen)
    listed = slots if night or only_at_night else by_daylight
    days = by_day(listed, tzid)
    nearest = chosen or next((day.date for day in days), None)
    shown = [day for day in days if day.date == chosen] if chosen else days[:NEXT_DAYS]
    return {
        "days": shown,
        "any_day": bool(slots),
        "night": night,
        "at_night": by_night,
        "only_at_night": only_at_night,
        "most_a_day": len(shown[0].slots) if chosen and shown else HOURS_A_DAY,
        "chosen": chosen,
        "today": today,
        "month": Month.parse(request.args.get("month", "") or (f"{nearest:%Y-%m}" if nearest else ""), today),
        "counts": count_by_day(listed, tzid),
        "busy": busy,
        "clashing": count_by_day(listed, tzid, busy),
    }


def _of_day(slots: Sequence[Slot], chosen: date | None) -> int:
    """Returns how many of the hours are of the day that is chosen, or of any."""
    return sum(1 for slot in slots if chosen in (None, local_date(slot.starts_at, display_tzid())))
