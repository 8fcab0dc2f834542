"""The calendar invite that a message about a booking carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flashmeet.bookings.mails.hour import plan_in
from flashmeet.bookings.rules.messages import Action
from flashmeet.bookings.wording import time_there
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.rendering.facts import instant, theme_in
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.messages.rules.invites import Invite, described
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import where_of


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
