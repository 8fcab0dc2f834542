"""Calendars made by us with the habits of the programs people use, and the time that each takes."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.calendars.events import ics

PARIS_BY_RULE = (
    "BEGIN:VTIMEZONE",
    "TZID:{name}",
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


def paris(name: str) -> tuple[str, ...]:
    return tuple(line.format(name=name) for line in PARIS_BY_RULE)


def span(
    day: int, start: str, end: str, *, month: int = 12, year: int = 2026, last: int = 0
) -> tuple[datetime, datetime]:
    """UTC, on a day of December 2026 unless told otherwise."""
    first = datetime.strptime(f"{year}-{month}-{day} {start}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return first, datetime.strptime(f"{year}-{month}-{last or day} {end}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


Spans = list[tuple[datetime, datetime]]
CORPUS: dict[str, tuple[str, Spans]] = {
    "Google: a zone by its IANA name, with a calendar-wide one": (
        ics(
            "DTSTART;TZID=Europe/Paris:20270701T090000",
            "DTEND;TZID=Europe/Paris:20270701T100000",
            "TRANSP:OPAQUE",
            around=("X-WR-CALNAME:Karim", "X-WR-TIMEZONE:Europe/Paris", *paris("Europe/Paris")),
        ),
        [span(1, "07:00", "08:00", month=7, year=2027)],
    ),
    "Google: all day, free": (
        ics("DTSTART;VALUE=DATE:20261209", "DTEND;VALUE=DATE:20261210", "TRANSP:TRANSPARENT"),
        [],
    ),
    "Google: floating times are those of the calendar-wide zone": (
        ics("DTSTART:20261209T090000", "DTEND:20261209T100000", around=("X-WR-TIMEZONE:America/New_York",)),
        [span(9, "14:00", "15:00")],
    ),
    "Google: a series with one instance moved and one cancelled": (
        ics(
            around=(
                "BEGIN:VEVENT", "UID:g", "DTSTART;TZID=Europe/Paris:20261207T180000",
                "DTEND;TZID=Europe/Paris:20261207T190000", "RRULE:FREQ=WEEKLY;UNTIL=20261228T225959Z;BYDAY=MO",
                "EXDATE;TZID=Europe/Paris:20261214T180000", "END:VEVENT",
                "BEGIN:VEVENT", "UID:g", "RECURRENCE-ID;TZID=Europe/Paris:20261221T180000",
                "DTSTART;TZID=Europe/Paris:20261222T080000", "DTEND;TZID=Europe/Paris:20261222T083000", "END:VEVENT",
                "BEGIN:VEVENT", "UID:g", "RECURRENCE-ID;TZID=Europe/Paris:20261228T180000", "STATUS:CANCELLED",
                "DTSTART;TZID=Europe/Paris:20261228T180000", "DTEND;TZID=Europe/Paris:20261228T190000", "END:VEVENT",
            )
        ),
        [span(7, "17:00", "18:00"), span(22, "07:00", "07:30")],
    ),
    "Outlook: a Windows zone name without a description of it": (
        ics("DTSTART;TZID=Romance Standard Time:20270701T090000", "DTEND;TZID=Romance Standard Time:20270701T100000"),
        [span(1, "07:00", "08:00", month=7, year=2027)],
    ),
    "Outlook: a zone with a name of its own, described by rules": (
        ics(
            'DTSTART;TZID="(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris":20270701T090000',
            'DTEND;TZID="(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris":20270701T100000',
            around=paris("(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris"),
        ),
        [span(1, "07:00", "08:00", month=7, year=2027)],
    ),
    "Outlook: shown as free": (
        ics("DTSTART:20261209T090000Z", "DTEND:20261209T100000Z", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"),
        [],
    ),
    "Outlook: tentative takes the time": (
        ics("DTSTART:20261209T090000Z", "DTEND:20261209T100000Z", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"),
        [span(9, "09:00", "10:00")],
    ),
    "Apple: a summary folded inside a letter": (
        ics("SUMMARY:" + "é" * 30).replace("é" * 20, "é" * 20 + "\r\n ")
        .replace("END:VEVENT", "DTSTART;TZID=Europe/Paris:20261209T100000\r\nDURATION:PT45M\r\nEND:VEVENT"),
        [span(9, "09:00", "09:45")],
    ),
    "Apple: several days": (
        ics("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261226", "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC"),
        [span(23, "23:00", "23:00", last=25)],
    ),
    "Apple: one day without an end": (ics("DTSTART;VALUE=DATE:20261224"), [span(23, "23:00", "23:00", last=24)]),
    "Zimbra: a zone with a quoted name, extra dates and a period": (
        ics(
            'DTSTART;TZID="Europe/Brussels":20261209T100000', "DURATION:PT30M",
            'RDATE;TZID="Europe/Brussels":20261210T100000', "RDATE;VALUE=PERIOD:20261211T090000Z/PT2H",
            around=paris("Europe/Brussels"),
        ),
        [span(9, "09:00", "09:30"), span(10, "09:00", "09:30"), span(11, "09:00", "11:00")],
    ),
    "Evolution: a zone name with a vendor before it": (
        ics(
            "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Paris:20261209T100000",
            "DTEND;TZID=/freeassociation.sourceforge.net/Europe/Paris:20261209T110000",
        ),
        [span(9, "09:00", "10:00")],
    ),
    "A negative duration is turned round": (
        ics("DTSTART:20261209T100000Z", "DURATION:-PT1H"),
        [span(9, "09:00", "10:00")],
    ),
    "A time without an end takes none": (ics("DTSTART:20261209T100000Z"), []),
    "A floating time is on the mentor's wall": (
        ics("DTSTART:20261209T100000", "DTEND:20261209T110000"),
        [span(9, "09:00", "10:00")],
    ),
    "An unknown zone counts as floating": (
        ics("DTSTART;TZID=Nowhere/Land:20261209T100000", "DTEND;TZID=Nowhere/Land:20261209T110000"),
        [span(9, "09:00", "10:00")],
    ),
    "Cancelled": (ics("DTSTART:20261209T100000Z", "DTEND:20261209T110000Z", "STATUS:CANCELLED"), []),
    "A daily hour over the change of clocks": (
        ics("DTSTART;TZID=Europe/Paris:20270327T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"),
        [span(27, "08:00", "09:00", month=3, year=2027), span(28, "07:00", "08:00", month=3, year=2027)],
    ),
    "All day on the day the clocks change has 23 hours": (
        ics("DTSTART;VALUE=DATE:20270328", "DTEND;VALUE=DATE:20270329"),
        [span(27, "23:00", "22:00", month=3, year=2027, last=28)],
    ),
    "Bare line feeds and a byte-order mark": (
        "\ufeff" + ics("DTSTART:20261209T100000Z", "DTEND:20261209T110000Z").replace("\r\n", "\n"),
        [span(9, "10:00", "11:00")],
    ),
    "One event that cannot be read beside one that can": (
        ics(
            "DTSTART:20261209T100000Z", "DTEND:20261209T110000Z",
            around=("BEGIN:VEVENT", "UID:broken", "DTSTART:20261332T99", "END:VEVENT"),
        ),
        [span(9, "10:00", "11:00")],
    ),
    "How it repeats cannot be read, but when it first happens can": (
        ics("DTSTART:20261209T100000Z", "DTEND:20261209T110000Z", "RRULE:FREQ=WEEKLY;UNTIL=garbage"),
        [span(9, "10:00", "11:00")],
    ),
    "Nor what is left out of it": (
        ics("DTSTART:20261209T100000Z", "DTEND:20261209T110000Z", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:garbage"),
        [span(9, "10:00", "11:00")],
    ),
    "I declined": (
        ics(
            "DTSTART:20261209T100000Z", "DTEND:20261209T110000Z",
            "ATTENDEE;CN=Alice;PARTSTAT=DECLINED:mailto:Alice@example.org",
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org",
        ),
        [],
    ),
    "Somebody else declined": (
        ics("DTSTART:20261209T100000Z", "DTEND:20261209T110000Z", "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org"),
        [span(9, "10:00", "11:00")],
    ),
    "Yesterday, and in two years": (
        ics(
            around=(
                "BEGIN:VEVENT", "UID:1", "DTSTART:20261101T100000Z", "DURATION:PT1H", "END:VEVENT",
                "BEGIN:VEVENT", "UID:2", "DTSTART:20281101T100000Z", "DURATION:PT1H", "END:VEVENT",
            )
        ),
        [],
    ),
}  # fmt: skip
