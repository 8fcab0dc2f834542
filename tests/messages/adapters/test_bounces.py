"""Mails that come back mark the address, and only for who could know the mail's key (RFC 3464)."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.cli.rounds.inbound_mail import InboundMail
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.inbound.bounces import note_bounce
from flashmeet.messages.inbound.mailbox import ImapMailbox
from flashmeet.messages.models import OutboxMessage, PeriodicTaskRun
from flashmeet.messages.outbox.lease import Leased, begin_sending, lease_due
from flashmeet.messages.outbox.manual import troubled
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.rules.channels import ChannelName, Refused, Sent
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.messages.service.deliveries import mail_fault, mail_faults
from flashmeet.messages.service.left_replies import left_replies
from flashmeet.people.service.sign_in import ask_code, redeem_code, spend_try
from tests.fakes.imap import ImapServer
from tests.people import NOW, member

HEADERS = "Message-ID: <{key}@meet.example.org>\r\nSubject: =?utf-8?q?Votre_heure?=\r\n"


def report(key: str, *, action: str = "failed", status: str = "5.1.1", said: str = "", whole: bool = False) -> bytes:
    """What a mail server writes when it gives up; `said` is what the next server told it."""
    told = f"Diagnostic-Code: smtp; {said}\r\n" if said else ""
    original = ("message/rfc822", HEADERS + "\r\nBonjour\r\n") if whole else ("text/rfc822-headers", HEADERS)
    return (
        "From: MAILER-DAEMON@mx.example.net\r\nTo: rendez-vous@example.org\r\nSubject: Undelivered\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; bob@example.org\r\nAction: {action}\r\nStatus: {status} (no such user)\r\n{told}\r\n"
        f"--b\r\nContent-Type: {original[0]}\r\n\r\n{original[1].format(key=key)}\r\n--b--\r\n"
    ).encode()


def parsed(letter: bytes) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(letter)


@pytest.fixture
def bob(db: Session) -> Member:
    return member(db, "Bob")


@pytest.fixture
def key(db: Session, bob: Member) -> str:
    """Of a mail that has left for Bob."""
    ask_code(db, bob.email, now=NOW)
    begin_sending(db, lease_due(db, ChannelName.MAIL, now=NOW, limit=1), now=NOW)
    return db.scalars(select(OutboxMessage.message_key)).one()


@pytest.mark.parametrize("whole", [True, False])
def test_a_mail_that_came_back_for_good_marks_the_address(db: Session, bob: Member, key: str, whole: bool) -> None:
    assert note_bounce(db, parsed(report(key, whole=whole)), NOW) is True
    fault = mail_fault(db, bob)
    assert fault is not None and (fault.status, fault.failed_at) == ("5.1.1", NOW)
    assert [(found.status, who.id) for found, who in mail_faults(db, limit=9)] == [("5.1.1", bob.id)]


@pytest.mark.parametrize("name", ["In-Reply-To", "References", "X-Original-Message-ID", "in the fields"])
def test_a_report_without_a_copy_names_the_mail_in_its_own_headers(
    db: Session, bob: Member, key: str, name: str
) -> None:
    told = f"<other@example.net> <{key}@meet.example.org>"
    letter = report(key)
    bare = letter[: letter.index(b"--b\r\nContent-Type: text/rfc822-headers")] + b"--b--\r\n"
    if name == "in the fields":
        bare = bare.replace(b"Reporting-MTA", f"X-Original-Message-ID: {told}\r\nReporting-MTA".encode())
    assert note_bounce(db, parsed(f"{name}: {told}\r\n".encode() * (name != "in the fields") + bare), NOW) is True
    assert mail_fault(db, bob) is not None


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_mail_that_is_only_late_marks_nothing(db: Session, bob: Member, key: str, action: str) -> None:
    assert note_bounce(db, parsed(report(key, action=action, status="4.4.1")), NOW) is True
    assert mail_fault(db, bob) is None


def came_back(db: Session, key: str) -> tuple[str, str]:
    """What became of the mail with that key, and why."""
    row = db.scalars(select(OutboxMessage).where(OutboxMessage.message_key == key)).one()
    return row.state, row.reason


@pytest.fixture
def left(db: Session, key: str) -> str:
    """The key of a mail that the next server has taken."""
    row = db.scalars(select(OutboxMessage).where(OutboxMessage.message_key == key)).one()
    settle(db, [(Leased(row.id, row.attempt), Sent())], now=NOW)
    return key


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (("5.7.26", ""), "5.7.26"),
        (("5.7.1", "550 5.7.1 Message rejected due to policy"), "5.7.1"),
        (("5.1.8", ""), "5.1.8"),  # of the sender's domain
        (("4.7.0", "421 4.7.0 too much mail from us"), "4.7.0"),  # given up after days
        (("5.3.4", ""), "5.3.4"),  # the mail is too large
        (("5.0.0", "550-5.7.26 This mail is unauthenticated.\r\n 550 5.7.26 See the manual."), "5.7.26"),  # Exim
    ],
)
def test_what_a_server_has_against_the_sender_marks_no_address_and_is_shown(
    db: Session, bob: Member, left: str, told: tuple[str, str], code: str
) -> None:
    for _ in "ab":
        assert note_bounce(db, parsed(report(left, status=told[0], said=told[1])), NOW) is True
    assert (mail_fault(db, bob), came_back(db, left)) == (None, (OutboxState.REFUSED, f"bounced {code}"))
    assert [row.message_key for row in troubled(db, now=NOW, limit=9)[0]] == [left]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (("5.0.0", "550 No such user here"), "5.0.0"),
        (("5.0.0", "550 5.1.1 The address does not exist."), "5.1.1"),
        (("5.0.0", "550 from 192.5.7.1: no such mailbox"), "5.0.0"),
        (("5.5.0", "550 5.5.0 mailbox unavailable"), "5.5.0"),  # what Outlook.com says
        (("4.4.1", ""), "4.4.1"),  # its host has not answered for days
        (("5.2.2", ""), "5.2.2"),
    ],
)
def test_what_a_server_has_against_the_address_or_does_not_say_marks_it(
    db: Session, bob: Member, left: str, told: tuple[str, str], code: str
) -> None:
    assert note_bounce(db, parsed(report(left, status=told[0], said=told[1])), NOW) is True
    fault = mail_fault(db, bob)
    assert (fault and fault.status, came_back(db, left)) == (code, (OutboxState.SENT, ""))


QMAIL = (
    "From: MAILER-DAEMON@mx.example.net\r\nTo: rendez-vous@example.org\r\nSubject: failure notice\r\n\r\n"
    "Hi. This is the qmail-send program at mx.example.net.\r\nI'm afraid I wasn't able to deliver your message.\r\n\r\n"
    "<bob@example.org>:\r\n192.0.2.9 said:\r\n550 5.1.1 no mailbox here\r\n\r\n--- Below is a copy.\r\n\r\n"
)
EXIM = (
    "From: Mailer-Daemon@mx.example.net\r\nTo: rendez-vous@example.org\r\nX-Failed-Recipients: bob@example.org\r\n"
    "Subject: Mail delivery failed\r\n\r\nThis message was created automatically.\r\n\r\n  bob@example.org\r\n"
    "    550 5.1.1 no such user\r\n\r\n------ This is a copy of the message. ------\r\n\r\n"
)


@pytest.mark.parametrize("told", [QMAIL, EXIM], ids=["qmail", "Exim"])
def test_a_mail_that_came_back_in_a_plain_text_marks_the_address(db: Session, bob: Member, key: str, told: str) -> None:
    assert note_bounce(db, parsed((told + HEADERS.format(key=key)).encode()), NOW) is True
    fault = mail_fault(db, bob)
    assert fault is not None and fault.status == "5.1.1"


@pytest.mark.parametrize("told", [QMAIL, EXIM], ids=["qmail", "Exim"])
def test_a_plain_text_about_the_sender_marks_no_address(db: Session, bob: Member, left: str, told: str) -> None:
    letter = told.replace("5.1.1", "5.7.1").replace("192.0.2.9", "192.5.1.1") + HEADERS.format(key=left)
    assert note_bounce(db, parsed(letter.encode()), NOW) is True
    assert (mail_fault(db, bob), came_back(db, left)) == (None, (OutboxState.REFUSED, "bounced 5.7.1"))


def test_an_answer_that_quotes_our_mail_marks_nothing(db: Session, bob: Member, key: str) -> None:
    quoting = "From: bob@example.org\r\nReturn-Path: <>\r\n\r\nJe suis absent.\r\n\r\n" + HEADERS.format(key=key)
    assert note_bounce(db, parsed(quoting.encode()), NOW) is False
    assert mail_fault(db, bob) is None


@pytest.mark.parametrize("forged", ["f" * 32, "bob@example.org", ""])
def test_who_does_not_know_the_mails_key_marks_nothing(db: Session, bob: Member, key: str, forged: str) -> None:
    assert note_bounce(db, parsed(report(forged)), NOW) is True
    assert mail_fault(db, bob) is None


def test_another_mail_is_left_to_the_next_handler(db: Session) -> None:
    other = EmailMessage()
    other["Subject"] = "Absente jusqu’à lundi"
    other.set_content("Je suis en vacances.")
    assert note_bounce(db, other, NOW) is False


def test_the_mark_goes_with_another_address_and_with_a_code_that_was_read(db: Session, bob: Member, key: str) -> None:
    note_bounce(db, parsed(report(key)), NOW)
    bob.email = "robert@example.org"
    assert mail_fault(db, bob) is None
    bob.email = "bob@example.org"
    nonce = ask_code(db, bob.email, now=NOW)
    payload = db.scalars(select(OutboxMessage.payload).order_by(OutboxMessage.id.desc()).limit(1)).one()
    redeem_code(db, spend_try(db, nonce, now=NOW), payload["code"], now=NOW)
    assert mail_fault(db, bob) is None


@pytest.mark.parametrize(
    ("reason", "status"),
    [("550 5.1.1", "5.1.1"), ("550 5.1.10", "5.1.10"), ("550 5.1.8", None), ("554 5.7.1", None), ("550", None)],
)
def test_an_address_the_server_refuses_at_once_is_marked_too(
    db: Session, bob: Member, reason: str, status: str | None
) -> None:
    ask_code(db, bob.email, now=NOW)
    (leased,) = lease_due(db, ChannelName.MAIL, now=NOW, limit=1)
    begin_sending(db, [leased], now=NOW)
    settle(db, [(leased, Refused(reason))], now=NOW)
    fault = mail_fault(db, bob)
    assert (fault and fault.status) == status


def test_a_worker_reads_the_mailbox_once_a_minute_and_survives_what_nobody_can_read(
    database: Database, imap_server: ImapServer
) -> None:
    with database.writing() as db:
        who = member(db, "Bob")
        ask_code(db, who.email, now=NOW)
        begin_sending(db, lease_due(db, ChannelName.MAIL, now=NOW, limit=1), now=NOW)
        message_key = db.scalars(select(OutboxMessage.message_key)).one()
    odd = imap_server.receive(b"Subject: Bonjour\r\n\r\nBonjour\r\n")
    imap_server.receive(report(message_key))

    def broken(_session: Session, message: EmailMessage, _now: object) -> bool:
        raise ValueError(str(message))

    arrivals = InboundMail(database, ImapMailbox(imap_server.settings()), (note_bounce, broken))
    arrivals.once()
    arrivals.once()
    assert (imap_server.unseen(), imap_server.signed_in) == ([odd], 1)  # what a program cannot read, a person may
    with database.reading() as db:
        assert mail_fault(db, db.get_one(Member, who.id)) is not None
        assert [(each.subject, each.why) for each in left_replies(db)] == [("Bonjour", LeftWhy.UNREADABLE)]
    with database.writing() as db:
        db.execute(update(PeriodicTaskRun).values(due_at=NOW - timedelta(days=30)))
    imap_server.breaks_at = "SELECT"
    arrivals.once()
    assert imap_server.signed_in == 2


def test_what_a_person_wrote_and_nobody_takes_stays_unread_and_hides_nothing(
    database: Database, imap_server: ImapServer
) -> None:
    word = imap_server.receive(b"From: bob@example.org\r\nSubject: Une question\r\n\r\nBonjour\r\n")
    absence = b"From: bob@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nJe suis en vacances.\r\n"
    imap_server.receive(absence)
    mailbox, passed = ImapMailbox(imap_server.settings()), list[bool]()

    def note(message: EmailMessage) -> bool:
        passed.append("Auto-Submitted" in message)
        return True

    arrivals = InboundMail(database, mailbox, (note_bounce,))
    arrivals.once()
    assert imap_server.unseen() == [word]
    imap_server.receive(absence)
    mailbox.read(note, most=1)
    assert (passed, imap_server.unseen()) == ([True], [word])
