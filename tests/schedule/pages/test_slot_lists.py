"""The sheet of a month: whole weeks, and never a few days alone."""

from __future__ import annotations

from datetime import date

import pytest

from flashmeet.i18n.times import months_of
from flashmeet.schedule.pages.slot_lists import Month

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize("text", ["", "2026-11", "2026-12", "2026-10", "never"])
def test_the_last_days_of_a_month_stand_on_one_sheet_with_the_next(text: str) -> None:
    sheet = Month.parse(text, MONDAY)
    assert (sheet.first, sheet.last) == (date(2026, 11, 1), date(2026, 12, 31))
    assert sheet.weeks()[0][0] == MONDAY
    assert len(sheet.weeks()) == 5
    assert sheet.previous is None
    assert (sheet.next.first, sheet.next.last) == (date(2027, 1, 1), date(2027, 1, 31))
    assert sheet.next.previous == sheet


def test_a_sheet_leaves_out_the_weeks_that_are_over() -> None:
    today = date(2026, 12, 16)
    sheet = Month.parse("", today)
    assert sheet.weeks()[0][0] == date(2026, 12, 14)
    assert sheet.last == date(2026, 12, 31)
    assert sheet.next.first == date(2027, 1, 1)
    assert sheet.next.previous == sheet


@pytest.mark.parametrize("day", range(1, 32))
def test_every_sheet_shows_two_weeks_or_more_and_each_day_stands_on_one(day: int) -> None:
    today = date(2026, 12, day)
    sheet = Month.parse("", today)
    assert (sheet.last - today).days >= 13
    for _ in range(12):
        assert sheet.next.first == sheet.end
        assert sheet.next.previous == sheet
        sheet = sheet.next


@pytest.mark.parametrize(
    ("last", "words"),
    [(date(2026, 12, 31), "décembre 2026"), (date(2027, 1, 31), "déc. 2026\u2009–\u2009janv. 2027")],
)
def test_a_sheet_is_named_by_its_months(last: date, words: str) -> None:
    assert months_of(date(2026, 12, 1), last, "fr") == words
