"""QR codes (segno)."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Returns an SVG element without style of its own, so that any page may show it."""
    made = segno.make(text, error="m", micro=False)
    return Markup(made.svg_inline(scale=1, border=4, omitsize=True, dark="#000", light="#fff", svgclass="qr-code"))  # noqa: S704  # segno draws it
