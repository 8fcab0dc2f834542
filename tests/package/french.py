"""How French is typeset: what is wrong with a sentence of the catalogue, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract

NARROW = "\u202f"
"""The narrow no-break space, which French sets before high punctuation and inside guillemets."""

_SPACES = " \u00a0\u2009\u202f"
_BEFORE = re.compile(rf"[{_SPACES}]+([:;?!»])(?=[{_SPACES}\s.,)…»]|$)")
_MISSING = re.compile(r"(?<=[\w)%…»’])(?<!https)(?<!http)([;?!»]|:(?=\s|$))(?=[\s.,)»]|$)")
_AFTER = re.compile(rf"«[{_SPACES}]*")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w|%\(|«|“)")
_UNIT = re.compile(r"(\d|%\(\w+\)s) (?=(?:%%?|h|€|km|min|Mo|kbit/s|px)(?![\w/]))")
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def faults(text: str, *, sms: bool = False) -> list[str]:
    """What is wrong with a French sentence; an SMS keeps to GSM-7 (3GPP TS 23.038), which has no special space."""
    if sms:
        outside = sorted(set(text) - _GSM)
        return [f"not in GSM-7: {' '.join(outside)}"] if outside else []
    wrong = {
        "a straight apostrophe": _APOSTROPHE.search(text) is not None,
        "no narrow no-break space after «": _AFTER.sub(f"«{NARROW}", text) != text,
        "no narrow no-break space before : ; ? ! or »": _MISSING.search(text) is not None
        or _BEFORE.sub(rf"{NARROW}\1", text) != text,
        "no no-break space before a unit": _UNIT.search(text) is not None,
        "three dots for …": "..." in text,
        "two spaces": re.search(r"\S {2,}\S", text) is not None,
    }
    return [fault for fault, there in wrong.items() if there]


def sms_sentences(templates: Path) -> frozenset[str]:
    """The sentences of `*/mails/*.sms.txt`, as the source has them."""
    found: set[str] = set()
    for path in templates.rglob("*.sms.txt"):
        with path.open("rb") as file:
            for _, message, _, _ in extract("jinja2", file, DEFAULT_KEYWORDS):
                found.update(texts(message))
    return frozenset(found)


def texts(message: str | Iterable[str | None] | None) -> list[str]:
    """One text, or singular and plural."""
    return [message] if isinstance(message, str) else [each for each in message or () if each]
