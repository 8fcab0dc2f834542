"""Where a request comes from, coarsely enough for a record that is kept: a range of addresses, a browser in short."""

from __future__ import annotations

import ipaddress
import re

from flask import has_request_context, request

from flashmeet.identity.acts import Origin

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""What stands in a User-Agent, and its name; the first that is found counts."""
_PROGRAM = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,30}")


def request_origin() -> Origin:
    """Returns the origin of the current request; an empty one outside of requests."""
    if not has_request_context():
        return Origin()
    return Origin(wide_range(request.remote_addr or ""), browser_words(request.headers.get("User-Agent", "")))


def wide_range(address: str) -> str:
    """Returns the /24 of an IPv4 address, also of one mapped into IPv6, or the /64 of an IPv6 address.

    What is no address, such as a socket's path, is "?".
    """
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is not None:
        read = read.ipv4_mapped
    return str(ipaddress.ip_network(f"{read}/{24 if read.version == 4 else 64}", strict=False))


def browser_words(agent: str) -> str:
    """Returns `Firefox, Windows` from a User-Agent; for a program its name, such as `curl`; "" for nothing."""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser:
        return f"{browser}, {system}" if system else browser
    program = _PROGRAM.match(agent)
    return program.group() if program else ""


def this_browser() -> str:
    """Returns the words for the browser of this request."""
    return browser_words(request.headers.get("User-Agent", "")[:500])
