"""The bytes of a mail (design §5, acceptance B1, B2, C6)."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.channels import Outgoing
from tests.judges import libical, octets
from tests.messages.adapters.conftest import NOW
from tests.messages.adapters.samples import CODE, LINKS, MAIL_FROM, invite, outgoing, renderer
from tests.thoroughness import tries

HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("MIME-Version", "Content-Type"),
}
THREADED = {"In-Reply-To", "References"}


def arrived(message: Outgoing, writer: Renderer | None = None) -> EmailMessage:
    data = compose(message, writer or renderer(), at=NOW).as_bytes()
    assert data.isascii() and b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    return message_from_bytes(data, policy=default)


def test_an_invite_is_an_alternative_and_an_attachment() -> None:
    message = arrived(invite())

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    (attached,) = list(message.iter_attachments())
    assert attached.get_filename() == "invite.ics"


def test_a_mail_without_an_invite_has_text_and_html_only() -> None:
    message = arrived(outgoing("sign_in_code", CODE))

    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_headers_say_who_writes_to_whom_and_when() -> None:
    message = arrived(invite(name="Zoë Élan", message_key="k" * 32))

    assert str(message["From"]) == f"Réseau des anciens <{MAIL_FROM}>"
    assert str(message["To"]) == "Zoë Élan <camille@example.org>"
    assert str(message["Subject"]) == "Your hour with Karim Benali: Thu 1 Jul, 12:00 (New York)"
    assert message["Date"].datetime == datetime(2027, 7, 1, 15, tzinfo=UTC)
    assert message["Message-ID"] == f"<{'k' * 32}@meet.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"  # not "All": reports of what fails are wanted
    assert set(message.keys()) == HEADERS | THREADED


def test_the_same_row_gives_the_same_calendar_whenever_it_is_sent() -> None:
    first, second = (compose(invite(), renderer(), at=at) for at in (NOW, NOW.replace(year=2028)))

    assert [each.get_payload() for each in first.iter_attachments()] == [
        each.get_payload() for each in second.iter_attachments()
    ]


def test_a_name_that_looks_encoded_is_read_as_it_was_typed() -> None:
    name = "=?utf-8?q?=0D=0ABcc:_mallory@example.org?="

    message = arrived(invite(name=name, other_name=name))

    assert str(message["To"]) == f'"{name}" <camille@example.org>'
    assert str(message["Subject"]).startswith(f"Your hour with {name}: ")


TYPED = st.text(max_size=120) | st.sampled_from(
    [
        "Alice\r\nBcc: mallory@example.org",
        "Alice\nSubject: hello\n\nbody",
        '"Alice" <mallory@example.org>, Bob',
        "é" * 200,
        "x" * 900,
        "=?utf-8?q?=0D=0ABcc:_mallory@example.org?=",
        "\u202eAlice\u2028Bob\x00",
    ]
)


@given(name=TYPED, other=TYPED, network=TYPED)
@settings(max_examples=tries(80, usual=30), deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_no_name_can_write_a_header(name: str, other: str, network: str) -> None:
    writer = Renderer(LINKS, MAIL_FROM, network)

    message = arrived(invite(name=name, other_name=other), writer)

    assert set(message.keys()) == HEADERS | THREADED
    assert str(message["Subject"]).startswith("Your hour with ")
    assert [each.addr_spec for each in message["To"].addresses] == ["camille@example.org"]
    assert [each.addr_spec for each in message["From"].addresses] == [MAIL_FROM]
    (attached,) = list(message.iter_attachments())
    ics = attached.get_payload(decode=True)
    assert isinstance(ics, bytes) and octets.complaints(ics) == []
    assert libical.read(ics).attendees == ("mailto:camille@example.org",)


def test_a_mail_that_nobody_reads_replies_to_says_so() -> None:
    for message in (invite(), outgoing("sign_in_code", CODE)):
        made = arrived(message)
        assert made["Reply-To"] is None
        assert "Nobody reads replies to this email." in plain_text(made)


def test_replies_go_to_the_other_in_a_thread_and_else_to_the_contact_never_to_the_robot() -> None:
    named = NetworkSettings(contact_name="Odile Roux", contact_mail="odile@example.org")
    for reads, of_an_hour in ((True, MAIL_FROM), (False, "odile@example.org")):
        writer = Renderer(LINKS, MAIL_FROM, "Réseau", lambda: named, mail_answers=reads)
        for message, where in ((invite(), of_an_hour), (outgoing("sign_in_code", CODE), "odile@example.org")):
            made = arrived(message, writer)
            assert [each.addr_spec for each in made["Reply-To"].addresses] == [where]
            assert "Nobody reads replies" not in plain_text(made)


def plain_text(made: EmailMessage) -> str:
    body = made.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_mails_about_one_booking_are_one_thread_and_others_are_none() -> None:
    first, last = arrived(invite(message_key="a" * 32)), arrived(outgoing("reminder_hour", message_key="b" * 32))
    assert first["References"] == first["In-Reply-To"] == last["References"]
    assert first["References"] not in (first["Message-ID"], last["Message-ID"], None)
    assert arrived(outgoing("sign_in_code", CODE))["References"] is None
