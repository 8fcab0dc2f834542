"""The developer's outbox: every message as it would be read, and not there at all in production."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from flashmeet.app import create_app
from flashmeet.bookings.pages.invite_lines import invite_facts
from flashmeet.cli.rounds.channels import channels
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.channels.files import folder_in, letters
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.channels import Outgoing
from tests import people
from tests.browsers import Browser
from tests.portal.test_me import book
from tests.scene import stage


@pytest.fixture
def sent(database: Database, config: Config, links: Links) -> list[str]:
    """Bob books an hour; what is said to him is written to files. The keys of the files, newest first."""
    scene = stage(database)
    book(database, scene, links)
    moment = iter(people.NOW + timedelta(seconds=each) for each in range(100))
    ways = channels(config, network_name="Alumni", clock=lambda: next(moment))
    with database.reading() as db:
        rows = db.query(OutboxMessage).filter_by(recipient_id=scene.bob.id).order_by(OutboxMessage.id)
        for row in rows:
            list(ways[row.channel].send([outgoing(row, db.get_one(Member, row.recipient_id))]))
    return [letter.key for letter in letters(folder_in(config.instance))]


def outgoing(row: OutboxMessage, to: Member) -> Outgoing:
    return Outgoing(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        recipient_id=7,
        address=to.email,
        name=to.name,
        locale=to.locale,
        tzid=to.tzid,
        message_key=row.message_key,
        payload=row.payload,
    )


def test_every_mail_is_shown_with_its_invite(client: Browser, sent: list[str]) -> None:
    page = client.get("/dev/outbox").get_data(as_text=True)
    assert [f'src="/dev/outbox/{key}/mail"' in page for key in sent] == [True] * len(sent)
    for fact in ("METHOD:REQUEST", "SEQUENCE:0", "STATUS:CONFIRMED", "DTSTART:20261209T170000Z"):
        assert fact in page
    invite = client.get(f"/dev/outbox/{sent[-1]}/invite.ics")
    assert (invite.mimetype, invite.data[:17]) == ("text/calendar", b"BEGIN:VCALENDAR\r\n")


def test_a_mail_may_do_nothing_but_be_read(client: Browser, sent: list[str]) -> None:
    policy = client.get(f"/dev/outbox/{sent[0]}/mail").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert client.get("/dev/outbox").headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_production_has_no_outbox(database: Database, config: Config, sent: list[str]) -> None:
    app: Flask = create_app(replace(config, env="production"), database=database)
    browser = app.test_client()
    paths = ("/dev/outbox", f"/dev/outbox/{sent[0]}/mail", f"/dev/outbox/{sent[0]}/invite.ics")
    assert [browser.get(path).status_code for path in paths] == [404, 404, 404]


@pytest.mark.parametrize("key", ["nothing", "..%2f..%2fsecret-key"])
def test_an_unknown_letter_is_not_there(client: Browser, key: str) -> None:
    assert client.get(f"/dev/outbox/{key}/mail").status_code == 404


def test_an_empty_outbox_says_what_fills_it(client: Browser) -> None:
    assert "notice" in client.get("/dev/outbox").get_data(as_text=True)


def test_folded_lines_of_an_invite_are_read_whole() -> None:
    ics = b"BEGIN:VEVENT\r\nUID:abc\r\n def\r\nDTSTART;TZID=x:20261209T170000Z\r\nsequence:2\r\nEND:VEVENT\r\n"
    assert invite_facts(ics) == {"SEQUENCE": "2", "DTSTART": "20261209T170000Z", "UID": "abcdef"}


def test_the_messages_are_shown_to_this_machine_alone(config: Config, database: Database, sent: list[str]) -> None:
    """They hold codes that sign people in: no proxy, no other machine and no public address shows them."""
    paths = ("/dev/outbox", f"/dev/outbox/{sent[0]}/mail")
    here = create_app(config, database=database).test_client()
    public = create_app(replace(config, base_url="https://meet.example.org"), database=database).test_client()
    for path in paths:
        assert here.get(path).status_code == 200
        assert here.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
        assert here.get(path, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
        assert public.get(path, base_url="https://meet.example.org").status_code == 404
