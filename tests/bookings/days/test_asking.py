"""A dated day on request: acceptance F12, its first half."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, answer_booking, book_slot
from flashmeet.bookings.service.days.offering import change_day, own_days, withdraw_day
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import (
    BreakOutside,
    DayAsked,
    DayGone,
    DayStays,
    NotFound,
    OutOfRange,
    QuotaReached,
    SlotTaken,
    ThemeNotOffered,
    TooLate,
    TooManyDays,
    YouAreBusy,
    Yourself,
)
from flashmeet.core.links import Links
from flashmeet.core.settings.entries import LONGEST_DAY_SESSION
from flashmeet.core.settings.service import change_setting
from flashmeet.identity.models import Member
from flashmeet.programme.service.themes import merge_themes
from flashmeet.requests.models import RequestAsk
from flashmeet.schedule.rules.availability import LeavePeriod, Span
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.service.leave import take_leave
from flashmeet.themes.service import create_theme
from tests.bookings.days.conftest import FIRST, Scene, said
from tests.people import FREE, NOW, mentor

NINE, FIVE = datetime(2026, 12, 10, 8, tzinfo=UTC), datetime(2026, 12, 10, 16, tzinfo=UTC)


def book(scene: Scene, who: Member, at: datetime) -> Booking:
    wanted = BookingRequest(mentor_id=scene.karim.id, starts_at=at, theme="droit", need="Mes statuts")
    return book_slot(scene.db, who, wanted, links=scene.links, now=scene.now)


def test_a_day_is_asked_for_and_holds_the_time_of_both_until_the_mentor_answers(scene: Scene) -> None:
    day = scene.offer()
    assert scene.listed() == [day.id]
    booking = scene.ask(day)
    assert (booking.status, booking.format, booking.mode, booking.place) == (
        BookingStatus.PENDING,
        Format.DAY,
        Mode.ON_SITE,
        day.place,
    )
    assert (booking.starts_at, booking.ends_at) == (NINE, FIVE)
    assert scene.claimed(scene.camille) == scene.claimed(scene.karim) == 8 * 4
    assert scene.standing(day) == "asked"
    assert scene.listed() == []
    with pytest.raises(DayGone):
        scene.ask(day, scene.dora)
    for at in (NINE, NINE + timedelta(hours=4)):  # breaks are held too
        with pytest.raises(SlotTaken):
            book(scene, scene.dora, at)
    assert set(scene.mails(scene.karim)) == {"request", "asked_again"}
    assert scene.mails(scene.camille) == ["pending"]


def test_the_mentor_is_asked_like_for_any_hour_and_has_working_days_to_answer(scene: Scene, db: Session) -> None:
    booking = scene.ask(scene.offer())
    ask = db.query(RequestAsk).one()
    assert (ask.state, ask.due_at) == ("asked", booking.answer_due_at)
    assert booking.answer_due_at == datetime(2026, 12, 4, 11, tzinfo=UTC)  # three working days, noon in Paris
    answer_booking(db, scene.karim, booking.id, accept=True, now=NOW)
    assert ask.state == "accepted"


def test_once_agreed_both_have_invites_and_reminders_that_say_how_the_day_goes(scene: Scene, db: Session) -> None:
    day = scene.offer()
    booking = scene.ask(day)
    answer_booking(db, scene.karim, booking.id, accept=True, now=NOW)
    assert scene.standing(day) == "taken"
    for who in (scene.camille, scene.karim):
        assert {"invite", "reminder_day", "reminder_hour"} <= set(scene.mails(who))
        facts = scene.payload(who, "invite")
        assert (facts["format"], facts["place"]) == ("day", day.place)
        assert facts["day"]["programme"] == day.programme
        assert facts["day"]["breaks"] == [["2026-12-10T11:30:00+00:00", "2026-12-10T12:30:00+00:00"]]


@pytest.mark.parametrize("how", ["declined", "expired", "withdrawn", "cancelled by the mentee"])
def test_a_day_that_does_not_come_to_be_can_be_asked_for_again(scene: Scene, db: Session, how: str) -> None:
    day = scene.offer(first=date(2026, 12, 17))
    booking = scene.ask(day)
    if how == "declined":
        answer_booking(db, scene.karim, booking.id, accept=False, now=NOW)
    elif how == "withdrawn":
        cancel_booking(db, scene.camille, booking.id, reason="", now=NOW)
    elif how == "expired":
        scene.later(booking.answer_due_at or NOW)
        assert booking.status == BookingStatus.CANCELLED
    else:
        answer_booking(db, scene.karim, booking.id, accept=True, now=NOW)
        cancel_booking(db, scene.camille, booking.id, reason="", now=NOW)
    assert scene.claimed(scene.karim) == 0
    assert scene.listed() == [day.id]
    assert scene.ask(day, scene.dora).status == BookingStatus.PENDING


def test_a_day_that_nobody_answered_is_free_before_the_worker_comes(scene: Scene) -> None:
    day = scene.offer(first=date(2026, 12, 17))
    scene.now = scene.ask(day).answer_due_at or NOW
    assert scene.ask(day, scene.dora).status == BookingStatus.PENDING


def test_a_day_that_its_mentor_gave_up_is_not_offered_again(scene: Scene, db: Session) -> None:
    day = scene.offer()
    booking = scene.ask(day)
    answer_booking(db, scene.karim, booking.id, accept=True, now=NOW)
    cancel_booking(db, scene.karim, booking.id, reason="", now=NOW)
    assert scene.listed() == []
    with pytest.raises(DayGone):
        scene.ask(day, scene.dora)


def test_it_is_asked_for_three_days_before_at_the_latest(scene: Scene) -> None:
    day = scene.offer()
    scene.now = NINE - timedelta(hours=72)
    assert scene.listed() == [day.id]
    scene.now += timedelta(seconds=1)
    assert scene.listed() == []
    with pytest.raises(TooLate):
        scene.ask(day)


def test_nobody_asks_for_their_own_day_and_nobody_sees_it_listed(scene: Scene) -> None:
    day = scene.offer()
    with pytest.raises(Yourself):
        scene.ask(day, scene.karim)
    assert scene.listed(scene.karim) == []


def test_a_day_counts_as_one_session_in_the_mentors_limits(db: Session, links: Links) -> None:
    scene = Scene(db, links, replace(FREE, per_week=2))
    day, other = scene.offer(), scene.offer(first=date(2026, 12, 11))
    book(scene, scene.dora, datetime(2026, 12, 8, 17, tzinfo=UTC))
    scene.ask(day)
    assert scene.standing(other) == "full"
    assert scene.listed() == []
    with pytest.raises(QuotaReached):
        scene.ask(other, scene.dora)


@pytest.mark.parametrize("hour", [8, 15])
def test_an_hour_that_is_agreed_meanwhile_closes_the_day(scene: Scene, hour: int) -> None:
    day = scene.offer()
    book(scene, scene.dora, NINE.replace(hour=hour))
    assert scene.standing(day) == "elsewhere"
    assert scene.listed() == []
    with pytest.raises(DayGone):
        scene.ask(day)


def test_an_hour_before_or_after_does_not(scene: Scene) -> None:
    day = scene.offer()
    book(scene, scene.dora, FIVE)
    assert scene.listed() == [day.id]


def test_who_has_something_else_that_day_is_not_shown_it_and_is_told_so(scene: Scene, db: Session) -> None:
    day, ada = scene.offer(), mentor(db, "Ada")
    wanted = BookingRequest(mentor_id=ada.id, starts_at=NINE.replace(hour=11), theme="droit", need="Mes statuts")
    booked = book_slot(db, scene.camille, wanted, links=scene.links, now=NOW)
    assert (scene.listed(scene.camille), scene.listed(scene.dora)) == ([], [day.id])
    with pytest.raises(YouAreBusy) as refusal:
        scene.ask(day)
    assert refusal.value.booking_id == booked.id


def test_leave_hides_the_days_that_fall_into_it(scene: Scene, db: Session) -> None:
    day, other = scene.offer(), scene.offer(first=date(2026, 12, 17))
    take_leave(db, scene.karim, LeavePeriod(FIRST, FIRST), now=NOW)
    assert scene.standing(day) == "away"
    assert scene.listed() == [other.id]
    with pytest.raises(DayGone):
        scene.ask(day)


def test_a_mentor_who_pauses_or_may_not_be_booked_offers_no_day(scene: Scene, db: Session) -> None:
    day = scene.offer()
    scene.karim.paused_until = NOW + timedelta(days=30)
    db.flush()
    assert scene.listed() == []
    scene.karim.paused_until, scene.karim.approved = None, False
    db.flush()
    assert scene.listed() == []
    with pytest.raises(NotFound):
        scene.ask(day)


def test_a_day_is_not_moved(scene: Scene, db: Session) -> None:
    booking = scene.ask(scene.offer())
    for agreed in (False, True):
        with pytest.raises(DayStays):
            move_booking(db, scene.camille, booking.id, starts_at=NINE + timedelta(days=1), agreed=agreed, now=NOW)
    assert booking.starts_at == NINE


def test_what_was_asked_for_neither_changes_nor_goes(scene: Scene, db: Session) -> None:
    day = scene.offer()
    scene.ask(day)
    with pytest.raises(DayAsked):
        change_day(db, scene.karim, day.id, said(place="Ailleurs"), now=NOW)
    with pytest.raises(DayAsked):
        withdraw_day(db, scene.karim, day.id, now=NOW)


def test_its_mentor_changes_and_withdraws_it_until_then(scene: Scene, db: Session) -> None:
    day = scene.offer()
    change_day(db, scene.karim, day.id, said(span=Span.parse("10:00", "16:00"), mode="video"), now=NOW)
    assert (day.starts_at, day.place) == (NINE + timedelta(hours=1), "")
    with pytest.raises(NotFound):
        change_day(db, scene.dora, day.id, said(), now=NOW)
    withdraw_day(db, scene.karim, day.id, now=NOW)
    assert (scene.listed(), list(own_days(db, scene.karim, now=NOW))) == ([], [])
    with pytest.raises(DayGone):
        scene.ask(day)


def test_what_is_said_of_a_day_is_checked(scene: Scene, db: Session) -> None:
    for wrong, refusal in (
        ({"span": Span.parse("09:00", "10:45"), "breaks": ()}, OutOfRange),
        ({"span": Span.parse("08:00", "20:15")}, OutOfRange),
        ({"breaks": (Span.parse("08:30", "09:30"),)}, BreakOutside),
        ({"first": NOW.date() + timedelta(days=2)}, OutOfRange),
        ({"first": NOW.date() + timedelta(days=500)}, OutOfRange),
        ({"days": 2}, OutOfRange),
        ({"theme": create_theme(db, names={"fr": "Poésie"}).slug}, ThemeNotOffered),
    ):
        with pytest.raises(refusal):
            scene.offer(**wrong)
    for number in range(12):
        scene.offer(first=FIRST + timedelta(days=number))
    with pytest.raises(TooManyDays):
        scene.offer(first=FIRST + timedelta(days=20))


def test_two_days_in_a_row_hold_the_night_and_count_their_hours_alone(scene: Scene, db: Session) -> None:
    change_setting(db, LONGEST_DAY_SESSION, 2, by_id=scene.dora.id, now=NOW)
    booking = scene.ask(scene.offer(days=2))
    assert booking.ends_at == FIVE + timedelta(days=1)
    assert scene.claimed(scene.karim) == 32 * 4
    assert booking.worked == timedelta(hours=14)


def test_the_hours_that_count_leave_the_breaks_out(scene: Scene) -> None:
    assert scene.ask(scene.offer()).worked == timedelta(hours=7)
    assert book(scene, scene.dora, FIVE).worked == timedelta(hours=1)


def test_a_merged_theme_takes_its_days_along(scene: Scene, db: Session) -> None:
    day = scene.offer()
    target = create_theme(db, names={"fr": "Justice"})
    merge_themes(db, day.theme_id, target.id, by=scene.dora, now=NOW)
    db.refresh(day)
    assert day.theme_id == target.id
