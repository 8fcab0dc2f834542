"""A list of members as a school has it: 500 rows from French Excel, in no order of ours, twelve of them wrong."""

from __future__ import annotations

import io
from random import Random

import xlsxwriter

FIRST = ("Léa", "Hugo", "Inès", "Karim", "Zoé", "Noé", "Aïcha", "Jules", "Maëlle", "Étienne", "Fatou", "Loïc")
LAST = ("MARTIN", "Benali", "Le Gall", "N'Diaye", "GARNIER", "Roussel", "Nguyen", "d’Hauteville", "Petit", "ÖZTÜRK")
THEMES = ("Droit", "Création d'entreprise", "Droit, Fiscalité", "Carrière", "Data et IA\nProduit et design")
ROWS, MENTORS, WRONG = 500, 60, 12
MENTOR, MENTEE = "mentor1@ecole.example", "mentoree60@ecole.example"


def _row(number: int, random: Random) -> list[object]:
    first, last = random.choice(FIRST), random.choice(LAST)
    gives = number < MENTORS
    address = f"{'mentor' if gives else 'mentoree'}{number}@ecole.example"
    year = 2026 - random.randrange(8, 30) if gives else 2026 + random.randrange(-2, 3)
    return [
        last,
        first,
        f"Promo {year}" if number % 3 else f"30/06/{year}",
        random.choice((address, f" {address.upper()} ", f"{first} {last} <{address}>", f"mailto:{address}")),
        f"06 12 {random.randrange(10, 99)} {random.randrange(10, 99)} 12" if number % 4 else "",
        "Mentor" if gives else "mentoré·e",
        random.choice(THEMES) if gives else "",
        "oui" if gives else "",
        "Cabinet Arcade" if gives else "",
        "à relancer" if number % 50 == 0 else "",
    ]


def school_workbook() -> bytes:
    """Returns the workbook: a title above the headings, an empty line, columns that mean nothing to us."""
    random, out = Random(7), io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": False}) as book:
        sheet = book.add_worksheet("Annuaire 2026")
        sheet.write_row(0, 0, ["Annuaire des anciens — extraction du 12 novembre"])
        headings = (
            "NOM DE FAMILLE",
            "Prénom ",
            "Promotion",
            "Courriel",
            "Tél. portable",
            "Vous êtes",
            "Thématiques",
            "Validé",
            "Société",
            "Remarque interne",
        )
        sheet.write_row(2, 0, headings)
        for number in range(ROWS):
            row = _row(number, random)
            if number >= ROWS - WRONG:  # the last twelve
                row[3] = "pas d'adresse" if number % 2 else ""
            sheet.write_row(3 + number, 0, row)
    return out.getvalue()
