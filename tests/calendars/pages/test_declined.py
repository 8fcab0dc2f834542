"""A calendar declined: the page that asks what follows from it (acceptance B4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Seat, SeatReply
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.scene import NINE, Scene, bookings, effects, stage

SignedIn = Callable[[Member | int], Browser]


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database)


@pytest.fixture
def link(database: Database, scene: Scene, config: Config) -> str:
    """Bob's calendar declined; the link in the mail to Bob."""
    links = Links(config.base_url, config.secret_key)
    wish = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE, theme="droit", need="Mes statuts")
    with database.writing() as db:
        book_slot(db, db.get_one(Member, scene.bob.id), wish, links=links, now=NOW)
        seat = db.scalars(select(Seat).where(Seat.member_id == scene.bob.id)).one()
        db.add(SeatReply(seat_id=seat.id, sequence=0, stamped_at=NOW, answer="declined"))
    return urlsplit(links.declined(seat.id, seat.nonce)).path


def statuses(database: Database) -> list[str]:
    return [booking.status for booking in bookings(database)]


def test_looking_changes_nothing_and_needs_no_sign_in(link: str, client: Browser, database: Database) -> None:
    before = effects(database)
    page = client.get(link)
    assert page.status_code == 200
    assert 'value="cancel"' in page.text and 'value="keep"' in page.text
    assert "12:00" in page.text  # on Bob's wall, in New York
    assert (statuses(database), effects(database)) == (["confirmed"], before)


@pytest.mark.parametrize(("answer", "status"), [("keep", "confirmed"), ("cancel", "cancelled")])
def test_one_tap_settles_it_and_a_second_one_changes_nothing(
    link: str, client: Browser, database: Database, answer: str, status: str
) -> None:
    for said in (answer, "cancel"):
        reply = client.send(link, {"answer": said}, page=link if said == answer else "/sign-in")
        assert (reply.status_code, reply.location) == (303, link)
    assert statuses(database) == [status]
    assert 'value="cancel"' not in client.get(link).text


def test_the_sessions_page_leads_there_for_whose_calendar_it_was(
    link: str, scene: Scene, database: Database, signed_in: SignedIn
) -> None:
    page = f"/bookings/{bookings(database)[0].id}"
    assert link in signed_in(scene.bob).get(page).text
    assert "/declined/" not in signed_in(scene.alice).get(page).text


def test_a_forged_link_opens_nothing(link: str, client: Browser, database: Database) -> None:
    number, _, signature = link.rpartition("/")[2].partition("-")
    for token in (f"{int(number) + 1}-{signature}", f"{number}-{'0' * 43}", number, "x", f"{number}-é"):
        assert client.get(f"/declined/{token}").status_code == 404
        assert client.send(f"/declined/{token}", {"answer": "cancel"}).status_code == 404
    assert statuses(database) == ["confirmed"]


def test_once_the_hour_has_begun_there_is_nothing_to_decide(
    link: str, client: Browser, clock: Clock, database: Database
) -> None:
    clock.at = NINE + timedelta(seconds=1)
    assert 'value="cancel"' not in client.get(link).text
    client.send(link, {"answer": "cancel"})
    assert statuses(database) == ["confirmed"]


def test_it_is_said_where_cancelling_is_late(link: str, client: Browser, clock: Clock) -> None:
    clock.at = NINE - timedelta(hours=24)
    assert "late cancellation" not in client.get(link, headers={"Accept-Language": "en"}).text
    clock.move(seconds=1)
    assert "counts as a late cancellation" in client.get(link, headers={"Accept-Language": "en"}).text
