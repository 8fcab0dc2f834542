"""The facts that templates of messages about bookings, series and hours to give are given."""

from __future__ import annotations

from datetime import date

from flashmeet.bookings.mails.hour import hour_of
from flashmeet.bookings.mails.suggested import people_in
from flashmeet.bookings.rules.messages import REMINDERS
from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import mark, one_line
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import translations
from flashmeet.messages.rendering.facts import Facts, instant, theme_in
from flashmeet.messages.rules.channels import Outgoing

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
