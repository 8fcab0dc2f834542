"""More files of people, as they come from hands: laid out for the eye, copied, exported and counted."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable

import xlsxwriter
from xlsxwriter.workbook import Workbook

from tests.people.member_files import archive, delimited

HEADS = ["Prénom", "Nom", "Mail", "Profil"]
ZOE, LEO = ["Zoé", "Petit", "zoe@example.org", "mentor"], ["Léo", "Noël", "leo@example.org", "mentee"]


def book(fill: Callable[[Workbook], None]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        fill(made)
    return out.getvalue()


def _titled(made: Workbook) -> None:
    sheet = made.add_worksheet("Annuaire")
    sheet.merge_range(0, 0, 0, 3, "Annuaire des anciens 2026")
    for at, row in enumerate((HEADS, ZOE, LEO), 2):
        sheet.write_row(at, 0, row)


def _two_heads(made: Workbook) -> None:
    sheet = made.add_worksheet()
    sheet.merge_range(0, 0, 0, 1, "Identité")
    sheet.merge_range(0, 2, 0, 3, "Contact et rôle")
    for at, row in enumerate((HEADS, ZOE, LEO), 1):
        sheet.write_row(at, 0, row)


def _merged_down(made: Workbook) -> None:
    sheet = made.add_worksheet()
    for at, row in enumerate(([*HEADS, "Promotion"], ZOE, LEO)):
        sheet.write_row(at, 0, row)
    sheet.merge_range(1, 4, 2, 4, 2012)


def _hidden(made: Workbook) -> None:
    lists, sheet = made.add_worksheet("Listes"), made.add_worksheet("Membres")
    lists.write_column(0, 0, ["mentor", "mentee"])
    for at, row in enumerate((["Id", *HEADS], ["1", *ZOE], ["2", *LEO])):
        sheet.write_row(at, 0, row)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.activate()
    lists.hide()


def _counted(made: Workbook) -> None:
    sheet = made.add_worksheet()
    columns = [{"header": head} for head in HEADS]
    sheet.add_table(0, 0, 3, 3, {"columns": columns, "data": [ZOE, LEO], "total_row": True})
    sheet.write_row(3, 0, ["Total", "2"])


def _linked(made: Workbook) -> None:
    sheet = made.add_worksheet()
    for at, row in enumerate((HEADS, ZOE, LEO)):
        sheet.write_row(at, 0, row)
    sheet.write_url(1, 2, "mailto:zoe@example.org", string="zoe@example.org")
    sheet.write_url(2, 2, "mailto:leo@example.org")


def lines(*rows: list[str]) -> bytes:
    return delimited(rows).encode()


TAKEN: dict[str, bytes] = {
    "a merged title, headings in the third row": book(_titled),
    "two rows of headings, the first of them merged": book(_two_heads),
    "a cell merged over two people": book(_merged_down),
    "a hidden sheet before the people, a hidden row and column": book(_hidden),
    "an Excel table with its row of totals": book(_counted),
    "addresses that are links": book(_linked),
    "a line of totals at the end": lines(HEADS, ZOE, LEO, ["Total : 2 personnes", "", "", ""]),
    "the headings again on every printed page": lines(HEADS, ZOE, HEADS, LEO),
    "empty lines between people": b"\n\n;;;\n".join([lines(HEADS), lines(ZOE), lines(LEO), b""]),
    "semicolons and quotes inside quotes": lines(
        [*HEADS, "Je propose"], [*ZOE, 'relire ; corriger ; "dire"'], [*LEO, ""]
    ),
    "blanks that nobody sees in addresses": lines(
        HEADS,
        ["Zoé", "Petit", "\u00a0zoe@example.org\u00a0", "mentor\u00a0"],
        ["Léo", "Noël", "leo@exa\u200bmple.org", "mentee"],
    ),
    "blanks beside the at sign, or the word for it": lines(
        HEADS, ["Zoé", "Petit", "zoe @ example.org", "mentor"], ["Léo", "Noël", "leo (at) example.org", "mentee"]
    ),
    "punctuation behind addresses": lines(
        HEADS, ["Zoé", "Petit", "zoe@example.org,", "mentor"], ["Léo", "Noël", "<leo@example.org>.", "mentee"]
    ),
    "mailto: with a subject": lines(
        HEADS,
        ["Zoé", "Petit", "mailto:zoe@example.org?subject=Bonjour", "mentor"],
        ["Léo", "Noël", "MAILTO:leo@example.org", "mentee"],
    ),
    "two addresses in a cell, a blank between": lines(
        HEADS, ["Zoé", "Petit", "zoe@example.org  z@example.net", "mentor"], LEO
    ),
    "years of two digits": lines([*HEADS, "Promo"], [*ZOE, "’88"], [*LEO, "promo 12"]),
    "dates with years of two digits": lines([*HEADS, "Promotion"], [*ZOE, "30/06/88"], [*LEO, "30-06-12"]),
    "last name first, in capitals": lines(
        ["NOM Prénom", "Mail", "Profil"],
        ["PETIT Zoé", "zoe@example.org", "mentor"],
        ["M. NOËL Léo", "leo@example.org", "mentee"],
    ),
    "Mme and M. before the first name": lines(HEADS, ["Mme Zoé", *ZOE[1:]], ["M. Léo", *LEO[1:]]),
    "accents in two characters, as a Mac writes them": unicodedata.normalize(
        "NFD", delimited([HEADS, ZOE, LEO])
    ).encode(),
    "emoji in headings and cells": lines(
        ["👤 Prénom", "Nom", "📧 E-mail", "🎭 Rôle", "Titre"], [*ZOE, "Avocate 👩‍⚖️"], [*LEO, "🚀"]
    ),
    "one heading twice, with one address in either": lines(
        ["Prénom", "Nom", "Mail", "Mail", "Profil"],
        ["Zoé", "Petit", "zoe@example.org", "", "mentor"],
        ["Léo", "Noël", "", "leo@example.org", "mentee"],
    ),
    "Google Sheets, CSV without a last line end": delimited([HEADS, ZOE, LEO], ",").rstrip("\r\n").encode(),
    "Google Sheets, TSV": delimited([HEADS, ZOE, LEO], "\t").encode(),
    "Numbers, CSV with the table’s name above": b"Tableau 1\n;;;\n" + lines(HEADS, ZOE, LEO),
    "a table copied from a wiki": (
        "| Prénom | Nom | Mail | Profil |\n|---|---|---|---|\n| Zoé | Petit | zoe@example.org | mentor |\n"
        "| Léo | Noël | leo@example.org | mentee |\n"
    ).encode(),
    "curly quotes around cells": (
        "Prénom;Nom;Mail;Profil\n“Zoé”;“Petit”;“zoe@example.org”;“mentor”\nLéo;Noël;leo@example.org;mentee\n"
    ).encode(),
    "CSV (MS-DOS) with few letters that tell": delimited([HEADS, ZOE, LEO]).encode("cp850"),
    "UTF-8 that was encoded twice": delimited([HEADS, ZOE, LEO]).encode().decode("cp1252").encode(),
    "UTF-8 with its mark, encoded twice": delimited([HEADS, ZOE, LEO]).encode("utf-8-sig").decode("cp1252").encode(),
    "notes above, between and below the people": lines(
        HEADS,
        ["Mentors de 2026", "", "", ""],
        ZOE,
        ["Mentorés :", "", "", ""],
        LEO,
        ["* liste arrêtée au 30 juin", "", "", ""],
        ["", "", "Tous droits réservés, ne pas diffuser", ""],
    ),
    "cells that say nothing": lines(
        [*HEADS, "Téléphone", "Promotion", "Entreprise", "Langues", "Identifiant"],
        [*ZOE, "N/A", "#REF!", "-", "néant", "-"],
        [*LEO, "aucun", "?", "#N/A", "—", "-"],
    ),
    "remarks behind addresses and roles": lines(
        HEADS,
        ["Zoé", "Petit", "zoe@example.org (perso)", "Mentor (confirmé)"],
        ["Léo", "Noël", "leo@example.org", "mentoré (2e année)"],
    ),
    "HelloAsso": lines(
        ["Nom adhérent", "Prénom adhérent", "Email adhérent", "Rôle"],
        *[[row[1], row[0], row[2], row[3]] for row in (ZOE, LEO)],
    ),
}
"""Files that are accepted, by what they are: two people each, Zoé and Léo."""

REFUSED: dict[str, tuple[bytes, str]] = {
    "a binary workbook, .xlsb, that is broken": (
        archive({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83\1\0", "xl/worksheets/sheet1.bin": b"\0"}),
        "save it under a new name as Excel Workbook (.xlsx)",
    ),
    "an old .xls that is broken": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "Open it in Excel or LibreOffice",
    ),
    "a workbook in XML of 2003": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "Open it in Excel or LibreOffice",
    ),
    "a LibreOffice text": (
        archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        "Copy its table into an empty sheet",
    ),
    "JSON": (b'[\n {"email": "zoe@example.org", "role": "mentor"}\n]', "export as CSV or as Excel Workbook"),
    "an SQLite database": (b"SQLite format 3\0" + b"\0" * 200, "export as CSV or as Excel Workbook"),
    "an Access database": (b"\0\1\0\0Standard ACE DB\0" + b"\1" * 200, "export as CSV or as Excel Workbook"),
    "people side by side": (
        lines(*(list(column) for column in zip(HEADS, ZOE, LEO, strict=True))),
        "paste it with “Transpose”",
    ),
    "one column of addresses": (b"zoe@example.org\nleo@example.org\n", "Add a column “roles”"),
}
"""Files that are refused, with some of the words that say what to do."""
