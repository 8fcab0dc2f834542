"""A number from outside is read in one place, whatever its length and script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flashmeet.core.intervals import clock_minutes
from flashmeet.core.numbers import (
    BIGGEST_ID,
    number_or_none,
    only_digits,
    page_number,
    plain_digits,
    read_number,
    retry_after,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" 7\n", 7), ("007", 7), ("٤٢", 42), ("४२", 42), ("\uff14\uff12", 42), (str(BIGGEST_ID), BIGGEST_ID)],
)
def test_digits_are_digits_in_any_script(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "-1", "+1", "1.0", "1_0", "1 0", "²", "½", "Ⅳ", "0x1", str(BIGGEST_ID + 1), "9" * 5_000, "0" * 41]
)
def test_what_is_no_number_and_what_no_column_holds_is_refused_alike(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(no number|too great a number)$"):
        read_number(text)
    assert number_or_none(text) is None


def test_the_greatest_number_that_is_taken_is_the_callers_choice() -> None:
    assert [number_or_none(text, most=99) for text in ("99", "100")] == [99, None]


def test_a_code_is_its_digits_and_a_clock_reads_them_too() -> None:
    assert (only_digits("١٢٣ 456²"), plain_digits("١٨:٣٠ h")) == ("123456", "18:30 h")
    assert clock_minutes("١٨:٣٠") == 18 * 60 + 30


def test_a_provider_that_says_wait_for_ever_is_asked_again_after_a_day() -> None:
    told = [retry_after(header) for header in ("7", "9" * 12, "9" * 5_000, "²", "Sun, 06 Nov 1994 08:49:37 GMT")]
    assert told == [timedelta(seconds=7), timedelta(days=1), None, None, None]


@pytest.mark.parametrize(
    ("text", "page"), [("3", 3), ("", 1), ("0", 1), ("-2", 1), ("two", 1), ("100000", 100_000), ("100001", 100_000)]
)
def test_a_page_of_a_list_is_always_one_that_can_be_asked_for(text: str, page: int) -> None:
    assert page_number(text) == page
