"""Calendars made by us with the habits of the programs people use, and the time that each takes."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.calendars.events import WINDOW, ics

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
    "How it repeats cannot be read: all from its first occurrence on is taken": (
        ics("DTSTART:20261209T100000Z", "DTEND:20261209T110000Z", "RRULE:FREQ=WEEKLY;UNTIL=garbage"),
        [(span(9, "10:00", "11:00")[0], WINDOW.end)],
    ),
    "What would be left out of it cannot be read: nothing is left out": (
        ics("DTSTART:20261209T100000Z", "DTEND:20261209T110000Z", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:garbage"),
        [span(9, "10:00", "11:00"), span(16, "10:00", "11:00"), span(23, "10:00", "11:00")],
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


def zone_of(name: str, offset: str, *, summer: str = "") -> tuple[str, ...]:
    """A definition of that name: one offset all the year, or another from March to October as in Europe."""
    if not summer:
        told = (f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}")
        return (
            "BEGIN:VTIMEZONE",
            f"TZID:{name}",
            "BEGIN:STANDARD",
            "DTSTART:16010101T000000",
            *told,
            "END:STANDARD",
            "END:VTIMEZONE",
        )
    lines = []
    for kind, month, before, after in (("STANDARD", 10, summer, offset), ("DAYLIGHT", 3, offset, summer)):
        lines += [
            f"BEGIN:{kind}",
            "DTSTART:16010101T020000",
            f"TZOFFSETFROM:{before}",
            f"TZOFFSETTO:{after}",
            f"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH={month}",
            f"END:{kind}",
        ]
    return ("BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE")


ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
    "UTC",
    "Etc/GMT+6",
    "Asia/Calcutta",
    "US/Pacific",
    "EST5EDT",
    "Africa/Casablanca",
)
OWN_NAMES = (
    "Customized Time Zone",
    "Customized Time Zone 1",
    "Custom",
    "tzone://Microsoft/Custom",
    "tzone://Microsoft/Utc",
    "(UTC-05:00) Eastern Time (US & Canada)",
    "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    "(GMT+01.00) Sarajevo/Skopje/Sofija",
    "Romance Standard Time",
    "Europe/Paris 1",
    "/example.net/2020/Mine",
    "Mon fuseau",
    "Zone:with:colons",
    "GMT +0100 (Standard) / GMT +0200 (Daylight)",
    "中文时区",
    "X",
    "Eastern",
)
RULES = tuple(
    """
    FREQ=DAILY;COUNT=10|FREQ=DAILY;INTERVAL=2|FREQ=DAILY;INTERVAL=10;COUNT=5|FREQ=DAILY;BYMONTH=1
    FREQ=DAILY;BYHOUR=9,12,15
    FREQ=WEEKLY;COUNT=10|FREQ=WEEKLY;INTERVAL=2;WKST=SU|FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH
    FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO
    FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU|FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
    FREQ=MONTHLY;COUNT=10;BYDAY=1FR|FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU|FREQ=MONTHLY;COUNT=6;BYDAY=-2MO
    FREQ=MONTHLY;BYMONTHDAY=-3|FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15|FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1
    FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12|FREQ=MONTHLY;INTERVAL=2;BYDAY=TU|FREQ=MONTHLY;BYMONTHDAY=31
    FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13|FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13
    FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3|FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2
    FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1|FREQ=MONTHLY|FREQ=MONTHLY;INTERVAL=3;COUNT=4
    FREQ=YEARLY;COUNT=10;BYMONTH=6,7|FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3|FREQ=YEARLY;BYDAY=20MO
    FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200|FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO|FREQ=YEARLY;BYMONTH=3;BYDAY=TH
    FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8|FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8|FREQ=YEARLY
    FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29|FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25,26|FREQ=YEARLY;BYYEARDAY=-1
    FREQ=HOURLY;INTERVAL=3;COUNT=6|FREQ=HOURLY;INTERVAL=24;COUNT=3|FREQ=MINUTELY;INTERVAL=90;COUNT=4
    FREQ=HOURLY;BYHOUR=9,10;BYDAY=MO;COUNT=4|FREQ=MINUTELY;INTERVAL=15;COUNT=6|FREQ=SECONDLY;INTERVAL=600;COUNT=3
    FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23|FREQ=DAILY;BYHOUR=9;BYMINUTE=0,30
    FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR|FREQ=WEEKLY;BYDAY=MO;INTERVAL=1;X-NOTE=1|FREQ=WEEKLY;RSCALE=GREGORIAN;SKIP=OMIT
    freq=weekly;byday=mo|FREQ=WEEKLY;BYDAY=MO;|FREQ=WEEKLY; BYDAY=MO, WE|FREQ=WEEKLY;COUNT=0|FREQ=WEEKLY;BYDAY=
    FREQ=MONTHLY;BYDAY=+2WE,MO|FREQ=YEARLY;BYMONTH=3,12;BYDAY=1MO,FR|FREQ=YEARLY;BYDAY=20MO,-1SU,TH
    FREQ=DAILY;INTERVAL=4;BYHOUR=16,15;COUNT=9|FREQ=MONTHLY;BYMONTHDAY=30,1,-1;BYSETPOS=-1|FREQ=YEARLY;BYMONTH=7,1;COUNT=3
    FREQ=MONTHLY;BYMONTHDAY=15,3;COUNT=5|FREQ=DAILY;BYHOUR=19,9;COUNT=10|FREQ=WEEKLY;BYDAY=FR,MO;COUNT=5;WKST=WE
    FREQ=WEEKLY;BYDAY=FR,MO;BYSETPOS=1|FREQ=WEEKLY;BYDAY=FR,MO;BYSETPOS=1;COUNT=6|FREQ=MONTHLY;BYMONTHDAY=2,2;BYSETPOS=-2
    FREQ=MONTHLY;BYDAY=TH,MO;BYHOUR=0,23;BYSETPOS=-1|FREQ=YEARLY;BYMONTH=3,3;BYMONTHDAY=5;BYSETPOS=2
    FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2|FREQ=WEEKLY;BYDAY=XX|FREQ=FORTNIGHTLY|INTERVAL=2|FREQ=DAILY;COUNT=many|W1 MO #0
    """.replace("\n", "|").split("|")
)
RULES_OF_DAYS = (
    "FREQ=DAILY;BYHOUR=19,9;COUNT=10",
    "FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0,30;COUNT=4",
    "FREQ=MONTHLY;BYDAY=+2WE,MO",
    "FREQ=MONTHLY;BYMONTHDAY=30,1,-1;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=15,3;COUNT=5",
    "FREQ=YEARLY;BYMONTH=3,12;BYDAY=1MO,FR",
)
UNTILS = (
    "20261221T170000Z",
    "20261221T180000",
    "20261221",
    "20261220T235959Z",
    "20261221T225959Z",
    "20261220T230000Z",
    "20261221T235959",
    "20261221T000000Z",
    "20261222T000000",
    "19700101T000000Z",
    "20261221t180000z",
    "99991231T235959Z",
)
WALLS = (
    ";TZID=Europe/Paris:20261207T180000",
    ";TZID=America/New_York:20261207T180000",
    ":20261207T180000Z",
    ":20261207T180000",
    ";TZID=Asia/Tokyo:20261207T020000",
    ";VALUE=DATE:20261207",
)
EXCLUDED = (
    "EXDATE;TZID=Europe/Berlin:20261214T100000,",
    "EXDATE;TZID=Europe/Berlin:20261214T100000",
    "EXDATE:20261214T090000Z",
    "EXDATE:20261214T100000",
    "EXDATE;VALUE=DATE:20261214",
    "EXDATE;TZID=Europe/Berlin:20261214T000000",
    "EXDATE:20261214T000000Z",
    "EXDATE:20261214",
    "EXDATE;TZID=America/New_York:20261214T040000",
    "EXDATE;TZID=Europe/Berlin:,20261214T100000,,20261221T100000",
    "EXDATE;TZID=Europe/Berlin:20261214T100000 , 20261221T100000",
    "EXDATE:",
    "EXDATE:garbage",
    "EXDATE;TZID=tzone://Microsoft/Utc:20261214T090000",
    "EXDATE;TZID=Nowhere:20261214T100000",
    "EXDATE;TZID=Europe/Berlin:20261214T100001",
    "EXDATE;VALUE=DATE-TIME;TZID=Europe/Berlin:20261214T100000",
    "RDATE;TZID=Europe/Berlin:20261216T100000",
    "RDATE:20261216T090000Z,20261217T090000Z,",
    "RDATE;VALUE=PERIOD:20261216T090000Z/PT3H,20261217T090000Z/20261217T130000Z",
    "RDATE;VALUE=DATE:20261216",
    "RDATE;TZID=America/New_York:20261216T100000",
    "EXRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2",
)
CHANGES = (
    ("RECURRENCE-ID;TZID=Europe/Berlin:20261214T100000", "DTSTART;TZID=Europe/Berlin:20261215T080000", "DURATION:PT2H"),
    ("RECURRENCE-ID:20261214T090000Z", "DTSTART:20261214T130000Z", "DURATION:PT2H"),
    (
        "RECURRENCE-ID;TZID=Europe/Berlin:20261214T100000",
        "DTSTART;TZID=Europe/Berlin:20261214T100000",
        "STATUS:CANCELLED",
    ),
    (
        "RECURRENCE-ID;TZID=Europe/Berlin:20261214T100000",
        "DTSTART;TZID=Europe/Berlin:20261214T100000",
        "DURATION:PT1H",
        "TRANSP:TRANSPARENT",
    ),
    (
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261214T100000",
        "DTSTART;TZID=Europe/Berlin:20261214T140000",
        "DURATION:PT1H",
    ),
    ("RECURRENCE-ID;VALUE=DATE:20261214", "DTSTART;TZID=Europe/Berlin:20261214T150000", "DURATION:PT1H"),
    ("RECURRENCE-ID;TZID=Europe/Berlin:20270315T100000", "DTSTART;TZID=Europe/Berlin:20261215T080000", "DURATION:PT1H"),
    ("RECURRENCE-ID;TZID=Europe/Berlin:20261215T100000", "DTSTART;TZID=Europe/Berlin:20261216T080000", "DURATION:PT1H"),
    ("RECURRENCE-ID:garbage", "DTSTART;TZID=Europe/Berlin:20261216T080000", "DURATION:PT1H"),
    ("RECURRENCE-ID;TZID=Europe/Berlin:20261214T100000", "DTSTART:garbage", "DURATION:PT1H"),
    ("RECURRENCE-ID:20261214T100000", "DTSTART;TZID=Europe/Berlin:20261216T080000", "DURATION:PT1H"),
    ("DTSTART;TZID=Europe/Berlin:20261216T080000", "DURATION:PT1H"),
    ("DTSTART:20261332T99", "DURATION:PT1H"),
    ("DTSTART;TZID=Europe/Berlin:20261216T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2"),
)
ONWARDS = {
    "an extra date after a change": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=Europe/Berlin:20261207T100000", "DURATION:PT1H"),
        *("RRULE:FREQ=WEEKLY;COUNT=6", "RDATE;TZID=Europe/Berlin:20261223T100000", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261214T100000"),
        *("DTSTART;TZID=Europe/Berlin:20261216T140000", "DURATION:PT2H", "END:VEVENT"),
    ),
    "an extra day after a change": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;VALUE=DATE:20261207", "RRULE:FREQ=WEEKLY;COUNT=6"),
        *("RDATE;VALUE=DATE:20261223", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261214"),
        *("DTSTART;VALUE=DATE:20261216", "END:VEVENT"),
    ),
    "two series of one UID": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=Europe/Berlin:20261207T100000", "DURATION:PT1H"),
        *("RRULE:FREQ=WEEKLY;COUNT=6", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=America/New_York:20261208T150000", "DURATION:PT30M"),
        *("RRULE:FREQ=DAILY;COUNT=30", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261214T100000"),
        *("DTSTART;TZID=Europe/Berlin:20261214T140000", "DURATION:PT2H", "END:VEVENT"),
    ),
    "two changes of one occurrence": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=Europe/Berlin:20261207T100000", "DURATION:P1D"),
        *("RRULE:FREQ=DAILY", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261214T100000"),
        *("DTSTART;TZID=Europe/Berlin:20261214T110000", "DURATION:PT2H", "TRANSP:TRANSPARENT", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;TZID=Europe/Berlin:20261214T100000"),
        *("DTSTART;TZID=Europe/Berlin:20261216T100000", "DURATION:PT2H", "END:VEVENT"),
    ),
    "a day left out of evenings far west": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=America/New_York:20261210T193000", "DURATION:PT2H"),
        *("RRULE:FREQ=WEEKLY", "EXDATE;VALUE=DATE:20261217", "END:VEVENT"),
    ),
    "a change into another zone": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=Europe/Berlin:20261207T100000", "DURATION:PT1H"),
        *("RRULE:FREQ=WEEKLY", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261214T100000"),
        *("DTSTART;TZID=America/New_York:20261214T100000", "DURATION:PT2H", "END:VEVENT"),
    ),
    "days later than the series says": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;VALUE=DATE:20261010", "RRULE:FREQ=DAILY;INTERVAL=2;BYMONTH=5,11"),
        *("DURATION:P1D", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261101"),
        *("DTSTART;VALUE=DATE:20261105", "DURATION:P1D", "END:VEVENT"),
    ),
    "of what does not repeat": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=Europe/Berlin:20261207T100000", "DURATION:PT1H", "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID;TZID=Europe/Berlin:20261207T100000"),
        *("DTSTART;TZID=Europe/Berlin:20261208T100000", "DURATION:PT1H", "END:VEVENT"),
    ),
    "an end in another zone": (
        *("BEGIN:VEVENT", "UID:s", "DTSTART;TZID=America/New_York:20261122T223000", "DTEND:20261124T003000Z"),
        *("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,FR", "END:VEVENT"),
    ),
}
"""Changes of all later occurrences, and what else hangs on how an occurrence is placed."""
LENGTHS = (
    ("DTSTART;VALUE=DATE:20261209", "DTEND;VALUE=DATE:20261209"),
    ("DTSTART;VALUE=DATE:20261209",),
    ("DTSTART:20261209", "DTEND:20261211"),
    ("DTSTART;VALUE=DATE:20261209", "DTEND;VALUE=DATE:20261208"),
    ("DTSTART;VALUE=DATE:20261209", "DURATION:P1D"),
    ("DTSTART;VALUE=DATE:20261209", "DURATION:PT0S"),
    ("DTSTART;VALUE=DATE:20261209", "DURATION:PT24H"),
    ("DTSTART;VALUE=DATE:20261209", "DURATION:P1W"),
    ("DTSTART:20261209T090000Z", "DTEND;VALUE=DATE:20261210"),
    ("DTSTART:20261209T090000Z", "DTEND;VALUE=DATE:20261209"),
    ("DTSTART;VALUE=DATE:20261209", "DTEND:20261209T120000Z"),
    ("DTSTART;VALUE=DATE-TIME:20261209T090000Z", "DURATION:PT1H"),
    ("DTSTART:20261209T090000Z", "DTEND:20261209T080000Z"),
    ("DTSTART:20261209T090000Z", "DTEND:20261209T090000Z"),
    ("DTSTART:20261209T090000Z", "DURATION:P1DT2H3M4S"),
    ("DTSTART:20261209T090000Z", "DURATION:+PT1H"),
    ("DTSTART:20261209T090000Z", "DURATION:garbage"),
    ("DTSTART:20261209T18000Z", "DURATION:PT1H"),
    ("DTSTART;TZID=Europe/Paris:20261209T9000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"),
    ("DTSTART:20261209T090000Z", "DTEND:garbage"),
    ("DTSTART;TZID=Europe/Paris:20270327T220000", "DURATION:PT8H"),
    ("DTSTART;TZID=Europe/Paris:20270327T220000", "DURATION:P1D"),
    ("DTSTART;TZID=Europe/Paris:20261209T100000", "DTEND;TZID=America/New_York:20261209T060000"),
    ("DTSTART;TZID=Europe/Paris:20261209T100000", "DTEND:20261209T110000Z"),
    ("DTSTART;TZID=Europe/Paris:20270328T021500", "DTEND;TZID=Europe/Paris:20270328T024500"),
    ("DTSTART;TZID=Europe/Paris:20271031T021500", "DTEND;TZID=Europe/Paris:20271031T024500"),
    ("DTSTART:2026-12-09T09:00:00Z", "DTEND:2026-12-09T10:00:00Z"),
    ("DTSTART:20261209T0900Z", "DTEND:20261209T1000Z"),
    ("DTSTART:20261209T240000Z", "DURATION:PT1H"),
    ("DTSTART:20261209T090060Z", "DURATION:PT1H"),
    ("DTSTART:20261209T100000+0100", "DURATION:PT1H"),
    ("DTSTART;VALUE=DATE:20261209T090000Z", "DTEND;VALUE=DATE:20261209T100000Z"),
    ("DTSTART:20261209T090000Z", "DTSTART:20261210T090000Z", "DURATION:PT1H"),
    ("DTSTART:garbage", "DTSTART:20261210T090000Z", "DURATION:PT1H"),
    ("DTEND:20261209T090000Z",),
    (),
    ("DTSTART:19000101T000000Z", "DTEND:20991231T000000Z"),
    ("DTSTART:00010101T000000Z", "DTEND:20261209T100000Z"),
    ("DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270102", "RRULE:FREQ=YEARLY"),
    ("DTSTART;TZID=Europe/Paris:20261205T230000", "DURATION:P2D", "RRULE:FREQ=WEEKLY;COUNT=3"),
)
MEANINGS = (
    "STATUS:CANCELLED",
    "STATUS:TENTATIVE",
    "STATUS:CONFIRMED",
    "status:cancelled",
    "TRANSP:TRANSPARENT",
    "TRANSP:OPAQUE",
    "TRANSP: transparent",
    "TRANSP:0",
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
    "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
    "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    "CLASS:PRIVATE",
    "METHOD:CANCEL",
    "SUMMARY:Free",
    "ATTENDEE;PARTSTAT=DECLINED:mailto:x@y.z",
    "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDTSTART:20200101T000000Z\r\nSTATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\nEND:VALARM",
    "X-ALT-DESC;FMTTYPE=text/html:<p>a:b;c=d</p>",
    'DESCRIPTION;ALTREP="http://x/a:b;c":DTSTART:20200101T000000Z',
    "DESCRIPTION:one\r\nSTATUS CANCELLED\r\nline without a colon",
)
PERIODS = (
    "FREEBUSY:20261209T090000Z/20261209T100000Z",
    "FREEBUSY:20261209T090000Z/PT1H",
    "FREEBUSY;FBTYPE=FREE:20261209T090000Z/PT1H",
    "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261209T090000Z/PT1H,20261210T090000Z/PT2H",
    "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261209T090000Z/PT1H",
    "FREEBUSY;FBTYPE=X-MINE:20261209T090000Z/20261209T100000Z,",
    "FREEBUSY:20261209T090000Z/20261209T100000Z,garbage",
    "FREEBUSY:garbage",
    "FREEBUSY:",
    "FREEBUSY;TZID=Europe/Paris:20261209T100000/20261209T110000",
)
HOUR_OF = ("DTSTART:20261209T090000Z", "DTEND:20261209T100000Z")


def _changed(change: tuple[str, ...], *, first: bool) -> str:
    master = (
        "BEGIN:VEVENT",
        "UID:s",
        "DTSTART;TZID=Europe/Berlin:20261207T100000",
        "DURATION:PT1H",
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "END:VEVENT",
    )
    other = ("BEGIN:VEVENT", "UID:s", *change, "END:VEVENT")
    return ics(
        around=(*zone_of("Europe/Berlin", "+0100", summer="+0200"), *(other + master if first else master + other))
    )


def families() -> dict[str, bytes]:
    """Every input of ours by its name: the shapes that calendars in the wild have, one by one."""
    made: dict[str, str] = {}
    for zone in ZONES:
        for day in ("20261209", "20270701"):
            made[f"zone {zone} {day}"] = ics(f"DTSTART;TZID={zone}:{day}T090000", f"DTEND;TZID={zone}:{day}T100000")
    for name in OWN_NAMES:
        for quote in ("", '"'):
            times = (
                f"DTSTART;TZID={quote}{name}{quote}:20270701T090000",
                f"DTEND;TZID={quote}{name}{quote}:20270701T100000",
            )
            made[f"own zone {quote}{name}"] = ics(*times, around=zone_of(name, "-0500", summer="-0400"))
        made[f"no definition {name}"] = ics(*times)
    for zone in ("Europe/Paris", "Asia/Tokyo"):
        times = (f"DTSTART;TZID={zone}:20270701T090000", f"DTEND;TZID={zone}:20270701T100000")
        made[f"known zone defined otherwise {zone}"] = ics(*times, around=zone_of(zone, "+0800"))
    for rule in filter(None, map(str.strip, RULES)):
        for wall in (WALLS[0], WALLS[2]):
            made[f"rule {rule} {wall}"] = ics(f"DTSTART{wall}", "DURATION:PT1H", f"RRULE:{rule}")
    made |= {f"rule of days {rule}": ics(f"DTSTART{WALLS[5]}", f"RRULE:{rule}") for rule in RULES_OF_DAYS}
    for until in UNTILS:
        for wall in WALLS:
            made[f"until {until} {wall}"] = ics(
                f"DTSTART{wall}", f"RRULE:FREQ=WEEKLY;UNTIL={until}", *(() if "DATE:" in wall else ("DURATION:PT1H",))
            )
    for line in EXCLUDED:
        around = (*zone_of("Europe/Berlin", "+0100", summer="+0200"), *zone_of("America/New_York", "-0500"))
        made[f"left out {line}"] = ics(
            "DTSTART;TZID=Europe/Berlin:20261207T100000",
            "DURATION:PT1H",
            "RRULE:FREQ=WEEKLY;COUNT=4",
            line,
            around=around,
        )
        made[f"left out of days {line}"] = ics(
            "DTSTART;VALUE=DATE:20261207", "RRULE:FREQ=WEEKLY;COUNT=4", line, around=around
        )
    for change in CHANGES:
        made |= {f"changed {change} {first}": _changed(change, first=first) for first in (False, True)}
    around = (*zone_of("Europe/Berlin", "+0100", summer="+0200"), *zone_of("America/New_York", "-0500"))
    made |= {f"onwards {name}": ics(around=(*around, *lines)) for name, lines in ONWARDS.items()}
    made |= {f"length {lines}": ics(*lines) for lines in LENGTHS}
    made |= {f"meaning {line!r}": ics(*HOUR_OF, line) for line in MEANINGS}
    for line in PERIODS:
        made[f"free-busy {line}"] = ics(
            around=("BEGIN:VFREEBUSY", "UID:f", "DTSTAMP:20261101T000000Z", line, "END:VFREEBUSY")
        )
    hour = ics(*HOUR_OF, "SUMMARY:é " + "x" * 60)
    made |= {
        "two calendars in one file": hour + ics("DTSTART:20261210T090000Z", "DURATION:PT1H", uid="second"),
        "the same event in two calendars": hour + hour,
        "text after the end": hour + "\r\nThank you\r\n",
        "text before it": "Hello:\r\n" + hour,
        "blank lines": hour.replace("\r\n", "\r\n\r\n"),
        "folded everywhere": hour.replace("DTSTART:2026", "DTST\r\n ART:20\r\n\t26"),
        "lower case": hour.lower(),
        "spaces at the ends": hour.replace("\r\n", " \r\n"),
        "an event that nobody ended": hour.replace("END:VEVENT\r\n", ""),
        "an empty zone": ics(
            "DTSTART;TZID=:20261209T090000",
            "DTEND;TZID=:20261209T100000",
            around=("BEGIN:VTIMEZONE", "TZID:", *zone_of("", "+0100")[2:]),
        ),
        "a broken definition": ics(*HOUR_OF, around=zone_of("Broken", "+25:00")),
        "vCalendar 1.0": hour.replace("VERSION:2.0", "VERSION:1.0"),
        "no UID": hour.replace("UID:foreign@example.net\r\n", ""),
        "a group before a name": hour.replace("DTSTART", "item1.DTSTART"),
    }
    files = {name: text.encode() for name, text in made.items()}
    files |= {
        "a mark and line feeds": b"\xef\xbb\xbf" + hour.replace("\r\n", "\n").encode(),
        "carriage returns": hour.replace("\r\n", "\r").encode(),
        "latin-1": hour.encode("latin-1"),
        "utf-16": hour.encode("utf-16"),
        "a letter folded in two": hour.encode().replace(b"\xc3\xa9", b"\xc3\r\n \xa9"),
    }
    return files
