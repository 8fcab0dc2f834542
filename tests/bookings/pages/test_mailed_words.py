"""“I'll be there” and “I'm late” from the mail: one page, one button, no sign-in, and the other sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking, Coming
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.link_kinds import COMING, MOVE, RUNNING_LATE, LinkKind
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests.browsers import Browser, Clock
from tests.scene import NINE, Scene, effects, stage

SignedIn = Callable[[Member], Browser]
LATER = "20261210T1700Z"
SOON = timedelta(minutes=20)


class Mailed:
    """Bob has booked Alice's hour; whoever follows the links of the mails has not signed in."""

    def __init__(self, database: Database, links: Links, scene: Scene, client: Browser, clock: Clock) -> None:
        self.database, self.links, self.scene, self.client, self.clock = database, links, scene, client, clock

    def path(self, kind: LinkKind, who: Member) -> str:
        """The path of a link in the mail to one of the two."""
        with self.database.reading() as db:
            booking = db.scalars(select(Booking)).one()
            seat = booking.seat_of(who.id)
            return kind.path + self.links.change_token(kind, seat.id, seat.nonce, booking.starts_at)

    @property
    def coming(self) -> list[int]:
        with self.database.reading() as db:
            return list(db.scalars(select(Coming.member_id)))

    @property
    def late(self) -> list[tuple[int, str, int]]:
        with self.database.reading() as db:
            rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "late").order_by(OutboxMessage.id))
            return [(each.recipient_id, str(each.channel), each.payload["late_minutes"]) for each in rows]

    def move(self) -> None:
        page = self.path(MOVE, self.scene.alice)
        assert self.client.send(page, {"starts_at": LATER}, page=page).status_code == 303

    def main(self, page: str) -> str:
        return self.client.get(page).text.partition("<main")[2]


@pytest.fixture
def mailed(database: Database, config: Config, client: Browser, clock: Clock, signed_in: SignedIn) -> Mailed:
    scene = stage(database)
    brief = {"need": "SAS or SARL?", "theme": "droit"}
    assert signed_in(scene.bob).send(scene.page, brief, page=scene.page).status_code == 303
    return Mailed(database, Links(config.base_url, config.secret_key), scene, client, clock)


def seen_by(signed_in: SignedIn, who: Member, mailed: Mailed) -> str:
    with mailed.database.reading() as db:
        booking_id = db.scalars(select(Booking.id)).one()
    return signed_in(who).get(f"/bookings/{booking_id}").text


def test_one_button_says_that_they_come_and_the_other_sees_it_without_a_mail(
    mailed: Mailed, signed_in: SignedIn
) -> None:
    bob, before = mailed.scene.bob, effects(mailed.database)
    page = mailed.path(COMING, bob)
    shown = mailed.main(page)
    assert "I’ll be there" in shown and "(New York)" in shown and "(Paris)" in shown  # Bob's language, both clocks
    assert mailed.client.send(page, page=page).location == page
    assert mailed.coming == [bob.id] and effects(mailed.database) == before
    assert "<form" not in mailed.main(page)
    assert "tag-free" in seen_by(signed_in, mailed.scene.alice, mailed)


def test_one_button_says_that_they_are_late_and_the_other_is_told_at_once(mailed: Mailed, signed_in: SignedIn) -> None:
    page = mailed.path(RUNNING_LATE, mailed.scene.bob)
    mailed.clock.at = NINE - SOON
    assert 'value="10"' in mailed.main(page)
    assert mailed.client.send(page, {"minutes": "10"}, page=page).location == page
    assert mailed.late == [(mailed.scene.alice.id, "mail", 10)]
    assert "10 minutes late" in mailed.main(page)
    assert "tag-mind" in seen_by(signed_in, mailed.scene.alice, mailed)
    assert mailed.client.send(page, {"minutes": "45"}, page=page).status_code == 422


def test_before_the_last_hour_late_says_from_when_on_and_nobody_is_told(mailed: Mailed) -> None:
    page = mailed.path(RUNNING_LATE, mailed.scene.bob)
    assert 'name="minutes"' not in mailed.main(page)
    mailed.client.send(page, {"minutes": "10"})
    assert mailed.late == []


@pytest.mark.parametrize("kind", [COMING, RUNNING_LATE], ids=lambda kind: kind.purpose)
def test_what_scans_mails_says_nothing(mailed: Mailed, kind: LinkKind) -> None:
    mailed.clock.at, before = NINE - SOON, effects(mailed.database)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert mailed.client.open(mailed.path(kind, mailed.scene.bob), method=method).status_code == 200
    assert (mailed.coming, effects(mailed.database)) == ([], before)


@pytest.mark.parametrize("kind", [COMING, RUNNING_LATE], ids=lambda kind: kind.purpose)
def test_a_link_of_an_earlier_mail_says_what_stands_now_and_nothing_else(mailed: Mailed, kind: LinkKind) -> None:
    stale = mailed.path(kind, mailed.scene.bob)
    mailed.move()
    mailed.clock.at, before = NINE - SOON, effects(mailed.database)
    assert mailed.client.send(stale, {"minutes": "10"}).location == stale
    shown = mailed.main(stale)
    assert "<form" not in shown and "Thu 10 Dec" in shown
    assert (mailed.coming, effects(mailed.database)) == ([], before)


@pytest.mark.parametrize("kind", [COMING, RUNNING_LATE], ids=lambda kind: kind.purpose)
def test_after_the_hour_it_says_nothing_any_more(mailed: Mailed, kind: LinkKind) -> None:
    page = mailed.path(kind, mailed.scene.bob)
    mailed.clock.at = NINE + timedelta(hours=2)
    mailed.client.send(page, {"minutes": "10"})
    assert "<form" not in mailed.main(page)
    assert (mailed.coming, mailed.late) == ([], [])


def test_whoever_was_late_to_an_hour_that_moved_is_not_late_to_the_new_one(mailed: Mailed, signed_in: SignedIn) -> None:
    page = mailed.path(RUNNING_LATE, mailed.scene.bob)
    mailed.clock.at = NINE - SOON
    mailed.client.send(page, {"minutes": "10"}, page=page)
    assert "tag-mind" in seen_by(signed_in, mailed.scene.alice, mailed)
    mailed.move()
    assert "tag-mind" not in seen_by(signed_in, mailed.scene.alice, mailed)
