"""`flashmeet doctor`, and what every command says when it cannot begin."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from flashmeet.cli import main
from flashmeet.cli.installation import now
from flashmeet.core import zones
from flashmeet.core.database import schema
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.service.sign_in import ask_code
from tests.cli.commands import ROOT, Here
from tests.fakes.imap import ImapServer
from tests.fakes.smtp import SmtpServer
from tests.served import free_port


def line(out: str, about: str) -> str:
    return next(each for each in out.splitlines() if each[2:].startswith(about))


def test_a_whole_installation_ends_with_0(here: Here) -> None:
    out = here.done("doctor")
    kind = here.database.engine.dialect.name
    assert line(out, "database") == f"✓ database   {kind}, schema {schema.head()}"
    assert line(out, "time zones") == f"✓ time zones tzdata {zones.VERSION}"
    assert line(out, "worker") == "✓ worker     nothing is late"


def test_a_room_without_a_relay_is_worth_a_look_and_one_with_it_is_well(here: Here) -> None:
    assert line(here.done("doctor"), "video").startswith("· video      the built-in room, without TURN")
    here.environment["FLASHMEET_TURN_URL"] = "turn:relay.example.org:3478"
    here.environment["FLASHMEET_TURN_SECRET"] = "north"
    assert line(here.done("doctor"), "video") == "✓ video      builtin, with TURN"


def test_a_message_that_stays_means_that_no_worker_runs(here: Here) -> None:
    here.import_rows("bob@example.org,Bob,,mentee,yes,,,,,,,,,")
    with here.database.writing() as db:
        ask_code(db, "bob@example.org", now=now())
        db.execute(update(OutboxMessage).values(due_at=now() - timedelta(minutes=5)))
    answer = here.run("doctor")
    assert answer.code == 1
    assert line(answer.out, "worker") == "✗ worker     a message has been due for 5 min. Is `flashmeet worker` running?"


def test_a_mail_server_that_does_not_answer_is_said(here: Here) -> None:
    here.environment["FLASHMEET_SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    answer = here.run("doctor")
    assert answer.code == 1
    assert "does not take our mail: nobody answers at that port." in line(answer.out, "mail")


def test_the_ports_that_are_usual_are_those_of_the_server_that_was_asked(here: Here) -> None:
    here.environment["FLASHMEET_SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    here.environment["FLASHMEET_IMAP_URL"] = f"imap://a:b@127.0.0.1:{free_port()}/INBOX"
    here.environment["FLASHMEET_REDIS_URL"] = f"redis://127.0.0.1:{free_port()}"
    out = here.run("doctor").out
    hints = ("465 (smtps", "993 (imaps")
    found = {name: [hint for hint in hints if hint in line(out, name)] for name in ("mail", "mailbox", "Redis")}
    assert found == {"mail": ["465 (smtps"], "mailbox": ["993 (imaps"], "Redis": []}
    assert "nobody answers at that port." in line(out, "Redis")


def test_a_database_that_does_not_answer_is_one_line(here: Here) -> None:
    port = free_port()
    here.environment["FLASHMEET_DATABASE_URL"] = f"postgresql+psycopg://nobody:hidden@127.0.0.1:{port}/none"
    assert line(here.run("doctor").out, "database").startswith("✗ database   postgresql does not answer")
    answer = here.run("token", "create", "bob@example.org")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (1, "", 1)
    assert answer.err.startswith("flashmeet: the database does not answer")
    assert "hidden" not in answer.err


@pytest.mark.parametrize("command", [["doctor"], ["db", "upgrade"], ["worker", "--once"], ["serve"]])
def test_a_setting_that_cannot_be_read_is_one_line_and_2(command: list[str], tmp_path: Path) -> None:
    environment = {"FLASHMEET_INSTANCE": str(tmp_path), "FLASHMEET_ENV": "production", "FLASHMEET_SECRET_KEY": ""}
    result = CliRunner().invoke(main, command, env=environment)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert result.stderr.startswith("flashmeet: FLASHMEET_SECRET_KEY (or FLASHMEET_SECRET_KEY_FILE) must be set")


@pytest.mark.parametrize("command", [["serve"], ["worker", "--once"], ["token", "create", "x@example.org"], ["seed"]])
def test_a_database_without_its_schema_is_said_before_anything_else(command: list[str], tmp_path: Path) -> None:
    environment = {"FLASHMEET_INSTANCE": str(tmp_path), "FLASHMEET_ENV": "development"}
    result = CliRunner().invoke(main, command, env=environment)
    sentence = "flashmeet: the database is not up to date. Run `flashmeet db upgrade` first.\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", sentence)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_said_in_words(here: Here, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = here.run(command, "--port", str(port))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"flashmeet: port {port} is taken by another program.")


def test_openings_are_made_anew_for_everybody(here: Here) -> None:
    here.done("seed", "--mentors", "5")
    assert here.done("openings", "rebuild") == "The hours of 5 mentors are made anew.\n"


def test_the_worker_sends_what_is_due_once_and_ends(here: Here) -> None:
    here.import_rows("bob@example.org,Bob,,mentee,yes,,,,,,,,,")
    with here.database.writing() as db:
        ask_code(db, "bob@example.org", now=now())
    here.done("worker", "--once")
    with here.database.reading() as db:
        assert db.scalars(select(OutboxMessage.state)).all() == ["sent"]
        assert db.scalars(select(Member.email)).all() == ["bob@example.org"]


def test_help_is_given_for_every_command(here: Here) -> None:
    out = here.done("--help")
    for name in (
        "serve",
        "worker",
        "demo",
        "db",
        "seed",
        "token",
        "members",
        "openings",
        "backup",
        "restore",
        "admin",
        "doctor",
    ):
        assert f"  {name} " in out
        assert here.done(name, "--help").startswith("Usage: ")


def test_a_mail_to_try_leaves_as_every_other_one_and_a_refusal_is_told(here: Here, smtp_server: SmtpServer) -> None:
    here.environment["FLASHMEET_SMTP_URL"] = f"smtp://127.0.0.1:{smtp_server.port}"
    assert line(here.run("doctor", "--mail", "bob@example.org").out, "test mail").startswith(
        "✓ test mail  is on its way"
    )
    (mail,) = smtp_server.to("bob@example.org")
    assert mail["From"] == "flashmeet@127.0.0.1" and mail["Subject"] == "flashmeet doctor: 127.0.0.1"
    smtp_server.answers["bob@example.org"] = "550 5.1.1 no such user"
    answer = here.run("doctor", "--mail", "bob@example.org")
    assert (answer.code, line(answer.out, "test mail")) == (1, "✗ test mail  was refused: 550 5.1.1")
    assert here.run("doctor", "--mail", "bob\nBcc: eve@example.org").code == 2


def test_the_mailbox_of_bounces_is_tried(here: Here, imap_server: ImapServer) -> None:
    assert line(here.done("doctor"), "mailbox").startswith("· mailbox    not read")
    here.environment["FLASHMEET_IMAP_URL"] = imap_server.url
    assert line(here.done("doctor"), "mailbox").endswith("INBOX can be read")
    imap_server.breaks_at = "SELECT"
    answer = here.run("doctor")
    assert answer.code == 1 and "cannot be read" in line(answer.out, "mailbox")


@pytest.mark.parametrize(
    ("sender", "words"),
    [("+33700000000", "it can receive answers"), ("Anciens", "nobody can answer STOP"), ("MG" + "1" * 32, "service")],
)
def test_it_says_whether_the_sender_of_sms_can_receive(here: Here, sender: str, words: str) -> None:
    account = {"ACCOUNT_SID": "AC" + "0" * 32, "AUTH_TOKEN": "a-token", "FROM": sender}
    here.environment.update({f"FLASHMEET_TWILIO_{name}": value for name, value in account.items()})
    assert words in line(here.done("doctor"), "SMS")


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_what_is_printed_is_utf8_whatever_the_machines_locale(here: Here, encoding: str) -> None:
    environment = {**os.environ, **here.environment, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "flashmeet.cli", "doctor"]
    said = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert (said.stdout.decode().count("✓ database"), said.stderr) == (1, b"")
