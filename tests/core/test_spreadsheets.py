"""A file of ours computes nothing when a spreadsheet opens it, and phone numbers stay what they are."""

from __future__ import annotations

import pytest

from flashmeet.core.spreadsheets import inert


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "|x", "%x"]
)
def test_what_a_spreadsheet_would_compute_is_made_text(text: str) -> None:
    assert inert(text) == "'" + text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Avocate;=HYPERLINK(A1)", "Avocate;'=HYPERLINK(A1)"),
        ("fr; -2+3;@x", "fr; '-2+3;'@x"),
        ("a\t+1", "a\t'+1"),
        ("=1;=2", "'=1;'=2"),
    ],
)
def test_no_part_of_a_cell_is_computed_where_semicolons_part_cells(text: str, made: str) -> None:
    assert inert(text) == made


@pytest.mark.parametrize("text", ["+33612345678", "Zoé", "", "a=b", "1-2", "o'Neil", "mentee;mentor", "fr; en"])
def test_what_it_would_not_compute_stays(text: str) -> None:
    assert inert(text) == text
