"""The mailbox of bounces and answers: everything is read once, and nothing is lost."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from flashmeet.messages.inbound import mailbox
from flashmeet.messages.inbound.mailbox import ImapMailbox
from flashmeet.messages.rules.channels import MailboxAway
from tests.fakes.imap import PASSWORD, USER, ImapServer
from tests.served import free_port


def letter(subject: str, body: str = "Bonjour") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Élodie <elodie@example.org>", USER, subject
    made.set_content(body)
    return made.as_bytes().replace(b"\n", b"\r\n")


def read(server: ImapServer, *, most: int = 100) -> list[str]:
    subjects: list[str] = []

    def handle(message: EmailMessage) -> bool:
        subjects.append(str(message["Subject"]))
        return True

    ImapMailbox(server.settings()).read(handle, most=most)
    return subjects


def test_what_nobody_has_seen_is_handed_over_once_in_the_order_it_came(imap_server: ImapServer) -> None:
    for subject in ("Non remis : votre heure", "Accepté", "Décliné"):
        imap_server.receive(letter(subject))

    assert read(imap_server, most=2) == ["Non remis : votre heure", "Accepté"]
    assert read(imap_server) == ["Décliné"]
    assert read(imap_server) == []


def test_a_message_that_could_not_be_handled_stays_unseen(imap_server: ImapServer) -> None:
    first, second = imap_server.receive(letter("1")), imap_server.receive(letter("2"))

    def handle(message: EmailMessage) -> bool:
        if message["Subject"] == "2":
            raise RuntimeError
        return True

    with pytest.raises(RuntimeError):
        ImapMailbox(imap_server.settings()).read(handle, most=100)
    assert (imap_server.seen, imap_server.unseen()) == ({first}, [second])


def test_of_what_is_too_large_the_headers_are_read(imap_server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "LARGEST_BYTES", 1_000)
    imap_server.receive(letter("large", "x" * 500 + "\n" + "y" * 600))
    imap_server.receive(letter("small"))
    sizes: list[int] = []

    def handle(message: EmailMessage) -> bool:
        sizes.append(len(message.as_bytes()))
        return True

    ImapMailbox(imap_server.settings()).read(handle, most=2)
    assert (len(sizes), max(sizes) < 1_000, imap_server.unseen()) == (2, True, [])


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_server_that_goes_away_is_one_kind_of_fault(imap_server: ImapServer, command: str) -> None:
    imap_server.receive(letter("1"))
    imap_server.breaks_at = command
    with pytest.raises(MailboxAway):
        read(imap_server)
    imap_server.breaks_at = ""
    assert read(imap_server) == ["1"]


def test_a_fault_tells_neither_address_nor_password(imap_server: ImapServer) -> None:
    with pytest.raises(MailboxAway) as refused:
        ImapMailbox(imap_server.settings(password="wrong")).read(bool, most=1)
    assert USER not in str(refused.value) and PASSWORD not in str(refused.value)
    imap_server.port = free_port()
    with pytest.raises(MailboxAway, match="ConnectionRefusedError"):
        ImapMailbox(imap_server.settings()).read(bool, most=1)


def test_bytes_that_are_no_mail_are_put_aside(imap_server: ImapServer, tmp_path: Path) -> None:
    imap_server.receive(b"\xff\xfe\x00\r\n\r\n\xff")
    imap_server.receive(b"Subject: =?utf-8?b?////?=\r\nContent-Type: multipart/report; boundary=\r\n\r\n--")
    assert len(read(imap_server)) == 2
    assert imap_server.unseen() == []


@pytest.mark.parametrize("keywords", [True, False])
def test_what_is_left_to_a_person_stays_unseen_and_is_read_once_whatever_flags_the_server_keeps(
    imap_server: ImapServer, keywords: bool
) -> None:
    imap_server.keywords = keywords
    left = [imap_server.receive(letter(subject)) for subject in ("1", "2")]
    subjects: list[str] = []

    def handle(message: EmailMessage) -> bool:
        subjects.append(str(message["Subject"]))
        return False

    for _ in range(3):
        ImapMailbox(imap_server.settings()).read(handle, most=2)
    imap_server.receive(letter("3"))
    assert (read(imap_server, most=2), subjects, imap_server.unseen()) == (["3"], ["1", "2"], left)
