"""Invites, judged by readers that are not ours (acceptance B1, B2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flashmeet.messages.rendering.ics import calendar_file
from flashmeet.messages.rules.invites import Invite
from tests.judges import Reading, icaljs, libical, octets, vobjects
from tests.thoroughness import tries

SUMMER = datetime(2027, 7, 1, 7, tzinfo=UTC)
INVITE = Invite(
    uid="c0ffee@meet.example.org",
    sequence=2,
    cancelled=False,
    starts_at=SUMMER,
    ends_at=SUMMER + timedelta(hours=1),
    stamped_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    summary="Karim Exemple · Droit",
    description="Relire mes statuts, avant le dépôt ; merci.\n\nhttps://meet.example.org/bookings/7",
    location="https://meet.example.org/bookings/7",
    organizer="rendez-vous@example.org",
    organizer_name="Réseau des anciens",
    attendee="camille@example.org",
    attendee_name="Zoë Exemple",
)
NASTY = (
    'Zoë "Ada"; CN=x',
    "Alice\r\nATTENDEE:mailto:mallory@example.org\r\nX-EVIL:1",
    "one\u2028two\u2029three\x85four\x0bfive",
    "commas, semicolons; colons: back\\slashes \\N \\n \\, ^n ^'",
    "\u202egnp.exe\u202c \u2066isolated\u2069",
    "nul\x00 bell\x07 escape\x1b delete\x7f",
    "é" * 5_000,
    "👩‍🚀🧑‍🎓" * 400,
    "END:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR",
    "\ufeffhalf \ud800 of a character",
    "backslash\\",
)


def expected(invite: Invite) -> Reading:
    return Reading(
        method=invite.method,
        uid=invite.uid,
        sequence=invite.sequence,
        status=invite.status,
        starts_at=invite.starts_at,
        ends_at=invite.ends_at,
        stamped_at=invite.stamped_at,
        summary=invite.summary,
        description=invite.description,
        location=invite.location,
        organizer=f"mailto:{invite.organizer}",
        attendees=(f"mailto:{invite.attendee}",),
    )


def typed(text: str) -> Invite:
    """An invite in which everything that a person may type is `text`."""
    return replace(INVITE, summary=f"Droit · {text}", description=text, organizer_name=text, attendee_name=text)


LIFE = (INVITE, replace(INVITE, starts_at=SUMMER + timedelta(days=180)), replace(INVITE, cancelled=True, sequence=3))


@pytest.mark.parametrize("invite", LIFE, ids=["summer", "winter", "cancelled"])
def test_every_reader_finds_what_the_invite_says(invite: Invite) -> None:
    ics = calendar_file(invite)

    assert octets.complaints(ics) == []
    assert libical.read(ics) == vobjects.read(ics) == expected(invite)


def test_ical_js_finds_what_the_invites_say() -> None:
    assert icaljs.read_all([calendar_file(invite) for invite in LIFE]) == [expected(invite) for invite in LIFE]


@pytest.mark.parametrize("lost", [b"UID", b"DTSTAMP", b"ORGANIZER"])
def test_the_strict_reader_misses_what_is_missing(lost: bytes) -> None:
    lines = calendar_file(INVITE).split(b"\r\n")

    assert not libical.accepts(b"\r\n".join(line for line in lines if not line.startswith(lost)))


def test_the_attendee_is_asked_and_the_organizer_is_a_bare_address() -> None:
    unfolded = calendar_file(INVITE).decode().replace("\r\n ", "").split("\r\n")

    assert 'ORGANIZER;CN="Réseau des anciens":mailto:rendez-vous@example.org' in unfolded
    assert (
        'ATTENDEE;CN="Zoë Exemple";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE'
        ":mailto:camille@example.org"
    ) in unfolded
    assert not [line for line in unfolded if line.startswith(("BEGIN:VALARM", "BEGIN:VTIMEZONE"))]


@given(st.text(max_size=400))
@settings(max_examples=tries(150, usual=50), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(NASTY[0]).via("quotes and parameters in a name")
@example(NASTY[1]).via("line breaks that would make properties")
@example(NASTY[2]).via("line breaks that only Unicode knows")
@example(NASTY[3]).via("everything that iCalendar escapes")
@example(NASTY[4]).via("right-to-left overrides")
@example(NASTY[5]).via("control characters")
@example(NASTY[6]).via("10 kB")
@example(NASTY[7]).via("characters of four bytes")
@example(NASTY[8]).via("an early end")
@example(NASTY[9]).via("half a surrogate pair")
@example(NASTY[10]).via("a backslash, which libical takes for an escape")
def test_what_a_person_typed_stays_text(text: str) -> None:
    ics = calendar_file(typed(text))

    assert octets.complaints(ics) == []
    for read in (libical.read, vobjects.read):
        found = read(ics)
        assert replace(found, summary="", description="") == replace(expected(INVITE), summary="", description="")
        assert found.summary.startswith("Droit ·") and "\n" not in found.summary
        assert words(found.description) == words(text)


def test_ical_js_reads_typed_text_as_text() -> None:
    for text, found in zip(NASTY, icaljs.read_all([calendar_file(typed(text)) for text in NASTY]), strict=True):
        assert replace(found, summary="", description="") == replace(expected(INVITE), summary="", description="")
        assert words(found.description) == words(text)


def words(text: str) -> list[str]:
    """What is left of a text when blanks and everything that cannot be seen are gone."""
    return "".join(c if c.isprintable() or c.isspace() else "" for c in text).split()
