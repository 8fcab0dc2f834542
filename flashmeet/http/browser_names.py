"""What a browser calls itself, in two words: the member knows their devices by it."""

from __future__ import annotations

from flask import request

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""By a word of the User-Agent header, the most particular first: most browsers also call themselves those below."""


def browser_name(user_agent: str) -> str:
    """Returns the browser and its system, as far as the header tells: `Firefox · Linux`; names only that are listed."""
    found = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return " · ".join(name for name in found if name)


def this_browser() -> str:
    return browser_name(request.headers.get("User-Agent", "")[:500])


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for word, name in names if word in text), "")
