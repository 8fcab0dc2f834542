"""A copy holds everything of one member, and of others nothing but names in shared hours."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from flashmeet.audit.models import AuditEntry
from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.threads import ThreadKind
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.core.database.engine import Database
from flashmeet.core.errors import NotFound
from flashmeet.core.links import Links
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.channels import ChannelName, Outgoing, Sent
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.privacy.adapters import CopyChannel
from flashmeet.privacy.queries import table_of
from flashmeet.privacy.rules.messages import COPY_MADE, MAKE_COPY
from flashmeet.privacy.rules.periods import COPIES_KEPT
from flashmeet.privacy.rules.register import PURPOSES
from flashmeet.privacy.service.copies import ONE_EACH, ask_copy, copies_of, copy_file, keep_copy, may_ask
from flashmeet.privacy.service.retention import keep_periods
from tests import people
from tests.browsers import Browser
from tests.people import NOW
from tests.privacy.world import Person, person

LATER = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(database: Database) -> tuple[Person, Person]:
    with database.writing() as db:
        people.law(db)
        third = people.member(db, "Charlie")
        return person(db, "Alice", third=third), person(db, "Bob", third=third)


def made(database: Database, member: Member, *, by: Member | None = None) -> tuple[int, bytes]:
    """Asks for a copy, has the worker's channel make it, and takes it."""
    with database.writing() as db:
        copy_id = ask_copy(db, member, by=by or member, now=NOW).id
    channel = CopyChannel(
        database, Links("https://meet.example.org", "s" * 40), "hours@example.org", lambda: "Essor", clock=lambda: NOW
    )
    message = Outgoing(
        id=1,
        kind="make_copy",
        channel=ChannelName.COPY,
        address="",
        recipient_id=member.id,
        name="",
        locale="fr",
        tzid="Europe/Paris",
        message_key="k",
        payload={"copy_id": copy_id},
    )
    assert list(channel.send([message])) == [(1, Sent())]
    with database.reading() as db:
        return copy_id, copy_file(db, copy_id, viewer=by or member, now=NOW + LATER)


def unzipped(file: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}


def test_a_copy_holds_each_of_ones_own_canaries_and_none_of_anybody_elses(
    database: Database, world: tuple[Person, Person]
) -> None:
    alice, bob = world
    _, file = made(database, alice.member)
    text = "\n".join(unzipped(file).values())
    assert [each for each in alice.given if each not in text] == []
    assert [each for each in bob.canaries if each in text] == []
    assert "canary.third" not in text


def test_a_copy_holds_no_secret(database: Database, world: tuple[Person, Person]) -> None:
    alice, _ = world
    _, file = made(database, alice.member)
    text = "\n".join(unzipped(file).values())
    assert [each for each in alice.canaries if each not in alice.given and each in text] == []


def test_a_copy_is_a_file_for_each_purpose_and_the_hours(database: Database, world: tuple[Person, Person]) -> None:
    _, file = made(database, world[0].member)
    named = {*unzipped(file)}
    assert named >= {f"{purpose.key}.json" for purpose in PURPOSES} | {"hours.ics"}
    assert any(name.startswith("photo.") for name in named)


def test_a_copy_is_handed_to_its_member_and_to_the_administrator_who_asked_for_it_alone(
    database: Database, world: tuple[Person, Person]
) -> None:
    alice, bob = world
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True)
        other = people.member(db, "Oscar", administrator=True)
    copy_id, _ = made(database, alice.member, by=odile)
    with database.reading() as db:
        assert copy_file(db, copy_id, viewer=alice.member, now=NOW + LATER)
        for viewer in (bob.member, other):
            with pytest.raises(NotFound):
                copy_file(db, copy_id, viewer=viewer, now=NOW + LATER)


def test_a_copy_is_gone_after_a_week(database: Database, world: tuple[Person, Person]) -> None:
    alice, _ = world
    copy_id, _ = made(database, alice.member)
    with database.reading() as db:
        assert copy_id in [each.id for each in copies_of(db, alice.member, now=NOW + COPIES_KEPT - SECOND)]
        assert copy_id not in [each.id for each in copies_of(db, alice.member, now=NOW + COPIES_KEPT)]
        with pytest.raises(NotFound):
            copy_file(db, copy_id, viewer=alice.member, now=NOW + COPIES_KEPT)


def test_asking_twice_makes_one_copy_and_one_mail(database: Database, world: tuple[Person, Person]) -> None:
    alice, _ = world
    first, _ = made(database, alice.member)
    assert made(database, alice.member)[0] == first
    with database.reading() as db:
        mails = db.query(OutboxMessage).filter_by(recipient_id=alice.member.id, kind=COPY_MADE).count()
    assert mails == 1


def waiting_for_a_copy(db: Session, member: Member) -> int:
    of_theirs = select(func.count()).where(OutboxMessage.recipient_id == member.id, OutboxMessage.kind == MAKE_COPY)
    return db.scalar(of_theirs.where(OutboxMessage.state == OutboxState.WAITING)) or 0


@pytest.mark.parametrize(("after", "another"), [(ONE_EACH - SECOND, False), (ONE_EACH, True)])
def test_a_copy_asked_for_an_hour_later_is_another(database: Database, after: timedelta, *, another: bool) -> None:
    with database.writing() as db:
        alice = people.member(db, "Alice")
    first, _ = made(database, alice)
    with database.writing() as db:
        assert may_ask(copies_of(db, alice, now=NOW + after), now=NOW + after) is another
        assert (ask_copy(db, alice, by=alice, now=NOW + after).id != first) is another


def test_a_copy_is_made_although_the_one_before_is_forgotten(database: Database) -> None:
    """A database may give a number anew once its row is gone."""
    with database.writing() as db:
        alice = people.member(db, "Alice")
    for days in (0, 8, 16):
        at = NOW + timedelta(days=days)
        with database.writing() as db:
            copy_id = ask_copy(db, alice, by=alice, now=at).id
            assert waiting_for_a_copy(db, alice) == 1
            db.execute(update(OutboxMessage).values(state=OutboxState.SENT, settled_at=at))
            keep_copy(db, copy_id, b"all of it", now=at)
            assert db.scalar(select(OutboxMessage.kind).order_by(OutboxMessage.id.desc()).limit(1)) == COPY_MADE
            keep_periods(db, now=at + COPIES_KEPT)


def test_a_copy_that_nobody_makes_any_more_is_asked_for_anew(database: Database) -> None:
    with database.writing() as db:
        alice = people.member(db, "Alice")
        lost = ask_copy(db, alice, by=alice, now=NOW)
        assert not may_ask(copies_of(db, alice, now=NOW), now=NOW)
        assert ask_copy(db, alice, by=alice, now=NOW + LATER).id == lost.id
        db.execute(update(OutboxMessage).values(state=OutboxState.DROPPED))
        assert may_ask(copies_of(db, alice, now=NOW + LATER), now=NOW + LATER)
        assert ask_copy(db, alice, by=alice, now=NOW + LATER).id != lost.id
        assert waiting_for_a_copy(db, alice) == 1


def test_an_administrator_sees_the_copies_that_they_asked_for_and_no_other(
    database: Database, signed_in: Callable[[Member | int], Browser]
) -> None:
    with database.writing() as db:
        alice, odile = people.member(db, "Alice"), people.member(db, "Odile", administrator=True)
    own, _ = made(database, alice)
    for_her, _ = made(database, alice, by=odile)
    page = signed_in(odile).get(f"/admin/members/{alice.id}/data").get_data(as_text=True)
    assert re.findall(r"/me/privacy/copies/(\d+)", page) == [str(for_her)]
    own_page = signed_in(alice).get("/me/privacy").get_data(as_text=True)
    assert re.findall(r"/me/privacy/copies/(\d+)", own_page)[:2] == [str(for_her), str(own)]


def test_a_former_administrator_no_longer_takes_the_copy_that_they_asked_for(database: Database) -> None:
    with database.writing() as db:
        alice, odile = people.member(db, "Alice"), people.member(db, "Odile", administrator=True)
    copy_id, _ = made(database, alice, by=odile)
    with database.writing() as db:
        was_one = db.get_one(Member, odile.id)
        was_one.administrator = False
        with pytest.raises(NotFound):
            copy_file(db, copy_id, viewer=was_one, now=NOW + LATER)


def test_the_hours_of_a_copy_are_those_that_one_gave_and_took_and_no_other(database: Database) -> None:
    with database.writing() as db:
        alice, bob, charlie = people.mentor(db, "Alice"), people.mentor(db, "Bob"), people.member(db, "Charlie")
        hours = {
            "given": book(db, alice, charlie, 3),
            "taken": book(db, bob, alice, 4),
            "cancelled": book(db, alice, charlie, 5),
            "others'": book(db, bob, charlie, 6),
        }
        cancel_booking(db, charlie, hours["cancelled"].id, reason="", now=NOW)
        uids = {what: each.uid for what, each in hours.items()}
    _, file = made(database, alice)
    calendar = unzipped(file)["hours.ics"]
    assert [what for what, uid in uids.items() if uid in calendar] == ["given", "taken"]


def book(db: Session, mentor: Member, mentee: Member, day: int) -> Booking:
    wish = BookingRequest(mentor_id=mentor.id, starts_at=NOW.replace(day=day), theme="droit", need="Mes statuts")
    return book_slot(db, mentee, wish, links=Links("https://meet.example.org", "s" * 40), now=NOW)


def test_the_files_and_the_photo_of_a_copy_are_ones_own(database: Database, world: tuple[Person, Person]) -> None:
    alice, _ = world
    _, file = made(database, alice.member)
    held = [text for name, text in unzipped(file).items() if name.startswith(("files/", "photo."))]
    own = [base64.b64decode(alice.rows[table]["content"]).decode() for table in ("thread_file", "picture")]
    assert sorted(held) == sorted(own)


def test_a_copy_holds_what_the_other_of_an_hour_wrote_to_one(database: Database, world: tuple[Person, Person]) -> None:
    alice, _ = world
    with database.writing() as db:
        hour = alice.rows["booking:mentor_id"]["id"]
        told = {"booking_id": hour, "author_id": alice.third.id, "text": "Written to Alice", "at": NOW}
        db.execute(insert(table_of("thread_message")).values(kind=ThreadKind.WORD, **told))
    copies = ["\n".join(unzipped(made(database, who.member)[1]).values()) for who in world]
    assert [told["text"] in copy for copy in copies] == [True, False]


def test_a_copy_is_asked_for_and_downloaded_by_its_member_alone(
    database: Database, world: tuple[Person, Person], signed_in: Callable[[Member | int], Browser]
) -> None:
    alice, bob = world
    browser = signed_in(alice.member)
    assert browser.send("/me/privacy/copy", {}, page="/me/privacy").status_code == 303
    copy_id, file = made(database, alice.member)
    path = f"/me/privacy/copies/{copy_id}"
    answer = browser.send(path, {}, page="/me/privacy")
    assert (answer.status_code, answer.mimetype, answer.get_data()) == (200, "application/zip", file)
    assert signed_in(bob.member).send(path, {}, page="/me/privacy").status_code == 404
    with database.reading() as db:
        acts = db.scalars(select(AuditEntry.act).where(AuditEntry.by_id == alice.member.id).order_by(AuditEntry.id))
        assert acts.all()[-2:] == [Act.COPY_ASKED, Act.COPY_TAKEN]
