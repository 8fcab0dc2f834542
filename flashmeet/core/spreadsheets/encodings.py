"""Finds the encoding of a text file: what programs write differs, and none of them says which it was."""

from __future__ import annotations

import codecs
import re

from flashmeet.core.spreadsheets.faults import TableFault, UnreadableTable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 before UTF-16: its mark begins with the other's."""
_ONE_BYTE = ("cp1252", "mac_roman", "cp850")
"""Excel on Windows, Excel on a Mac, and “CSV (MS-DOS)”; in doubt the first."""
_LOOKED_AT = 200_000
_OFTEN = "éèêàùçôîïëâûüöäœÉÈÀÇÊáíóúñÑßåøæÅØ’«»–…€°\u00a0"
_LOUD_INSIDE = re.compile("[a-zß-öø-ÿ][À-ÖØ-Þ]")
"""A capital with an accent within a word: no word has one, but `Prénom` read as of another system does."""
_SEQUENCE = re.compile(rb"[\xc3\xc5][\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x90-\xaf]")
"""Letters with accents and French punctuation, as UTF-8 has them."""


_TWICE = re.compile("Ã[\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸ]|â€[™œ¦“”]|Å“")
"""What a letter with an accent becomes in a text that was taken for another encoding, and saved so."""


def decode(data: bytes) -> str:
    """Returns the file's text, also of one that was encoded twice. Raises UnreadableTable for one that mixes two
    encodings, or holds none."""
    text = _decoded_once(data)
    if not _TWICE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8").removeprefix("\ufeff")
    except UnicodeError:
        return text


def _decoded_once(data: bytes) -> str:
    encoding = _marked(data) or _wide(data)
    if encoding is None:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            first = error
        if _SEQUENCE.search(data):
            raise _broken(data, first)
        return _most_likely(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(data, error) from None


def _broken(data: bytes, error: UnicodeDecodeError) -> UnreadableTable:
    return UnreadableTable(TableFault.ENCODING, line=data.count(b"\n", 0, error.start) + 1)


def _marked(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def _wide(data: bytes) -> str | None:
    """Finds UTF-16 without its mark: every second byte of Western text is zero."""
    some = data[:2_000]
    for name, zeros in (("utf-16-le", some[1::2]), ("utf-16-be", some[::2])):
        if len(some) > 3 and zeros.count(0) > len(zeros) * 0.6:
            return name
    return None


def _most_likely(data: bytes) -> str:
    name = max(_ONE_BYTE, key=lambda each: _likeness(data[:_LOOKED_AT].decode(each, "replace")))
    return data.decode(name, "replace")


def _likeness(text: str) -> int:
    """Says how much the text looks like Western European words."""
    odd = [char for char in text if not char.isascii()]
    often = sum(1 for char in odd if char in _OFTEN) - len(_LOUD_INSIDE.findall(text))
    return 3 * often + text.count("é") - sum(2 for char in odd if char not in _OFTEN and not char.isalpha())
