"""A file of ours computes nothing in any program that opens it, and reads back as what was written."""

from __future__ import annotations

import csv
import io
import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.spreadsheets.guards import inert, plain
from flashmeet.core.spreadsheets.writer import csv_text

TRIGGERS = "=+-@|%"
LIKE_TRIGGERS = "＝＋－＠﹦﹢﹣﹫⁼⁺⁻−‐–—｜％"
SEPARATORS = ",;\t|，；｜\u037e"
BLANKS = " \u00a0\u2009\u3000\u200b\u200e\u2060\ufeff\x00\x01\x1f\x7f\xad"
BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
QUOTES = "\"'`’＂＇\\"
KINDS = (TRIGGERS, LIKE_TRIGGERS, ",;\t|", SEPARATORS, BLANKS, BREAKS, QUOTES, "aé1(0\u0301⑴")
texts = st.lists(st.one_of(*map(st.sampled_from, KINDS), st.characters(exclude_categories=["Cs"])), max_size=12).map(
    "".join
)
"""Each kind is as likely as any other; `st.text` would draw from all characters alike and hardly ever make `;=`."""
phones = st.from_regex(r"\+[0-9]{6,15}", fullmatch=True)
rows = st.lists(st.lists(st.one_of(texts, phones), min_size=1, max_size=4), min_size=1, max_size=3)

DIALECTS = list(product(",;\t|", (*"\"'", None), (True, False), (None, "\\"), (True, False)))
"""Separator, quote, whether quotes in quotes are doubled, escape, and whether blanks before a quote are passed over."""


def cells_in(table: str) -> set[str]:
    """Returns each cell that a dialect reads, and each that is read where all separators part cells at once."""
    found, at_once = set[str](), table.translate(dict.fromkeys(map(ord, ";\t|"), ","))
    for separator, quote, doubled, escape, skips in DIALECTS:
        for parted in (table, at_once) if separator == "," else (table,):
            reader = csv.reader(
                io.StringIO(parted, newline=""),
                delimiter=separator,
                quotechar=quote,
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
                doublequote=doubled,
                escapechar=escape,
                skipinitialspace=skips,
            )
            found.update(cell for row in reader for cell in row)
    return found


def begins_with(cell: str) -> str:
    """Returns the first character that a program keeps, as people on any keyboard may have typed it."""
    kept = (char for char in cell if unicodedata.category(char)[0] not in "ZC" and char not in "\"'`\\")
    return unicodedata.normalize("NFKC", next(kept, ""))[:1]


def is_phone(cell: str) -> bool:
    return cell.startswith("+") and cell[1:].isascii() and cell[1:].isdigit()


@given(rows)
def test_no_cell_is_computed_whatever_parts_and_quotes_cells(table: list[list[str]]) -> None:
    computed = {cell for cell in cells_in(csv_text(table)) if not is_phone(cell) and begins_with(cell) in set(TRIGGERS)}
    assert computed == set()


@given(rows)
def test_what_was_written_reads_back_unchanged(table: list[list[str]]) -> None:
    again = [[plain(cell) for cell in row] for row in csv.reader(io.StringIO(csv_text(table), newline=""), strict=True)]
    assert again == table


@given(texts)
def test_a_guard_is_taken_away_once(text: str) -> None:
    assert plain(inert(text)) == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("=1+1", "’=1+1"),
        (" =1", " ’=1"),
        ("\t=1", "\t’=1"),
        (";=1+1", ";’=1+1"),
        ('a;"=1+1;b', 'a;"’=1+1;b'),
        (";=cmd|'/c calc'!A1;", ";’=cmd|'’/c calc'’!A1;"),
        ("fr; -2+3;@x", "fr; ’-2+3;’@x"),
        ("a|%x", "a|’%x"),
        ("＝1", "’＝1"),
        ("’=1", "’’=1"),
    ],
)
def test_a_guard_stands_wherever_a_cell_may_begin(text: str, made: str) -> None:
    assert inert(text) == made


@pytest.mark.parametrize(
    "text", ["Zoé", "", "a=b", "1-2", "O'Neil", "d’Arc", "mentee;mentor", "fr; en", "12 - 14", "Élan, Paris", "中文"]
)
def test_what_begins_with_letters_and_digits_stays(text: str) -> None:
    assert inert(text) == text


def test_a_phone_number_stays_but_not_as_the_first_cell() -> None:
    assert csv_text([["Bob", "+33612345678"], ["+33612345678", None]]) == "Bob,+33612345678\r\n’+33612345678,\r\n"


@pytest.mark.parametrize("text", ["’Tis", "l’été; ’demain", "'Tis", "'=1"])
def test_what_people_write_by_hand_keeps_its_apostrophes(text: str) -> None:
    assert plain(text) == text
