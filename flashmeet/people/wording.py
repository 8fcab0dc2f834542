"""The sentences for problems of a member file, and how somebody became a member."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.i18n.catalogue import translations
from flashmeet.identity.rules import MemberSource
from flashmeet.people.rules.headings import THEME

SOURCES = {
    MemberSource.IMPORTED: mark("Imported from a file"),
    MemberSource.INVITED: mark("Invited by a link"),
    MemberSource.JOINED: mark("Joined by themselves"),
    MemberSource.ADDED: mark("Added by hand"),
}
"""How somebody became a member."""

_SENTENCES = {
    "accented_email": mark(
        "Few mail servers deliver to “%(value)s”, because of the letters such as é or ü before its @. Enter another "
        "address of theirs."
    ),
    "approved": mark("“%(value)s” should be yes or no."),
    "archive": mark("This is an archive. Unpack it, and send the table inside it."),
    "broken": mark(
        "This workbook cannot be opened. Open it in Excel or LibreOffice, save it under a new name as Excel Workbook "
        "(.xlsx), and send that one."
    ),
    "columns": mark(
        "This line has %(value)s cells, but the header has %(columns)s. Text that contains a comma needs quotes "
        "around it."
    ),
    "contacts": mark(
        "These are address cards. In the program they came from, export the contacts as CSV (in Google Contacts: "
        "Export, Google CSV), and send that file."
    ),
    "csv": mark("The quotes on this line are not closed. Put one before the text and one after it."),
    "data": mark(
        "This is a file for programs, not a table. In the program it came from, export as CSV or as Excel Workbook "
        "(.xlsx), and send that."
    ),
    "document": mark(
        "This is a document or a picture, not a table. Copy its table into an empty sheet of Excel, LibreOffice or "
        "Google Sheets, save that, and send it."
    ),
    "email": mark("“%(value)s” is not an email address. It should look like camille@example.org."),
    "empty": mark("This cell is empty, but it is required."),
    "empty_file": mark(
        "There is nothing in this file. Open it in the program it came from, see that the people are there, and save "
        "it again."
    ),
    "encoding": mark(
        "This line mixes two encodings, so that its accents would be lost. In Excel, save the table as Excel Workbook "
        "(.xlsx), and send that one."
    ),
    "graduation_year": mark("“%(value)s” should be a year between 1900 and 2100."),
    "language": mark("“%(value)s” is not a language we know. Enter a code or a name: fr, English, español."),
    "languages": mark("There are more than %(value)s languages here. Keep the ones you could spend an hour in."),
    "link": mark(
        "This is only a link to the table. In Google Sheets: File, Download, Microsoft Excel (.xlsx); then send what "
        "was downloaded."
    ),
    "locale": mark("“%(value)s” should be fr or en."),
    "long": mark("This text is longer than %(value)s characters."),
    "no_email": mark(
        "No column holds addresses. Write “email” above the column with the addresses, in the first row of the table."
    ),
    "no_names": mark("No column holds names. Write “first_name” and “last_name” above them, or “full_name”."),
    "no_roles": mark(
        "No column says who is a mentor and who a mentee. Add a column “roles”, or say the role of everybody in this "
        "file."
    ),
    "numbers": mark("This is a file of Numbers. In Numbers: File, Export To, Excel; then send what was exported."),
    "password": mark(
        "This workbook has a password. In Excel: File, Info, Protect Workbook, Encrypt with Password; empty the "
        "field, save, and send it again."
    ),
    "phone": mark(
        "“%(value)s” is not a phone number that can be called. Write it with its country code: +33 6 12 34 56 78."
    ),
    "proof_quotes": mark(
        "The quotes in this cell are not closed. A line that contains ; must be in quotes, with any quotes inside it "
        "doubled."
    ),
    "proofs": mark("There are more proof lines than themes (%(value)s). Write one for each theme, separated by ;"),
    "repeated": mark("This address is already on line %(value)s, with different details. Keep one of the two."),
    "repeated_id": mark("This external_id is already on line %(value)s. Each person has one of their own."),
    "role": mark("“%(value)s” is not a role. The roles are mentee, mentor and administrator, separated by ;"),
    "taken": mark("“%(value)s” is another member’s address. Give each of the two an address of their own."),
    "theme": mark("“%(value)s” cannot be the name of a theme. Use letters, 100 characters at most."),
    "too_big": mark(
        "This file is larger inside than a list of people. Copy the rows with people into a new workbook, save it as "
        "Excel Workbook (.xlsx), and send that one."
    ),
    "too_many_rows": mark("There are more than %(value)s rows. Save the list in several files, and send them in turn."),
    "turned": mark(
        "The people stand side by side in this table. In Excel, LibreOffice or Google Sheets, copy it and paste it "
        "with “Transpose” (Paste Special), so that each person has a row; save that, and send it."
    ),
    "tzid": mark("“%(value)s” is not a time zone we know. Write it like Europe/Paris."),
    "web_page": mark(
        "This is a web page under the name of a table. Open it in Excel or LibreOffice, save it as Excel Workbook "
        "(.xlsx), and send that one."
    ),
}
COLUMN_NAMES = {
    "email": mark("Email address"),
    "first_name": mark("First name"),
    "last_name": mark("Last name"),
    "full_name": mark("First and last name in one cell"),
    "roles": mark("Role: mentor, mentee"),
    "approved": mark("Approved: yes or no"),
    "tzid": mark("Time zone"),
    "city": mark("City, for the time zone"),
    "locale": mark("Language of the pages"),
    "phone": mark("Phone number"),
    "graduation_year": mark("Graduation year"),
    "themes": mark("Themes"),
    "languages": mark("Languages they speak"),
    "company": mark("Company"),
    "sector": mark("Sector"),
    "headline": mark("Headline"),
    "degree": mark("Degree"),
    "offering": mark("What they offer"),
    "seeking": mark("What they look for"),
    "external_id": mark("The school’s own key"),
    "proof": mark("Why them: a line for each theme"),
    "role:mentor": mark("Is a mentor: yes or no"),
    "role:mentee": mark("Is a mentee: yes or no"),
    "role:administrator": mark("Is an administrator: yes or no"),
}
"""What a column can be taken for (`people.rules.member_columns`)."""
_ONE_THEME = mark("One theme: %(theme)s")
WHOLE_FILE = frozenset(
    (
        *("archive", "broken", "contacts", "document", "empty_file", "link", "no_email", "no_names", "no_roles"),
        *("numbers", "password", "too_big", "turned", "web_page", "data"),
    )
)
"""Problems of the file as such, not of one line."""
_SHOWN = 60


def problem_sentence(line: int, code: str, *, column: str, value: str, columns: int, locale: str) -> str:
    """Returns `Line 7, phone: “0123” is no phone number …`."""
    gettext = translations(locale).gettext
    what = problem_words(code, value=value, columns=columns, locale=locale)
    if code in WHOLE_FILE:
        return what
    if column:
        return gettext(mark("Line %(line)s, %(column)s: %(what)s")) % {"line": line, "column": column, "what": what}
    return gettext(mark("Line %(line)s: %(what)s")) % {"line": line, "what": what}


def column_name(meaning: str, *, locale: str) -> str:
    """Returns what a column is taken for, in words."""
    gettext = translations(locale).gettext
    if meaning.startswith(THEME):
        return gettext(_ONE_THEME) % {"theme": meaning.removeprefix(THEME)}
    return gettext(COLUMN_NAMES[meaning])


def problem_words(code: str, *, value: str, columns: int, locale: str) -> str:
    """Returns `“0123” is no phone number …`."""
    shown = value if code == "columns" else _short(value)
    return translations(locale).gettext(_SENTENCES[code]) % {"value": shown, "columns": columns}


def _short(value: str) -> str:
    plain = "".join(char if char.isprintable() else "·" for char in value)
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
