"""Where a form leads back to: a page of ours, whatever was asked for."""

from __future__ import annotations

from urllib.parse import unquote, urlencode, urlsplit

from flask import request

LONGEST = 4_000


def same_site(path: str | None, default: str) -> str:
    """`path` when it is a path of this site, below the path of its base URL, else the default.

    Browsers drop tabs and line breaks, and take `\\` for `/`: what holds one of them is no path of ours.
    """
    if not path or len(path) > LONGEST or not path.isprintable() or "\\" in path:
        return default
    if not path.startswith("/") or path.startswith("//"):
        return default
    return path if not urlsplit(path).netloc and path_on_site(path) is not None else default


def own_address(path: str) -> str:
    """The address of one of our pages, where only its path is known: `/me` is `/mentorat/me` below that base URL."""
    return f"{request.script_root}{path}"


def path_on_site(address: str) -> str | None:
    """The path that routing knows for `address`; None where it lies outside the path of the base URL.

    Browsers walk up at `..`, written plainly or escaped.
    """
    path = urlsplit(address).path
    if not path.startswith(f"{request.script_root}/"):
        return None
    if any(unquote(part) == ".." for part in path.split("/")):
        return None
    return path.removeprefix(request.script_root)


def with_way(page: str, way: str) -> str:
    """`page`, which leads on to `way`."""
    return f"{page}?{urlencode({'next': way})}" if way else page
