"""Going on: proposed by one, opened by the other, booked by the same claims, looked back on, ended by either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import Plan, next_at
from flashmeet.bookings.service.answers import Said, answer_booking, complete_over
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.series import (
    answer_series,
    end_series,
    go_on,
    propose_series,
    review_series,
    series_of_link,
)
from flashmeet.bookings.service.series_hours import book_in_series, givers, hours_of, next_hours
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.errors import AlreadyOver, BadInput, Missing, NotFound, OutOfRange, SlotTaken
from flashmeet.core.links import Links
from flashmeet.core.zones import local_time
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.booking_facts import Format
from tests.browsers import Browser, Clock
from tests.pages import app, clock, compiled, signed_in
from tests.people import FREE, NOW, member, mentor

__all__ = ["app", "clock", "compiled", "signed_in"]

AT = NOW + timedelta(days=1)
AFTER = AT + timedelta(hours=2)
PLAN = Plan(goals="Déposer les statuts, puis trouver un associé", rhythm_weeks=2, ends_on=date(2027, 2, 28))


GENEROUS = replace(FREE, horizon_days=60, start_every=60)


@pytest.fixture
def client(app: Flask) -> Browser:
    """Nobody signed in, in English."""
    browser = Browser(app)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def an_hour(db: Session, links: Links, *, peer: bool = False, locale: str = "fr") -> Booking:
    """That was held; a `peer` mentors on the same theme."""
    alice = mentor(db, "Alice", policy=GENEROUS)
    bob = mentor(db, "Bob", policy=GENEROUS) if peer else member(db, "Bob", locale=locale)
    wish = BookingRequest(mentor_id=alice.id, starts_at=AT, theme="droit", need="Mes statuts")
    booking = book_slot(db, bob, wish, links=links, now=NOW)
    complete_over(db, now=AFTER)
    return booking


def opened(db: Session, links: Links, *, peer: bool = False) -> Series:
    booking = an_hour(db, links, peer=peer)
    series = propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)
    return answer_series(db, series, booking.mentor, accept=True, now=AFTER)


def kinds(db: Session, who: Member) -> list[str]:
    query = select(OutboxMessage.kind).where(
        OutboxMessage.recipient_id == who.id, OutboxMessage.subject.like("series:%")
    )
    return list(db.scalars(query.order_by(OutboxMessage.id)))


def test_one_proposes_the_other_opens_and_both_are_told(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    series = propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)
    assert (series.state, series.review_on) == ("proposed", date(2027, 1, 15))
    with pytest.raises(NotFound):
        answer_series(db, series, booking.mentee, accept=True, now=AFTER)
    answer_series(db, series, booking.mentor, accept=True, now=AFTER)
    assert series.state == "open"
    assert (kinds(db, booking.mentor), kinds(db, booking.mentee)) == (
        ["series_proposed"],
        ["series_answered"],
    )
    with pytest.raises(AlreadyOver):
        answer_series(db, series, booking.mentor, accept=False, now=AFTER)
    assert propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER).id == series.id


def test_only_an_hour_that_was_held_goes_on(db: Session, links: Links) -> None:
    booking = an_hour(db, links)
    answer_booking(db, booking, booking.mentor, Said("no", None, None, None), now=AFTER)
    with pytest.raises(NotFound):
        propose_series(db, booking.mentee, booking.id, PLAN, now=AFTER)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"goals": " "}, Missing),
        ({"rhythm_weeks": 3}, BadInput),
        ({"ends_on": date(2026, 12, 9)}, OutOfRange),
        ({"ends_on": date(2028, 12, 9)}, OutOfRange),
        ({"review_on": date(2027, 3, 1)}, OutOfRange),
        ({"review_on": date(2026, 12, 2)}, OutOfRange),
    ],
)
def test_a_plan_has_goals_a_rhythm_an_end_and_a_day_to_look_back(
    change: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        replace(PLAN, **change).checked(today=date(2026, 12, 2))  # type: ignore[arg-type]


@given(weeks=st.sampled_from([1, 2, 4]), days=st.integers(0, 400), tzid=st.sampled_from(["Europe/Paris", "UTC"]))
def test_the_next_hour_keeps_weekday_and_wall_time_across_summer(weeks: int, days: int, tzid: str) -> None:
    after = AT + timedelta(days=days)
    at = next_at(AT, weeks, tzid, after=after)
    here, before = local_time(at, tzid).at, local_time(AT, tzid).at
    assert at >= after and at > AT
    assert (here.weekday(), here.hour, here.minute) == (before.weekday(), before.hour, before.minute)
    assert ((here.date() - before.date()).days // 7) % weeks == 0


def test_its_hours_are_booked_by_the_same_claims(db: Session, links: Links) -> None:
    series = opened(db, links)
    wanted, slots = next_hours(db, series, series.mentor, now=AFTER)
    assert slots[0].starts_at == wanted == AT + timedelta(weeks=2)
    booking = book_in_series(db, series, series.mentee, wanted, links=links, now=AFTER)
    assert (booking.format, booking.series_id, booking.status) == (Format.SERIES, series.id, BookingStatus.CONFIRMED)
    assert booking in hours_of(db, series)
    other = member(db, "Zoé")
    wish = BookingRequest(mentor_id=series.mentor_id, starts_at=wanted, theme="droit", need="Mes statuts")
    with pytest.raises(SlotTaken):
        book_slot(db, other, wish, links=links, now=AFTER)
    assert next_hours(db, series, series.mentor, now=AFTER)[0] == AT + timedelta(weeks=4)


def test_no_hour_at_night_is_named_for_a_series_unless_it_is_due_then(db: Session, links: Links) -> None:
    series = opened(db, links)
    begins = {}
    for tzid in ("America/New_York", "Asia/Tokyo"):
        series.mentee.tzid = tzid
        wanted, slots = next_hours(db, series, series.mentor, now=AFTER)
        assert slots[0].starts_at == wanted
        begins[tzid] = {local_time(slot.starts_at, tzid).at.hour for slot in slots}
    assert (min(begins["America/New_York"]), max(begins["America/New_York"])) == (2, 13)
    assert (min(begins["Asia/Tokyo"]), max(begins["Asia/Tokyo"])) == (16, 21)


def test_peers_give_in_turn(db: Session, links: Links) -> None:
    series = opened(db, links, peer=True)
    assert [each.id for each in givers(db, series)] == [series.mentor_id, series.mentee_id]
    at = AT + timedelta(weeks=1)
    booking = book_in_series(db, series, series.mentor, at, links=links, now=AFTER)
    assert (booking.mentor_id, booking.mentee_id) == (series.mentee_id, series.mentor_id)


def test_a_mentee_who_does_not_mentor_gives_no_hour(db: Session, links: Links) -> None:
    series = opened(db, links)
    assert [each.id for each in givers(db, series)] == [series.mentor_id]
    with pytest.raises(NotFound):
        book_in_series(db, series, series.mentor, AT + timedelta(weeks=1), links=links, now=AFTER)


def test_both_are_asked_on_the_day_to_look_back_once_and_it_goes_on_or_ends(db: Session, links: Links) -> None:
    series = opened(db, links)
    nine = datetime(2027, 1, 15, 8, tzinfo=NOW.tzinfo)
    for now, asked in ((nine - timedelta(minutes=1), 0), (nine, 1), (nine + timedelta(hours=5), 1)):
        review_series(db, now=now)
        assert kinds(db, series.mentor).count("series_review") == asked
        assert kinds(db, series.mentee).count("series_review") == asked
    for _ in range(2):
        go_on(db, series, now=nine)
    assert (series.ends_on, series.review_on > date(2027, 1, 15)) == (date(2027, 4, 25), True)
    review_series(db, now=datetime(2027, 4, 27, 12, tzinfo=NOW.tzinfo))
    assert series.state == "ended"


def test_either_ends_it_at_any_time_and_agreed_hours_stand(db: Session, links: Links) -> None:
    series = opened(db, links)
    booking = book_in_series(db, series, series.mentee, AT + timedelta(weeks=2), links=links, now=AFTER)
    end_series(db, series, series.mentee, now=AFTER)
    assert (series.state, booking.status) == ("ended", BookingStatus.CONFIRMED)
    assert kinds(db, series.mentor)[-1] == "series_ended"
    for act in (
        lambda: end_series(db, series, series.mentor, now=AFTER),
        lambda: book_in_series(db, series, series.mentee, AT, links=links, now=AFTER),
        lambda: go_on(db, series, now=AFTER),
    ):
        with pytest.raises(AlreadyOver):
            act()


def test_a_link_opens_for_its_own_person_alone(db: Session, links: Links) -> None:
    series = opened(db, links)
    token = links.series_token(series.id, series.mentee_id, series.nonce)
    assert series_of_link(db, token, links=links, viewer_id=None) == (series, series.mentee)
    for wrong, viewer in ((token, series.mentor_id), (token[:-1] + "~", None), ("999-abc", None)):
        with pytest.raises(NotFound):
            series_of_link(db, wrong, links=links, viewer_id=viewer)


def test_from_the_page_of_an_hour_to_the_next_one(
    database: Database,
    config: Config,
    clock: Clock,
    client: Browser,
    signed_in: Callable[[Member | int], Browser],
) -> None:
    links = Links(config.base_url, config.secret_key)
    with database.writing() as db:
        booking = an_hour(db, links, locale="en")
        ids = (booking.id, booking.mentor_id, booking.mentee_id)
    clock.at = AFTER
    bob = signed_in(ids[2])
    assert f"/bookings/{ids[0]}/continue" in bob.get(f"/bookings/{ids[0]}").text
    form = {"goals": "Trouver un associé", "rhythm_weeks": "2", "ends_on": "2026-12-03"}
    page = f"/bookings/{ids[0]}/continue"
    refused = bob.send(page, form, page=page)
    assert refused.status_code == 422 and "Trouver un associé" in refused.text
    sent = bob.send(page, {**form, "ends_on": "2027-02-28"}, page=page)
    assert sent.status_code == 303 and "has your proposal" in bob.get(sent.location).text
    with database.reading() as db:
        series = db.scalars(select(Series)).one()
        path = f"/continue/{links.series_token(series.id, ids[1], series.nonce)}"
    assert 'value="accept"' in client.get(path).text
    assert client.send(path, {"act": "accept"}, page=path).status_code == 303
    shown = bob.get(sent.location).text
    stamp = f"{AT + timedelta(weeks=2):%Y%m%dT%H%MZ}"
    assert stamp in shown
    acts = f"/continue/{links.series_token(series.id, ids[2], series.nonce)}"
    assert bob.send(acts, {"act": "book", "at": stamp}, page=acts).status_code == 303
    with database.reading() as db:
        assert db.scalars(select(Booking.format).order_by(Booking.id.desc()).limit(1)).one() == Format.SERIES
