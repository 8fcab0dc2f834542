"""The sentences that code and templates show, as `make translations` collects them."""

from __future__ import annotations

import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None, "lazy_gettext": None}


def in_the_source() -> set[str | tuple[str, ...]]:
    """Singular texts, and pairs of singular and plural."""
    return {message for message, _ in with_context()}


def with_context() -> set[tuple[str | tuple[str, ...], str | None]]:
    """The same, each with the context that tells it from others of its words (`pgettext`)."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {
        mapping["pattern"]: {k: v for k, v in mapping.items() if k not in ("pattern", "method")} for mapping in mappings
    }
    found = extract_from_dir(str(ROOT), method_map=methods, options_map=options, keywords=KEYWORDS)
    return {(message if isinstance(message, str) else tuple(message), context) for _, _, message, _, context in found}


def catalogue(locale: str) -> Catalog:
    with (ROOT / "translations" / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)
