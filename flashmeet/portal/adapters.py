"""Draws the icons of the installed page with Pillow: the network's logo, or our own mark in its colour."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from flashmeet.core.settings.colours import LIGHT_PAPER, NIGHT
from flashmeet.portal.rules.icons import Ground, Icon

if TYPE_CHECKING:
    from PIL.Image import Image

SHARE = {Ground.NONE: 1.0, Ground.ROUNDED: 0.78, Ground.FULL: 0.78, Ground.MASKABLE: 0.56}
"""How wide the mark is beside the square. Every mask keeps a circle of 80 %, which holds a square logo of 56 %."""
FINE = 4
"""The drawing is so many times larger than the icon, so that its edges are smooth."""
CORNER = 0.22
PALE = 200
"""A logo whose mean brightness (0 to 255) is above this is meant for a dark ground."""
CIRCLE = "#8b8677"
WIDE, HIGH = 40, 32
CENTRES = (14, 26)
HANDS = ((20.0, 8.4), (23.4, 18.4))
"""The mark as `layout/macros.html` draws it, and where its hands end."""
KEPT = 24


@lru_cache(maxsize=KEPT)
def icon_file(icon: Icon, *, accent: str, logo: bytes) -> bytes:
    """Returns the PNG; drawn once by a process while logo and colour stay."""
    from PIL import Image  # noqa: PLC0415  # slow to import, and needed by few requests

    width = round(icon.side * SHARE[icon.ground] * FINE)
    seen = _logo(logo, width) if logo else _mark(width, accent)
    square = _ground(icon, NIGHT if logo and _is_pale(seen) else LIGHT_PAPER)
    square.alpha_composite(seen, ((square.width - seen.width) // 2, (square.height - seen.height) // 2))
    out = io.BytesIO()
    square.resize((icon.side, icon.side), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _ground(icon: Icon, colour: str) -> Image:
    from PIL import Image, ImageDraw  # noqa: PLC0415  # as above

    side = icon.side * FINE
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(square)
    if icon.ground is Ground.ROUNDED:
        draw.rounded_rectangle((0, 0, side - 1, side - 1), radius=CORNER * side, fill=colour)
    elif icon.ground is not Ground.NONE:
        draw.rectangle((0, 0, side, side), fill=colour)
    return square


def _logo(logo: bytes, width: int) -> Image:
    from PIL import Image  # noqa: PLC0415  # as above

    with Image.open(io.BytesIO(logo)) as opened:
        seen = opened.convert("RGBA")
    by = width / max(seen.size)
    size = (max(1, round(seen.width * by)), max(1, round(seen.height * by)))
    return seen.resize(size, Image.Resampling.LANCZOS)


def _is_pale(seen: Image) -> bool:
    """Whether what is drawn, without what is clear, is brighter than a light ground bears."""
    from PIL import ImageStat  # noqa: PLC0415  # as above

    drawn = seen.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0)
    share = ImageStat.Stat(drawn).mean[0] / 255
    return 0 < share < 0.95 and ImageStat.Stat(seen.convert("L"), mask=drawn).mean[0] > PALE


def _mark(width: int, accent: str) -> Image:
    """Our mark (`layout/macros.html`): two circles, and the hour they share with its two hands."""
    from PIL import Image, ImageChops, ImageDraw  # noqa: PLC0415  # as above

    unit = width / WIDE
    mark = Image.new("RGBA", (width, round(HIGH * unit)), (0, 0, 0, 0))
    for x in CENTRES:
        mark.paste(CIRCLE, mask=ImageChops.subtract(_disc(x, 13, unit), _disc(x, 11, unit)))
    mark.paste(accent, mask=ImageChops.multiply(*(_disc(x, 12, unit) for x in CENTRES)))
    draw = ImageDraw.Draw(mark)
    begin = (WIDE / 2 * unit, HIGH / 2 * unit)
    for hand in HANDS:
        end = (hand[0] * unit, hand[1] * unit)
        draw.line((begin, end), fill=LIGHT_PAPER, width=round(1.8 * unit))
        for at in (begin, end):
            draw.circle(at, 0.9 * unit, fill=LIGHT_PAPER)
    return mark


def _disc(x: float, radius: float, unit: float) -> Image:
    from PIL import Image, ImageDraw  # noqa: PLC0415  # as above

    mask = Image.new("L", (round(WIDE * unit), round(HIGH * unit)), 0)
    ImageDraw.Draw(mask).circle((x * unit, HIGH / 2 * unit), radius * unit, fill=255)
    return mask
