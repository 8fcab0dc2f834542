"""Files of people as they come from programs: every one is made here, of invented people at example.org."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date

import xlsxwriter

Table = Sequence[Sequence[object]]

OURS = "email,first_name,last_name,roles,approved,tzid,locale,phone,graduation_year,themes,languages,company,sector,"
OURS += "headline"
FRENCH: Table = (
    ("Prénom", "NOM", "Courriel", "Rôle", "Approuvé", "Téléphone portable", "Promo", "Thèmes", "Langues", "Société"),
    (
        "Zoé",
        "PETIT",
        "zoe@example.org",
        "Mentor",
        "oui",
        "06 12 34 56 78",
        "2012",
        "Droit; Santé",
        "français",
        "Arcade",
    ),
    ("Léo", "NOËL", "leo@example.org", "Mentoré·e", "non", "07.68.12.34.56", "2026", "", "Français, anglais", "Été"),
)


def delimited(table: Table, separator: str = ";", *, ends: str = "\r\n", quoted: bool = False) -> str:
    def cell(value: object) -> str:
        text = str(value)
        odd = quoted or any(char in text for char in (separator, '"', "\n"))
        return '"' + text.replace('"', '""') + '"' if odd else text

    return ends.join(separator.join(map(cell, row)) for row in table) + ends


def workbook(*tables: Table, formulas: Mapping[tuple[int, int], tuple[str, object]] | None = None) -> bytes:
    """As Excel writes it: numbers are numbers, dates are dates; `formulas` are put into the last sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for table in tables:
            sheet = book.add_worksheet()
            for at, row in enumerate(table):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    else:
                        sheet.write(at, column, value)
            for (at, column), (formula, value) in (formulas or {}).items():
                sheet.write_formula(at, column, formula, None, value)
    return out.getvalue()


def calc(table: Table) -> bytes:
    """As LibreOffice saves .ods."""

    def cell(value: object) -> str:
        kind = f'float" office:value="{value}' if isinstance(value, int | float) else "string"
        return f'<table:table-cell office:value-type="{kind}"><text:p>{value}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in table)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Membres">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A workbook of half a megabyte that unpacks to half a gigabyte."""
    return archive({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": b" " * 500_000_000})


def wide_bomb() -> bytes:
    """A workbook with a cell in its last corner: who takes the sheet for a full one runs out of memory."""
    table = list(FRENCH)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(table):
            sheet.write_row(at, 0, row)
        sheet.write_string(1_048_575, 16_383, "x")
    return out.getvalue()


LINKEDIN = """Notes:
"When exporting your connection data, you may notice that some of the email addresses are missing, since you see them \
only where your connections allow it."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Zoé,Petit,https://www.linkedin.com/in/zoe,zoe@example.org,"Arcade, SA",Avocate,12 Mar 2024
Léo,Noël,https://www.linkedin.com/in/leo,leo@example.org,Été,Étudiant,01 Feb 2023
"""
GOOGLE = """First Name,Middle Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value,\
Phone 1 - Label,Phone 1 - Value
Zoé,,Petit,Arcade,Avocate,* Work,zoe@example.org,Mobile,+33 6 12 34 56 78
Léo,,Noël,Été,,,leo@example.org,,
"""
FORM = """Horodateur,Adresse e-mail,Quel est votre prénom ?,Quel est votre nom ?,Vous êtes,Thèmes [Droit],Thèmes [Santé]
2026/11/02 10:01:22,zoe@example.org,Zoé,Petit,"Mentor, Mentoré",Oui,
2026/11/02 11:44:00,leo@example.org,Léo,Noël,Mentoré,,
"""
MESSY = delimited(
    (
        ("Association des anciens — liste 2026", "", "", "", "", ""),
        ("", "", "", "", "", ""),
        ("Nom complet", "E-mail\n(obligatoire)", "Statut", "Année d’obtention du diplôme", "GSM", "Ville"),
        ("PETIT Zoé", "Zoé Petit <zoe@example.org>", "mentor", "promo 2012", "0612345678 / 01 42 68 53 00", "Lyon"),
        ("", "", "", "", "", ""),
        ("Noël, Léo", "mailto:leo@example.org", "mentoré(e)", "2023-2026", "", "Montréal"),
    )
)


def taken() -> dict[str, bytes]:
    """Files that are accepted, by what they are: two people each, Zoé and Léo."""
    text = delimited(FRENCH)
    plain = [["Zoé", "Petit", "zoe@example.org", "mentor"], ["Léo", "Noël", "leo@example.org", "mentee"]]
    heads = ["Prénom", "Nom", "Mail", "Profil"]
    ours = f"{OURS}\nzoe@example.org,Zoé,Petit,mentor,yes,,,,,,,,,\nleo@example.org,Léo,Noël,mentee,no,,,,,,,,,\n"
    numbers: Table = (
        (*FRENCH[0], "Diplômé le"),
        (
            "Zoé",
            "PETIT",
            "zoe@example.org",
            "mentor",
            True,
            612345678,
            2012.0,
            "Droit",
            "fr",
            "Arcade",
            date(2012, 6, 30),
        ),
        ("Léo", "NOËL", "leo@example.org", "mentee", False, 33768123456, 2026, "", "fr", "Été", ""),
    )
    formula = workbook(
        [[*heads, "Téléphone"], [*plain[0], ""], [*plain[1], ""]], formulas={(1, 4): ('="0"&612345678', "0612345678")}
    )
    return {
        "our own form": ours.encode(),
        "our own form, marked": b"\xef\xbb\xbf" + ours.encode(),
        "our own form with semicolons, as French Excel saves it": ours.replace(",", ";").encode("utf-8-sig"),
        "French Excel, Windows": text.encode("cp1252"),
        "French Excel, CSV UTF-8": text.encode("utf-8-sig"),
        "French Excel, Mac": text.replace("\u202f", " ").replace("·", ".").encode("mac_roman"),
        "French Excel, MS-DOS": text.replace("·", ".").encode("cp850"),
        "Excel, Unicode text": delimited(FRENCH, "\t").encode("utf-16"),
        "UTF-16, big end first": b"\xfe\xff" + delimited(FRENCH, "\t").encode("utf-16-be"),
        "UTF-16 without its mark": delimited(FRENCH, ";").encode("utf-16-le"),
        "sep= line": ("sep=;\r\n" + text).encode("utf-8-sig"),
        "sep= line with a comma": ("sep=,\n" + delimited(FRENCH, ",")).encode(),
        "tabs": delimited(FRENCH, "\t", ends="\n").encode(),
        "bars": delimited(FRENCH, "|", ends="\n").encode(),
        "commas, every cell quoted": delimited(FRENCH, ",", quoted=True).encode(),
        "old Mac line ends": delimited(FRENCH, ";", ends="\r").encode(),
        "titles above, blank lines, remarks": MESSY.encode("cp1252", "replace"),
        "LinkedIn’s own export": LINKEDIN.encode(),
        "Google Contacts": GOOGLE.encode(),
        "Google Forms": FORM.encode(),
        "headings in any order and case": delimited(
            [["ROLE", "e-MAIL", "Nom de famille", "prenom"], *[[r[3], r[2], r[1], r[0]] for r in plain]]
        ).encode(),
        "one name in one column": delimited(
            [
                ["Nom", "Adresse mail", "Rôles"],
                ["Zoé Petit", "zoe@example.org", "mentor"],
                ["Léo Noël", "leo@example.org", "mentee"],
            ]
        ).encode(),
        "names beside addresses alone": delimited(
            [["Contacts", "Rôle"], ["Zoé Petit <zoe@example.org>", "mentor"], ["Léo Noël <leo@example.org>", "mentee"]]
        ).encode(),
        "a column for each role": delimited(
            [
                ["Prénom", "Email", "Mentor", "Mentoré"],
                ["Zoé", "zoe@example.org", "x", ""],
                ["Léo", "leo@example.org", "", "✓"],
            ]
        ).encode(),
        "a column for each theme": delimited(
            [
                [*heads, "Thème : Droit", "Preuve : Santé"],
                [*plain[0], "oui", "Dix ans à l’hôpital"],
                [*plain[1], "", ""],
            ]
        ).encode(),
        "a line of proof behind each theme": delimited(
            [[*heads, "Thèmes"], [*plain[0], "Droit: quinze ans de contrats\nSanté"], [*plain[1], ""]]
        ).encode(),
        "lists by comma and by line": delimited(
            [
                [*heads, "Thématiques", "Langues parlées"],
                [*plain[0], "Droit, Santé", "Français (natif)\nAnglais C1"],
                [*plain[1], "", "fr / en"],
            ]
        ).encode(),
        "a column of our own key": delimited(
            [[*heads, "N° étudiant"], [*plain[0], "007"], [*plain[1], "008"]]
        ).encode(),
        "two addresses in a cell": delimited(
            [heads, [*plain[0][:2], "zoe@example.org; z@example.net", "mentor"], plain[1]]
        ).encode(),
        "rows cut short at their end": (";".join([*heads, "Poste", "Ville"]) + "\n" + delimited(plain)).encode(),
        "trailing empty columns": (delimited([heads, *plain]).replace("\r\n", ";;;\r\n")).encode(),
        "text that Excel took for a formula": delimited(
            [[*heads, "Je propose"], [*plain[0], "=Relire"], [*plain[1], ""]]
        ).encode(),
        "Excel workbook": workbook(FRENCH),
        "Excel workbook, numbers and dates": workbook(numbers),
        "Excel workbook, titles above": workbook([["Liste 2026"], [], *FRENCH]),
        "Excel workbook, people in the second sheet": workbook([["Mode d’emploi"], ["Lire d’abord"]], FRENCH),
        "Excel workbook with a formula": formula,
        "LibreOffice": calc(FRENCH),
        "English headings": delimited(
            [
                ["First Name", "Surname", "E-mail address", "Role", "Class of", "Job title"],
                [*plain[0], "2012", "Lawyer"],
                [*plain[1], "2026", ""],
            ],
            ",",
        ).encode(),
        "a Swiss and a Belgian number": delimited(
            [[*heads, "Natel"], [*plain[0], "+41 79 123 45 67"], [*plain[1], "0032 470 12 34 56"]]
        ).encode(),
    }


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "There is nothing in this file"),
    "blank lines": (b"\xef\xbb\xbf\r\n\r\n", "There is nothing in this file"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "Copy its table into an empty sheet"),
    "a photo": (b"\x89PNG\r\n\x1a\n\0\0", "Copy its table into an empty sheet"),
    "a Word document": (archive({"word/document.xml": "<w/>"}), "Copy its table into an empty sheet"),
    "Numbers": (archive({"Index/Document.iwa": "x"}), "In Numbers: File, Export To, Excel"),
    "a link to Google Sheets": (b'{"url": "https://docs.google.com/"}', "In Google Sheets: File, Download"),
    "a web page named .xls": (
        b"<html><table><tr><td>Email</td></tr></table></html>",
        "Open it in Excel or LibreOffice",
    ),
    "address cards": (b"BEGIN:VCARD\nFN:Zoe\nEND:VCARD\n", "export the contacts as CSV"),
    "an archive": (archive({"members.csv": "email"}), "Unpack it"),
    "a broken workbook": (workbook(FRENCH)[:900], "save it under a new name as Excel Workbook"),
    "a sheet with a cell in its last corner": (wide_bomb(), "Copy the rows with people into a new workbook"),
    "no addresses": ("Prénom;Nom;Rôle\nZoé;Petit;mentor\n".encode(), "Write “email” above the column"),
    "no roles": ("Prénom;Email\nZoé;zoe@example.org\n".encode(), "Add a column “roles”"),
    "two encodings": ("Email;Prénom;Rôle\nz@example.org;".encode() + "Zoé;mentor\n".encode("cp1252"), "In Excel, save"),
    "quotes that stay open": (b'Email;Role\n"zoe@example.org;mentor\n', "Put one before the text and one after"),
}
"""Files that are refused, with some of the words that say what to do."""
