"""A provider's address, and that of a mentor's own room, are told on click and never sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from flashmeet.app import create_app
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.cli.rounds.channels import channels
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.rooms.service.providers import save_own_room
from flashmeet.worker.loop import Worker
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.providers.conftest import JITSI

STARTS = datetime(2026, 12, 9, 17, tzinfo=UTC)
ADDRESSES = ("jitsi.example.org", "rooms.example.org")


def test_no_mail_no_invite_and_no_calendar_file_holds_it(
    config: Config, database: Database, links: Links, clock: Clock, tmp_path: Path
) -> None:
    told = replace(config, video="jitsi", video_settings=JITSI, instance=tmp_path)
    with database.writing() as db:
        alice, bob = people.mentor(db), people.member(db, "Bob")
        save_own_room(db, alice.id, "https://rooms.example.org/alice")
        wish = BookingRequest(mentor_id=alice.id, starts_at=STARTS, theme="droit", need="Statuts")
        booking = book_slot(db, bob, wish, links=links, now=NOW)
    who = Browser(create_app(told, database=database, clock=clock)).sign_in(bob)
    ics = who.get(links.ics(booking.id)).get_data(as_text=True)
    page = who.get(f"/bookings/{booking.id}").get_data(as_text=True)
    with database.writing() as db:
        db.execute(update(OutboxMessage).values(due_at=NOW - timedelta(days=30)))
    mail = channels(told, network_name="Anciens")[ChannelName.MAIL]
    Worker(database, {ChannelName.MAIL: mail}, tasks=()).drain()
    written = [each.read_text() for each in tmp_path.rglob("*.eml")]
    assert len(written) >= 5  # an invite for each, reminders for each
    assert "BEGIN:VCALENDAR" in ics
    assert not [text for text in (*written, ics, page) for address in ADDRESSES if address in text]
