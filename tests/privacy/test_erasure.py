"""Being erased: who counts on the member is told, calendars and mailboxes follow, and then nothing is left."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flashmeet.audit.models import AuditEntry
from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.rules.messages import INVITE
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.core.database.engine import Database
from flashmeet.core.errors import LastAdministrator, NotFound, WrongCode
from flashmeet.core.links import Links
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.identity.rules import is_tombstone
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.outbox import UNFINISHED, OutboxState
from flashmeet.people.rules.messages import SIGN_IN_CODE
from flashmeet.people.service.member_codes import CODE_LASTS
from flashmeet.privacy.rules.erasure import is_meant
from flashmeet.privacy.rules.messages import ERASED, ERASURE_CODE
from flashmeet.privacy.rules.periods import ERASURE_WAITS
from flashmeet.privacy.service.erasure import (
    ask_erasure_code,
    begin_erasure,
    confirm_erasure,
    erase_for,
    finish_erasures,
    what_follows,
)
from flashmeet.schedule.models import CalendarAccount, MemberCalendar, Opening
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.calendars import CalendarKind
from tests import people
from tests.browsers import Browser
from tests.people import NOW
from tests.scene import NINE, Scene, stage

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def scene(database: Database) -> Scene:
    """Bob has an hour to come with Alice."""
    scene = stage(database)
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        wish = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE, theme="droit", need="Mes statuts")
        book_slot(db, bob, wish, links=Links("https://meet.example.org", "s" * 40), now=NOW)
    return scene


def begin(database: Database, member: Member) -> None:
    with database.writing() as db:
        you = db.get_one(Member, member.id)
        begin_erasure(db, you, by=you, now=LATER)


def waiting(db: Session, member: Member) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.recipient_id == member.id, OutboxMessage.state.in_(UNFINISHED))
    return list(db.scalars(query.order_by(OutboxMessage.id)))


def told(database: Database) -> str:
    """What the rows of all messages hold."""
    with database.reading() as db:
        return " ".join(str(row.payload) for row in db.scalars(select(OutboxMessage)))


def send_everything(database: Database) -> None:
    """As workers would: what is waiting leaves, or is dropped for a reason."""
    with database.writing() as db:
        rows = db.scalars(select(OutboxMessage).where(OutboxMessage.state == OutboxState.WAITING)).all()
        dropped = why_not(db, rows, now=LATER)
        for row in rows:
            row.state = OutboxState.DROPPED if row.id in dropped else OutboxState.SENT
            row.settled_at = LATER


def test_hours_to_come_are_cancelled_and_both_are_told_with_an_invite_that_cancels(
    database: Database, scene: Scene
) -> None:
    with database.writing() as db:
        people.mentor(db, "Dora")
    begin(database, scene.alice)
    with database.reading() as db:
        assert db.scalars(select(Booking.status)).all() == [BookingStatus.CANCELLED]
        for person in (scene.alice, scene.bob):
            cancelled = [row for row in waiting(db, person) if row.kind == INVITE]
            assert [row.payload["action"] for row in cancelled][-1:] == ["cancelled"]
        told = next(row for row in waiting(db, scene.bob) if row.payload.get("action") == "cancelled")
        assert (told.payload["sorry"], len(told.payload["people"])) == (True, 3)


def test_who_cancelled_their_hours_and_then_goes_has_none_left_in_their_calendar(
    database: Database, scene: Scene
) -> None:
    with database.writing() as db:
        booking = db.scalars(select(Booking)).one()
        cancel_booking(db, db.get_one(Member, scene.bob.id), booking.id, reason="", now=NOW)
    begin(database, scene.bob)
    with database.reading() as db:
        left = [(row.kind, row.payload.get("action")) for row in waiting(db, scene.bob)]
    assert left == [(INVITE, "cancelled"), (ERASED, None)]
    send_everything(database)
    with database.reading() as db:
        sent = select(OutboxMessage).where(OutboxMessage.state == OutboxState.SENT, OutboxMessage.kind == INVITE)
        assert [
            row.payload["action"] for row in db.scalars(sent.where(OutboxMessage.recipient_id == scene.bob.id))
        ] == ["cancelled"]


@pytest.mark.parametrize("channel", ChannelName)
def test_what_waits_for_the_member_is_dropped_but_what_a_calendar_or_a_video_provider_is_to_do(
    database: Database, channel: ChannelName
) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
        mail(db, bob.id, ERASURE_CODE.saying({"code": "123456", "minutes": 10}), "of before", now=NOW)
        db.execute(update(OutboxMessage).values(channel=channel))
        begin_erasure(db, bob, by=bob, now=LATER)
        left = [row.subject for row in waiting(db, bob)]
    assert ("of before" in left) == (channel in (ChannelName.CALENDAR, ChannelName.VIDEO))


def test_who_is_being_erased_is_sent_no_code_to_sign_in(database: Database, scene: Scene, client: Browser) -> None:
    begin(database, scene.bob)
    client.send("/sign-in", {"email": scene.bob.email})
    with database.reading() as db:
        assert db.get_one(Member, scene.bob.id).suspended
        assert SIGN_IN_CODE not in {row.kind for row in waiting(db, scene.bob)}


def test_what_follows_is_said_in_numbers_before(database: Database, scene: Scene) -> None:
    with database.reading() as db:
        follows = what_follows(db, db.get_one(Member, scene.bob.id), now=NOW)
    assert (len(follows.ahead.hours), follows.ahead.requests, follows.calendars, follows.past_hours) == (1, 0, 0, 0)


def test_what_stays_counted_are_hours_that_took_place_and_what_is_cleaned_is_the_calendar_that_we_write(
    database: Database, scene: Scene
) -> None:
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        account = CalendarAccount(member_id=bob.id, kind=CalendarKind.ICS, secret="", created_at=NOW)
        account.calendars = [
            MemberCalendar(member_id=bob.id, remote_id=name, writes=name == "work", next_try_at=NOW)
            for name in ("work", "classes")
        ]
        db.add(account)
        wish = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE + timedelta(days=1), theme="droit", need="Bis")
        other = book_slot(db, bob, wish, links=Links("https://meet.example.org", "s" * 40), now=NOW)
        cancel_booking(db, bob, other.id, reason="", now=NOW)
        follows = what_follows(db, bob, now=NINE + timedelta(days=2))
    assert (follows.calendars, follows.past_hours) == (1, 1)


def test_the_hours_of_an_erased_mentor_are_offered_no_more(database: Database, scene: Scene) -> None:
    def offered() -> int:
        with database.reading() as db:
            return db.scalar(select(func.count()).where(Opening.mentor_id == scene.alice.id)) or 0

    assert offered() > 0
    begin(database, scene.alice)
    assert offered() == 0


def test_cancellations_reach_the_member_before_they_are_wiped_and_nothing_else_does(
    database: Database, scene: Scene
) -> None:
    begin(database, scene.bob)
    with database.reading() as db:
        rows = waiting(db, scene.bob)
        assert {row.kind for row in rows} == {INVITE, ERASED}
        assert why_not(db, rows, now=LATER) == {}
    with database.writing() as db:
        assert finish_erasures(db, now=LATER) == 0, "cancellations have not left yet"
    send_everything(database)
    with database.writing() as db:
        assert finish_erasures(db, now=LATER) == 1
        assert db.scalars(select(AuditEntry.to_id).where(AuditEntry.act == Act.ERASED)).all() == [scene.bob.id]
        assert is_tombstone(db.get_one(Member, scene.bob.id).email)
        assert finish_erasures(db, now=LATER) == 0


def test_an_erasure_waits_a_day_at_most(database: Database, scene: Scene) -> None:
    begin(database, scene.bob)
    with database.writing() as db:
        assert finish_erasures(db, now=LATER + ERASURE_WAITS) == 1
        assert waiting(db, scene.bob) == []


def test_nothing_reaches_a_tombstone(database: Database, scene: Scene) -> None:
    begin(database, scene.bob)
    with database.writing() as db:
        finish_erasures(db, now=LATER + ERASURE_WAITS)
        row = db.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == scene.bob.id)).first()
        assert row is not None
        assert why_not(db, [row], now=LATER) == {row.id: "suspended"}


def test_a_code_from_the_mail_confirms(database: Database, scene: Scene) -> None:
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        ask_erasure_code(db, bob, now=NOW)
        code = next(row.payload["code"] for row in waiting(db, bob) if row.kind == ERASURE_CODE)
        wrong = "000000" if code != "000000" else "000001"
        with pytest.raises(WrongCode):
            confirm_erasure(db, bob, wrong, now=NOW)
        assert bob.erased_at is None
        ask_erasure_code(db, db.get_one(Member, scene.alice.id), now=NOW)
        with pytest.raises(WrongCode):
            confirm_erasure(db, db.get_one(Member, scene.alice.id), code, now=NOW)
        confirm_erasure(db, bob, code, now=NOW)
        assert bob.erased_at == NOW
        with pytest.raises(WrongCode):
            confirm_erasure(db, bob, code, now=NOW)


def test_a_code_asked_for_again_replaces_the_one_before_and_leaves_only_while_it_can_be_typed(
    database: Database, scene: Scene
) -> None:
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        for _ in range(2):
            ask_erasure_code(db, bob, now=NOW)
        former, latest = db.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == ERASURE_CODE).order_by(OutboxMessage.id)
        ).all()
        assert (former.state, latest.state) == (OutboxState.DROPPED, OutboxState.WAITING)
        assert latest.not_after == NOW + CODE_LASTS


def test_five_wrong_codes_and_the_right_one_erases_nobody(
    database: Database, scene: Scene, signed_in: Callable[[Member | int], Browser]
) -> None:
    browser, page = signed_in(scene.bob), "/me/privacy/erase"
    browser.send(page, {}, page=page)
    with database.reading() as db:
        code = next(row.payload["code"] for row in waiting(db, scene.bob) if row.kind == ERASURE_CODE)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    typed = [browser.send(f"{page}/confirm", {"code": each}, page=page) for each in (*[wrong] * 5, code)]
    assert [each.status_code for each in typed] == [422] * 6
    with database.reading() as db:
        assert db.get_one(Member, scene.bob.id).erased_at is None


def test_the_last_administrator_is_not_erased(database: Database) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True)
        with pytest.raises(LastAdministrator):
            ask_erasure_code(db, odile, now=NOW)
        with pytest.raises(LastAdministrator):
            begin_erasure(db, odile, by=odile, now=NOW)


def test_an_administrator_erases_a_member_who_asks_and_nobody_twice(database: Database, scene: Scene) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True)
        erase_for(db, scene.bob.id, by=odile, now=LATER)
        with pytest.raises(NotFound):
            erase_for(db, scene.bob.id, by=odile, now=LATER)
        with pytest.raises(NotFound):
            erase_for(db, odile.id, by=odile, now=LATER)


def test_a_former_name_is_gone_from_what_others_were_told(database: Database, scene: Scene) -> None:
    name = scene.bob.name
    begin(database, scene.bob)
    send_everything(database)
    assert name in told(database)
    with database.writing() as db:
        finish_erasures(db, now=LATER)
    assert name not in told(database)


def test_erasing_oneself_in_the_browser(
    database: Database, scene: Scene, signed_in: Callable[[Member | int], Browser]
) -> None:
    with database.writing() as db:
        db.get_one(Member, scene.bob.id).locale = "en"
    browser = signed_in(scene.bob)
    page = browser.get("/me/privacy/erase").get_data(as_text=True)
    assert "1 hour to come is cancelled" in page
    browser.send("/me/privacy/erase", {}, page="/me/privacy/erase")
    with database.reading() as db:
        code = next(row.payload["code"] for row in waiting(db, scene.bob) if row.kind == ERASURE_CODE)
    answer = browser.send("/me/privacy/erase/confirm", {"code": code}, page="/me/privacy/erase")
    assert (answer.status_code, answer.location) == (303, "/erased")
    assert browser.get("/me").status_code == 303
    assert re.search("You are erased", browser.get("/erased", headers={"Accept-Language": "en"}).get_data(as_text=True))


def test_so_many_codes_to_be_erased_a_day_and_no_more(
    database: Database, scene: Scene, signed_in: Callable[[Member | int], Browser]
) -> None:
    browser = signed_in(scene.bob)
    asked = [browser.send("/me/privacy/erase", {}, page="/me/privacy/erase") for _ in range(7)]
    assert [each.status_code for each in asked] == [303] * 6 + [429]
    assert int(asked[-1].headers["Retry-After"]) > 0


def test_a_link_of_somebody_erased_leads_nowhere_and_says_nothing(
    database: Database, scene: Scene, client: Browser, links: Links
) -> None:
    with database.reading() as db:
        seat = db.scalars(select(Seat).where(Seat.member_id == scene.bob.id)).one()
        token = links.join_token(seat.id, seat.nonce)
    begin(database, scene.bob)
    for step in (NOW, LATER + ERASURE_WAITS):
        with database.writing() as db:
            finish_erasures(db, now=step)
        answer = client.get(f"/join/{token}")
        assert answer.status_code == 404
        assert scene.bob.first_name not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bob@example.org", True),
        ("  BOB@Example.org ", True),
        ("Bob Exemple", True),
        ("bób  EXEMPLE", True),
        ("Bob", False),
        ("bob", False),
        ("rob@example.org", False),
        ("", False),
        ("?", False),
    ],
)
def test_an_address_or_a_whole_name_means_the_member_and_nothing_less(typed: str, meant: bool) -> None:
    assert is_meant(typed, email="bob@example.org", name="Bob Exemple") is meant


def test_a_member_without_a_name_is_not_meant_by_nothing() -> None:
    assert not is_meant("!", email="bob@example.org", name="")


def test_an_administrator_types_whom_they_erase_and_that_it_was_asked_for_before_anything_goes(
    database: Database, scene: Scene, signed_in: Callable[[Member | int], Browser]
) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True)
    browser, page = signed_in(odile), f"/admin/members/{scene.bob.id}/data"
    bob = scene.bob.email
    for form in ({}, {"sure": "1"}, {"typed": bob}, {"sure": "1", "typed": "alice@example.org"}):
        assert browser.send(f"{page}/erase", form, page=page).status_code == 422
    other = browser.send(f"{page}/erase", {"sure": "1", "typed": "alice@example.org"}, page=page).get_data(as_text=True)
    assert 'id="field-typed-problem"' in other and 'value="alice@example.org"' in other
    assert re.search(r'name="sure" value="1" required[^>]* checked', other)
    with database.reading() as db:
        assert db.get_one(Member, scene.bob.id).erased_at is None
    assert browser.send(f"{page}/erase", {"sure": "1", "typed": bob.upper()}, page=page).status_code == 303
    assert browser.get(page).status_code == 404
    with database.reading() as db:
        assert db.get_one(Member, scene.bob.id).erased_at is not None
        acts = db.scalars(select(AuditEntry.act).where(AuditEntry.to_id == scene.bob.id)).all()
    assert Act.ERASURE_ASKED in acts
