"""Theme colours and their contrast (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flashmeet.core.errors import BadInput

READABLE = 4.5
LIGHT_PAPER, LIGHT_CARD, LIGHT_INK = "#fbfaf7", "#ffffff", "#1d2433"
DARK_PAPER, DARK_CARD = "#14171f", "#1c212c"
WHITE, NIGHT = "#ffffff", "#1f1008"
_HEX = re.compile(r"#[0-9a-f]{6}")


def checked_colour(text: str) -> str:
    """Returns a colour like `#b0431a`, in lower case. Raises BadInput."""
    colour = text.strip().lower()
    if not _HEX.fullmatch(colour):
        raise BadInput("colour", value=text)
    return colour


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Returns the relative luminance, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(each / 255) for each in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Returns the contrast ratio, from 1 (equal) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Mixes `share` of `one` with the rest of `other`."""
    parts = (round(a * share + b * (1 - share)) for a, b in zip(channels(one), channels(other), strict=True))
    return "#" + "".join(f"{each:02x}" for each in parts)


def text_on(colour: str) -> str:
    """Returns white or near-black, whichever has more contrast on `colour`."""
    return max((WHITE, NIGHT), key=lambda text: contrast(text, colour))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shades:
    """An accent and its derived colours: text on it, a tinted background, and the circle of a member's initials."""

    accent: str
    on_accent: str
    soft: str
    face: str
    on_face: str


def light_shades(accent: str) -> Shades:
    """Returns the shades for a white card."""
    return Shades(
        accent=accent,
        on_accent=text_on(accent),
        soft=mixed(accent, LIGHT_CARD, 0.08),
        face=mixed(accent, LIGHT_CARD, 0.15),
        on_face=mixed(accent, LIGHT_INK, 0.5),
    )


def dark_shades(accent: str) -> Shades:
    """Returns the shades for a dark card."""
    return Shades(
        accent=accent,
        on_accent=text_on(accent),
        soft=mixed(accent, DARK_CARD, 0.08),
        face=mixed(accent, DARK_CARD, 0.25),
        on_face=mixed(accent, WHITE, 0.2),
    )
