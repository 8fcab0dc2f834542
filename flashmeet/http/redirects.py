"""Where a form leads back to: a page of ours, whatever was asked for."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

LONGEST = 4_000


def same_site(path: str | None, default: str = "/") -> str:
    """`path` when it is a path of this site, else the default.

    Browsers drop tabs and line breaks, and take `\\` for `/`: what holds one of them is no path of ours.
    """
    if not path or len(path) > LONGEST or not path.isprintable() or "\\" in path:
        return default
    if not path.startswith("/") or path.startswith("//"):
        return default
    return path if not urlsplit(path).netloc else default


def with_way(page: str, way: str) -> str:
    """`page`, which leads on to `way`."""
    return f"{page}?{urlencode({'next': way})}" if way else page
