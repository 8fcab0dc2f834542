"""What Twilio tells and what people answer: signed, in any order, and each thing once (acceptance C4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # has no types

from flashmeet.app import create_app
from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.move import move_booking
from flashmeet.bookings.service.thread.messages import Thread, texts_in
from flashmeet.core.config import Config, Twilio
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import BlockedNumber, Member
from flashmeet.messages.models import Delivery, LeftReply, OutboxMessage
from flashmeet.messages.outbox.lease import begin_sending, lease_due
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.rules.channels import ChannelName, Sent
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.service.deliveries import follow_failures
from flashmeet.messages.service.notifications import switch_mail
from flashmeet.people.models import Block
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.browsers import Browser, Clock
from tests.databases import rows_read_from
from tests.people import NOW
from tests.scene import NINE, Scene, stage

TWILIO = Twilio(account_sid="AC" + "0" * 32, auth_token="a-token", sender="+33700000000", base_url=None)
PHONE = "+33612345678"
BASE = "https://meet.example.org"
STATUS, INBOUND = "/hooks/twilio/status", "/hooks/twilio/inbound"


@pytest.fixture
def hooked(config: Config, database: Database, clock: Clock) -> Flask:
    return create_app(replace(config, twilio=TWILIO), database=database, clock=clock)


@pytest.fixture
def public(config: Config, database: Database, clock: Clock) -> Flask:
    """Behind a proxy that speaks https and calls us in clear."""
    return create_app(replace(config, base_url=BASE, twilio=TWILIO), database=database, clock=clock)


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database, bob={"phone": PHONE, "phone_verified_at": NOW, "sms_opt_in": True, "locale": "fr"})


@pytest.fixture
def booking(database: Database, scene: Scene) -> int:
    """Bob was reminded of it by SMS, under Twilio's name SM1; mails of reminders he does not want."""
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        wish = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE, theme="droit", need="Mes statuts")
        made = book_slot(db, bob, wish, links=Links(BASE, "s" * 40), now=NOW).id
        switch_mail(db, bob.id, Category.REMINDERS, on=False)
        at = NINE - timedelta(days=1)
        for channel in (ChannelName.MAIL, ChannelName.SMS):
            for leased in lease_due(db, channel, now=at, limit=20):
                begin_sending(db, [leased], now=at)
                settle(db, [(leased, Sent("SM1" if channel == "sms" else ""))], now=at)
        return made


def call(app: Flask, path: str, token: str = TWILIO.auth_token, url: str = "", **form: str) -> int:
    """As Twilio calls: signed over the address it was given."""
    ours = app.extensions["flashmeet"].config
    url = url or ours.base_url
    signature = RequestValidator(token).compute_signature(url + path, form)
    headers = {"X-Twilio-Signature": signature, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    answer = Browser(app).post(path, data=form, headers=headers, base_url=f"http://{ours.host}")
    if path == INBOUND and answer.status_code == 200:
        assert answer.get_data(as_text=True).endswith("<Response/>")
    return answer.status_code


def status_of(database: Database) -> dict[str, str]:
    with database.reading() as db:
        return {each.ref: each.status for each in db.scalars(select(Delivery))}


def replies(database: Database) -> list[tuple[int, str]]:
    with database.reading() as db:
        query = select(OutboxMessage).where(OutboxMessage.kind == "sms_reply").order_by(OutboxMessage.id)
        return [(row.recipient_id, row.payload["answer"]) for row in db.scalars(query)]


def test_only_what_twilio_signed_for_our_public_address_is_heard(public: Flask, database: Database) -> None:
    told = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert call(public, STATUS, **told) == 204
    assert call(public, STATUS, token="another", MessageSid="SM2", MessageStatus="delivered") == 403
    assert call(public, STATUS, url="http://127.0.0.1:8000", MessageSid="SM3", MessageStatus="delivered") == 403
    assert call(public, INBOUND, token="another", MessageSid="SM4", From=PHONE, Body="STOP") == 403
    unsigned = Browser(public).post(STATUS, data=told, base_url="http://meet.example.org")
    assert unsigned.status_code == 403
    assert status_of(database) == {"SM1": "delivered"}


def test_an_address_with_a_query_is_signed_with_it(public: Flask) -> None:
    assert call(public, f"{STATUS}?from=a%20b", MessageSid="SM1", MessageStatus="sent") == 204


def test_where_no_provider_is_set_there_are_no_hooks(client: Browser) -> None:
    assert client.post(STATUS, data={"MessageSid": "SM1", "MessageStatus": "sent"}).status_code == 404
    assert client.post(INBOUND, data={"MessageSid": "SM1", "From": PHONE, "Body": "STOP"}).status_code == 404


def test_a_status_never_goes_backwards(hooked: Flask, database: Database) -> None:
    for status in ("sent", "queued", "delivered", "sending", "undelivered", "nonsense"):
        assert call(hooked, STATUS, MessageSid="SM1", MessageStatus=status) == 204
    assert status_of(database) == {"SM1": "delivered"}


def test_a_call_that_names_no_message_is_refused(hooked: Flask) -> None:
    assert call(hooked, STATUS, MessageStatus="sent") == 422
    assert call(hooked, INBOUND, From=PHONE, Body="1", MessageSid="../etc") == 422


@pytest.mark.parametrize(("error", "marked"), [("30003", None), ("30005", "bad_number"), ("21610", "opted_out")])
def test_a_reminder_that_did_not_arrive_is_said_by_mail(
    hooked: Flask, database: Database, booking: int, error: str, marked: str | None
) -> None:
    call(hooked, STATUS, MessageSid="SM1", MessageStatus="undelivered", ErrorCode=error)
    call(hooked, STATUS, MessageSid="SM1", MessageStatus="undelivered", ErrorCode=error)
    with database.reading() as db:
        mail = select(OutboxMessage.state).where(
            OutboxMessage.kind == "reminder_day",
            OutboxMessage.channel == "mail",
            OutboxMessage.recipient.has(Member.phone == PHONE),
        )
        assert db.scalars(mail).all() == ["waiting"]
        blocked = db.get(BlockedNumber, PHONE)
        assert (blocked and blocked.reason) == marked


def test_a_failure_that_is_told_before_the_message_is_settled_is_followed_up(
    hooked: Flask, database: Database, booking: int
) -> None:
    with database.writing() as db:
        db.execute(update(OutboxMessage).where(OutboxMessage.provider_ref == "SM1").values(provider_ref=None))
    call(hooked, STATUS, MessageSid="SM1", MessageStatus="failed", ErrorCode="30005")
    with database.writing() as db:
        assert db.get(BlockedNumber, PHONE) is None
        sms = update(OutboxMessage).where(OutboxMessage.channel == "sms", OutboxMessage.state == "sent")
        db.execute(sms.values(provider_ref="SM1"))
        for _ in range(2):
            follow_failures(db, now=NOW)
        assert db.get_one(BlockedNumber, PHONE).reason == "bad_number"


def test_a_failure_that_was_followed_when_it_came_is_not_read_again(
    hooked: Flask, database: Database, booking: int
) -> None:
    call(hooked, STATUS, MessageSid="SM1", MessageStatus="failed", ErrorCode="30005")
    with database.writing() as db:
        settled_at = db.scalars(select(OutboxMessage.settled_at).where(OutboxMessage.provider_ref == "SM1")).one()
        assert settled_at is not None
        later = settled_at + timedelta(minutes=10)
        db.execute(update(Delivery).values(told_at=later))
    rows = rows_read_from(database)
    with database.writing() as db:
        follow_failures(db, now=later)
    assert sum(rows) == 0


def test_the_page_of_the_session_says_that_it_arrived(
    hooked: Flask, database: Database, booking: int, scene: Scene, clock: Clock
) -> None:
    clock.move(days=7, hours=8, minutes=1)
    call(hooked, STATUS, MessageSid="SM1", MessageStatus="delivered")
    browser = Browser(hooked).sign_in(scene.bob)
    page = browser.get(f"/bookings/{booking}").get_data(as_text=True)
    assert "to Bob Exemple, by SMS" in page or "à Bob Exemple, par SMS" in page
    assert "12:01 (New York)" in page


@pytest.mark.parametrize("word", ["STOP", "Arrêt", "ARRET"])
def test_stop_ends_all_sms_to_that_number_and_start_brings_them_back(
    hooked: Flask, database: Database, scene: Scene, word: str
) -> None:
    assert call(hooked, INBOUND, MessageSid="SM7", From=PHONE, Body=word) == 200
    with database.reading() as db:
        assert db.get_one(BlockedNumber, PHONE).reason == "opted_out"
    page = Browser(hooked).sign_in(scene.bob).get("/me/phone").get_data(as_text=True)
    assert "+33\u00a07\u00a000\u00a000\u00a000\u00a000" in page
    assert call(hooked, INBOUND, MessageSid="SM8", From=PHONE, Body="Start") == 200
    assert call(hooked, INBOUND, MessageSid="SM7", From=PHONE, Body=word) == 200  # an old call, sent once more
    with database.reading() as db:
        assert db.get(BlockedNumber, PHONE) is None
    assert replies(database) == []


@pytest.mark.parametrize("answer", ["come", "move", "cancel"])
def test_a_digit_answers_the_reminder_once_and_cancels_nothing_by_itself(
    hooked: Flask, database: Database, booking: int, scene: Scene, answer: str
) -> None:
    said = {"come": "1", "move": "2", "cancel": "3"}[answer]
    for _ in range(2):
        assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body=said) == 200
    assert replies(database) == [(scene.bob.id, answer)]
    with database.reading() as db:
        assert db.get_one(Booking, booking).status == BookingStatus.CONFIRMED
    page = Browser(hooked).sign_in(scene.alice).get(f"/bookings/{booking}").get_data(as_text=True)
    assert ("Bob vient" in page) is (answer == "come")


def test_a_word_given_for_the_old_hour_does_not_count_for_the_new_one(
    hooked: Flask, database: Database, booking: int, scene: Scene
) -> None:
    call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body="1")
    with database.writing() as db:
        who = db.get_one(Member, scene.alice.id)
        move_booking(db, who, booking, starts_at=NINE - timedelta(hours=2), now=NOW)
    page = Browser(hooked).sign_in(scene.alice).get(f"/bookings/{booking}").get_data(as_text=True)
    assert "Bob vient" not in page


ILL = "Stop : je suis malade, on se parle demain ?"


def words_to(database: Database, booking: int) -> list[str]:
    with database.reading() as db:
        return [each.text for each in texts_in(db, Thread(booking))]


def test_words_are_shown_to_the_other_and_answered_once_with_the_link(
    hooked: Flask, database: Database, booking: int, scene: Scene
) -> None:
    for ref, said in (("SM9", ILL), ("SM9", ILL), ("SM10", "Désolé")):
        assert call(hooked, INBOUND, MessageSid=ref, From=PHONE, Body=said) == 200
    assert replies(database) == [(scene.bob.id, "passed_on")]
    assert words_to(database, booking) == [ILL, "Désolé"]
    with database.reading() as db:
        assert db.get(BlockedNumber, PHONE) is None
        told = select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "thread", OutboxMessage.channel == "mail")
        assert set(db.scalars(told)) == {scene.alice.id}


def test_who_is_late_is_heard_after_the_start(hooked: Flask, database: Database, booking: int, clock: Clock) -> None:
    clock.at = NINE + timedelta(minutes=5)
    assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body="J’arrive") == 200
    assert words_to(database, booking) == ["J’arrive"]


@pytest.mark.parametrize("said", ["1", "2", "3", "annuler"])
def test_an_answer_once_the_hour_has_begun_is_told_where_to_write(
    hooked: Flask, database: Database, booking: int, clock: Clock, said: str
) -> None:
    clock.at = NINE + timedelta(minutes=5)
    assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body=said) == 200
    assert [answer for _, answer in replies(database)] == ["begun"]
    assert words_to(database, booking) == []
    with database.reading() as db:
        assert db.get_one(Booking, booking).status == BookingStatus.CONFIRMED


def test_an_answer_without_an_hour_is_left_to_an_administrator(
    hooked: Flask, database: Database, booking: int, clock: Clock
) -> None:
    clock.at = NINE + timedelta(hours=3)
    assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body="3") == 200
    assert call(hooked, INBOUND, MessageSid="SM10", From="+33612340000", Body="3") == 200  # a stranger's
    assert replies(database) == []
    with database.reading() as db:
        assert [each.why for each in db.scalars(select(LeftReply))] == ["no_hour"]


def shares_number(database: Database, scene: Scene, *, proved: timedelta) -> int:
    """Charlie proved Bob's number too, that long after the start of the scene, and has an hour of her own; its id."""
    with database.writing() as db:
        charlie = db.get_one(Member, scene.charlie.id)
        charlie.phone, charlie.phone_verified_at = PHONE, NOW + proved
        wish = BookingRequest(
            mentor_id=scene.alice.id, starts_at=NINE - timedelta(hours=3), theme="droit", need="Mes statuts"
        )
        return book_slot(db, charlie, wish, links=Links(BASE, "s" * 40), now=NOW).id


def test_of_two_who_share_a_number_the_words_are_theirs_who_was_written_to(
    hooked: Flask, database: Database, booking: int, scene: Scene
) -> None:
    other = shares_number(database, scene, proved=timedelta(0))
    assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body=ILL) == 200
    assert (words_to(database, booking), words_to(database, other)) == ([ILL], [])


def test_of_a_number_that_moved_the_words_are_theirs_who_proved_it_last(
    hooked: Flask, database: Database, booking: int, scene: Scene
) -> None:
    other = shares_number(database, scene, proved=timedelta(days=7, hours=9))
    assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body=ILL) == 200
    assert (words_to(database, booking), words_to(database, other)) == ([], [ILL])
    assert replies(database) == [(scene.charlie.id, "passed_on")]


@pytest.mark.parametrize("now_at", ["+33611111111", None])
def test_the_words_of_a_former_number_are_nobodys(
    hooked: Flask, database: Database, booking: int, scene: Scene, now_at: str | None
) -> None:
    with database.writing() as db:
        db.get_one(Member, scene.bob.id).phone = now_at
    assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body=ILL) == 200
    assert (replies(database), words_to(database, booking)) == ([], [])


def test_an_sms_to_a_members_former_number_does_not_decide_whose_the_words_are(
    hooked: Flask, database: Database, booking: int, scene: Scene
) -> None:
    """Bob got his reminder at his former number, and shares Charlie's now, which she proved last."""
    other = shares_number(database, scene, proved=timedelta(0))
    shared = "+33611111111"
    with database.writing() as db:
        for who, day in ((scene.bob.id, 1), (scene.charlie.id, 2)):
            member = db.get_one(Member, who)
            member.phone, member.phone_verified_at = shared, NOW + timedelta(days=day)
    assert call(hooked, INBOUND, MessageSid="SM9", From=shared, Body=ILL) == 200
    assert (words_to(database, booking), words_to(database, other)) == ([], [ILL])


def test_words_between_people_who_are_kept_apart_are_not_passed_on(
    hooked: Flask, database: Database, booking: int, scene: Scene
) -> None:
    with database.writing() as db:
        db.add(Block(by_id=scene.alice.id, other_id=scene.bob.id, at=NOW))
    assert call(hooked, INBOUND, MessageSid="SM9", From=PHONE, Body=ILL) == 200
    assert (replies(database), words_to(database, booking)) == ([(scene.bob.id, "not_passed_on")], [])


@pytest.mark.parametrize(("sender", "said"), [("+33699999999", "1"), ("+33699999999", ILL), (PHONE, " "), ("", "3")])
def test_a_stranger_and_an_empty_sms_get_no_answer(
    hooked: Flask, database: Database, booking: int, sender: str, said: str
) -> None:
    assert call(hooked, INBOUND, MessageSid="SM9", From=sender, Body=said) == 200
    assert replies(database) == []
