"""Checks where forms lead back to: only pages of this site."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from flask import request, url_for

LONGEST, MOST_FIELDS = 4_000, 30


def same_site(path: str | None, default: str) -> str:
    """Returns `path` when it is a path of this site, below the path of its base URL; else the default.

    Browsers drop tabs and line breaks and read `\\` as `/`, so a path with one of them is rejected.
    """
    if not path or len(path) > LONGEST or not path.isprintable() or "\\" in path:
        return default
    if not path.startswith("/") or path.startswith("//"):
        return default
    return path if not urlsplit(path).netloc and path_on_site(path) is not None else default


def own_address(path: str) -> str:
    """Returns the address of one of our pages by its path: `/me` becomes `/mentorat/me` below that base URL."""
    return f"{request.script_root}{path}"


def path_on_site(address: str) -> str | None:
    """Returns the path that routing sees for `address`; None outside the path of the base URL.

    Browsers resolve `..`, plain or escaped, so such an address is outside.
    """
    path = urlsplit(address).path
    if not path.startswith(f"{request.script_root}/"):
        return None
    if any(unquote(part) == ".." for part in path.split("/")):
        return None
    return path.removeprefix(request.script_root)


def way_back(results: str, *, mentor_id: int) -> str:
    """Returns the page of results that somebody comes from, at that mentor's card; "" where they come from elsewhere.

    `results` is the query of that search and nothing else: whatever it holds leads to our own search.
    """
    fields = parse_qsl(results[:LONGEST].replace("\0", ""))[:MOST_FIELDS]
    return f"{url_for('search.search')}?{urlencode(fields)}#hour-{mentor_id}" if fields else ""


def with_way(page: str, way: str) -> str:
    """Returns the address of `page`, with `way` as its next page."""
    return f"{page}?{urlencode({'next': way})}" if way else page
