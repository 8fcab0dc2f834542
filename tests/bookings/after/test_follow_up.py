"""+30 and +90 days: asked once each at nine on the mentee's wall, of hours that were served; told and counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.follow_up import asked_at
from flashmeet.bookings.service import follow_up
from flashmeet.bookings.service.answers import Said, answer_booking, complete_over
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.follow_up import (
    answer_follow_up,
    ask_what_came,
    clearer_by_theme,
    follow_up_answers,
    follow_up_seat,
)
from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadInput, NotFound
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests.databases import rows_read_from, statements_of
from tests.people import FREE, NOW, law, member, mentor

AT = NOW + timedelta(days=1)
"""Wednesday 2 December, 10 o'clock in Paris, 4 in New York."""


def an_hour(db: Session, links: Links, mentee: Member | None = None, *, at: datetime = AT) -> Booking:
    alice = db.scalars(select(Member).where(Member.first_name == "Alice")).first() or mentor(
        db, "Alice", policy=replace(FREE, horizon_days=60)
    )
    bob = mentee or member(db, "Bob", tzid="America/New_York")
    wish = BookingRequest(mentor_id=alice.id, starts_at=at, theme="droit", need="Mes statuts")
    booking = book_slot(db, bob, wish, links=links, now=NOW)
    complete_over(db, now=booking.ends_at + timedelta(minutes=1))
    return booking


def mails(db: Session, kind: str) -> list[OutboxMessage]:
    return list(db.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def test_the_mentee_is_asked_at_thirty_and_at_ninety_days_at_nine_on_their_wall(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    for days, count in ((30, 1), (90, 2)):
        due = asked_at(booking.starts_at, days, "America/New_York")
        assert (due.hour, due.minute) == (14, 0)
        ask_what_came(db, now=due - timedelta(minutes=1))
        assert len(mails(db, "what_came")) == count - 1
        for _ in range(2):
            ask_what_came(db, now=due)
        ask_what_came(db, now=due + timedelta(days=2))
        sent = mails(db, "what_came")
        assert [mail.payload["days"] for mail in sent] == [30, 90][:count]
        assert {mail.recipient_id for mail in sent} == {booking.mentee_id}


def test_an_hour_that_did_not_take_place_is_not_asked_about(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    answer_booking(db, booking, booking.mentor, Said("no", None, None, None), now=AT + timedelta(hours=3))
    ask_what_came(db, now=asked_at(booking.starts_at, 30, booking.mentee.tzid))
    assert mails(db, "what_came") == []


def test_what_is_not_due_is_not_read_and_what_was_decided_is_not_read_again(database: Database, links: Links) -> None:
    """However many hours there were: the statements of a batch are the same, and the next round finds nothing."""
    counts = []
    for first, hours in ((0, 2), (2, 8)):
        with database.writing() as db:
            some = [
                an_hour(db, links, member(db, f"Bob{number}"), at=AT + timedelta(hours=number))
                for number in range(first, first + hours)
            ]
            for booking in some:
                answer_booking(db, booking, booking.mentor, Said("no"), now=booking.ends_at + timedelta(hours=1))
        due = max(asked_at(each.starts_at, 30, each.mentee.tzid) for each in some)
        for now in (due, due + timedelta(minutes=30)):
            statements, rows = statements_of(database), rows_read_from(database)
            with database.writing() as db:
                assert ask_what_came(db, now=now) == 0
                assert mails(db, "what_came") == []
            counts.append((len([each for each in statements if each.startswith("SELECT")]), sum(rows)))
    (few, _), again, (more, _), again_for_more = counts
    assert more == few
    assert again == again_for_more == (2, 0)


def test_hours_that_did_not_take_place_keep_no_other_from_being_asked_about(
    db: Session, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_up, "AT_ONCE", 2)
    for number in range(5):
        booking = an_hour(db, links, member(db, f"Bob{number}"), at=AT + timedelta(hours=number))
        if number < 4:
            answer_booking(db, booking, booking.mentor, Said("no"), now=booking.ends_at + timedelta(hours=1))
    due = asked_at(booking.starts_at, 30, booking.mentee.tzid)
    assert [ask_what_came(db, now=due) for _ in range(4)] == [0, 0, 1, 0]


def test_who_lives_elsewhere_by_now_is_asked_at_nine_there(db: Session, links: Links) -> None:
    booking = an_hour(db, links, member(db, "Bob", tzid="Europe/Paris"))
    at_first = asked_at(booking.starts_at, 30, "Europe/Paris")
    booking.mentee.tzid = "America/New_York"
    assert [ask_what_came(db, now=at_first + timedelta(hours=hours)) for hours in (0, 5, 6, 7)] == [0, 0, 1, 0]


def test_after_a_week_it_is_not_asked_any_more(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    ask_what_came(db, now=asked_at(booking.starts_at, 30, booking.mentee.tzid) + timedelta(days=7))
    assert mails(db, "what_came") == []


def test_the_mentor_hears_of_good_news_once(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    later = AT + timedelta(days=31)
    answer_follow_up(db, booking, 30, answer="not_yet", line="", now=later)
    assert mails(db, "came_of_it") == []
    for answer in ("under_way", "done"):
        kept = answer_follow_up(db, booking, 30, answer=answer, line="Déposés hier.", now=later)
    assert (kept.answer, kept.line) == ("done", "Déposés hier.")
    assert [mail.recipient_id for mail in mails(db, "came_of_it")] == [booking.mentor_id]
    with pytest.raises(BadInput):
        answer_follow_up(db, booking, 30, answer="perhaps", line="", now=later)


def test_the_link_opens_for_that_seat_and_those_days_alone(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    seat = booking.seat_of(booking.mentee_id)
    now = AT + timedelta(days=31)
    assert follow_up_seat(db, links.follow_up_token(seat.id, seat.nonce, 30), links=links, viewer_id=None, now=now) == (
        seat,
        30,
    )
    for token, viewer in (
        (links.follow_up_token(seat.id, seat.nonce, 31), None),
        (links.follow_up_token(seat.id, "other", 30), None),
        (links.follow_up_token(seat.id, seat.nonce, 30), booking.mentor_id),
        (f"{seat.id}-90-{links.follow_up_token(seat.id, seat.nonce, 30).rpartition('-')[2]}", None),
    ):
        with pytest.raises(NotFound):
            follow_up_seat(db, token, links=links, viewer_id=viewer, now=now)


def test_the_mentor_cannot_answer_for_the_mentee(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    seat = booking.seat_of(booking.mentor_id)
    token = links.follow_up_token(seat.id, seat.nonce, 30)
    with pytest.raises(NotFound):
        follow_up_seat(db, token, links=links, viewer_id=None, now=AT + timedelta(days=31))


def test_answers_that_come_at_once_are_one(database: Database, links: Links) -> None:
    with database.writing() as db:
        booking_id = an_hour(db, links).id

    def say(answer: str) -> str:
        with database.writing() as db:
            found = db.get_one(Booking, booking_id)
            return answer_follow_up(db, found, 30, answer=answer, line="", now=AT + timedelta(days=31)).answer

    said = ["done", "under_way", "other", "not_yet"]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(say, said)) == said
    with database.reading() as db:
        assert len(follow_up_answers(db, booking_id)) == 1
        assert len(mails(db, "came_of_it")) == 1


def test_how_clear_things_are_is_hidden_under_five_answers(db: Session, links: Links) -> None:
    for number, clearer in enumerate("55443"):
        booking = an_hour(db, links, member(db, f"Bob{number}"), at=AT + timedelta(hours=number))
        answer_booking(
            db, booking, booking.mentee, Said("yes", clearer, None, None), now=AT + timedelta(hours=number + 1)
        )
        found = clearer_by_theme(db, [law(db).id], since=NOW)[law(db).id]
        assert found.sayable is (number == 4)
    assert (round(found.mean, 2), found.count) == (4.2, 5)
    answer_booking(db, booking, booking.mentee, Said("no"), now=AT + timedelta(hours=9))
    assert clearer_by_theme(db, [law(db).id], since=NOW)[law(db).id].count == 4
