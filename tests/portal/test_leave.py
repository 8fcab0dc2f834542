"""Leave hides hours at once, and asks about what is agreed already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking, LeaveQuestion
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import Leave
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.availability import save_availability
from flashmeet.schedule.service.leave import end_leave, take_leave
from flashmeet.schedule.service.pauses import pause, resume
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests import people
from tests.browsers import Browser, Clock

SignedIn = Callable[[Member | int], Browser]
INSIDE = datetime(2026, 12, 22, 10, tzinfo=UTC)


@pytest.fixture
def alice(database: Database) -> Member:
    with database.writing() as db:
        return people.mentor(db, "Alice", locale="en", policy=replace(people.FREE, horizon_days=40))


@pytest.fixture
def bob(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Bob")


@pytest.fixture
def booked(database: Database, alice: Member, bob: Member, links: Links) -> Booking:
    """Bob has an hour of Alice's on 22 December."""
    request = BookingRequest(mentor_id=alice.id, starts_at=INSIDE, theme="droit", need="Mes statuts")
    with database.writing() as db:
        return book_slot(db, db.get_one(Member, bob.id), request, links=links, now=people.NOW)


def free_days(database: Database, mentor: Member) -> set[date]:
    query = SlotQuery(
        tzid="Europe/Paris",
        mentor_id=mentor.id,
        start=datetime(2026, 12, 20, 23, tzinfo=UTC),
        end=datetime(2027, 1, 5, 22, tzinfo=UTC),
        after=720,
        before=721,
        limit=100,
    )
    with database.reading() as db:
        return {slot.starts_at.date() for slot in find_slots(db, query, now=people.NOW).slots}


def test_before_a_leave_its_mentor_sees_who_counts_on_them_and_decides(
    database: Database, alice: Member, bob: Member, booked: Booking, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    days = {"first": "2026-12-21", "last": "2027-01-03"}
    page = browser.send("/me/leave", days).get_data(as_text=True)
    assert ("1 hour to come" in page, "Bob" in page, 'value="cancel"' in page) == (True, True, True)
    with database.reading() as db:
        assert db.scalars(select(Leave)).all() == []
    assert browser.send("/me/leave", {**days, "hours": "cancel"}).status_code == 303
    with database.reading() as db:
        told = select(OutboxMessage).where(OutboxMessage.recipient_id == bob.id, OutboxMessage.kind == "invite")
        assert db.get_one(Booking, booked.id).status == BookingStatus.CANCELLED
        assert db.scalars(told.order_by(OutboxMessage.id.desc())).first().payload["sorry"]  # type: ignore[union-attr]


def test_before_they_mentor_no_more_a_mentor_sees_who_counts_on_them(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    assert "1 hour to come" in browser.get("/me/leave/stop").get_data(as_text=True)
    assert browser.send("/me/leave/stop", {"hours": "keep"}).location == "/me"
    with database.reading() as db:
        assert not db.get_one(Member, alice.id).mentor
        assert db.get_one(Booking, booked.id).status == BookingStatus.CONFIRMED
    assert browser.get("/me/leave/stop").status_code == 404


def test_leave_hides_hours_and_asks_about_sessions(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    assert (
        browser.send("/me/leave", {"first": "2026-12-21", "last": "2027-01-03", "hours": "keep"}).location
        == "/me/leave"
    )
    assert free_days(database, alice) == {date(2027, 1, 4), date(2027, 1, 5)}
    page = browser.get("/me/leave").get_data(as_text=True)
    assert "Monday 21 December to Sunday 3 January" in page
    assert f'action="/me/questions/{booked.id}"' in page
    assert f'action="/me/questions/{booked.id}"' in browser.get("/me").get_data(as_text=True)
    with database.reading() as db:
        asked = select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "leave_question")
        assert db.scalars(asked).all() == [alice.id]
        assert db.get_one(Booking, booked.id).status == BookingStatus.CONFIRMED


def test_a_session_that_is_kept_is_not_asked_about_again(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    browser.send("/me/leave", {"first": "2026-12-22", "last": "", "hours": "keep"})
    assert browser.send(f"/me/questions/{booked.id}", {"answer": "keep"}).location == "/me"
    assert "/me/questions/" not in browser.get("/me").get_data(as_text=True)
    with database.reading() as db:
        assert db.scalars(select(LeaveQuestion.answered_at)).one() is not None


@pytest.mark.parametrize("answer", ["move", "cancel"])
def test_moving_and_cancelling_are_done_on_their_own_pages(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn, answer: str
) -> None:
    browser = signed_in(alice)
    browser.send("/me/leave", {"first": "2026-12-22", "last": "2026-12-22", "hours": "keep"})
    assert browser.send(f"/me/questions/{booked.id}", {"answer": answer}).location == f"/bookings/{booked.id}/{answer}"
    assert f'action="/me/questions/{booked.id}"' in browser.get("/me").get_data(as_text=True)


def test_a_session_that_was_cancelled_asks_nothing(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    browser.send("/me/leave", {"first": "2026-12-22", "last": "2026-12-22", "hours": "keep"})
    browser.send(f"/bookings/{booked.id}/cancel", {"reason": ""})
    assert "/me/questions/" not in browser.get("/me").get_data(as_text=True)


def test_a_session_that_was_moved_out_asks_nothing(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    browser.send("/me/leave", {"first": "2026-12-22", "last": "2026-12-22", "hours": "keep"})
    browser.send(f"/bookings/{booked.id}/move", {"starts_at": "20261223T1000Z"})
    assert "/me/questions/" not in browser.get("/me").get_data(as_text=True)


def test_leave_that_is_taken_back_shows_the_hours_again(database: Database, alice: Member, signed_in: SignedIn) -> None:
    before = free_days(database, alice)
    browser = signed_in(alice)
    browser.send("/me/leave", {"first": "2026-12-21", "last": "2027-01-03", "hours": "keep"})
    with database.reading() as db:
        leave_id = db.scalars(select(Leave.id)).one()
    assert browser.send(f"/me/leave/{leave_id}/end").status_code == 303
    assert free_days(database, alice) == before


@pytest.mark.both_databases
def test_a_mentor_who_takes_leave_anew_is_asked_again_although_it_may_have_the_number_of_the_former(
    database: Database, alice: Member, booked: Booking
) -> None:
    for minutes in range(2):
        with database.writing() as db:
            you, at = db.get_one(Member, alice.id), people.NOW + timedelta(minutes=minutes)
            leave = take_leave(db, you, LeavePeriod(INSIDE.date(), INSIDE.date()), now=at)
            end_leave(db, you, leave.id, now=at)
    with database.reading() as db:
        asked = db.scalars(select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "leave_question")).all()
    assert asked == [alice.id] * 2


def test_a_break_that_ends_leaves_the_leave_in_it_as_it_is(database: Database, alice: Member) -> None:
    before, away = free_days(database, alice), LeavePeriod(date(2026, 12, 24), date(2026, 12, 27))
    with database.writing() as db:
        you = db.get_one(Member, alice.id)
        take_leave(db, you, away, now=people.NOW)
        pause(db, you, now=people.NOW)
    assert free_days(database, alice) == set()
    with database.writing() as db:
        resume(db, db.get_one(Member, alice.id), now=people.NOW)
    assert free_days(database, alice) == before - {date(2026, 12, day) for day in range(24, 28)}


def test_a_leave_is_over_with_its_last_day_where_its_mentor_lives(
    database: Database, alice: Member, signed_in: SignedIn, clock: Clock
) -> None:
    """NOW is 1 December, 10:00 in Paris; four in the morning in Toronto, 23:00 of 30 November in Honolulu."""
    said = {"first": "2026-11-30", "last": "2026-11-30"}
    answer = signed_in(alice).send("/me/leave", said)
    assert (answer.status_code, "Tuesday 1 December" in answer.get_data(as_text=True)) == (422, True)
    with database.writing() as db:
        db.get_one(Member, alice.id).tzid = "Pacific/Honolulu"
    browser = signed_in(alice)
    assert browser.send("/me/leave", said).status_code == 303
    assert "Monday 30 November" in browser.get("/me/leave").get_data(as_text=True)
    clock.move(minutes=120)
    assert "No time off planned." in browser.get("/me/leave").get_data(as_text=True)


def test_somebody_elses_leave_is_not_there(database: Database, alice: Member, signed_in: SignedIn) -> None:
    signed_in(alice).send("/me/leave", {"first": "2026-12-21", "last": "2027-01-03", "hours": "keep"})
    with database.writing() as db:
        charlie = people.mentor(db, "Charlie")
        leave_id = db.scalars(select(Leave.id)).one()
    assert signed_in(charlie).send(f"/me/leave/{leave_id}/end").status_code == 404
    with database.reading() as db:
        assert db.scalars(select(Leave.id)).all() == [leave_id]


def test_somebody_elses_question_is_not_there(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    signed_in(alice).send("/me/leave", {"first": "2026-12-22", "last": "2026-12-22", "hours": "keep"})
    with database.writing() as db:
        charlie = people.mentor(db, "Charlie")
    assert signed_in(charlie).send(f"/me/questions/{booked.id}", {"answer": "keep"}).status_code == 404


def test_what_cannot_be_read_is_said_and_nothing_is_written(
    database: Database, alice: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    wrong = [
        ("", "", "Choose a day for “First day”."),
        ("soon", "2026-12-24", "We could not read this date."),
        ("2026-12-24", "2026-12-21", "The end (Monday 21 December) must come after the start (Thursday 24 December)."),
        ("2020-01-01", "2020-01-02", "must be between"),
        ("2026-12-24", "9999-12-31", "must be between"),
        ("0001-01-01", "2026-12-24", "must be between"),
    ]
    for first, last, said in wrong:
        answer = browser.send("/me/leave", {"first": first, "last": last})
        page = answer.get_data(as_text=True)
        kept = f'value="{first}"' in page and f'value="{last}"' in page
        assert (answer.status_code, said in page, kept) == (422, True, True), (first, last)
    with database.reading() as db:
        assert db.scalars(select(Leave)).all() == []


def test_a_mentee_finds_nothing_here(bob: Member, signed_in: SignedIn) -> None:
    assert signed_in(bob).get("/me/leave").status_code == 404


def close(database: Database, alice: Member, *days: date) -> None:
    """Alice saves her hours again, closed on these days."""
    with database.writing() as db:
        who, given = db.get_one(Member, alice.id), read_schedule(db, alice.id)
        assert given is not None
        save_availability(
            db,
            who,
            tzid=given.tzid,
            rules=given.rules,
            overrides=[DayOverride(day, None) for day in days],
            policy=given.policy,
            now=people.NOW,
        )


def asked_by_mail(database: Database) -> list[int]:
    with database.reading() as db:
        asked = select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "closed_hour_question")
        return list(db.scalars(asked))


def test_closing_a_date_asks_about_what_is_booked_on_it_as_leave_does(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    """F19: there are not two ways to say "not then", one of which is not heard."""
    day = booked.starts_at.date()
    close(database, alice, day - timedelta(days=1))
    assert asked_by_mail(database) == []
    close(database, alice, day)
    assert asked_by_mail(database) == [alice.id]
    browser = signed_in(alice)
    assert f'action="/me/questions/{booked.id}"' in browser.get("/me").get_data(as_text=True)
    assert browser.send(f"/me/questions/{booked.id}", {"answer": "keep"}).location == "/me"
    assert "/me/questions/" not in browser.get("/me").get_data(as_text=True)
    close(database, alice, day, day + timedelta(days=1))
    assert asked_by_mail(database) == [alice.id]  # it lay outside before, and was kept


def test_an_hour_that_is_given_again_asks_nothing(
    database: Database, alice: Member, booked: Booking, signed_in: SignedIn
) -> None:
    close(database, alice, booked.starts_at.date())
    close(database, alice)
    assert "/me/questions/" not in signed_in(alice).get("/me").get_data(as_text=True)
