"""Real lists of people, of every program: each is taken, or refused with what to do in the program it came from."""

from __future__ import annotations

import resource
from contextlib import nullcontext

import pytest
from xlsxwriter.workbook import Workbook

from flashmeet.core.errors import OutOfRange
from flashmeet.core.spreadsheets.faults import UnreadableTable
from flashmeet.core.spreadsheets.reader import MOST_ROWS, open_table
from flashmeet.people.rules.facts import read_phone, read_year
from flashmeet.people.rules.member_cells import is_no_person, without_civility
from flashmeet.people.rules.member_columns import KnownWords
from flashmeet.people.rules.member_rows import Reading
from flashmeet.people.service.member_files import MemberFile, read_file
from flashmeet.people.wording import problem_words
from tests.people import messy_files
from tests.people.member_files import FRENCH, archive, delimited, taken, workbook, zip_bomb
from tests.people.member_files import REFUSED as UNREADABLE
from tests.people.messy_files import LEO, ZOE

WITHOUT_ROLES = {"LinkedIn’s own export", "Google Contacts"}
"""There the administrator says the role of everybody."""
TAKEN = taken() | messy_files.TAKEN
REFUSED = UNREADABLE | messy_files.REFUSED


def read(data: bytes, *, roles: frozenset[str] = frozenset()) -> MemberFile:
    words = KnownWords(themes={"droit", "sante"})
    return read_file(data, country="FR", reading=Reading(country="FR", words=words, roles=roles, approved=True))


def test_there_are_enough_of_them() -> None:
    assert len(TAKEN) + len(REFUSED) >= 93


@pytest.mark.parametrize("name", TAKEN)
def test_the_file_is_taken(name: str) -> None:
    file = read(TAKEN[name], roles=frozenset(["mentee"]) if name in WITHOUT_ROLES else frozenset())
    assert file.problems == []
    zoe, leo = file.rows
    assert (zoe.email, zoe.facts["first_name"]) == ("zoe@example.org", "Zoé")
    assert (leo.email, leo.facts["first_name"]) == ("leo@example.org", "Léo")
    if name not in WITHOUT_ROLES:
        assert "mentor" in zoe.roles and leo.roles == {"mentee"}


@pytest.mark.parametrize("name", REFUSED)
def test_the_file_is_refused_with_what_to_do(name: str) -> None:
    data, words = REFUSED[name]
    said = [problem_words(each.code, value=each.value, columns=0, locale="en") for each in read(data).problems]
    assert any(words in each for each in said), said


def test_numbers_and_dates_are_read_as_people_mean_them() -> None:
    zoe, leo = read(TAKEN["Excel workbook, numbers and dates"]).rows
    assert (zoe.facts["phone"], zoe.facts["graduation_year"], zoe.approved) == ("+33612345678", 2012, True)
    assert (leo.facts["phone"], leo.facts["graduation_year"], leo.approved) == ("+33768123456", 2026, False)
    assert read(TAKEN["Excel workbook with a formula"]).rows[0].facts["phone"] == "+33612345678"


@pytest.mark.parametrize("name", ["years of two digits", "dates with years of two digits"])
def test_a_year_of_two_digits_is_the_one_that_people_mean(name: str) -> None:
    zoe, leo = read(TAKEN[name]).rows
    assert (zoe.facts["graduation_year"], leo.facts["graduation_year"]) == (1988, 2012)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("40", 2040),
        ("41", None),
        ("49", None),
        ("50", 1950),
        ("Class of 99", 1999),
        ("1/9/03", 2003),
        ("7", None),
    ],
)
def test_two_digits_that_may_mean_two_centuries_are_asked_for_whole(text: str, year: int | None) -> None:
    with nullcontext() if year else pytest.raises(OutOfRange):
        assert read_year("graduation_year", text) == year


@pytest.mark.parametrize(
    ("cells", "nobody"),
    [
        (["Total", "", "", "2"], True),
        (["Sous-total mentors : 12", "", "", ""], True),
        (["NOMBRE", "2", "", ""], True),
        (["Totaux", "x@example.org", "", ""], False),
        (["Total", "Énergie", "Paris", "mentor"], False),
        (["Summer", "", "", ""], False),
        (["---", "===", "", ""], True),
        (["Prénom", "Nom", "Mail", "Profil"], True),
        (["Prénom"], True),
        (["Zoé", "", "", ""], False),
        (["Zoé Petit", "", "", ""], False),
        (["zoe@example.org", "", "", ""], False),
        (["Source : secrétariat", "", "", ""], True),
        (["Source : secrétariat", "Petit", "", ""], False),
        (["", "", "", ""], False),
    ],
)
def test_a_row_is_passed_over_only_where_it_is_about_nobody(cells: list[str], nobody: bool) -> None:
    assert is_no_person(cells, ["Prénom", "Nom", "Mail", "Profil"]) is nobody


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0692 12 34 56", "+262692123456"),  # La Réunion, as its people write it
        ("06 90 12 34 56", "+590690123456"),
        ("0696 12 34 56", "+596696123456"),
        ("0694 20 12 34", "+594694201234"),
        ("06 12 34 56 78 (perso)", "+33612345678"),
        ("612345678.0", "+33612345678"),
    ],
)
def test_a_number_is_read_as_it_is_dialled_in_its_part_of_the_country(text: str, number: str) -> None:
    assert read_phone("phone", text, country="FR") == number


@pytest.mark.parametrize(
    ("text", "year"),
    [("juin-12", 2012), ("juin 12", 2012), ("P12", 2012), ("2\u202f012", 2012), ("M2 2012", 2012), ("12-juin", None)],
)
def test_a_year_is_read_as_spreadsheets_show_it(text: str, year: int | None) -> None:
    with nullcontext() if year else pytest.raises(OutOfRange):
        assert read_year("graduation_year", text) == year


def test_a_name_that_sounds_like_nothing_stays() -> None:
    heads, row = [*messy_files.HEADS, "Entreprise"], ["Null", "None", "null@example.org", "mentor", "Néant"]
    [found] = read(messy_files.lines(heads, row)).rows
    assert (found.facts["first_name"], found.facts["last_name"], found.facts["company"]) == ("Null", "None", "Néant")


def _two_lists(made: Workbook) -> None:
    for name, rows in (("Mentors", [ZOE, ZOE]), ("Mentorés", [LEO]), ("Notes", [])):
        sheet = made.add_worksheet(name)
        for at, row in enumerate([messy_files.HEADS, *rows]):
            sheet.write_row(at, 0, row)


def test_the_sheets_that_are_not_read_are_named_where_people_are_in_them() -> None:
    file = read(messy_files.book(_two_lists))
    assert (file.sheet, file.left, [each.email for each in file.rows]) == (
        "Mentors",
        ("Mentorés",),
        ["zoe@example.org"],
    )
    assert read(TAKEN["a hidden sheet before the people, a hidden row and column"]).left == ()


def test_a_first_name_that_begins_like_a_title_stays() -> None:
    names = ["Mme", "Mary", "M.", "Mr Bean", "Mathilde Marie"]
    assert [without_civility(each) for each in names] == ["Mme", "Mary", "M.", "Bean", "Mathilde Marie"]


def test_what_people_write_into_a_cell_is_understood() -> None:
    zoe, leo = read(TAKEN["titles above, blank lines, remarks"]).rows
    assert (zoe.facts["last_name"], zoe.facts["phone"], zoe.facts["graduation_year"]) == ("PETIT", "+33612345678", 2012)
    assert (leo.facts["last_name"], leo.facts["graduation_year"], leo.facts["tzid"]) == (
        "Noël",
        2026,
        "America/Toronto",
    )
    themes = {
        "a column for each theme": {"Droit": "", "Santé": "Dix ans à l’hôpital"},
        "a line of proof behind each theme": {"Droit": "quinze ans de contrats", "Santé": ""},
        "lists by comma and by line": {"Droit": "", "Santé": ""},
        "Google Forms": {"Droit": ""},
    }
    assert {name: read(TAKEN[name]).rows[0].themes for name in themes} == themes
    assert read(TAKEN["lists by comma and by line"]).rows[0].facts["languages"] == ("fr", "en")
    assert read(TAKEN["a column of our own key"]).rows[0].external_id == "007"


def test_a_zip_bomb_is_refused_by_the_sizes_it_names_before_it_is_unpacked() -> None:
    bomb = zip_bomb()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(UnreadableTable) as refused:
        open_table(bomb)
    assert refused.value.fault == "too_big"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime == before


def test_a_file_whose_names_lie_about_their_sizes_costs_no_more_than_the_child_may_take() -> None:
    lies = archive({"xl/workbook.xml": "<", "[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]>"})
    assert [each.code for each in read(lies).problems] == ["broken"]


def test_a_hundred_thousand_rows_are_read_and_one_more_is_refused() -> None:
    head = "Email;Prénom;Rôle\n"
    lines = "".join(f"p{number}@example.org;P;mentee\n" for number in range(MOST_ROWS + 1))
    rows = open_table((head + lines).encode()).rows
    count = 0
    with pytest.raises(UnreadableTable) as refused:
        for _ in rows:
            count += 1
    assert (count, refused.value.fault) == (MOST_ROWS + 1, "too_many_rows")


def test_a_line_is_named_as_the_program_counts_it() -> None:
    wrong = [*FRENCH[1]]
    wrong[2] = "zoe"
    table = [["Liste 2026"], [], FRENCH[0], FRENCH[2], wrong]
    width = [[*row, *[""] * (10 - len(row))] for row in table]
    files = (workbook(table), delimited(width).encode(), ("sep=;\n" + delimited(width[2:])).encode())
    assert [[each.line for each in read(data).problems] for data in files] == [[5], [5], [4]]
