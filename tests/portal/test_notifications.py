"""What reaches a member is theirs to decide: acceptance C8."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import outgoing
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.service.notifications import wanted_mails
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.browsers import Browser
from tests.people import NOW
from tests.scene import NINE, Scene, stage

SignedIn = Callable[[Member | int], Browser]
ALL = ["reminders", "requests", "threads", "nudges", "digests", "follow_ups", "news"]


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database, bob={"phone": "+33612345678", "phone_verified_at": NOW, "locale": "en"})


@pytest.fixture
def links(config: Config) -> Links:
    return Links(config.base_url, config.secret_key)


@pytest.fixture
def booking(database: Database, scene: Scene, links: Links) -> int:
    with database.writing() as db:
        wish = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE, theme="droit", need="Mes statuts")
        return book_slot(db, db.get_one(Member, scene.bob.id), wish, links=links, now=NOW).id


def wanted(database: Database, who: Member) -> list[str]:
    with database.reading() as db:
        return list(wanted_mails(db, db.get_one(Member, who.id)))


def test_everything_comes_until_it_is_switched_off(scene: Scene, database: Database, signed_in: SignedIn) -> None:
    assert wanted(database, scene.bob) == ALL
    answer = signed_in(scene.bob).send("/me/notifications", {"mail": ["reminders", "follow_ups"], "sms": "yes"})
    assert answer.status_code == 303
    assert wanted(database, scene.bob) == ["reminders", "follow_ups"]
    with database.reading() as db:
        assert db.get_one(Member, scene.bob.id).sms_opt_in


def test_invites_cannot_be_switched_off(scene: Scene, signed_in: SignedIn) -> None:
    page = signed_in(scene.bob).get("/me/notifications").get_data(as_text=True)
    assert "Invites, changes and cancellations" in page
    assert 'value="sessions"' not in page


def test_an_unverified_number_is_said_and_not_switched(database: Database, scene: Scene, signed_in: SignedIn) -> None:
    page = signed_in(scene.charlie).get("/me/notifications").get_data(as_text=True)
    assert "Verify a number" in page and 'name="sms"' not in page


def reminder(database: Database, config: Config, booking_id: int, who: Member) -> tuple[str, dict[str, str]]:
    """The way to stop them, and the headers, of the mail that would leave."""
    with database.reading() as db:
        query = select(OutboxMessage).where(
            OutboxMessage.recipient_id == who.id, OutboxMessage.kind == "reminder_day", OutboxMessage.channel == "mail"
        )
        row = db.scalars(query).one()
        message = outgoing(row, row.recipient)
    renderer = Renderer(Links(config.base_url, config.secret_key), "rendez-vous@example.org", "Anciens")
    made = message_from_bytes(compose(message, renderer, at=NOW).as_bytes(), policy=default)
    way = str(made["List-Unsubscribe"]).strip("<>")
    return urlsplit(way).path, {name: str(value) for name, value in made.items()}


def test_one_click_from_a_mailbox_stops_that_kind_and_only_looking_does_not(
    scene: Scene, booking: int, database: Database, config: Config, client: Browser
) -> None:
    way, headers = reminder(database, config, booking, scene.bob)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert client.get(way).status_code == 200
    assert wanted(database, scene.bob) == ALL
    answer = client.post(way, data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert wanted(database, scene.bob) == ["requests", "threads", "nudges", "digests", "follow_ups", "news"]
    client.post(f"{way}/back")
    assert wanted(database, scene.bob) == ALL


def test_a_forged_link_stops_nothing(
    scene: Scene, booking: int, database: Database, config: Config, client: Browser
) -> None:
    way, _ = reminder(database, config, booking, scene.bob)
    stranger = way.replace(f"/{scene.bob.id}-", f"/{scene.charlie.id}-")
    for forged in (
        way[:-1] + "0" if way[-1] != "0" else way[:-1] + "1",
        stranger,
        way.replace("reminders", "sessions"),
    ):
        assert client.post(forged).status_code == 404
    assert wanted(database, scene.bob) == wanted(database, scene.charlie) == ALL


def test_a_break_hides_the_hours_says_so_and_ends_with_one_tap(
    scene: Scene, booking: int, database: Database, signed_in: SignedIn
) -> None:
    browser = signed_in(scene.alice)
    asked = browser.send("/me/notifications/pause").get_data(as_text=True)
    assert ("Bob" in asked, 'value="cancel"' in asked) == (True, True)
    with database.reading() as db:
        assert db.get_one(Member, scene.alice.id).paused_until is None
    browser.send("/me/notifications/pause", {"hours": "keep"})
    page = browser.get("/me/notifications").get_data(as_text=True)
    assert "2 mars" in page
    with database.reading() as db:
        assert db.get_one(Member, scene.alice.id).paused_until == NOW + timedelta(days=91)
        assert db.get_one(Booking, booking).status == BookingStatus.CONFIRMED
    browser.send("/me/notifications/resume")
    with database.reading() as db:
        assert db.get_one(Member, scene.alice.id).paused_until is None
