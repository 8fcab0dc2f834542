"""Header values that hold what a person typed, written by us (RFC 2047, RFC 5322 §3.4).

`EmailMessage` reads a value before it writes it; a typed `=?utf-8?q?=0D=0A…?=` becomes a line break on the way.
"""

from __future__ import annotations

import re
from email.header import Header
from email.headerregistry import Address

from flashmeet.core.typed_text import one_line

LONGEST_NAME = 80
_ATOMS = re.compile(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*")
_PRINTABLE = re.compile(r"[\x20-\x7e]{0,60}")


def unstructured(name: str, text: str) -> str:
    """The value of a header such as Subject."""
    flat = one_line(text)
    return flat if _PRINTABLE.fullmatch(flat) and "=?" not in flat else _encoded(name, flat)


def mailbox(header: str, name: str, address: str) -> str:
    """`Name <address>`. Raises ValueError for an address that is none, or that is not ASCII: few servers take it."""
    if not address.isascii() or Address(addr_spec=address).addr_spec != address:
        raise ValueError("no mail address that every server takes")
    flat = one_line(name, most=LONGEST_NAME)
    if not flat:
        return address
    return f"{flat if _ATOMS.fullmatch(flat) else _encoded(header, flat)} <{address}>"


def _encoded(header: str, text: str) -> str:
    """Encoded words on lines of at most 75; a character is not split."""
    return Header(text, "utf-8", maxlinelen=75, header_name=header).encode(linesep="\r\n")
