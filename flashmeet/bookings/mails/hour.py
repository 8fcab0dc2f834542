"""What a message says about a booking, as one of its two people is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flashmeet.bookings.wording import about_words, plan_words
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import RoomTimes
from flashmeet.core.text import lines, one_line
from flashmeet.i18n import times
from flashmeet.messages.rendering.facts import LONGEST_NAME, instant, theme_in
from flashmeet.schedule.rules.booked_hour import room_open_span

FACTS = ("relation", "format", "place", "my_phone", "other_phone")
"""Optional payload fields, which older rows may lack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The recipient's role, and the other person. `by` is who acted, "" when it was the recipient or nobody."""

    role: str
    other: str
    by_me: bool
    by: str

    @property
    def first(self) -> str:
        """The other person's first name, for use in a sentence."""
        return self.other.split(" ")[0]

    @property
    def initials(self) -> str:
        words = self.other.split(" ")
        return "".join(word[:1] for word in dict.fromkeys((words[0], words[-1]))).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The booking's times by the clock that leads: the recipient's, on site that of the place. `mine` is by the
    recipient's, `theirs` by the other's, each "" where a clock told already shows the same."""

    day: str
    hours: str
    start: str
    full: str
    mine: str
    theirs: str
    before: str
    opens: str
    answer_due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    page: str
    join: str
    move: str
    """Where the recipient moves the hour without signing in; `move_page` is shorter, for an SMS."""
    cancel: str
    coming: str
    """Where the recipient says that they come, without signing in; `late`: that they come late."""
    late: str
    move_page: str
    cancel_page: str
    after: str
    declined: str
    follow_up: str
    """Where a mentee answers the follow-up question; "" where the row does not ask it."""
    again: str
    """Where the mentee chooses another hour of the same mentor; "" where the row does not name the mentor."""
    answer: str
    """Where a mentor answers without signing in; the booking's page where the row has no such link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """All that a message may say about the booking. Every text is safe to write; free text may have several lines."""

    action: str
    mode: str
    theme: str
    regulated: bool
    need: str
    good_hour: str
    reason: str
    solved: bool
    sorry: bool
    day: str
    relation: str
    other_about: str
    format: str
    place: str
    my_phone: str
    other_phone: str
    people: People
    when: When
    links: Addresses


def hour_of(payload: Mapping[str, Any], *, locale: str, tzid: str, links: Links, room: RoomTimes | None = None) -> Hour:
    """Reads a `bookings.rules.messages.BookingPayload`. Other shapes raise whatever reading them raises."""
    return Hour(
        action=payload["action"],
        mode=payload["mode"],
        theme=theme_in(payload["theme"], locale),
        regulated=payload["regulated"],
        need=lines(payload["need"]),
        good_hour=lines(payload["good_hour"]),
        reason=lines(payload.get("reason") or ""),
        solved=bool(payload.get("solved")),
        sorry=bool(payload.get("sorry")),
        day=plan_in(payload, locale, payload.get("place_tzid") or tzid),
        other_about=about_words(payload, locale),
        **{name: one_line(payload.get(name) or "") for name in FACTS},
        people=_people(payload),
        when=_when(payload, locale, tzid, room),
        links=_addresses(payload, links),
    )


def plan_in(payload: Mapping[str, Any], locale: str, tzid: str) -> str:
    """Returns the plan of a day, on several lines; "" for an hour."""
    day = payload.get("day")
    return lines(plan_words(day, tzid, locale).text(locale)) if day else ""


def _people(payload: Mapping[str, Any]) -> People:
    by_me = bool(payload.get("by_me"))
    return People(
        role=payload["role"],
        other=one_line(payload["other_name"], most=LONGEST_NAME),
        by_me=by_me,
        by="" if by_me else one_line(payload.get("by_name") or "", most=LONGEST_NAME),
    )


def _when(payload: Mapping[str, Any], locale: str, tzid: str, room: RoomTimes | None) -> When:
    start, end = instant(payload["starts_at"]), instant(payload["ends_at"])
    lead = payload.get("place_tzid") or tzid
    others = times.further_clocks(start, lead, [tzid, payload["other_tzid"]])

    def told(name: str, by: str) -> str:
        return times.when(instant(payload[name]), by, locale) if payload.get(name) else ""

    def also(by: str) -> str:
        return times.from_to(start, end, by, locale) if by in others else ""

    return When(
        day=times.day(start, lead, locale, long=True),
        hours=_hours(start, end, locale, lead),
        start=times.when(start, lead, locale),
        full=times.from_to(start, end, lead, locale),
        mine=also(tzid),
        theirs=also(payload["other_tzid"]) if payload["other_tzid"] != tzid else "",
        before=told("previous_starts_at", lead),
        opens=times.when(room_open_span(start, end, room).start, tzid, locale),
        answer_due=told("answer_due_at", tzid),
    )


def _hours(start: datetime, end: datetime, locale: str, tzid: str) -> str:
    until = times.clock(end, tzid)
    if end - start > timedelta(days=1):
        until = f"{times.day(end, tzid, locale)}, {until}"
    return f"{times.span(times.clock(start, tzid), until)} ({times.place(tzid, locale)})"


def _addresses(payload: Mapping[str, Any], links: Links) -> Addresses:
    booking_id = payload["booking_id"]
    return Addresses(
        page=links.booking(booking_id),
        join=links.join(payload["seat_id"], payload["seat_nonce"]),
        move=links.mailed_move(payload["seat_id"], payload["seat_nonce"], instant(payload["starts_at"])),
        cancel=links.mailed_cancel(payload["seat_id"], payload["seat_nonce"], instant(payload["starts_at"])),
        coming=links.coming(payload["seat_id"], payload["seat_nonce"], instant(payload["starts_at"])),
        late=links.running_late(payload["seat_id"], payload["seat_nonce"], instant(payload["starts_at"])),
        move_page=links.move(booking_id),
        cancel_page=links.cancel(booking_id),
        after=links.after(payload["seat_id"], payload["seat_nonce"]),
        declined=links.declined(payload["seat_id"], payload["seat_nonce"]),
        follow_up=links.follow_up(payload["seat_id"], payload["seat_nonce"], payload["days"])
        if "days" in payload
        else "",
        again=links.mentor(payload["mentor_id"], theme=payload["slug"]) if "mentor_id" in payload else "",
        answer=links.ask(payload["ask_id"], payload["ask_nonce"]) if "ask_id" in payload else links.booking(booking_id),
    )
