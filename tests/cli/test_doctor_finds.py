"""What the doctor finds: each usual mistake has a code that stays, and words that say what to do."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from flashmeet.cli.installation import now
from flashmeet.core.backups import BackupMade, note_backup
from flashmeet.core.settings.models import PageText
from flashmeet.core.settings.service import decide
from flashmeet.messages.models import ChannelState, PeriodicTaskRun
from flashmeet.messages.outbox.channel_state import found_away
from flashmeet.messages.rules.channels import ChannelName
from tests.cli.commands import Here
from tests.fakes.smtp import SmtpServer
from tests.fakes.twilio import Answer, TwilioServer
from tests.rooms.room.test_relay import SECRET, Relay
from tests.served import free_port

KEY = "Zq8-uV3nT5xW1kL9rB2yC7mD4fG6hJ0sE"


def findings(here: Here, *words: str, code: int | None = None) -> dict[str, dict[str, Any]]:
    """What `doctor --json` says, by code."""
    answer = here.run("doctor", "--json", *words)
    told = json.loads(answer.out)
    assert answer.code == (0 if told["ok"] else 1)
    assert code in (None, answer.code)
    return {each["code"]: each for each in told["findings"]}


@pytest.fixture
def network(here: Here) -> Here:
    """An installation in production."""
    here.environment.update(FLASHMEET_ENV="production", FLASHMEET_SECRET_KEY=KEY)
    return here


def test_a_monitor_reads_codes_verdicts_and_the_version(here: Here) -> None:
    told = json.loads(here.done("doctor", "--json"))
    assert sorted(told) == ["findings", "ok", "version"]
    assert {frozenset(each) for each in told["findings"]} == {frozenset({"verdict", "about", "words", "code"})}
    assert {each["verdict"] for each in told["findings"]} <= {"ok", "look", "wrong"}


@pytest.mark.parametrize(
    ("changes", "code", "verdict"),
    [
        ({"ENV": "development", "BASE_URL": "https://meet.example.org"}, "settings.env", "wrong"),
        ({"SECRET_KEY": "k" * 40}, "settings.key", "wrong"),
        ({"BASE_URL": "http://meet.example.org"}, "settings.http", "look"),
        ({"SERVICE_HOST": "10.0.0.7"}, "settings.unknown", "look"),
        ({}, "settings.credentials_key", "look"),
        ({}, "mail.none", "wrong"),
        ({}, "mailbox.none", "look"),
        ({}, "sms.none", "look"),
        ({}, "video.no_relay", "look"),
        ({}, "people.no_administrator", "wrong"),
        ({}, "backup.none", "look"),
        ({}, "contact.none", "look"),
        ({}, "texts", "ok"),
        ({"REDIS_URL": "redis://127.0.0.1:1"}, "redis.away", "wrong"),
        ({"SMTP_URL": "smtp://127.0.0.1:1"}, "mail.away", "wrong"),
        ({"IMAP_URL": "imap://post:secret@127.0.0.1:1"}, "mailbox.away", "wrong"),
        ({"TURN_URL": "turn:127.0.0.1:1", "TURN_SECRET": "north"}, "turn.away", "look"),
        ({"GOOGLE_CLIENT_ID": "x", "GOOGLE_CLIENT_SECRET": "y"}, "calendars.http", "look"),
        (
            {"VIDEO": "jitsi", "JITSI_URL": "https://j.org", "JITSI_APP_ID": "a", "JITSI_SECRET": "b"},
            "video.jitsi", "look",
        ),
    ],
)  # fmt: skip
def test_a_usual_mistake_is_found(network: Here, changes: dict[str, str], code: str, verdict: str) -> None:
    network.environment.update({f"FLASHMEET_{name}": value for name, value in changes.items()})
    found = findings(network)
    assert code in found, sorted(found)
    assert found[code]["verdict"] == verdict
    assert not any("secret" in each["words"] for each in found.values())


def test_an_administrator_without_a_second_step_is_told(network: Here) -> None:
    network.done("admin", "add", "odile@example.org")
    assert findings(network)["people.no_second_factor"]["verdict"] == "look"


def test_a_provider_that_is_away_is_told_with_the_reason(network: Here) -> None:
    with network.database.writing() as db:
        db.merge(ChannelState(channel=ChannelName.MAIL, paced_until=now(), reason=""))
        db.flush()
        found_away(db, ChannelName.MAIL, "SMTPAuthenticationError: 535 5.7.8", now=now() - timedelta(minutes=7))
    found = findings(network, code=1)["channel.away.mail"]
    assert found["words"].startswith("away for 7 min: the server refuses user or password")


def test_a_worker_that_sleeps_is_told_though_no_message_waits(network: Here) -> None:
    network.done("worker", "--once")
    assert findings(network)["worker"]["verdict"] == "ok"
    with network.database.writing() as db:
        db.execute(update(PeriodicTaskRun).values(due_at=now() - timedelta(hours=1)))
    assert findings(network)["worker.asleep"]["verdict"] == "wrong"


def test_a_backup_is_judged_by_its_age_and_its_trial(network: Here) -> None:
    network.done("backup", str(network.folder / "b.zip"))
    assert findings(network)["backup.unverified"]["verdict"] == "look"
    network.done("backup", "--verify", str(network.folder / "b.zip"))
    assert findings(network)["backup"]["verdict"] == "ok"
    with network.database.writing() as db:
        db.execute(update(BackupMade).values(made_at=now() - timedelta(days=3)))
    assert findings(network)["backup.old"]["verdict"] == "wrong"
    with network.database.writing() as db:
        note_backup(db, rows=7, verified=True, now=now())
    assert findings(network)["backup"]["words"].startswith("7 rows, 0 h ago")


def test_blanks_in_legal_texts_and_a_missing_contact_are_told(network: Here) -> None:
    with network.database.writing() as db:
        db.add(PageText(name="legal", texts={"fr": "[Nom], [Adresse]", "en": "Nobody"}, changed_at=now()))
    found = findings(network)
    assert "2 left, the first is [Nom]" in found["texts.blanks.legal"]["words"]
    assert found["contact.none"]["verdict"] == "look"
    with network.database.writing() as db:
        decide(db, "contact_mail", "odile@example.org")
        db.get_one(PageText, "legal").texts = {"fr": "Rien", "en": "Nobody"}
    found = findings(network)
    assert (found["texts"]["verdict"], found["contact"]["verdict"]) == ("ok", "ok")
    assert not any("odile@" in each["words"] for each in found.values())


def test_files_that_others_can_read_or_made_are_told(network: Here) -> None:
    key, instance = network.folder / "key", Path(network.environment["FLASHMEET_INSTANCE"])
    key.write_text(KEY)
    key.chmod(0o644)
    network.environment.update(FLASHMEET_SECRET_KEY="", FLASHMEET_SECRET_KEY_FILE=str(key))
    assert f"chmod 600 {key}" in findings(network)["files.open"]["words"]
    key.chmod(0o600)
    assert "files.open" not in findings(network)
    settings = network.folder / "flashmeet.env"
    settings.write_text(f"FLASHMEET_SECRET_KEY={KEY}\n")
    for mode, code in ((0o644, "files.open"), (0o660, "files.group")):
        settings.chmod(mode)
        assert f"chmod 600 {settings}" in findings(network, "--env-file", str(settings))[code]["words"]
    if os.geteuid() != 0:
        pytest.skip("only root makes another user's file")
    (instance / "stray").touch()
    os.chown(instance / "stray", 65_534, 65_534)
    assert findings(network)["files.owner"]["verdict"] == "wrong"


def test_twilio_is_asked_whether_it_lets_the_account_in(network: Here, twilio_server: TwilioServer) -> None:
    twilio = twilio_server.settings()
    for name, value in (
        ("ACCOUNT_SID", twilio.account_sid),
        ("AUTH_TOKEN", twilio.auth_token),
        ("FROM", twilio.sender),
        ("BASE_URL", twilio_server.base_url),
    ):
        network.environment[f"FLASHMEET_TWILIO_{name}"] = value
    assert findings(network)["sms.account"]["verdict"] == "ok"
    twilio_server.list_fails = Answer(401, 20003)
    assert findings(network)["sms.refused"]["verdict"] == "wrong"
    assert twilio_server.sent == []
    network.environment["FLASHMEET_TWILIO_BASE_URL"] = f"http://127.0.0.1:{free_port()}"
    assert findings(network)["sms.away"]["verdict"] == "look"


def test_a_mail_server_is_greeted_as_the_worker_greets_it(network: Here, smtp_server: SmtpServer) -> None:
    network.environment["FLASHMEET_SMTP_URL"] = f"smtp://127.0.0.1:{smtp_server.port}"
    found = findings(network)
    assert found["mail"]["words"] == f"127.0.0.1:{smtp_server.port} answers"
    assert found["mail.from"]["verdict"] == "look"


def test_a_relay_is_asked_for_a_relay_with_our_secret(network: Here) -> None:
    relay = Relay(network.folder)
    relay.start()
    try:
        network.environment["FLASHMEET_TURN_URL"] = f"turn:127.0.0.1:{relay.port}"
        for transport in ("udp", "tcp"):
            network.environment["FLASHMEET_TURN_URL"] = f"turn:127.0.0.1:{relay.port}?transport={transport}"
            network.environment["FLASHMEET_TURN_SECRET"] = SECRET
            assert findings(network)["turn"]["verdict"] == "ok"
            network.environment["FLASHMEET_TURN_SECRET"] = "another"
            assert findings(network)["turn.secret"]["verdict"] == "wrong"
    finally:
        relay.kill()


def test_a_database_that_nobody_can_write_is_told(network: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading works all the while: another program holds it, or its disk or its user lets nobody write."""
    if network.database.engine.dialect.name != "sqlite":
        pytest.skip("nobody can hold all of PostgreSQL")
    monkeypatch.setattr("flashmeet.core.database.sqlite.BUSY_TIMEOUT_MS", 100)
    with network.database.writing() as others:
        others.execute(update(ChannelState).values(reason=""))
        assert findings(network, code=1)["database.away"]["verdict"] == "wrong"


def test_a_file_that_is_gone_is_told_and_not_made_anew(network: Here) -> None:
    if network.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL looks after its own files")
    network.database.dispose()
    file = Path(str(network.database.engine.url.database))
    file.unlink()
    assert "db upgrade" in findings(network, code=1)["database.away"]["words"]
    assert not file.exists()
