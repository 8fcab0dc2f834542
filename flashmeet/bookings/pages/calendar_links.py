"""Links that open a calendar with the booking filled in. Nothing is sent anywhere before a link is followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.zones import utc_text

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"
MICROSOFT_365 = "https://outlook.office.com/calendar/0/action/compose"


@dataclass(frozen=True, slots=True)
class AddLinks:
    google: str
    outlook: str
    microsoft_365: str


def add_links(booking: Booking, *, title: str, page: str) -> AddLinks:
    """Returns links with the title, the hour and the page's address; the need stays between the two people."""
    composed = {
        "rru": "addevent",
        "subject": title,
        "startdt": utc_text(booking.starts_at),
        "enddt": utc_text(booking.ends_at),
        "body": page,
        "location": page,
    }
    dates = f"{_utc(booking.starts_at):%Y%m%dT%H%M%SZ}/{_utc(booking.ends_at):%Y%m%dT%H%M%SZ}"
    rendered = {"action": "TEMPLATE", "text": title, "dates": dates, "details": page, "location": page}
    return AddLinks(
        google=f"{GOOGLE}?{urlencode(rendered)}",
        outlook=f"{OUTLOOK}?{urlencode(composed)}",
        microsoft_365=f"{MICROSOFT_365}?{urlencode(composed)}",
    )


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
