"""Cancelling ends a meeting at its provider, once, and delays nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.core.config.video import BigBlueButton
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.rooms.providers.bigbluebutton import BigBlueButtonProvider
from flashmeet.rooms.providers.configured import VideoChannel
from flashmeet.rooms.providers.own import OwnRoomProvider
from flashmeet.rooms.rules.providers import Providers, meeting_key
from flashmeet.rooms.service.providers import note_visit
from flashmeet.rooms.service.room import RoomDoor, find_door
from flashmeet.worker.loop import Worker
from tests import people
from tests.fakes.bigbluebutton import BbbServer
from tests.people import NOW
from tests.rooms.providers.conftest import leaving
from tests.rooms.providers.samples import ALICE, meeting

STARTS = NOW + timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Opened:
    database: Database
    links: Links
    booking: Booking
    bob: Member

    def visit(self, *, provider: str = "bigbluebutton", failed: str = "") -> RoomDoor:
        with self.database.writing() as db:
            seat = self.booking.seat_of(self.bob.id)
            token = self.links.join_token(seat.id, seat.nonce)
            door = find_door(db, token, viewer_id=None, links=self.links, now=STARTS - timedelta(minutes=5))
            note_visit(db, door, provider=provider, failed=failed, now=NOW)
            return door

    def cancel(self) -> None:
        with self.database.writing() as db:
            bob = db.get_one(Member, self.bob.id)
            cancel_booking(db, bob, self.booking.id, reason="", now=STARTS - timedelta(minutes=4))


@pytest.fixture
def opened(database: Database, links: Links) -> Opened:
    """Bob's hour with Alice, whose room is open."""
    with database.writing() as db:
        alice, bob = people.mentor(db), people.member(db, "Bob")
        wish = BookingRequest(mentor_id=alice.id, starts_at=STARTS, theme="droit", need="Statuts")
        return Opened(database, links, book_slot(db, bob, wish, links=links, now=NOW), bob)


def provider(settings: BigBlueButton) -> BigBlueButtonProvider:
    return BigBlueButtonProvider(settings, seconds=10)


def work(database: Database, settings: BigBlueButton) -> None:
    """What the video channel has to do, as if it were long due."""
    with database.writing() as db:
        db.execute(update(OutboxMessage).where(OutboxMessage.state == "waiting").values(due_at=LONG_AGO))
    channel = VideoChannel(Providers(OwnRoomProvider(), provider(settings)))
    Worker(database, {ChannelName.VIDEO: channel}, tasks=()).drain()


def test_cancelling_ends_the_meeting_once(opened: Opened, database: Database, bbb_server: BbbServer) -> None:
    key = meeting_key(opened.booking.room, 0)
    provider(bbb_server.settings()).join_address(meeting(key=key), ALICE, now=NOW)
    opened.visit()
    opened.visit()
    opened.cancel()
    for _ in range(2):
        work(database, bbb_server.settings())
    assert (bbb_server.meetings[key].over, bbb_server.calls) == (True, ["create", "end"])
    assert [row.state for row in leaving(database, "end_meeting")] == ["sent"]


@pytest.mark.parametrize(("name", "failed"), [("", ""), ("url", ""), ("bigbluebutton", "http 500")])
def test_where_nobody_opened_a_meeting_there_is_none_to_end(opened: Opened, name: str, failed: str) -> None:
    if name:
        opened.visit(provider=name, failed=failed)
    opened.cancel()
    assert leaving(opened.database, "end_meeting") == []


def test_a_meeting_that_opens_while_its_hour_is_cancelled_is_ended_too(opened: Opened) -> None:
    opened.cancel()
    assert opened.visit().state == "cancelled"
    assert len(leaving(opened.database, "end_meeting")) == 1


def test_a_provider_that_is_down_is_asked_again_and_delays_no_mail(opened: Opened, bbb_server: BbbServer) -> None:
    opened.visit()
    opened.cancel()
    bbb_server.status = 503
    work(opened.database, bbb_server.settings())
    [row] = leaving(opened.database, "end_meeting")
    assert (row.state, row.reason, row.not_after) == ("waiting", "http 503", STARTS + timedelta(minutes=90))
    with opened.database.reading() as db:
        mails = db.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "invite")).all()
    assert set(mails) == {"waiting"}, "mail has a channel of its own"


def test_a_provider_that_is_no_more_set_up_is_said_and_not_waited_for(opened: Opened) -> None:
    opened.visit(provider="google_meet")
    opened.cancel()
    work(opened.database, BigBlueButton(url="http://127.0.0.1:9", secret="s"))
    assert [(row.state, row.reason) for row in leaving(opened.database, "end_meeting")] == [
        ("refused", "no such provider here")
    ]
