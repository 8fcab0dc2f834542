"""A cancellation is late under so many hours, and nobody is missing before a certain minute (P)."""

from __future__ import annotations

from datetime import timedelta

from flashmeet.bookings.rules.reliability import absence_from, is_late_cancel
from tests.people import NOW


def test_under_24_hours_is_late_and_24_hours_are_in_time() -> None:
    start = NOW + timedelta(hours=24)
    assert not is_late_cancel(NOW, starts_at=start, hours=24)
    assert is_late_cancel(NOW + timedelta(seconds=1), starts_at=start, hours=24)
    assert not is_late_cancel(NOW + timedelta(seconds=1), starts_at=start, hours=23)


def test_from_minute_ten_on_somebody_may_be_missing() -> None:
    assert absence_from(NOW, minutes=10) == NOW + timedelta(minutes=10)
