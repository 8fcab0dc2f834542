"""A phone number is typed, proven by its code, and kept from those who would sell codes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.rules.booked_hour import Mode
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.scene import NINE, Scene, stage

SignedIn = Callable[[Member | int], Browser]
TYPED, PHONE = "06 12 34 56 78", "+33612345678"
READ = "+33\u00a06\u00a012\u00a034\u00a056\u00a078"


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database, bob={"phone": "+33698765432"})


@pytest.fixture
def bob(scene: Scene, signed_in: SignedIn) -> Browser:
    return signed_in(scene.bob)


def codes(database: Database) -> list[str]:
    with database.reading() as db:
        query = select(OutboxMessage).where(OutboxMessage.kind == "phone_code", OutboxMessage.state == "waiting")
        return [row.payload["code"] for row in db.scalars(query.order_by(OutboxMessage.id))]


def ask(browser: Browser, phone: str = TYPED) -> int:
    return browser.send("/me/phone", {"phone": phone}).status_code


def test_number_code_and_reminders_by_sms_in_two_forms(scene: Scene, bob: Browser, database: Database) -> None:
    assert ask(bob) == 303
    page = bob.get("/me/phone").get_data(as_text=True)
    assert f"The code sent to {READ}" in page and 'autocomplete="one-time-code"' in page
    (code,) = codes(database)
    assert bob.send("/me/phone/confirm", {"code": code}).status_code == 303
    with database.reading() as db:
        who = db.get_one(Member, scene.bob.id)
        assert (who.phone, who.phone_verified_at, who.sms_opt_in) == (PHONE, NOW, True)
    assert f"{READ} is verified" in bob.get("/me/phone?done=1").get_data(as_text=True)
    assert 'name="sms"' in bob.get("/me/notifications").get_data(as_text=True)


def test_a_wrong_code_is_said_beside_its_field_and_five_tries_are_all(bob: Browser, database: Database) -> None:
    ask(bob)
    (code,) = codes(database)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        answer = bob.send("/me/phone/confirm", {"code": wrong})
        assert answer.status_code == 422
    assert bob.send("/me/phone/confirm", {"code": code}).status_code == 422
    assert 'name="code"' not in bob.get("/me/phone").get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("01 42 68 53 00", 422, "This number cannot receive SMS"),
        ("+992 91 712 3456", 422, "does not send SMS to this country"),
        ("bonjour", 422, "could not read this phone number"),
    ],
)
def test_what_cannot_be_reached_is_said_and_stays_typed(bob: Browser, typed: str, status: int, words: str) -> None:
    answer = bob.send("/me/phone", {"phone": typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert words in page and f'value="{typed}"' in page


def test_a_member_a_number_and_a_range_have_so_many_codes_a_day(
    scene: Scene, bob: Browser, signed_in: SignedIn, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        decide(db, "sms_codes_per_member", 2)
        decide(db, "sms_codes_per_number", 3)
        decide(db, "sms_codes_per_range", 4)
    charlie, alice = signed_in(scene.charlie), signed_in(scene.alice)
    assert [ask(bob), ask(bob), ask(bob)] == [303, 303, 429]  # the member's two
    assert [ask(charlie), ask(alice)] == [303, 429]  # one more of the number's three
    sent_with_retry = bob.send("/me/phone", {"phone": TYPED})
    assert int(re.sub(r"\D", "", sent_with_retry.headers.get("Retry-After", "0"))) > 0
    clock.move(days=1)
    assert ask(bob) == 303


def test_while_sms_are_off_the_page_says_so(bob: Browser, database: Database) -> None:
    with database.writing() as db:
        decide(db, "sms_on", value=False)
    answer = bob.send("/me/phone", {"phone": TYPED})
    assert (answer.status_code, codes(database)) == (503, [])
    assert "is not sending SMS right now" in answer.get_data(as_text=True)


def test_a_new_number_is_offered_to_coming_phone_hours_and_their_invite_goes_out(
    scene: Scene, bob: Browser, database: Database, links: Links
) -> None:
    asked = BookingRequest(
        mentor_id=scene.alice.id, starts_at=NINE, theme="Droit", need="Mes statuts", mode=Mode.PHONE, share_phone=True
    )
    with database.writing() as db:
        booking = book_slot(db, db.get_one(Member, scene.bob.id), asked, links=links, now=NOW)
    ask(bob)
    confirmed = bob.send("/me/phone/confirm", {"code": codes(database)[0]})
    assert confirmed.location == "/me/phone/hours"
    page = bob.get("/me/phone/hours").get_data(as_text=True)
    assert "These coming hours still have your former number" in page and "Alice" in page and READ in page
    assert number_of(database, booking) == ("+33698765432", 0)

    assert bob.send("/me/phone/hours").location == "/me"
    assert number_of(database, booking) == (PHONE, 1)
    assert bob.get("/me/phone/hours").location == "/me/phone"
    with database.reading() as db:
        invites = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "invite", OutboxMessage.version == 1))
        assert {(row.recipient_id, row.payload["action"]) for row in invites} == {
            (scene.alice.id, "changed"),
            (scene.bob.id, "changed"),
        }


def number_of(database: Database, booking: Booking) -> tuple[str, int]:
    with database.reading() as db:
        found = db.get_one(Booking, booking.id)
        return found.mentee_phone, found.sequence
