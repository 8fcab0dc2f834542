"""The cost of an SMS text: GSM 03.38 alphabet, septets and segments.

A text in the GSM-7 alphabet has 160 places, or 153 in each of several segments; any other text is UCS-2 and has 70, or
67. So a single ç or ’ more than halves the room.
"""

from __future__ import annotations

import re
import unicodedata

_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_SAME_MEANING = str.maketrans(
    dict.fromkeys("’‘‛ʼ′", "'")
    | dict.fromkeys("“”„«»″", '"')
    | dict.fromkeys("‐‑‒–—−·•", "-")
    | dict.fromkeys("\u00a0\u202f\u2009\t", " ")
    | {
        "…": "...",
        "œ": "oe",
        "Œ": "OE",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ħ": "h",
        "°": "o",
        "\u00ad": "",
        "\u200b": "",
        "\u2060": "",
    }
)


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet."""
    return all(c in _ALPHABET or c in _EXTENDED for c in text)


def segments(text: str) -> int:
    """Returns how many SMS the text takes. An escape pair or a surrogate pair is never split."""
    gsm = is_gsm(text)
    places = [(2 if c in _EXTENDED else 1) if gsm else len(c.encode("utf-16-le")) // 2 for c in text]
    if sum(places) <= (160 if gsm else 70):
        return 1
    room, count, used = 153 if gsm else 67, 1, 0
    for place in places:
        if used + place > room:
            count, used = count + 1, 0
        used += place
    return count


def economical(text: str) -> str:
    """Returns the text in GSM-7 if its meaning survives: ç, ê and ï lose their accents, emoji and characters that
    nobody sees are left out, Greek or Arabic is kept."""
    plain = unicodedata.normalize("NFC", text).translate(_SAME_MEANING)
    bare = "".join(c if is_gsm(c) else "" if _is_ornament(c) else _without_accents(c) for c in plain)
    return re.sub(" +(?=[ ,.])", "", bare).strip() if is_gsm(bare) and bare != plain else plain


def _is_ornament(letter: str) -> bool:
    """Whether it is an emoji, a part of one, or a character that only directs others."""
    kind = unicodedata.category(letter)
    return (
        kind in ("Cf", "Cc", "Co")
        or (kind == "Mn" and not unicodedata.combining(letter))
        or (kind in ("So", "Sk") and letter > "\u2190")
    )


def _without_accents(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
