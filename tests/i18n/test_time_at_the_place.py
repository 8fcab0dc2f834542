"""On site the clock of the place comes first, the reader's own beside it; nowhere twice the same."""

from __future__ import annotations

from datetime import UTC, datetime

from flashmeet.i18n.times import further_clocks, when_there
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import tzid_of_place

AT, NIGHT = datetime(2026, 12, 9, 17, tzinfo=UTC), datetime(2026, 12, 10, 2, tzinfo=UTC)
PARIS, TORONTO, BRUSSELS = "Europe/Paris", "America/Toronto", "Europe/Brussels"


def test_only_on_site_the_clock_of_the_place_leads() -> None:
    assert [tzid_of_place(mode, PARIS) for mode in Mode] == ["", "", PARIS]


def test_the_reader_is_told_the_time_there_then_their_own() -> None:
    assert when_there(AT, PARIS, TORONTO, "fr") == "mer. 9 déc., 18:00 (Paris) · 12:00 (Toronto)"
    assert when_there(NIGHT, PARIS, TORONTO, "en") == "Thu 10 Dec, 03:00 (Paris) · Wed 9 Dec, 21:00 (Toronto)"


def test_one_time_is_enough_where_both_clocks_show_it_and_by_video() -> None:
    assert when_there(AT, PARIS, BRUSSELS, "fr") == "mer. 9 déc., 18:00 (Paris)"
    assert when_there(AT, "", TORONTO, "fr") == "mer. 9 déc., 12:00 (Toronto)"


def test_each_further_clock_is_told_once() -> None:
    assert further_clocks(AT, PARIS, [BRUSSELS, TORONTO, "America/New_York"]) == [TORONTO]
