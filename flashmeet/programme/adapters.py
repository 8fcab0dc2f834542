"""Writes attestations as PDF (fpdf2), in Open Sans, which covers Latin, Greek and Cyrillic."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_decimal

from flashmeet.core.files import font_folder
from flashmeet.core.text import for_print, mark, one_line
from flashmeet.i18n.catalogue import translations
from flashmeet.programme.rules.attestations import Attestation
from flashmeet.programme.rules.reports import Tally

if TYPE_CHECKING:  # loaded only when a PDF is made
    from fpdf import FPDF


FONT, LONGEST = "Open Sans", 120
INK, QUIET, LINE, ACCENT = (29, 36, 51), (89, 96, 112), (227, 222, 211), (176, 67, 26)
MARGIN = 25


def attestation_file(attestation: Attestation) -> bytes:
    """Returns one page of A4: who gave how many hours, on which themes, between which days."""
    paper = _paper(attestation)
    _head(paper, attestation)
    _body(paper, attestation)
    _themes(paper, attestation)
    _foot(paper, attestation)
    return bytes(paper.output())


def _paper(attestation: Attestation) -> FPDF:
    from fpdf import FPDF  # noqa: PLC0415  # a vendor's library is loaded where it is used

    paper = FPDF(format="A4")
    paper.set_margin(MARGIN)
    for style, name in (("", "Regular"), ("B", "SemiBold")):
        paper.add_font(FONT, style, font_folder() / f"OpenSans-{name}.ttf")
    paper.set_creation_date(attestation.issued_at)
    paper.set_lang(attestation.locale)
    paper.set_title(_say(attestation, mark("Certificate of volunteer hours")))
    paper.set_author(one_line(attestation.network, most=LONGEST))
    paper.add_page()
    return paper


def _head(paper: FPDF, attestation: Attestation) -> None:
    _line(paper, one_line(attestation.network, most=LONGEST), size=11, colour=QUIET)
    paper.ln(18)
    _line(paper, paper.title or "", size=22, bold=True)
    paper.set_draw_color(*ACCENT)
    paper.set_line_width(0.8)
    paper.line(MARGIN, paper.get_y() + 3, MARGIN + 24, paper.get_y() + 3)
    paper.ln(14)


def _body(paper: FPDF, attestation: Attestation) -> None:
    served = attestation.served
    sentence = translations(attestation.locale).ngettext(
        "%(network)s certifies that %(name)s gave %(hours)s in %(year)s as a volunteer mentor, over %(num)s meeting.",
        "%(network)s certifies that %(name)s gave %(hours)s in %(year)s as a volunteer mentor, over %(num)s meetings.",
        served.bookings,
    )
    words = {
        "network": one_line(attestation.network, most=LONGEST),
        "name": one_line(attestation.name, most=LONGEST),
        "hours": _hours(served, attestation.locale),
        "year": attestation.year,
    }
    _line(paper, sentence % words, size=13)
    days = {name: _date(day, attestation) for name, day in (("first", attestation.first), ("last", attestation.last))}
    _line(paper, _say(attestation, mark("The first took place on %(first)s, the last on %(last)s.")) % days, size=11)
    paper.ln(8)


def _themes(paper: FPDF, attestation: Attestation) -> None:
    paper.set_draw_color(*LINE)
    paper.set_line_width(0.2)
    for theme, tally in attestation.themes.items():
        paper.set_font(FONT, size=11)
        paper.set_text_color(*INK)
        paper.cell(paper.epw - 40, 9, for_print(one_line(theme, most=60)), border="B")
        paper.cell(
            40, 9, for_print(_hours(tally, attestation.locale)), border="B", align="R", new_x="LMARGIN", new_y="NEXT"
        )
    paper.ln(10)


def _foot(paper: FPDF, attestation: Attestation) -> None:
    count = _say(attestation, mark("A meeting counts unless one of the two people said that it did not take place."))
    _line(paper, count, size=10, colour=QUIET)
    issued = {"day": _date(attestation.issued_on, attestation)}
    _line(paper, _say(attestation, mark("Issued on %(day)s.")) % issued, size=10, colour=QUIET)


def _line(paper: FPDF, text: str, *, size: int, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
    """Adds a paragraph."""
    paper.set_font(FONT, "B" if bold else "", size)
    paper.set_text_color(*colour)
    paper.multi_cell(0, size * 0.58, for_print(text), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)


def _say(attestation: Attestation, sentence: str) -> str:
    return translations(attestation.locale).gettext(sentence)


def _hours(tally: Tally, locale: str) -> str:
    """`12 hours`, `1,5 heure`."""
    number = format_decimal(tally.hours, format="#,##0.##", locale=locale)
    said = translations(locale).ngettext(
        "%(hours)s hour", "%(hours)s hours", 1 if tally.hours < (2 if locale == "fr" else 1.01) else 2
    )
    return said % {"hours": number}


def _date(day: date, attestation: Attestation) -> str:
    """Returns the date in words; the first of a French month is `1er`."""
    said = str(format_date(day, "long", locale=attestation.locale))
    return said.replace("1 ", "1er ", 1) if attestation.locale == "fr" and day.day == 1 else said
