"""A file of ours computes nothing when a spreadsheet opens it, and phone numbers stay what they are."""

from __future__ import annotations

import pytest

from flashmeet.domain.spreadsheets import inert


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "|x", "%x"]
)
def test_what_a_spreadsheet_would_compute_is_made_text(text: str) -> None:
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", ["+33612345678", "Zoé", "", "a=b", "1-2", "o'Neil"])
def test_what_it_would_not_compute_stays(text: str) -> None:
    assert inert(text) == text
