"""Facts about a booking for message templates, as one of its two people is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flashmeet.bookings.rules.messages import REMINDERS, Action
from flashmeet.bookings.wording import plan_words, time_there
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import RoomTimes
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import lines, mark, one_line
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import translations
from flashmeet.messages.rendering.facts import LONGEST_NAME, Facts, instant, theme_in
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.messages.rules.invites import Invite, described
from flashmeet.schedule.rules.booked_hour import Mode, room_open_span
from flashmeet.schedule.rules.booking_facts import where_of
from flashmeet.themes.rules.messages import SuggestionPayload

FACTS = ("other_about", "relation", "format", "place", "my_phone", "other_phone")
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
    later: str
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
        later=links.follow_up(payload["seat_id"], payload["seat_nonce"], payload["days"]) if "days" in payload else "",
        again=links.mentor(payload["mentor_id"], theme=payload["slug"]) if "mentor_id" in payload else "",
        answer=links.ask(payload["ask_id"], payload["ask_nonce"]) if "ask_id" in payload else links.booking(booking_id),
    )


MODES = {"video": mark("By video"), "phone": mark("By phone"), "on_site": mark("In person")}
RELATIONS = {"peer": mark("peer mentoring"), "reverse": mark("reverse mentoring")}
FORMATS = {"day": mark("a day"), "series": mark("a series"), "group": mark("a group")}
"""Named only where it differs from the usual: one hour, with a mentor of an earlier class."""
CARRY_CALL = frozenset(kind for kind in REMINDERS if kind.carries_call)


def booking_facts(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Facts:
    """Returns the facts of a message about a booking, with the extra facts that some kinds have."""
    payload = message.payload
    hour = hour_of(payload, locale=locale, tzid=message.tzid, links=links, room=settings.room)
    say = translations(locale).gettext
    tags = [say(words) for words in (RELATIONS.get(hour.relation), FORMATS.get(hour.format)) if words]
    people, slug = payload.get("people", ()), payload.get("slug", "")
    return {
        "hour": hour,
        "mode": " · ".join((say(MODES[hour.mode]), *tags)),
        "others": people_in(people, slug=slug, locale=locale, tzid=message.tzid, links=links),
        "hour_answer": payload.get("answer", ""),
        "late": payload.get("late_minutes", 0),
        "carries_call": message.kind in CARRY_CALL,
        "around": "",
    }


def hours_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    """Returns the facts of a message that lists hours a mentor could give."""
    payload = message.payload
    return {
        "hours": links.hours(payload["member_id"], payload["month"]),
        "times": [times.when(instant(each), message.tzid, locale) for each in payload["times"]],
    }


def series_facts(message: Outgoing, locale: str, links: Links, _settings: NetworkSettings) -> Facts:
    payload = message.payload
    return {
        "name": one_line(payload["other_name"], most=80),
        "theme": theme_in(payload["theme"], locale),
        "goals": one_line(payload["goals"], most=300),
        "rhythm": payload["rhythm_weeks"],
        "until": times.day_of(date.fromisoformat(payload["ends_on"]), locale, long=True),
        "accepted": payload.get("accepted", False),
        "page": links.series(payload["series_id"], payload["member_id"], payload["series_nonce"]),
    }


def _time_there(payload: Mapping[str, Any], there: str, tzid: str, locale: str) -> str:
    start, end = instant(payload["starts_at"]), instant(payload["ends_at"])
    return time_there(Interval(start, end), there, tzid, locale)


def booking_invite(message: Outgoing, locale: str, links: Links, settings: NetworkSettings) -> Invite:
    """Returns the invite for the recipient's calendar. Where they meet by video, its place is their personal door.

    The links that change the hour stay in the mail: calendars are shared.
    """
    payload, page = message.payload, links.booking(message.payload["booking_id"])
    there = payload.get("place_tzid") or ""
    plan = plan_in(payload, locale, there or message.tzid)
    place, phone = payload.get("place") or "", payload.get("other_phone") or ""
    door = links.join(payload["seat_id"], payload["seat_nonce"]) if payload["mode"] == Mode.VIDEO else page
    return Invite(
        uid=payload["uid"],
        sequence=payload["sequence"],
        cancelled=payload["action"] == Action.CANCELLED,
        starts_at=instant(payload["starts_at"]),
        ends_at=instant(payload["ends_at"]),
        stamped_at=instant(payload["stamped_at"]),
        summary=f"{payload['other_name']} · {theme_in(payload['theme'], locale)}",
        description=described(
            payload["need"],
            meeting=settings.words.word("meeting", locale),
            page=page,
            plan=plan,
            there=_time_there(payload, there, message.tzid, locale),
        ),
        location=where_of(payload["mode"], place=place, phone=phone) or door,
        url=page,
        organizer="",
        organizer_name="",
        attendee=message.address,
        attendee_name=message.name,
        reply_token=links.reply_token(payload["seat_id"], payload["seat_nonce"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Another person the mentee could ask; `soonest` is "" where no free hour of theirs is known."""

    name: str
    soonest: str
    link: str


def people_in(
    people: Iterable[SuggestionPayload],
    *,
    slug: str,
    locale: str,
    tzid: str,
    links: Links,
) -> tuple[Person, ...]:
    """Returns the people named in a payload, each with a link for the theme `slug`."""
    return tuple(
        Person(
            name=one_line(each["name"], most=LONGEST_NAME),
            soonest=times.when(instant(each["soonest"]), tzid, locale) if each.get("soonest") else "",
            link=links.mentor(each["id"], theme=slug),
        )
        for each in people
    )
