"""The facts of messages that speak of no session: codes, themes, requests, hours to give, nudges, calendars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flashmeet.bookings.mails.booking_facts import instant, theme_in
from flashmeet.conduct.mails import ABOUT_A_CASE, case_facts
from flashmeet.core.links import Links
from flashmeet.core.typed_text import one_line
from flashmeet.i18n import times
from flashmeet.i18n.catalogue import mark, translations
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.programme.mails import digest_facts, nudge_facts
from flashmeet.requests.mails.request_facts import asked_of, people_in

MODES = {"video": mark("By video"), "phone": mark("By phone"), "on_site": mark("On site")}
Facts = dict[str, Any]


def facts_beside(message: Outgoing, *, locale: str, links: Links) -> Facts | None:
    """What the template of such a message speaks about; None for one about a session. Raises what a payload of
    another shape causes."""
    tell = _TELLERS.get(message.kind)
    return tell(message, locale, links) if tell else None


def _code(message: Outgoing, _locale: str, _links: Links) -> Facts:
    return {"code": message.payload["code"], "minutes": message.payload["minutes"]}


def _theme(message: Outgoing, locale: str, links: Links) -> Facts:
    payload = message.payload
    return {
        "theme": theme_in(payload["theme"], locale),
        "hours": links.search(payload["slug"]),
        "give": links.give(payload["slug"]),
        "by": one_line(payload.get("by_name") or "", most=80),
        "others": people_in(
            payload.get("people", ()), slug=payload["slug"], locale=locale, tzid=message.tzid, links=links
        ),
    }


def _request(message: Outgoing, locale: str, links: Links) -> Facts:
    asked = asked_of(message.payload, locale=locale, tzid=message.tzid, links=links)
    return {"asked": asked, "mode": translations(locale).gettext(MODES[asked.mode])}


def _still(message: Outgoing, locale: str, links: Links) -> Facts:
    payload = message.payload
    return {
        "paused": payload["paused"],
        "still": links.still(payload["still_id"], payload["still_nonce"]),
        "until": times.when(instant(payload["due_at"]), message.tzid, locale),
    }


def _hours(message: Outgoing, locale: str, links: Links) -> Facts:
    payload = message.payload
    return {
        "hours": links.hours(payload["member_id"], payload["month"]),
        "times": [times.when(instant(each), message.tzid, locale) for each in payload["times"]],
    }


def _series(message: Outgoing, locale: str, links: Links) -> Facts:
    payload = message.payload
    return {
        "name": one_line(payload["other_name"], most=80),
        "theme": theme_in(payload["theme"], locale),
        "goals": one_line(payload["goals"], most=300),
        "rhythm": payload["rhythm_weeks"],
        "until": times.day_of(date.fromisoformat(payload["ends_on"]), locale),
        "accepted": payload.get("accepted", False),
        "page": links.series(payload["series_id"], payload["member_id"], payload["series_nonce"]),
    }


def _case(message: Outgoing, _locale: str, links: Links) -> Facts:
    return case_facts(message.payload, links)


def _note(message: Outgoing, _locale: str, _links: Links) -> Facts:
    return {"note": {name: _plain(value) for name, value in message.payload.items()}}


def _plain(value: object) -> object:
    return one_line(value, most=80) if isinstance(value, str) else value


_TELLERS: Mapping[str, Callable[[Outgoing, str, Links], Facts]] = {
    "sign_in_code": _code,
    "phone_code": _code,
    "theme_open": _theme,
    "mentor_wanted": _theme,
    "encouragement": _theme,
    "asked": _request,
    "asked_again": _request,
    "request_withdrawn": _request,
    "times_proposed": _request,
    "request_ended": _request,
    "request_queued": _request,
    "hour_offered": _request,
    "week_passed": _request,
    "still_with_us": _still,
    "two_hours": _hours,
    "series_proposed": _series,
    "series_answered": _series,
    "series_review": _series,
    "series_ended": _series,
    "nudge": nudge_facts,
    "pause_offer": nudge_facts,
    "digest": digest_facts,
    **dict.fromkeys(ABOUT_A_CASE, _case),
    "calendar_trouble": _note,
    "calendar_many_gone": _note,
}
