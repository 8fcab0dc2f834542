"""Checks the form of addresses in settings, and says what is wrong without quoting them: they hold passwords."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

import idna

from flashmeet.core.numbers import number_or_none, read_number

QUOTES = ('"', "'", "“", "”", "‘", "’", "«")
_BARE_IPV6 = re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*")
_HOST_AND_PORT = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s/@:\[\]]+))(?::(?P<port>[^:/]*))?")
NO_PORT = "has no port that exists. A port is a number from 1 to 65535"
_WRONG_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
ESCAPES = "write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F and % as %25"


class WrongUrl(ValueError):
    """The text is no address; the message ends a sentence that begins with the setting's name."""


def checked(text: str) -> SplitResult:
    """Returns the parts of an address whose host, port and escapes can be read. Raises WrongUrl."""
    if re.search(r"[\s\x00-\x1f\x7f]", text):
        raise WrongUrl("holds a blank or a line break. Is it two values, or one with quotes around a part?")
    if text.startswith(QUOTES):
        raise WrongUrl("begins with a quotation mark. Leave the quotation marks out")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise WrongUrl("has brackets in its host. Only IPv6 addresses have them: [2001:db8::1]") from None
    if _seems_cut(text, parts):
        raise WrongUrl(f"holds a user or a password with characters of its own: {ESCAPES}")
    if _BARE_IPV6.fullmatch(parts.netloc.rpartition("@")[2]):
        raise WrongUrl("holds an IPv6 address without its brackets: [2001:db8::1]")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise WrongUrl(NO_PORT)
    return parts


def read_host(text: str) -> str:
    """Returns `host`, `host:port` or `host:*` as an address in use is compared with it. Raises WrongUrl.

    The host is in lower-case ASCII; an IPv6 address needs its brackets only where a port follows.
    """
    if _BARE_IPV6.fullmatch(text):
        return text.lower()
    found = _HOST_AND_PORT.fullmatch(text)
    host = ascii_host((found["six"] or found["name"]).rstrip(".").lower()) if found else ""
    if found is None or not host or "*" in host:
        raise WrongUrl("must hold names of hosts alone, parted by commas: calendar.intern, or calendar.intern:8443")
    port = found["port"]
    if port is None:
        return host
    if port != "*" and not is_port(port):
        raise WrongUrl(NO_PORT)
    return f"{host}:{port if port == '*' else read_number(port)}"


def is_port(text: str) -> bool:
    return (number_or_none(text, most=65_535) or 0) > 0


def _seems_cut(text: str, parts: SplitResult) -> bool:
    """Whether an unescaped character of a password ended the host before the @, or @ stands there twice."""
    credentials, at, _ = parts.netloc.rpartition("@")
    beyond = text.partition("://")[2].removeprefix(parts.netloc)
    if at:
        name, _, password = credentials.partition(":")
        return any(char in password for char in "@:") or "@" in name or bool(_WRONG_ESCAPE.search(credentials))
    return ":" in parts.netloc and "@" in beyond


def refused(error: ValueError) -> str:
    """Returns the end of the sentence about a refused address."""
    return str(error) if isinstance(error, WrongUrl) else "cannot be read"


def ascii_host(host: str) -> str:
    """Returns a host as the network writes it: `réseau.fr` → `xn--rseau-bsa.fr`. Raises WrongUrl."""
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode()
    except UnicodeError:
        raise WrongUrl("has a host that does not exist: its letters cannot stand in a name") from None
