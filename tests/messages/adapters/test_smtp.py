"""Mail through a real SMTP server: what it is told, and what we make of its answers (acceptance B1, C6)."""

from __future__ import annotations

import logging
import math
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flashmeet.messages.channels import smtp as channel
from flashmeet.messages.channels import twilio_client
from flashmeet.messages.channels.smtp import SmtpChannel, greet, is_loopback
from flashmeet.messages.outbox.lease import LAST_CALL
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.channels import Away, Late, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from flashmeet.messages.rules.troubles import explained
from tests.fakes import smtp
from tests.fakes.smtp import PASSWORD, USER, SmtpServer
from tests.judges import libical, octets, vobjects
from tests.messages.adapters.samples import CODE, LINKS, MAIL_FROM, invite, outgoing, renderer
from tests.served import free_port

Clock = Callable[[], datetime]


def code_for(recipient: str, number: int) -> Outgoing:
    return outgoing("sign_in_code", CODE, id=number, address=f"{recipient}@example.org", message_key=f"key{number}")


def sent(server: SmtpServer, *messages: Outgoing, clock: Clock) -> list[Outcome]:
    """The outcomes, in order; checks that each is told for its own message."""
    told = list(SmtpChannel(server.settings(), renderer(), clock=clock).send(messages))
    assert [number for number, _ in told] == [message.id for message in messages]
    return [outcome for _, outcome in told]


def test_a_batch_leaves_over_one_connection(smtp_server: SmtpServer, clock: Clock) -> None:
    outcomes = sent(smtp_server, *(code_for(f"member{n}", n) for n in range(20)), clock=clock)

    assert outcomes == [Sent()] * 20
    assert (len(smtp_server.received), smtp_server.connections) == (20, 1)


@pytest.mark.parametrize("asked_before", [0, 1], ids=["before the envelope", "right before the text"])
def test_a_mail_whose_time_has_run_out_is_not_sent_and_the_next_one_is(
    smtp_server: SmtpServer, clock: Clock, asked_before: int
) -> None:
    answers = iter([True] * asked_before + [False])
    late = replace(code_for("alice", 1), in_time=lambda: next(answers))
    assert sent(smtp_server, late, code_for("bob", 2), clock=clock) == [Late(), Sent()]
    assert [each.recipient for each in smtp_server.received] == ["bob@example.org"]


def test_each_recipient_has_an_outcome_of_its_own(smtp_server: SmtpServer, clock: Clock) -> None:
    smtp_server.answers = {
        "bob@example.org": "550 5.1.1 <bob@example.org>: no such user",
        "charlie@example.org": "451 4.7.1 greylisted, come back",
    }
    smtp_server.verdicts = {"dave@example.org": "554 5.7.1 spam", "erin@example.org": "452 4.2.2 mailbox full"}

    people = ("alice", "bob", "charlie", "dave", "erin", "odile")
    outcomes = sent(smtp_server, *(code_for(who, n) for n, who in enumerate(people)), clock=clock)

    expected = [Sent(), Refused("550 5.1.1"), Retry("451 4.7.1"), Refused("554 5.7.1"), Retry("452 4.2.2"), Sent()]
    assert outcomes == expected
    assert [each.recipient for each in smtp_server.received] == ["alice@example.org", "odile@example.org"]
    assert smtp_server.connections == 1


def test_a_row_that_cannot_be_rendered_harms_no_other(smtp_server: SmtpServer, clock: Clock) -> None:
    poison = outgoing("invite", {"action": "booked"}, id=2, address="bob@example.org")
    unknown = outgoing("no_such_kind", {}, id=3)
    unwritable = outgoing("sign_in_code", CODE, id=4, address="not an address")

    outcomes = sent(smtp_server, code_for("alice", 1), poison, unknown, unwritable, code_for("odile", 5), clock=clock)

    assert outcomes[0] == outcomes[4] == Sent()
    for outcome in outcomes[1:4]:
        assert isinstance(outcome, Refused) and outcome.reason.startswith("cannot be rendered: ")
    assert outcomes[1] == Refused("cannot be rendered: KeyError")


def test_a_connection_lost_after_the_text_leaves_it_open_whether_it_arrived(
    smtp_server: SmtpServer, clock: Clock
) -> None:
    smtp_server.hangs_up_on = {"bob@example.org"}

    outcomes = sent(smtp_server, *(code_for(who, n) for n, who in enumerate(("alice", "bob", "odile"))), clock=clock)

    assert (outcomes[0], type(outcomes[1]), outcomes[2]) == (Sent(), Unsure, Sent())
    assert (len(smtp_server.received), smtp_server.connections) == (3, 2)


def test_a_server_that_examines_a_text_for_long_gets_it_once(
    smtp_server: SmtpServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "TIMEOUT_SECONDS", 0.5)
    smtp_server.examines = 1.0
    assert sent(smtp_server, code_for("alice", 1), code_for("bob", 2), clock=clock) == [Sent(), Sent()]
    assert len(smtp_server.received) == 2


def test_no_channel_waits_longer_than_the_last_part_of_a_lease_in_which_nothing_is_begun() -> None:
    assert max(channel.TEXT_SECONDS, channel.TIMEOUT_SECONDS, twilio_client.TIMEOUT_SECONDS) < LAST_CALL.total_seconds()


def test_a_connection_lost_before_the_text_means_it_did_not_arrive(smtp_server: SmtpServer, clock: Clock) -> None:
    smtp_server.hangs_up_before = {"bob@example.org", "charlie@example.org"}

    people = ("alice", "bob", "charlie", "odile")
    outcomes = sent(smtp_server, *(code_for(who, n) for n, who in enumerate(people)), clock=clock)

    assert [type(outcome) for outcome in outcomes] == [Sent, Retry, Retry, Away]
    assert smtp_server.connections == 3, "a server that keeps hanging up is not called for each message"


@pytest.mark.parametrize("enough", ["", "421 4.7.0 Too many messages", "452 4.5.3 Too many messages"])
@pytest.mark.parametrize("most", [1, 2])
def test_a_server_that_takes_so_many_mails_a_connection_gets_them_all(
    smtp_server: SmtpServer, clock: Clock, enough: str, most: int
) -> None:
    smtp_server.mails_a_connection, smtp_server.enough = most, enough
    assert sent(smtp_server, *(code_for("alice", number) for number in range(7)), clock=clock) == [Sent()] * 7
    assert (len(smtp_server.received), smtp_server.connections) == (7, math.ceil(7 / most))


def test_nobody_answering_means_another_time(clock: Clock) -> None:
    nowhere = SmtpServer(port=free_port())

    assert sent(nowhere, code_for("alice", 1), code_for("bob", 2), clock=clock) == [Away("ConnectionRefusedError")] * 2


def test_a_refused_sender_is_not_the_recipients_fault(smtp_server: SmtpServer, clock: Clock) -> None:
    smtp_server.sender_answer = "550 5.7.1 you may not send as that"

    assert sent(smtp_server, code_for("alice", 1), clock=clock) == [Away("sender refused: 550 5.7.1")]


def test_an_unknown_mail_goes_again_and_is_recognised(smtp_server: SmtpServer, clock: Clock) -> None:
    channel = SmtpChannel(smtp_server.settings(), renderer(), clock=clock)
    message = code_for("alice", 1)

    assert isinstance(channel.look_up(message), Retry)
    for _ in range(2):
        list(channel.send([message]))
    assert [m["Message-ID"] for m in smtp_server.to("alice@example.org")] == ["<key1@meet.example.org>"] * 2


def test_book_move_move_cancel_reach_a_calendar_in_order(smtp_server: SmtpServer, clock: Clock) -> None:
    life = [
        invite("booked", 0, id=1),
        invite("moved", 1, id=2, starts_at="2027-07-02T16:00:00+00:00", ends_at="2027-07-02T17:00:00+00:00"),
        invite("moved", 2, id=3, starts_at="2027-03-28T01:00:00+00:00", ends_at="2027-03-28T02:00:00+00:00"),
        invite("cancelled", 3, id=4, starts_at="2027-03-28T01:00:00+00:00", ends_at="2027-03-28T02:00:00+00:00"),
    ]

    assert sent(smtp_server, *life, clock=clock) == [Sent()] * 4

    read = []
    for message in smtp_server.to("camille@example.org"):
        (calendar,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        (attached,) = list(message.iter_attachments())
        ics = calendar.get_payload(decode=True)
        assert isinstance(ics, bytes) and ics == attached.get_payload(decode=True)
        assert octets.complaints(ics) == []
        assert libical.read(ics) == vobjects.read(ics)
        found = libical.read(ics)
        assert (calendar.get_param("method"), calendar.get_param("charset")) == (found.method, "utf-8")
        assert message["From"].addresses[0].addr_spec == MAIL_FROM == found.organizer.removeprefix("mailto:")
        assert found.attendees == ("mailto:camille@example.org",)
        read.append((found.uid, found.sequence, found.method, found.status, f"{found.starts_at:%m-%d %H:%M}"))
    assert read == [
        ("c0ffee@meet.example.org", 0, "REQUEST", "CONFIRMED", "07-01 16:00"),
        ("c0ffee@meet.example.org", 1, "REQUEST", "CONFIRMED", "07-02 16:00"),
        ("c0ffee@meet.example.org", 2, "REQUEST", "CONFIRMED", "03-28 01:00"),
        ("c0ffee@meet.example.org", 3, "CANCEL", "CANCELLED", "03-28 01:00"),
    ]


def test_a_line_that_begins_with_a_dot_arrives_whole(smtp_server: SmtpServer, clock: Clock) -> None:
    dotted = Renderer(LINKS, MAIL_FROM, ".org alumni")

    list(SmtpChannel(smtp_server.settings(), dotted, clock=clock).send([code_for("alice", 1)]))

    body = smtp_server.to("alice@example.org")[0].get_body(("plain",))
    assert body is not None and ".org alumni" in body.get_content().splitlines()


def test_nothing_personal_is_logged_or_given_as_a_reason(
    smtp_server: SmtpServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    smtp_server.answers = {"bob@example.org": "550 <bob@example.org> is unknown"}

    outcomes = sent(smtp_server, code_for("bob", 1), code_for("alice", 2), clock=clock)

    assert outcomes == [Refused("550"), Sent()]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("mail.", "asyncio"))]
    assert not [line for line in ours if "example.org" in line or "042917" in line]


@pytest.fixture
def certificate(tmp_path: Path) -> Iterator[Path]:
    """For a host that is this machine, though its name does not say so."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("127.1")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    yield path


def sent_from_afar(server: SmtpServer, clock: Clock, *, password: str | None = PASSWORD) -> Outcome:
    """To a server whose name is not known to be this machine's."""
    settings = server.settings("127.1", user=USER if password else None, password=password)
    return next(SmtpChannel(settings, renderer(), clock=clock).send([code_for("alice", 1)]))[1]


def test_credentials_go_encrypted_where_a_certificate_is_trusted(
    certificate: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate)
    with smtp.running(trust=trust, takes_login=True) as server:
        assert sent_from_afar(server, clock) == Away("SSLCertVerificationError")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert sent_from_afar(server, clock) == Sent()
        assert (server.logins, server.encrypted) == (1, [True])
        assert isinstance(sent_from_afar(server, clock, password="wrong"), Away)


def test_credentials_never_leave_the_machine_in_clear(clock: Clock) -> None:
    with smtp.running(takes_login=True) as server:
        outcome = sent_from_afar(server, clock)

        assert outcome == Away("no encryption is offered: the credentials stay here")
        assert server.logins == 0


def test_where_encryption_is_required_nothing_leaves_without_it(clock: Clock) -> None:
    with smtp.running() as server:
        strict = replace(server.settings("127.1"), only_encrypted=True)
        [(_, outcome)] = SmtpChannel(strict, renderer(), clock=clock).send([code_for("alice", 1)])
        assert outcome == Away("no encryption, which is required, is offered")
        assert explained(outcome.reason) == "the server offers no encryption, and FLASHMEET_SMTP_URL requires it"
        assert greet(server.settings("127.1"), "localhost") is False
        assert greet(server.settings(), "localhost") is True
    assert server.received == []


@pytest.mark.parametrize("password", [PASSWORD, None], ids=["with a password", "without one"])
def test_encryption_that_is_offered_and_fails_sends_nothing_in_clear(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, password: str | None
) -> None:
    async def fails(server: SMTP, _arg: str) -> None:
        await server.push("454 4.7.0 TLS not available due to temporary reason")

    monkeypatch.setattr(SMTP, "smtp_STARTTLS", fails)
    with smtp.running(trust=ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), takes_login=True) as server:
        assert sent_from_afar(server, clock, password=password) == Away("SMTPResponseException: 454 4.7.0")
    assert (server.received, server.logins) == ([], 0)


def test_within_the_machine_credentials_need_no_encryption(clock: Clock) -> None:
    with smtp.running(takes_login=True) as server:
        settings = server.settings(user=USER, password=PASSWORD)

        assert list(SmtpChannel(settings, renderer(), clock=clock).send([code_for("alice", 1)])) == [(1, Sent())]
        assert server.logins == 1


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("mail.example.org", False), ("127.1", False)],
)
def test_only_what_surely_is_this_machine_counts_as_it(host: str, here: bool) -> None:
    assert is_loopback(host) is here
