"""Campaigns write on working days from nine to six of the network's zone, so many a day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flashmeet.outreach.rules.sending_hours import SendingHours, forecast

PARIS = SendingHours("Europe/Paris", "FR")
TUESDAY_EVENING = datetime(2026, 12, 1, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 12, 1, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 12, 1, 8, tzinfo=UTC), True),
        (datetime(2026, 12, 1, 17, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 7, tzinfo=UTC), True),  # summer time: nine is an hour earlier
        (datetime(2026, 12, 5, 10, tzinfo=UTC), False),  # Saturday
        (datetime(2026, 12, 25, 10, tzinfo=UTC), False),  # Christmas, a Friday
    ],
)
def test_mails_leave_in_working_hours_of_the_networks_zone(at: datetime, is_open: bool) -> None:
    assert PARIS.open(at) is is_open


def test_the_forecast_says_people_days_and_the_first_mail() -> None:
    coming = forecast(1_240, hours=PARIS, ceiling=500, written=120, ahead=0, start=TUESDAY_EVENING)
    assert (coming.people, coming.days) == (1_240, 3)
    assert coming.first_at == datetime(2026, 12, 2, 8, tzinfo=UTC)


def test_those_who_wait_already_and_mails_of_today_come_first() -> None:
    noon = datetime(2026, 12, 1, 11, tzinfo=UTC)
    coming = forecast(300, hours=PARIS, ceiling=500, written=400, ahead=500, start=noon)
    assert (coming.days, coming.first_at) == (2, datetime(2026, 12, 2, 8, tzinfo=UTC))
    assert forecast(300, hours=PARIS, ceiling=500, written=400, ahead=0, start=noon).days == 2


def test_at_six_the_day_is_over_and_the_next_mail_leaves_the_next_morning() -> None:
    six = datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert PARIS.next_open(six) == datetime(2026, 12, 2, 8, tzinfo=UTC)
    assert forecast(1, hours=PARIS, ceiling=500, written=0, ahead=0, start=six).first_at == PARIS.next_open(six)


@pytest.mark.parametrize("written", [500, 620])
def test_a_day_whose_ceiling_is_reached_or_was_lowered_meanwhile_takes_nobody_more(written: int) -> None:
    noon = datetime(2026, 12, 1, 11, tzinfo=UTC)
    coming = forecast(501, hours=PARIS, ceiling=500, written=written, ahead=0, start=noon)
    assert (coming.days, coming.first_at) == (2, datetime(2026, 12, 2, 8, tzinfo=UTC))


def test_nine_oclock_is_nine_oclock_on_both_sides_of_a_clock_change() -> None:
    friday = datetime(2027, 3, 26, 18, tzinfo=UTC)  # clocks change on Sunday; Monday is Easter Monday
    assert PARIS.next_open(friday) == datetime(2027, 3, 30, 7, tzinfo=UTC)
