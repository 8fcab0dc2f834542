"""Policy `ask`: a booking that its mentor answers first goes by the rules of requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, answer_booking, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import QuotaReached
from flashmeet.core.settings.policies import Confirm
from flashmeet.i18n.times import clock
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import outgoing
from flashmeet.messages.outbox.todays_facts import tell_todays_facts
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.service.answer import accept, propose, solve
from flashmeet.requests.service.counter_offer import choose
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests.people import EVERY_DAY, FREE, member
from tests.requests.conftest import Scene

ASKS = replace(FREE, confirm=Confirm.ASK)


def book(scene: Scene, at: datetime, who: Member | None = None, whom: Member | None = None) -> Booking:
    request = BookingRequest(mentor_id=(whom or alice(scene)).id, starts_at=at, theme="droit", need="Mes statuts")
    return book_slot(scene.db, who or scene.camille, request, links=scene.links, now=scene.now)


def alice(scene: Scene) -> Member:
    found = scene.db.scalars(select(Member).where(Member.first_name == "Alice")).first()
    return found or scene.mentor("Alice", rules=EVERY_DAY, policy=ASKS)


def ask_of(scene: Scene, booking: Booking) -> RequestAsk:
    return scene.db.scalars(select(RequestAsk).join(RequestAsk.request).filter_by(booking_id=booking.id)).one()


def test_it_is_asked_once_reminded_once_and_counted(scene: Scene) -> None:
    booking = book(scene, scene.at(9, 9))
    ask = ask_of(scene, booking)
    assert (ask.state, ask.due_at, ask.request.kind) == ("asked", booking.answer_due_at, "hour")
    assert sorted(scene.mails(alice(scene))) == ["asked_again", "request"]
    answer_booking(scene.db, alice(scene), booking.id, accept=True, now=scene.now)
    assert (ask.state, ask.answered_at, ask.request.state) == ("accepted", scene.now, "accepted")
    assert "asked_again" not in scene.mails(alice(scene))


def test_the_deadline_is_by_the_clock_of_where_the_mentor_lives_not_of_where_their_hours_are(scene: Scene) -> None:
    """Ten o'clock in Paris is evening in Tokyo, and evening there is the morning after here."""
    save_availability(
        scene.db, alice(scene), tzid="Asia/Tokyo", rules=EVERY_DAY, overrides=(), policy=ASKS, now=scene.now
    )
    booking = book(scene, scene.at(9, 9))
    assert booking.answer_due_at == scene.at(4, 11)
    move_booking(scene.db, scene.camille, booking.id, starts_at=scene.at(9, 10), now=scene.now)
    assert booking.answer_due_at == scene.at(4, 11)


def test_the_link_of_the_mail_accepts_it(scene: Scene) -> None:
    booking = book(scene, scene.at(9, 9))
    accept(scene.db, ask_of(scene, booking), booking.starts_at, links=scene.links, now=scene.now)
    assert booking.status == BookingStatus.CONFIRMED and scene.mails(scene.camille, "pending", "invite") == [
        "pending",
        "invite",
    ]


def test_two_open_requests_and_four_pending_hours_hold_for_it_too(scene: Scene) -> None:
    book(scene, scene.at(9, 9))
    book(scene, scene.at(10, 9))
    with pytest.raises(QuotaReached) as refusal, scene.db.begin_nested():
        book(scene, scene.at(11, 9))
    assert refusal.value.rule == "mentee_open"
    bob, dan = member(scene.db, "Bob"), member(scene.db, "Dan")
    for hour in (9, 11):
        book(scene, scene.at(14, hour), bob)
    with pytest.raises(QuotaReached) as refusal, scene.db.begin_nested():
        book(scene, scene.at(15, 9), dan)
    assert refusal.value.rule == "mentor_pending"


def test_what_is_listed_can_be_asked_for_and_with_four_that_wait_nothing_is_listed(scene: Scene) -> None:
    def listed() -> int:
        query = SlotQuery(tzid="UTC", mentor_id=alice(scene).id, viewer_id=scene.camille.id)
        return len(find_slots(scene.db, query, now=scene.now).slots)

    asked = [
        book(scene, scene.at(14 + number, 9), member(scene.db, name))
        for number, name in enumerate(("Ana", "Ben", "Cem"))
    ]
    assert listed()
    asked.append(book(scene, scene.at(18, 9), member(scene.db, "Dan")))
    assert listed() == 0
    answer_booking(scene.db, alice(scene), asked[0].id, accept=True, now=scene.now)
    assert listed()
    book(scene, scene.at(21, 9), member(scene.db, "Eli"))
    assert listed() == 0
    answer_booking(scene.db, alice(scene), asked[1].id, accept=False, now=scene.now)
    assert listed()
    scene.pass_time(asked[2].answer_due_at or scene.now, step=timedelta(days=1))
    assert listed()


def test_an_answer_makes_room(scene: Scene) -> None:
    first = book(scene, scene.at(9, 9))
    book(scene, scene.at(10, 9))
    answer_booking(scene.db, alice(scene), first.id, accept=True, now=scene.now)
    second = book(scene, scene.at(11, 9))
    cancel_booking(scene.db, scene.camille, second.id, reason="", now=scene.now)
    assert ask_of(scene, second).state == "withdrawn"
    book(scene, scene.at(11, 9))


def test_it_expires_once_with_the_booking(scene: Scene) -> None:
    others = [scene.mentor(name, rules=EVERY_DAY) for name in ("Ada", "Bea", "Cleo")]
    booking = book(scene, scene.at(20, 9))
    ask = ask_of(scene, booking)
    scene.pass_time(ask.due_at, step=timedelta(days=1))
    scene.pass_time(timedelta(hours=3))
    assert (ask.state, ask.request.state, booking.status) == ("expired", "expired", BookingStatus.CANCELLED)
    assert scene.mails(scene.camille) == ["pending", "not_taken"]
    told = scene.payload(scene.camille, "not_taken")["people"]
    assert {each["id"] for each in told} == {each.id for each in others}


def test_moved_it_is_asked_anew_and_stays_one_request(scene: Scene) -> None:
    booking = book(scene, scene.at(9, 9))
    scene.now += timedelta(minutes=5)
    move_booking(scene.db, scene.camille, booking.id, starts_at=scene.at(16, 9), now=scene.now)
    assert ask_of(scene, booking).due_at == booking.answer_due_at


def test_the_mentor_may_propose_others_or_solve_it_in_two_lines(scene: Scene) -> None:
    booking = book(scene, scene.at(9, 9))
    ask = ask_of(scene, booking)
    propose(scene.db, ask, [scene.at(12, 18)], now=scene.now)
    assert booking.status == BookingStatus.CANCELLED and scene.claimed(scene.camille) == 4
    again = choose(scene.db, ask.request, scene.at(12, 18), links=scene.links, now=scene.now)
    assert again.status == BookingStatus.CONFIRMED
    other = book(scene, scene.at(16, 9))
    solve(scene.db, ask_of(scene, other), "Article 12.", now=scene.now)
    assert (other.status, scene.payload(scene.camille, "request_ended")["action"]) == (
        BookingStatus.CANCELLED,
        "solved",
    )


def test_the_mail_about_the_hour_says_what_stands_around_it_in_the_mentors_day(scene: Scene) -> None:
    booking = book(scene, scene.at(9, 14))
    mentor, hour = alice(scene), timedelta(hours=1)
    other = book(scene, booking.ends_at + hour, who=member(scene.db, "Dora"))
    row = scene.db.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "request").order_by(OutboxMessage.id).limit(1)
    ).one()
    mentor.locale = "en"
    tell_todays_facts(scene.db, [row])
    mail = Renderer(scene.links, "net@example.org", "Réseau").mail(outgoing(row, mentor))
    begins = clock(other.starts_at, mentor.tzid)
    assert f"In your calendar: free until then, taken from {begins}." in mail.text
    assert f"In your calendar: free until then, taken from {begins}." in mail.html
