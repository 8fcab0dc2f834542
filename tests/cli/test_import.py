"""`flashmeet members import`."""

from __future__ import annotations

from sqlalchemy import func, select
from xlsxwriter.workbook import Workbook

from flashmeet.core.spreadsheets.reader import open_table
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.themes.models import Theme
from tests.cli.commands import HEADER, Answer, Here
from tests.people.messy_files import HEADS, book

ALICE = "Alice@Example.org ,Alice,Durand,mentor;mentee,yes,Europe/Paris,fr,06 12 34 56 78,2010,Droit;Santé,fr;English,"
ALICE += '"Grand Large, Avocats",Droit,Je relis les statuts'
BOB = "bob@example.org,Bob,,mentee,yes,America/Toronto,en,,,,,,,"
KEPT = ("first_name", "tzid", "locale", "phone", "graduation_year", "languages", "company", "roles", "approved")


def people(here: Here) -> list[Member]:
    with here.database.reading() as db:
        return list(db.scalars(select(Member).order_by(Member.email)))


def offers(here: Here) -> list[tuple[str, str]]:
    with here.database.reading() as db:
        query = select(Member.email, Theme.slug).join(MentorTheme, MentorTheme.mentor_id == Member.id).join(Theme)
        return sorted((email, slug) for email, slug in db.execute(query))


def count(here: Here, model: type[Member | OutboxMessage | Theme]) -> int:
    with here.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def refused(answer: Answer, *sentences: str) -> None:
    assert answer.code == 1
    assert answer.out == ""
    assert answer.err.splitlines()[:-1] == list(sentences)


def test_a_good_file_makes_active_members_with_themes_and_unverified_phones(here: Here) -> None:
    answer = here.import_rows(ALICE, BOB)
    assert answer == Answer(0, "2 new, 0 updated, 0 unchanged. New themes: Droit, Santé.\n", "")
    alice, bob = people(here)
    expected = ("Alice", "Europe/Paris", "fr", "+33612345678", 2010, ["fr", "en"], "Grand Large, Avocats")
    assert tuple(getattr(alice, name) for name in KEPT) == (*expected, ["mentee", "mentor"], True)
    assert (alice.email, alice.phone_verified_at, alice.sms_opt_in, alice.bookable) == (
        "alice@example.org",
        None,
        False,
        True,
    )
    assert (bob.last_name, bob.tzid, bob.locale, bob.roles, bob.phone) == (
        "",
        "America/Toronto",
        "en",
        ["mentee"],
        None,
    )
    assert offers(here) == [("alice@example.org", "droit"), ("alice@example.org", "sante")]


def test_importing_sends_nothing(here: Here) -> None:
    here.import_rows(ALICE, BOB)
    assert count(here, OutboxMessage) == 0


def test_what_a_cell_leaves_out_comes_from_the_network(here: Here) -> None:
    here.import_rows("camille@example.org,Camille,Roussel,mentee,no,,,,,,,,,")
    (camille,) = people(here)
    assert (camille.tzid, camille.locale, camille.languages, camille.approved) == ("Europe/Paris", "fr", ["fr"], False)


def test_a_theme_is_found_by_slug_name_or_synonym_in_any_case_and_else_created(here: Here) -> None:
    here.done("seed", "--mentors", "1")
    before = count(here, Theme)
    answer = here.import_rows("a@example.org,A,B,mentor,yes,,,,,DROIT;sante;Bylaws;Jonglage,,,,")
    assert answer.out == "1 new, 0 updated, 0 unchanged. New themes: Jonglage.\n"
    assert count(here, Theme) == before + 1
    assert [slug for email, slug in offers(here) if email == "a@example.org"] == ["droit", "jonglage", "sante"]


def test_an_address_that_few_servers_deliver_to_is_refused_for_what_it_is(here: Here) -> None:
    answer = here.import_rows(BOB.replace("bob@", "bób@"))
    words = "Few mail servers deliver to “bób@example.org”, because of the letters such as é or ü before its @."
    refused(answer, f"Line 2, email: {words} Enter another address of theirs.")


def test_every_wrong_row_is_said_with_its_line_and_nothing_is_written(here: Here) -> None:
    answer = here.import_rows(
        BOB,
        "camille@,Camille,,mentee;chef,maybe,Europe/Pari,de,12,151,,klingonn,,,",
        ",Dan,,mentee,yes,,,,,!!,,,,",
        "eve@example.org,Eve,,mentee,yes",
        'fay@example.org,Fay,,,yes,,,,,,,"two\nlines",,',
        "gus@example.org,Gus,,mentee,yes,,,,,,,,,",
        "gus@example.org,August,,mentee,yes,,,,,,,,,",
    )
    refused(
        answer,
        "Line 3, email: “camille@” is not an email address. It should look like camille@example.org.",
        "Line 3, roles: “chef” is not a role. The roles are mentee, mentor and administrator, separated by ;",
        "Line 3, approved: “maybe” should be yes or no.",
        "Line 3, tzid: “Europe/Pari” is not a time zone we know. Write it like Europe/Paris.",
        "Line 3, locale: “de” should be fr or en.",
        "Line 3, phone: “12” is not a phone number that can be called. Write it with its country code: +33 6 12 34 56 "
        "78.",
        "Line 3, graduation_year: “151” should be a year between 1900 and 2100.",
        "Line 3, languages: “klingonn” is not a language we know. Enter a code or a name: fr, English, español.",
        "Line 4, email: This cell is empty, but it is required.",
        "Line 4, themes: “!!” cannot be the name of a theme. Use letters, 100 characters at most.",
        "Line 5: This line has 5 cells, but the header has 14. Text that contains a comma needs quotes around it.",
        "Line 6, roles: This cell is empty, but it is required.",
        "Line 9, email: This address is already on line 8, with different details. Keep one of the two.",
    )
    assert answer.err.splitlines()[-1] == "5 lines need a look; nothing was written."
    assert (count(here, Member), count(here, Theme)) == (0, 0)


def test_one_slip_in_a_whole_column_is_told_once_with_every_line(here: Here) -> None:
    rows = [f"p{number}@example.org,P,,mentee,{'soon' if number != 30 else 'yes'},,,,,,,,," for number in range(60)]
    answer = here.import_rows(*rows, "p1@,P,,mentee,yes,,,,,,,,,")
    lines = answer.err.splitlines()
    assert [line.partition(",")[0] for line in lines[:6]] == [
        "Line 2",
        "Line 3",
        "Line 4",
        "Line 5",
        "Line 6",
        "Line 62",
    ]
    assert lines[6] == "approved, as on line 2, 54 more lines: 7–31, 33–61."
    assert lines[7:] == ["60 lines need a look; nothing was written."]


def test_the_header_is_the_one_in_the_documentation() -> None:
    documented = "email,first_name,last_name,roles,approved,tzid,locale,phone,graduation_year,themes,languages,"
    assert documented + "company,sector,headline" == HEADER


def test_a_file_without_addresses_roles_or_anything_is_refused_as_a_whole(here: Here) -> None:
    no_roles = "No column says who is a mentor and who a mentee. Add a column “roles”, or say the role of everybody in "
    no_roles += "this file."
    refused(here.import_file(b"email,name\nbob@example.org,Bob\n"), no_roles)
    assert here.import_file(b"email,name\nbob@example.org,Bob\n", options=("--role", "mentee")).code == 0
    no_email = "No column holds addresses. Write “email” above the column with the addresses, in the first row of the "
    refused(here.import_file(b"name,roles\nBob,mentee\n"), f"{no_email}table.")
    assert here.import_file(b"").err.startswith("There is nothing in this file.")
    assert count(here, Member) == 1


def test_semicolons_and_the_encoding_of_windows_are_read(here: Here) -> None:
    assert here.import_file(f"{HEADER}\n{BOB}".replace(",", ";").encode()).code == 0
    zoe = f"{HEADER}\nzoe@example.org,Zoé,,mentee,yes,,,,,,,,,\n".encode("latin-1")
    assert here.import_file(zoe).code == 0
    assert [each.first_name for each in people(here)] == ["Bob", "Zoé"]


def test_a_file_that_mixes_encodings_is_refused_with_the_line(here: Here) -> None:
    zoe, emile = "zoe@example.org,Zoé,,mentee,yes,,,,,,,,,\n", "e@example.org,Émile,,mentee,yes,,,,,,,,,\n"
    data = f"{HEADER}\n{zoe}".encode() + emile.encode("latin-1")
    answer = here.import_file(data)
    assert (answer.code, answer.err[:43]) == (1, "Line 3: This line mixes two encodings, so t")


def test_the_good_rows_are_taken_where_that_is_asked_and_the_wrong_ones_come_back_with_their_reason(here: Here) -> None:
    wrong = "camille@,Camille,,mentee,yes,,,,,,,,,"
    for name in ("left.csv", "left.xlsx"):
        rejects = here.folder / name
        answer = here.import_rows(BOB, wrong, options=("--good-rows", str(rejects)))
        assert answer.code == 0 and answer.err == f"1 left out, with their reasons: {rejects}\n"
        headings, row = (cells for _, cells in open_table(rejects.read_bytes()).rows)
        assert headings == [*HEADER.split(","), "What to correct"]
        assert row[:2] == ["camille@", "Camille"]
        assert row[-1] == "email: “camille@” is not an email address. It should look like camille@example.org."
    assert [each.email for each in people(here)] == ["bob@example.org"]


def test_quotes_that_do_not_close_are_refused(here: Here) -> None:
    sentence = "The quotes on this line are not closed. Put one before the text and one after it."
    refused(here.import_rows('bob@example.org,"Bob,,mentee,yes,,,,,,,,,'), f"Line 2: {sentence}")


def test_a_byte_order_mark_windows_lines_and_empty_lines_do_no_harm(here: Here) -> None:
    data = "\ufeff" + "\r\n".join((HEADER, "", BOB, ",,,", ""))
    assert here.import_file(data.encode()).out == "1 new, 0 updated, 0 unchanged.\n"


def test_the_same_row_twice_counts_once(here: Here) -> None:
    assert here.import_rows(BOB, BOB.replace("bob@", " BOB@")).out == "1 new, 0 updated, 0 unchanged.\n"


def test_a_dry_run_tells_the_same_and_writes_nothing(here: Here) -> None:
    dry = here.import_rows(ALICE, BOB, options=("--dry-run",))
    assert (count(here, Member), count(here, Theme)) == (0, 0)
    told = here.import_rows(ALICE, BOB).out.rstrip("\n")
    assert dry.out == f"{told} Nothing was written: this was a dry run.\n"


def test_approval_may_be_left_empty_for_who_does_not_mentor(here: Here) -> None:
    assert here.import_rows(BOB.replace(",yes,", ",,")).out == "1 new, 0 updated, 0 unchanged.\n"
    refused(here.import_rows(ALICE.replace(",yes,", ",,")), "Line 2, approved: “” should be yes or no.")


def test_a_known_address_stays_as_it_is(here: Here) -> None:
    here.import_rows(BOB)
    answer = here.import_rows("bob@example.org,Robert,New,mentor,no,Asia/Tokyo,fr,,,Jonglage,,,,")
    assert answer.out == "0 new, 0 updated, 1 unchanged.\n"
    assert count(here, Theme) == 0
    (bob,) = people(here)
    assert (bob.first_name, bob.tzid, bob.roles, bob.approved) == ("Bob", "America/Toronto", ["mentee"], True)


def test_an_update_takes_filled_profile_cells_and_never_roles_or_approval(here: Here) -> None:
    here.import_rows(ALICE)
    row = "alice@example.org,Alix,,administrator,no,Asia/Tokyo,,+33 6 87 65 43 21,,Santé,,,,"
    assert here.import_rows(row, options=("--update",)).out == "0 new, 1 updated, 0 unchanged.\n"
    (alice,) = people(here)
    assert (alice.first_name, alice.last_name, alice.tzid, alice.company) == (
        "Alix",
        "Durand",
        "Asia/Tokyo",
        "Grand Large, Avocats",
    )
    assert (alice.phone, alice.roles, alice.approved) == ("+33687654321", ["mentee", "mentor"], True)
    assert offers(here) == [("alice@example.org", "sante")]
    assert here.import_rows(row, options=("--update",)).out == "0 new, 0 updated, 1 unchanged.\n"


def test_a_new_number_has_to_be_verified_again(here: Here) -> None:
    here.import_rows(ALICE)
    with here.database.writing() as db:
        alice = db.scalars(select(Member)).one()
        alice.phone_verified_at, alice.sms_opt_in = alice.created_at, True
    here.import_rows("alice@example.org,Alice,Durand,mentor,yes,,,+33 6 87 65 43 21,,,,,,", options=("--update",))
    (alice,) = people(here)
    assert (alice.phone_verified_at, alice.sms_opt_in) == (None, False)


def test_text_that_bends_lines_or_turns_the_reading_direction_is_one_line_as_in_the_profile(here: Here) -> None:
    bad = ("Bo\u202eb", "Bo\u2028b", "Bo\x07b")
    rows = [f"bob{number}@example.org,{name},,mentee,yes,,,,,,,,," for number, name in enumerate(bad)]
    assert here.import_rows(*rows).code == 0
    assert [each.first_name for each in people(here)] == ["Bob", "Bo b", "Bo b"]


MORE = HEADER + ",degree,offering,seeking,proof"


def proofs(here: Here) -> dict[str, str]:
    with here.database.reading() as db:
        rows = db.execute(select(Theme.slug, MentorTheme.proof).join(MentorTheme))
        return {row.slug: row.proof for row in rows}


def test_the_optional_columns_bring_degree_offering_seeking_and_a_line_of_proof_for_each_theme(here: Here) -> None:
    line = ALICE + ',Master,I read bylaws,A peer,"Fifteen years;""Nurse; then """"head"""" nurse"""'
    assert here.import_file(f"{MORE}\n{line}".encode()).code == 0
    (alice,) = people(here)
    assert (alice.degree, alice.offering, alice.seeking) == ("Master", "I read bylaws", "A peer")
    assert proofs(here) == {"droit": "Fifteen years", "sante": 'Nurse; then "head" nurse'}


def test_an_update_without_proof_keeps_the_lines_and_one_with_proof_takes_them(here: Here) -> None:
    here.import_file(f"{MORE}\n{ALICE},,,,Fifteen years; A nurse".encode())
    here.import_rows(ALICE, options=("--update",))
    assert proofs(here) == {"droit": "Fifteen years", "sante": "A nurse"}
    assert here.import_file(f"{MORE}\n{ALICE},,,,;Two wards".encode(), options=("--update",)).out.startswith("0 new, 1")
    assert proofs(here) == {"droit": "Fifteen years", "sante": "Two wards"}


def test_optional_columns_may_be_some_of_them_and_in_any_order(here: Here) -> None:
    assert here.import_file(f"{HEADER},seeking,degree\n{BOB},A mentor,Master".encode()).code == 0
    (bob,) = people(here)
    assert (bob.seeking, bob.degree) == ("A mentor", "Master")
    assert here.import_file(f"degree,{HEADER},colour\nMaster,{BOB},red".encode()).out.endswith("1 unchanged.\n")


def test_lines_of_proof_that_fit_no_theme_or_cannot_be_read_are_said(here: Here) -> None:
    many = "Line 2, themes: There are more proof lines than themes (2). Write one for each theme, separated by ;"
    quotes = "Line 2, proof: The quotes in this cell are not closed. "
    quotes += "A line that contains ; must be in quotes, with any quotes inside it doubled."
    long = "Line 2, proof: This text is longer than 200 characters."
    short = "Line 2: This line has 14 cells, but the header has 18. Text that contains a comma needs quotes around it."
    for row, said in (
        (f"{ALICE},,,,a;b;c", many),
        (f'{ALICE},,,,"""a;b"', quotes),
        (f"{ALICE},,,,{'x' * 201}", long),
        (ALICE, short),
    ):
        refused(here.import_file(f"{MORE}\n{row}".encode()), said)


def test_the_sheets_that_are_not_read_are_named(here: Here) -> None:
    def two_lists(made: Workbook) -> None:
        for name, address in (("Mentors", "zoe@example.org"), ("Mentorés", "leo@example.org")):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, HEADS)
            sheet.write_row(1, 0, ["Zoé", "Petit", address, "mentor"])

    answer = here.import_file(book(two_lists), ("--approved", "yes", "--role", "mentor"))
    assert answer.code == 0
    assert "Only the sheet “Mentors” was read. There are addresses in others, too: “Mentorés”." in answer.err
