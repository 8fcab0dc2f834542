"""Mail addresses as people hand them over; nothing else in the package reads one.

What is read here can be written into every header and is taken by every mail server: an ASCII name of atoms (RFC 5321
§4.1.2) at a domain in its ASCII form (RFC 5891). An address is kept and compared in this one form.
"""

from __future__ import annotations

import functools
import re
import unicodedata

import idna

LONGEST = 254
"""RFC 5321 §4.5.3.1.3, without the brackets."""
_LONGEST_NAME, _LONGEST_DOMAIN, _LONGEST_TEXT = 64, 253, 1_000
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ", "'"))
"""As telephones type it."""
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")
"""`Name <address>`, as mail programs copy it."""
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_NAME = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}")


class AccentedName(ValueError):
    """It is an address (RFC 6531), to which few servers deliver: letters beyond ASCII stand before its @."""


def read_address(text: str) -> str:
    """Returns the address that the text is, in lower case, its domain in ASCII form. Raises ValueError, AccentedName.

    Characters that nobody sees are left out, and so is what mail programs and web pages copy along: `mailto:`, a name
    before `<…>`, a comma or a semicolon after it.
    """
    if len(text) > _LONGEST_TEXT:
        raise ValueError("too long a text")
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    named = _NAMED.fullmatch(seen.strip().rstrip(",; "))
    bare = (named[1] if named else seen).strip().rstrip(",; ").lower().removeprefix("mailto:")
    name, at, domain = bare.translate(_APOSTROPHES).rpartition("@")
    if not name.isascii() and _NAME.fullmatch("".join(char if char.isascii() else _letter(char) for char in name)):
        read_domain(domain)
        raise AccentedName("few servers deliver there")
    address = f"{name}@{read_domain(domain)}"
    if not at or not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or len(address) > LONGEST:
        raise ValueError("no mail address")
    return address


def _letter(char: str) -> str:
    """Returns what stands for a letter, or for a mark upon one; another character is none."""
    return "x" if unicodedata.category(char)[0] in "LM" else " "


@functools.lru_cache(4_096)
def read_domain(text: str) -> str:
    """Returns a mail domain in lower case and ASCII form (`école.fr` → `xn--cole-9oa.fr`). Raises ValueError."""
    plain = text.strip().lower().removesuffix(".")
    if len(plain) > _LONGEST_DOMAIN:
        raise ValueError("no mail domain")
    # IDNAError is a UnicodeError, which is a ValueError.
    domain = plain if plain.isascii() else idna.encode(plain, uts46=True, std3_rules=True).decode()
    if "xn--" in domain:
        idna.decode(domain)
    if len(domain) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(domain):
        raise ValueError("no mail domain")
    return domain


def comparable(text: str) -> str:
    """Returns the address to compare with a stored one; a text that is no address is only put in lower case."""
    try:
        return read_address(text)
    except ValueError:
        return text.strip().lower()


def is_domain(text: str) -> bool:
    """Says whether the text is a mail domain as addresses have it."""
    try:
        return read_domain(text) == text
    except ValueError:
        return False
