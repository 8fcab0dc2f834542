"""Going on, where two act at once, somebody says no, or nobody says anything; and what one learns of the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import ANSWERED_WITHIN, SeriesState
from flashmeet.bookings.service.answers import complete_over
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.calendar_check import CalendarCheck
from flashmeet.bookings.service.series import answer_series, end_series, propose_series, review_series, series_between
from flashmeet.bookings.service.series_hours import book_in_series, next_hours
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.errors import AlreadyOver, NotFound
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.models import Block
from tests.bookings.after.test_series import AFTER, AT, GENEROUS, PLAN, an_hour, kinds, opened
from tests.browsers import Browser, Clock
from tests.pages import app, clock, compiled, signed_in
from tests.people import NOW, member, mentor

__all__ = ["app", "clock", "compiled", "signed_in"]

SignedIn = Callable[[Member | int], Browser]


def another_hour(db: Session, mentee: Member, giver: Member, at: datetime, links: Links) -> Booking:
    """Held like the first one."""
    wish = BookingRequest(mentor_id=giver.id, starts_at=at, theme="droit", need="La suite")
    booking = book_slot(db, mentee, wish, links=links, now=AFTER)
    complete_over(db, now=at + timedelta(hours=2))
    return booking


def test_two_who_propose_at_once_have_one_series(database: Database, links: Links) -> None:
    with database.writing() as db:
        booking = an_hour(db, links)
        booking_id, both = booking.id, (booking.mentor_id, booking.mentee_id)

    def propose(who: int) -> int:
        with database.writing() as db:
            return propose_series(db, db.get_one(Member, who), booking_id, PLAN, now=AFTER).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(propose, both * 3))) == 1
    with database.reading() as db:
        assert len(db.scalars(select(Series.id)).all()) == 1


def test_an_hour_the_other_way_round_leads_to_the_same_series(db: Session, links: Links) -> None:
    series = opened(db, links, peer=True)
    back = another_hour(db, series.mentor, series.mentee, AT + timedelta(days=2), links)
    assert propose_series(db, series.mentor, back.id, PLAN, now=AFTER + timedelta(days=3)) is series


def test_after_a_no_the_same_hour_is_not_asked_about_again_by_who_asked(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    first = propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)
    answer_series(db, first, booking.mentor, accept=False, now=AFTER)
    assert propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER) is first
    assert kinds(db, booking.mentor) == ["series_proposed"]
    assert series_between(db, booking, booking.mentor) is None
    again = another_hour(db, booking.mentee, booking.mentor, AT + timedelta(days=2), links)
    assert propose_series(db, again.mentee, again.id, PLAN, now=AFTER + timedelta(days=3)) is not first


def test_who_said_no_may_come_back_to_it(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    first = propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)
    answer_series(db, first, booking.mentor, accept=False, now=AFTER)
    second = propose_series(db, booking.mentor, booking.id, PLAN, now=AFTER)
    assert (second.state, second.answers_id) == ("proposed", booking.mentee_id)


def test_a_proposal_that_nobody_answers_is_over_by_itself_without_a_mail(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    series = propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)
    for now, state in (
        (AFTER + ANSWERED_WITHIN - timedelta(seconds=1), "proposed"),
        (AFTER + ANSWERED_WITHIN, "ended"),
    ):
        review_series(db, now=now)
        assert series.state == state
    assert kinds(db, booking.mentee) == []
    with pytest.raises(AlreadyOver):
        answer_series(db, series, booking.mentor, accept=True, now=AFTER + ANSWERED_WITHIN)


def test_whose_morning_has_come_is_asked_however_many_wait_for_theirs(
    db: Session, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flashmeet.bookings.service.series.REVIEWED_AT_ONCE", 2)
    here = opened(db, links)
    zones = ["America/Los_Angeles"] * 3 + ["Asia/Tokyo"]
    others = [member(db, f"Ben{number}", tzid=tzid) for number, tzid in enumerate(zones)]
    facts = ("goals", "rhythm_weeks", "ends_on", "review_on", "proposed_at")
    for mentee in others:
        series = Series(mentor=here.mentor, mentee=mentee, theme=here.theme, state=SeriesState.OPEN, nonce="n")
        for name in facts:
            setattr(series, name, getattr(here, name))
        series.proposed_by_id = mentee.id
        db.add(series)
    db.flush()
    db.execute(update(Series).where(Series.id == here.id).values(review_on=here.review_on - timedelta(days=1)))
    db.expire_all()
    nine_in_paris = datetime(2027, 1, 15, 8, tzinfo=NOW.tzinfo)
    assert [review_series(db, now=nine_in_paris) for _ in range(2)] == [2, 0]
    asked = {each.first_name for each in (here.mentee, *others) if "series_review" in kinds(db, each)}
    assert asked == {"Bob", "Ben3"}


def test_a_proposal_is_taken_back_by_who_made_it_and_not_told_any_more(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    series = propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)
    with pytest.raises(NotFound):
        end_series(db, series, booking.mentor, now=AFTER)
    end_series(db, series, booking.mentee, now=AFTER)
    rows = db.execute(
        select(OutboxMessage.kind, OutboxMessage.state).where(OutboxMessage.subject == f"series:{series.id}")
    )
    assert [tuple(row) for row in rows] == [("series_proposed", "dropped")]


def test_who_is_kept_apart_is_asked_nothing(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    db.add(Block(by_id=booking.mentor_id, other_id=booking.mentee_id, at=AFTER))
    db.flush()
    with pytest.raises(NotFound):
        propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)
    assert kinds(db, booking.mentor) == []


def test_no_hour_is_offered_or_booked_after_the_last_day(db: Session, links: Links) -> None:
    series = opened(db, links)
    series.ends_on = (AT + timedelta(weeks=2, days=-1)).date()
    db.flush()
    wanted, slots = next_hours(db, series, series.mentor, now=AFTER)
    assert slots and {slot.starts_at.date() <= series.ends_on for slot in slots} == {True}
    with pytest.raises(AlreadyOver):
        book_in_series(db, series, series.mentee, wanted, links=links, now=AFTER)


def test_what_is_offered_is_free_for_both(db: Session, links: Links) -> None:
    series = opened(db, links)
    wanted, _ = next_hours(db, series, series.mentor, now=AFTER)
    nadia = mentor(db, "Nadia", policy=GENEROUS)
    wish = BookingRequest(mentor_id=nadia.id, starts_at=wanted, theme="droit", need="Autre chose")
    book_slot(db, series.mentee, wish, links=links, now=AFTER)
    _, slots = next_hours(db, series, series.mentor, now=AFTER)
    assert slots and wanted not in {slot.starts_at for slot in slots}


def test_an_hour_stays_with_the_series_it_led_to_first_and_the_next_one_keeps_its_time(
    db: Session, links: Links
) -> None:
    first = opened(db, links)
    booking = db.scalars(select(Booking)).one()
    end_series(db, first, first.mentee, now=AFTER)
    second = propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER + timedelta(minutes=7))
    answer_series(db, second, booking.mentor, accept=True, now=AFTER + timedelta(minutes=9))
    assert booking.series_id == first.id != second.id
    assert next_hours(db, second, second.mentor, now=AFTER)[0] == AT + timedelta(weeks=2)


@pytest.fixture
def pages(database: Database, config: Config, clock: Clock) -> dict[str, str]:
    """The page of an open series, by the name of whose link it is."""
    links = Links(config.base_url, config.secret_key)
    with database.writing() as db:
        series = opened(db, links)
        both = {"mentor": series.mentor, "mentee": series.mentee}
        for each in both.values():
            each.locale = "en"
        found = {
            name: f"/continue/{links.series_token(series.id, each.id, series.nonce)}" for name, each in both.items()
        }
    clock.at = AFTER
    return found


def test_who_receives_an_hour_books_it_and_nobody_books_for_them(
    database: Database, app: Flask, pages: dict[str, str]
) -> None:
    """A mentor who booked for a mentee would learn when the mentee is busy."""
    browser = Browser(app)
    assert 'value="book"' in browser.get(pages["mentee"]).text
    assert 'value="book"' not in browser.get(pages["mentor"]).text
    at = f"{AT + timedelta(weeks=2):%Y%m%dT%H%MZ}"
    assert browser.send(pages["mentor"], {"act": "book", "at": at}, page=pages["mentor"]).status_code == 404
    with database.reading() as db:
        assert len(db.scalars(select(Booking.id)).all()) == 1
    assert browser.send(pages["mentee"], {"act": "book", "at": at}, page=pages["mentee"]).status_code == 303


def test_a_calendar_is_looked_at_for_somebody_of_the_series_alone(
    app: Flask, pages: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(CalendarCheck, "before_booking", lambda _check, mentor_id, **_: looked.append(mentor_id))
    browser = Browser(app)
    form = {"act": "book", "at": "20261216T0900Z", "gives": "1"}
    assert browser.send(pages["mentee"] + "x", form, page=pages["mentee"]).status_code == 404
    assert looked == []


def test_the_page_of_an_hour_does_not_propose_to_go_on_with_somebody_who_is_kept_apart(
    database: Database, config: Config, clock: Clock, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        booking = an_hour(db, Links(config.base_url, config.secret_key))
        page, bob = f"/bookings/{booking.id}", booking.mentee_id
        pair = {"by_id": booking.mentor_id, "other_id": bob}
    clock.at = AFTER
    browser = signed_in(bob)
    assert f"{page}/continue" in browser.get(page).text and browser.get(f"{page}/continue").status_code == 200
    with database.writing() as db:
        db.add(Block(**pair, at=AFTER))
    assert f"{page}/continue" not in browser.get(page).text and browser.get(f"{page}/continue").status_code == 404
