"""What the two of an hour write to each other, what is read first, and the answer that spares the hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules import threads
from flashmeet.bookings.rules.threads import ThreadKind
from flashmeet.bookings.service.book import BookingRequest, answer_booking, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.reliability import promises_of
from flashmeet.bookings.service.thread.messages import (
    Thread,
    can_write,
    give_to_read,
    keep,
    solve,
    texts_in,
    write_word,
)
from flashmeet.core.errors import AlreadyOver, Missing, NotFound, ThreadClosed, TooLateToSolve, TooLong, TooManyRequests
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.notifications import one_click
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.privacy.service.retention import keep_periods
from flashmeet.requests.service.create import Asking, ask
from flashmeet.schedule.models import Claim
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.people import FREE, NOW, member, mentor

AT = datetime(2026, 12, 9, 17, tzinfo=UTC)


class Scene:
    """Bob has an hour with Alice; Charlie has no part in it."""

    def __init__(self, db: Session, links: Links, **policy: Any) -> None:
        self.db, self.links, self.now = db, links, NOW
        self.alice = mentor(db, "Alice", policy=replace(FREE, **policy))
        self.bob, self.charlie = member(db, "Bob"), member(db, "Charlie")
        wanted = BookingRequest(mentor_id=self.alice.id, starts_at=AT, theme="droit", need="Mes statuts")
        self.booking = book_slot(db, self.bob, wanted, links=links, now=NOW)

    def writes(self, who: Member, text: str) -> None:
        write_word(self.db, who, self.booking.id, text, now=self.now)

    def mails(self, to: Member, kind: str = "thread") -> list[OutboxMessage]:
        query = select(OutboxMessage).where(
            OutboxMessage.recipient_id == to.id, OutboxMessage.kind == kind, OutboxMessage.state != "dropped"
        )
        return list(self.db.scalars(query.order_by(OutboxMessage.id)))

    def leave(self) -> None:
        """The worker sends what is due."""
        for row in self.db.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting")):
            if row.due_at <= self.now:
                row.state = OutboxState.SENT
        self.db.flush()


@pytest.fixture
def scene(db: Session, links: Links) -> Iterator[Scene]:
    yield Scene(db, links)


def test_a_word_is_for_the_two_and_the_other_is_mailed_at_once(scene: Scene) -> None:
    scene.writes(scene.bob, "  À demain \r\n")
    assert [(each.author.first_name, each.text) for each in texts_in(scene.db, Thread(scene.booking.id))] == [
        ("Bob", "À demain")
    ]
    (mail,) = scene.mails(scene.alice)
    assert (mail.payload["reason"], mail.due_at) == ("À demain", NOW)
    assert scene.mails(scene.bob) == []
    assert "@" not in str({**mail.payload, "uid": ""})
    with pytest.raises(NotFound):
        scene.writes(scene.charlie, "Et moi ?")


def test_one_mail_a_quarter_of_an_hour_carries_all_that_is_unread(scene: Scene) -> None:
    scene.writes(scene.bob, "un")
    scene.leave()
    for minute, text in ((1, "deux"), (14, "trois")):
        scene.now = NOW + timedelta(minutes=minute)
        scene.writes(scene.bob, text)
        scene.leave()
    first, second = scene.mails(scene.alice)
    assert (second.payload["reason"], second.due_at) == ("deux\n\ntrois", NOW + timedelta(minutes=15))
    scene.now = NOW + timedelta(minutes=15)
    scene.leave()
    scene.now = NOW + timedelta(minutes=40)
    scene.writes(scene.bob, "quatre")
    assert [mail.payload["reason"] for mail in scene.mails(scene.alice)] == ["un", "deux\n\ntrois", "quatre"]
    assert first.state == second.state == "sent"


def test_words_that_have_not_left_yet_go_together(scene: Scene) -> None:
    scene.writes(scene.bob, "un")
    scene.writes(scene.bob, "deux")
    (mail,) = scene.mails(scene.alice)
    assert (mail.payload["reason"], mail.due_at) == ("un\n\ndeux", NOW)


def test_who_answers_has_read_and_is_not_mailed_what_they_answered(scene: Scene) -> None:
    scene.writes(scene.bob, "un")
    scene.leave()
    scene.writes(scene.bob, "deux")
    scene.writes(scene.alice, "oui")
    assert [mail.payload["reason"] for mail in scene.mails(scene.alice)] == ["un"]
    scene.now = NOW + timedelta(minutes=20)
    scene.writes(scene.bob, "trois")
    assert [mail.payload["reason"] for mail in scene.mails(scene.alice)] == ["un", "trois"]


@given(at=st.lists(st.integers(0, 200), min_size=1, max_size=20))
def test_mails_are_never_closer_than_a_quarter_of_an_hour(at: list[int]) -> None:
    last: datetime | None = None
    for minute in sorted(at):
        now = NOW + timedelta(minutes=minute)
        due = threads.notify_at(last, now=now)
        assert due == now if last is None else due >= now and due - last >= threads.TOLD_EVERY
        last = due


def test_the_same_form_sent_twice_says_it_once(scene: Scene) -> None:
    scene.writes(scene.bob, "un")
    scene.writes(scene.bob, "un")
    assert len(texts_in(scene.db, Thread(scene.booking.id))) == 1
    scene.now = NOW + timedelta(minutes=6)
    scene.writes(scene.bob, "un")
    assert len(texts_in(scene.db, Thread(scene.booking.id))) == 2


def test_a_word_is_neither_empty_nor_a_book_nor_a_flood(scene: Scene) -> None:
    with pytest.raises(Missing):
        scene.writes(scene.bob, " \0\n")
    with pytest.raises(TooLong):
        scene.writes(scene.bob, "x" * 2_001)
    for number in range(threads.MOST_A_DAY):
        scene.writes(scene.bob, str(number))
    with pytest.raises(TooManyRequests):
        scene.writes(scene.bob, "encore")
    scene.now = NOW + timedelta(days=1)
    scene.writes(scene.bob, "encore")


def test_the_thread_closes_a_month_after_the_hour(scene: Scene) -> None:
    scene.now = scene.booking.ends_at + timedelta(days=30) - timedelta(seconds=1)
    scene.writes(scene.bob, "Merci")
    scene.now += timedelta(seconds=1)
    with pytest.raises(ThreadClosed):
        scene.writes(scene.alice, "De rien")


def test_a_cancelled_hour_keeps_its_thread_and_a_declined_request_has_none(db: Session, links: Links) -> None:
    scene = Scene(db, links, confirm="ask")
    scene.writes(scene.bob, "Une précision")
    answer_booking(db, scene.alice, scene.booking.id, accept=False, now=NOW)
    assert not can_write(scene.db, scene.booking, now=NOW)
    with pytest.raises(ThreadClosed):
        scene.writes(scene.bob, "Pourquoi ?")
    wanted = BookingRequest(mentor_id=scene.alice.id, starts_at=AT, theme="droit", need="Mes statuts")
    again = book_slot(db, scene.bob, wanted, links=links, now=NOW)
    answer_booking(db, scene.alice, again.id, accept=True, now=NOW)
    cancel_booking(db, scene.alice, again.id, reason="train", now=NOW)
    assert can_write(scene.db, again, now=NOW)


@given(
    status=st.sampled_from(BookingStatus),
    agreed=st.booleans(),
    days=st.integers(-40, 40),
)
def test_once_closed_a_thread_stays_closed(status: BookingStatus, agreed: bool, days: int) -> None:
    ends_at = NOW + timedelta(days=days)
    states = [
        threads.is_open(status, agreed=agreed, ends_at=ends_at, now=NOW + timedelta(days=each)) for each in range(80)
    ]
    assert states == sorted(states, reverse=True)
    assert not states[-1]


def test_words_can_be_switched_off_and_what_counts_cannot() -> None:
    assert one_click("thread") == "threads"
    assert one_click("read_first") is None
    assert one_click("invite") is None


def test_what_to_read_first_is_mailed_to_the_mentee_and_the_hour_stays(scene: Scene) -> None:
    give_to_read(scene.db, scene.alice, scene.booking.id, "https://example.org/statuts", now=NOW)
    (mail,) = scene.mails(scene.bob, "read_first")
    assert mail.payload["reason"] == "https://example.org/statuts"
    assert scene.booking.status == BookingStatus.CONFIRMED
    with pytest.raises(NotFound):
        give_to_read(scene.db, scene.bob, scene.booking.id, "Lisez", now=NOW)
    with pytest.raises(AlreadyOver):
        give_to_read(scene.db, scene.alice, scene.booking.id, "Lisez", now=AT)


def test_two_lines_free_the_hour_of_both_and_the_answer_stands_in_the_cancellation(scene: Scene) -> None:
    solve(scene.db, scene.alice, scene.booking.id, "Article 12, et rien d’autre.", now=NOW)
    booking = scene.booking
    assert (booking.status, booking.cancelled_by_id, booking.cancel_reason) == (
        BookingStatus.CANCELLED,
        scene.alice.id,
        "",
    )
    assert (booking.solved_at, booking.sequence) == (NOW, 1)
    assert scene.db.scalars(select(Claim)).all() == []
    _, cancel = scene.mails(scene.bob, "invite")
    assert (cancel.payload["action"], cancel.payload["sequence"]) == ("cancelled", 1)
    assert (cancel.payload["reason"], cancel.payload["solved"]) == ("Article 12, et rien d’autre.", True)
    assert [each.kind for each in texts_in(scene.db, Thread(booking.id))] == ["solved"]
    assert scene.mails(scene.bob, "reminder_hour") == []
    scene.writes(scene.bob, "Merci")


def test_an_answer_in_writing_is_no_broken_promise(scene: Scene) -> None:
    late = AT - timedelta(hours=3)
    solve(scene.db, scene.alice, scene.booking.id, "Article 12", now=late)
    assert promises_of(scene.db, [scene.alice.id, scene.bob.id], now=late) == {}


def test_close_to_the_hour_the_answer_belongs_into_the_hour(scene: Scene) -> None:
    with pytest.raises(TooLateToSolve):
        solve(scene.db, scene.alice, scene.booking.id, "Article 12", now=AT - timedelta(minutes=119))
    assert scene.booking.status == BookingStatus.CONFIRMED
    with pytest.raises(NotFound):
        solve(scene.db, scene.bob, scene.booking.id, "J’ai trouvé", now=NOW)
    solve(scene.db, scene.alice, scene.booking.id, "Article 12", now=AT - timedelta(hours=2))
    with pytest.raises(AlreadyOver):
        solve(scene.db, scene.alice, scene.booking.id, "Article 13", now=AT - timedelta(hours=2))


def test_a_request_has_a_thread_of_its_own(scene: Scene) -> None:
    wanted = Asking(theme="droit", need="Mes statuts", mentor_id=scene.alice.id, any_time=True)
    request = ask(scene.db, scene.bob, wanted, now=NOW)
    thread = Thread(request_id=request.id)
    said, new = keep(scene.db, thread, scene.alice, "Article 12", kind=ThreadKind.SOLVED, now=NOW)
    assert (new, texts_in(scene.db, thread)) == (True, [said])
    assert texts_in(scene.db, Thread(scene.booking.id)) == []


def test_texts_are_kept_for_thirteen_months_and_then_gone(scene: Scene) -> None:
    scene.writes(scene.bob, "un")
    end = scene.booking.ends_at + timedelta(days=396)
    keep_periods(scene.db, now=end - timedelta(seconds=1))
    assert len(texts_in(scene.db, Thread(scene.booking.id))) == 1
    keep_periods(scene.db, now=end)
    assert texts_in(scene.db, Thread(scene.booking.id)) == []
    assert scene.db.get(Booking, scene.booking.id) is not None
    assert keep_periods(scene.db, now=end) == 0
