"""Writes posters as PDF (fpdf2), with a code to scan (segno)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import segno

from flashmeet.core.files import font_folder
from flashmeet.core.settings.colours import channels
from flashmeet.core.text import for_print, one_line
from flashmeet.i18n.catalogue import translations
from flashmeet.outreach.rules.posters import Poster
from flashmeet.outreach.wording import POSTERS

if TYPE_CHECKING:  # loaded only when a PDF is made
    from fpdf import FPDF

FONT = "Open Sans"
INK, QUIET = (29, 36, 51), (89, 96, 112)
MARGIN, CODE = 22, 78
"""Millimetres: around the sheet, and a side of the code, which a phone reads from two metres."""
UNDATED = datetime(2020, 1, 1, tzinfo=UTC)


def poster_file(poster: Poster) -> bytes:
    """Returns one page of A4: name, what it is, three lines, and the code with its address in words."""
    paper = _paper(poster)
    _head(paper, poster)
    _body(paper, poster)
    _code(paper, poster)
    return bytes(paper.output())


def _paper(poster: Poster) -> FPDF:
    from fpdf import FPDF  # noqa: PLC0415  # a vendor's library is loaded where it is used

    paper = FPDF(format="A4")
    paper.set_margin(MARGIN)
    paper.set_auto_page_break(False)
    for style, name in (("", "Regular"), ("B", "SemiBold")):
        paper.add_font(FONT, style, font_folder() / f"OpenSans-{name}.ttf")
    paper.set_creation_date(UNDATED)
    paper.set_lang(poster.locale)
    paper.set_title(one_line(poster.network, most=80))
    paper.add_page()
    return paper


def _head(paper: FPDF, poster: Poster) -> None:
    paper.set_fill_color(*channels(poster.accent))
    paper.rect(0, 0, paper.w, 12, style="F")
    paper.set_y(28)
    if poster.logo:
        paper.image(io.BytesIO(poster.logo), x=MARGIN, y=24, h=20, alt_text=poster.network)
        paper.set_y(52)
    _line(paper, one_line(poster.network, most=80), size=20, colour=channels(poster.accent), bold=True)
    paper.ln(4)


def _body(paper: FPDF, poster: Poster) -> None:
    words, say = POSTERS[poster.role], translations(poster.locale).gettext
    _line(paper, say(words.title), size=34, bold=True)
    paper.ln(4)
    for line in words.lines:
        _line(paper, say(line), size=16)
    if poster.line:
        paper.ln(2)
        _line(paper, poster.line, size=16, colour=channels(poster.accent), bold=True)


def _code(paper: FPDF, poster: Poster) -> None:
    """Draws the code as squares, so that it is sharp at any size, with the address beneath for who cannot scan."""
    made = segno.make(poster.address, error="m", micro=False)
    rows = [list(row) for row in made.matrix_iter(border=4)]
    side = CODE / len(rows)
    left, top = MARGIN - 4 * side, paper.h - MARGIN - CODE
    paper.set_fill_color(0, 0, 0)
    for row_number, row in enumerate(rows):
        for number, dark in enumerate(row):
            if dark:
                paper.rect(left + number * side, top + row_number * side, side, side, style="F")
    paper.set_xy(left + CODE + 6, top + CODE / 2 - 12)
    paper.set_left_margin(left + CODE + 6)
    _line(paper, translations(poster.locale).gettext("Scan it, or type the address:"), size=12, colour=QUIET)
    _line(paper, poster.address.partition("://")[2].rstrip("/"), size=15, bold=True)


def _line(paper: FPDF, text: str, *, size: int, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
    """Adds a paragraph."""
    paper.set_font(FONT, "B" if bold else "", size)
    paper.set_text_color(*colour)
    paper.multi_cell(0, size * 0.5, for_print(text), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(3)
