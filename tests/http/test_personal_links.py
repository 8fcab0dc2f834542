"""A personal link speaks for one active member, whatever it is about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.base import Base
from flashmeet.core.database.session import Database
from flashmeet.core.link_kinds import DEMO, FOLLOW_UP, INVITATION, LinkKind
from flashmeet.core.links import number_in, shown_in
from flashmeet.http.services import services_of
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import renew_links
from flashmeet.identity.service.revoke import end_everything
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.browsers import Browser, Clock
from tests.http.conftest import World
from tests.links import LINK_KINDS, MEMBER_LINKS
from tests.people import NOW

OPENED_BY = {
    "/join/": ("token", "Bob", {}),
    "/after/": ("after_token", "Bob", {"happened": "yes"}),
    "/later/": ("later_token", "Bob", {"answer": "done"}),
    "/continue/": ("series_token", "Bob", {"act": "end"}),
    "/hours/": ("hours_token", "Alice", {"at": "20261216T0900Z"}),
    "/declined/": ("decline_token", "Bob", {"answer": "keep"}),
    "/calendar-questions/": ("question_token", "Bob", {"answer": "decline"}),
    "/move/": ("move_token", "Bob", {"starts_at": "20261216T0900Z"}),
    "/cancel/": ("cancel_token", "Bob", {"reason": ""}),
    "/coming/": ("coming_token", "Bob", {}),
    "/late/": ("late_token", "Bob", {"minutes": "5"}),
    "/asked/": ("ask_token", "Alice", {"act": "decline"}),
    "/asking/": ("request_token", "Bob", {"act": "withdraw"}),
    "/offers/": ("offer_token", "Bob", {"act": "pass"}),
    "/still/": ("still_token", "Alice", {}),
    "/absence/": ("absence_token", "Bob", {"answer": "J’étais là"}),
    "/confirm/": ("confirm_token", "Bob", {"answer": "yes"}),
    "/pause/": ("pause_token", "Alice", {"answer": "pause"}),
    "/not-for-me/": ("invited_token", "Bob", {"act": "unfit"}),
    "/mail-off/": ("off_token", "Bob", {}),
    "/year/": ("year_token", "Alice", {"answer": "pause"}),
    "/address-back/": ("back_token", "Bob", {}),
}
"""By the path of its page: the token in the world of these tests, whose it is, and a form that acts."""


def page(world: World, kind: LinkKind) -> str:
    return kind.path + world.known[OPENED_BY[kind.path][0]]


def forged(world: World, kind: LinkKind) -> str:
    address = page(world, kind)
    return address[:-1] + ("0" if address[-1] != "0" else "1")


def once_the_hour_is_over(database: Database, world: World, clock: Clock) -> None:
    """Links about an hour that took place open once it has."""
    with database.writing() as db:
        booking = db.get_one(Booking, int(world.known["booking_id"]))
        booking.status = BookingStatus.COMPLETED
        clock.at = booking.ends_at + timedelta(days=31)


def prepare(kind: LinkKind, database: Database, world: World, clock: Clock) -> None:
    if kind is FOLLOW_UP or kind.path == "/after/":
        once_the_hour_is_over(database, world, clock)


def suspend(database: Database, world: World, kind: LinkKind) -> None:
    with database.writing() as db:
        db.get_one(Member, world.ids[OPENED_BY[kind.path][1]]).suspended = True


def somebody_else(app: Flask, world: World, kind: LinkKind) -> Browser:
    browser = Browser(app)
    browser.sign_in(world.ids["Charlie"])
    return browser


def test_every_kind_of_link_that_speaks_for_a_member_is_opened_here() -> None:
    assert set(LINK_KINDS) - {*MEMBER_LINKS} == {INVITATION, DEMO}
    assert {each.path for each in MEMBER_LINKS} == set(OPENED_BY)


@pytest.mark.parametrize("kind", MEMBER_LINKS, ids=lambda kind: kind.purpose)
def test_its_member_opens_it_without_a_sign_in(
    database: Database, world: World, client: Browser, clock: Clock, kind: LinkKind
) -> None:
    prepare(kind, database, world, clock)
    assert client.get(page(world, kind)).status_code == 200


@pytest.mark.parametrize("kind", MEMBER_LINKS, ids=lambda kind: kind.purpose)
def test_a_forged_one_opens_nothing(
    database: Database, world: World, client: Browser, clock: Clock, kind: LinkKind
) -> None:
    prepare(kind, database, world, clock)
    assert client.get(forged(world, kind)).status_code == 404


@pytest.mark.parametrize("kind", MEMBER_LINKS, ids=lambda kind: kind.purpose)
def test_a_suspended_member_neither_looks_nor_acts(
    database: Database, world: World, client: Browser, clock: Clock, kind: LinkKind
) -> None:
    prepare(kind, database, world, clock)
    suspend(database, world, kind)
    wanted = 200 if kind.for_suspended else 404
    assert client.get(page(world, kind)).status_code == wanted
    if not kind.for_suspended:
        before = written(database)
        assert client.send(page(world, kind), OPENED_BY[kind.path][2], page="/sign-in").status_code in (404, 405)
        assert written(database) == before


@pytest.mark.parametrize("kind", MEMBER_LINKS, ids=lambda kind: kind.purpose)
def test_somebody_else_who_is_signed_in_neither_looks_nor_acts(
    app: Flask, database: Database, world: World, clock: Clock, kind: LinkKind
) -> None:
    prepare(kind, database, world, clock)
    browser = somebody_else(app, world, kind)
    wanted = 200 if kind.whoever_is_signed_in else 404
    assert browser.get(page(world, kind)).status_code == wanted
    if not kind.whoever_is_signed_in:
        before = written(database)
        assert browser.send(page(world, kind), OPENED_BY[kind.path][2], page="/me").status_code in (404, 405)
        assert written(database) == before


@pytest.mark.parametrize("kind", MEMBER_LINKS, ids=lambda kind: kind.purpose)
def test_one_from_before_its_member_renewed_theirs_says_so_and_opens_nothing(
    database: Database, world: World, client: Browser, clock: Clock, kind: LinkKind
) -> None:
    prepare(kind, database, world, clock)
    with database.writing() as db:
        renew_links(db, db.get_one(Member, world.ids[OPENED_BY[kind.path][1]]))
    before = written(database)
    looked = client.get(page(world, kind))
    acted = client.send(page(world, kind), OPENED_BY[kind.path][2], page="/sign-in")
    assert (looked.status_code, "Ce lien a été remplacé" in looked.text) == (410, True)
    assert (acted.status_code in (405, 410), written(database)) == (True, before)
    assert client.get(forged(world, kind)).status_code == 404


@pytest.mark.parametrize("kind", MEMBER_LINKS, ids=lambda kind: kind.purpose)
def test_one_made_after_the_renewal_opens(
    database: Database, world: World, client: Browser, clock: Clock, kind: LinkKind
) -> None:
    """The tokens of this test are signed as the program does for whoever has renewed theirs."""
    prepare(kind, database, world, clock)
    with database.writing() as db:
        renew_links(db, db.get_one(Member, world.ids[OPENED_BY[kind.path][1]]))
    assert client.get(kind.path + renewed(client, database, world, kind)).status_code == 200


@pytest.mark.parametrize("kind", MEMBER_LINKS, ids=lambda kind: kind.purpose)
def test_one_of_a_member_who_is_no_more_opens_nothing(
    database: Database, world: World, client: Browser, clock: Clock, kind: LinkKind
) -> None:
    """What stays behind of them has no access and is suspended; not even their mails are theirs to stop."""
    prepare(kind, database, world, clock)
    with database.writing() as db:
        gone = db.get_one(Member, world.ids[OPENED_BY[kind.path][1]])
        end_everything(db, gone, now=clock.at)
        gone.suspended = True
    before = written(database)
    looked = client.get(page(world, kind))
    acted = client.send(page(world, kind), OPENED_BY[kind.path][2], page="/sign-in")
    assert (looked.status_code, acted.status_code in (404, 405, 410)) == (410, True)
    assert written(database) == before


def renewed(client: Browser, database: Database, world: World, kind: LinkKind) -> str:
    """Signs the token of the world again, in the next generation."""
    links = services_of(client.application).links
    token = world.known[OPENED_BY[kind.path][0]]
    number, shown = number_in(token), tuple(part for part in [shown_in(token)] if part)
    for facts in candidates(database, world, kind, number):
        if links.opens(kind, token, *facts, shown=shown):
            return links.given(1).token(kind, number, *facts, shown=shown)
    raise AssertionError(kind)


def candidates(database: Database, world: World, kind: LinkKind, number: int) -> list[tuple[str, ...]]:
    """What may have been signed: the row's nonce, its member, its month."""
    bob, alice = str(world.ids["Bob"]), str(world.ids["Alice"])
    with database.reading() as db:
        nonces = [
            str(nonce)
            for table in Base.metadata.sorted_tables
            if "nonce" in table.columns and "id" in table.columns
            for nonce in db.scalars(select(table.c.nonce).where(table.c.id == number))
        ]
    signed = [(nonce,) for nonce in nonces] + [(bob, nonce) for nonce in nonces]
    return [(), (bob,), (alice,), (f"{NOW:%Y-%m}",), *signed]


def written(database: Database) -> tuple[object, ...]:
    """What acting on a link would change: what both are told, and how the booking stands."""
    with database.reading() as db:
        bookings = [(each.id, each.status, each.sequence) for each in db.query(Booking).order_by(Booking.id)]
        return db.query(OutboxMessage).count(), bookings
