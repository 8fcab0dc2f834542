"""Events as other programs write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flashmeet.calendars.rules.sources import Access, OwnEvent
from flashmeet.schedule.rules.calendars import CalendarKind, window
from tests.fakes.radicale import PASSWORD, USER, Radicale
from tests.people import NOW

WINDOW = window(NOW)
NINE = datetime(2026, 12, 9, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOOKED = OwnEvent(
    uid="c0ffee@meet.example.org",
    sequence=0,
    starts_at=NINE,
    ends_at=NINE + HOUR,
    stamped_at=NOW,
    summary="Karim Exemple · Droit",
    description="https://meet.example.org/bookings/7",
    location="https://meet.example.org/bookings/7",
    organizer="rendez-vous@example.org",
    attendee="alice@example.org",
)
"""An hour of ours, as it is handed to a calendar."""


def ics(*lines: str, uid: str = "foreign@example.net", around: tuple[str, ...] = ()) -> str:
    """A calendar of one event, or of whatever `around` adds."""
    event = () if not lines else ("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT")
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.net//EN", *around, *event, "END:VCALENDAR", "")
    return "\r\n".join(whole)


def at(start: datetime, *, minutes: int = 60, uid: str = "foreign@example.net", summary: str = "Dentist") -> str:
    end = start + timedelta(minutes=minutes)
    return ics(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}", f"SUMMARY:{summary}", uid=uid)


def ours(start: datetime = NINE, *, sequence: int = 0, uid: str = "ab12@localhost") -> OwnEvent:
    return OwnEvent(
        uid=uid,
        sequence=sequence,
        starts_at=start,
        ends_at=start + HOUR,
        stamped_at=NOW,
        summary="Bob Exemple · Droit",
        description="Mes statuts, à relire",
        location="http://localhost/bookings/1",
        organizer="rendez-vous@example.org",
        organizer_name="flashmeet",
        attendee="alice@example.org",
        attendee_name="Alice Exemple",
    )


def access(server: Radicale, *, url: str | None = None, password: str = PASSWORD) -> Access:
    settings = {"url": url or server.url + "/", "user": USER}
    return Access(kind=CalendarKind.CALDAV, tzid="Europe/Paris", settings=settings, secrets={"password": password})
