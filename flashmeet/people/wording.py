"""The sentences for problems of a member file."""

from __future__ import annotations

from flashmeet.i18n.catalogue import mark, translations

_SENTENCES = {
    "approved": mark("“%(value)s” should be yes or no."),
    "columns": mark(
        "This line has %(value)s cells, but the header has %(columns)s. Text that contains a comma needs quotes "
        "around it."
    ),
    "csv": mark("The quotes on this line are not closed. Put one before the text and one after it."),
    "email": mark("“%(value)s” is not an email address. It should look like camille@example.org."),
    "empty": mark("This cell is empty, but it is required."),
    "encoding": mark("This line is not UTF-8. Save the file as “CSV UTF-8” and import it again."),
    "graduation_year": mark("“%(value)s” should be a year between 1900 and 2100."),
    "header": mark("The first line should be exactly: %(value)s"),
    "language": mark("“%(value)s” is not a language we know. Enter a code or a name: fr, English, español."),
    "languages": mark("There are more than %(value)s languages here. Keep the ones you could spend an hour in."),
    "locale": mark("“%(value)s” should be fr or en."),
    "long": mark("This text is longer than %(value)s characters."),
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
    "semicolons": mark("The columns are separated by semicolons. Save the file with commas and import it again."),
    "taken": mark("“%(value)s” is another member’s address. Give each of the two an address of their own."),
    "theme": mark("“%(value)s” cannot be the name of a theme. Use letters, 100 characters at most."),
    "tzid": mark("“%(value)s” is not a time zone we know. Write it like Europe/Paris."),
}
_SHOWN = 60


def problem_sentence(line: int, code: str, *, column: str, value: str, columns: int, locale: str) -> str:
    """Returns `Line 7, phone: “0123” is no phone number …`."""
    gettext = translations(locale).gettext
    shown = value if code in ("header", "columns") else _short(value)
    what = gettext(_SENTENCES[code]) % {"value": shown, "columns": columns}
    if column:
        return gettext(mark("Line %(line)s, %(column)s: %(what)s")) % {"line": line, "column": column, "what": what}
    return gettext(mark("Line %(line)s: %(what)s")) % {"line": line, "what": what}


def _short(value: str) -> str:
    plain = "".join(char if char.isprintable() else "·" for char in value)
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
