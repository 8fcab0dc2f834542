"""From the mail in one tap: one page, one button, no sign-in; for the hour that the mail told of, and for no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.link_kinds import CANCEL, MOVE, LinkKind
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.browsers import Browser, Clock
from tests.scene import NINE, Scene, bookings, effects, stage

SignedIn = Callable[[Member], Browser]
LATER = "20261210T1700Z"


@pytest.fixture
def scene(database: Database, signed_in: SignedIn) -> Scene:
    """Bob has booked Alice's hour."""
    scene = stage(database)
    brief = {"need": "SAS or SARL?", "theme": "droit"}
    assert signed_in(scene.bob).send(scene.page, brief, page=scene.page).status_code == 303
    return scene


@pytest.fixture
def mailed(database: Database, config: Config, scene: Scene) -> Callable[..., str]:
    """The path of a link in the mail to one of the two."""

    def path(kind: LinkKind, who: Member) -> str:
        links = Links(config.base_url, config.secret_key)
        with database.reading() as db:
            booking = db.scalars(select(Booking)).one()
            seat = booking.seat_of(who.id)
            return kind.path + links.change_token(kind, seat.id, seat.nonce, booking.starts_at)

    return path


def test_it_is_moved_by_its_link_with_one_button(
    client: Browser, database: Database, scene: Scene, mailed: Callable[..., str]
) -> None:
    page = mailed(MOVE, scene.alice)
    shown = client.get(f"{page}?day=2026-12-10").text
    assert "Bob Exemple" in shown and f'value="{LATER}"' in shown and f'action="{page}"' in shown
    assert client.send(page, {"starts_at": LATER}, page=page).location == page
    assert [each.starts_at.day for each in bookings(database)] == [10]
    done = client.get(page).text
    assert "<form" not in done.partition("<main")[2] and "10" in done


def test_it_is_cancelled_by_its_link_with_one_button(
    client: Browser, database: Database, scene: Scene, mailed: Callable[..., str]
) -> None:
    page = mailed(CANCEL, scene.bob)
    assert client.send(page, {"reason": "Train"}, page=page).location == page
    (booking,) = bookings(database)
    assert (booking.status, booking.cancelled_by_id, booking.cancel_reason) == ("cancelled", scene.bob.id, "Train")


@pytest.mark.parametrize("kind", [MOVE, CANCEL], ids=lambda kind: kind.purpose)
def test_what_scans_mails_changes_nothing(
    client: Browser, database: Database, scene: Scene, mailed: Callable[..., str], kind: LinkKind
) -> None:
    before = effects(database)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert client.open(mailed(kind, scene.bob), method=method).status_code == 200
    assert ([each.status for each in bookings(database)], effects(database)) == ([BookingStatus.CONFIRMED], before)


@pytest.mark.parametrize("kind", [MOVE, CANCEL], ids=lambda kind: kind.purpose)
def test_a_link_of_an_earlier_mail_changes_nothing_and_says_what_stands_now(
    client: Browser, database: Database, scene: Scene, mailed: Callable[..., str], kind: LinkKind
) -> None:
    stale, move = mailed(kind, scene.bob), mailed(MOVE, scene.alice)
    client.send(move, {"starts_at": LATER}, page=move)
    now = bookings(database)[0].starts_at
    form = {"starts_at": "20261211T1700Z", "reason": ""}
    assert client.send(stale, form).location == stale
    assert [(each.starts_at, each.status) for each in bookings(database)] == [(now, BookingStatus.CONFIRMED)]
    shown = client.get(stale).text
    assert "Thu 10 Dec" in shown or "jeu. 10 déc." in shown
    assert "<form" not in shown.partition("<main")[2]


def test_the_second_of_two_tabs_changes_nothing(
    app: Flask, database: Database, scene: Scene, mailed: Callable[..., str]
) -> None:
    page = mailed(MOVE, scene.bob)
    one, two = Browser(app), Browser(app)
    tokens = [each.token(page) for each in (one, two)]
    for each, token, hour in zip((one, two), tokens, (LATER, "20261211T1700Z"), strict=True):
        assert each.post(page, data={"starts_at": hour, "csrf_token": token}).status_code == 303
    assert [each.starts_at.day for each in bookings(database)] == [10]


@pytest.mark.parametrize(("one", "other"), [(MOVE, CANCEL), (CANCEL, MOVE)], ids=lambda kind: kind.purpose)
def test_a_link_is_good_for_one_purpose(
    client: Browser, scene: Scene, mailed: Callable[..., str], one: LinkKind, other: LinkKind
) -> None:
    token = mailed(one, scene.bob).removeprefix(one.path)
    assert client.get(other.path + token).status_code == 404
    for path in ("/join/", "/after/", "/declined/", "/confirm/"):
        assert client.get(path + token).status_code == 404


def test_an_hour_that_has_begun_is_neither_moved_nor_cancelled(
    client: Browser, database: Database, scene: Scene, mailed: Callable[..., str], clock: Clock
) -> None:
    pages = [mailed(kind, scene.bob) for kind in (MOVE, CANCEL)]
    clock.at = NINE
    for page in pages:
        client.send(page, {"starts_at": LATER, "reason": ""})
        assert "<form" not in client.get(page).text.partition("<main")[2]
    assert [(each.starts_at, each.status) for each in bookings(database)] == [(NINE, BookingStatus.CONFIRMED)]


def test_a_link_of_an_erased_member_opens_nothing(
    client: Browser, database: Database, scene: Scene, mailed: Callable[..., str]
) -> None:
    page = mailed(CANCEL, scene.bob)
    with database.writing() as db:
        db.get_one(Member, scene.bob.id).erased_at = NINE
    assert client.get(page).status_code == 404


def test_the_page_tells_times_in_its_owners_zone_and_shows_the_others(
    client: Browser, scene: Scene, mailed: Callable[..., str]
) -> None:
    page = client.get(mailed(MOVE, scene.bob)).text
    assert 'data-zone="America/New_York"' in page
    assert "(New York)" in page and "(Paris)" in page


def test_once_the_hour_has_begun_the_page_says_that_it_cannot_be_changed(
    client: Browser, scene: Scene, mailed: Callable[..., str], clock: Clock
) -> None:
    pages = [mailed(MOVE, scene.bob), mailed(CANCEL, scene.bob)]
    clock.at = NINE
    for page in pages:
        shown = client.get(page).text
        assert "has begun" in shown
        assert "It can no longer be changed." in shown
        assert "earlier email" not in shown
