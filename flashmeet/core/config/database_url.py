"""The address of the database."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote

from flashmeet.core.config.urls import checked, refused
from flashmeet.core.config.variables import PREFIX, ConfigError, Variables

_NAME = f"{PREFIX}DATABASE_URL"
_POSTGRES = "postgresql+psycopg://"
_ANY_POSTGRES = re.compile(r"postgres(?:ql)?(?:\+\w+)?://", re.IGNORECASE)
"""What other programs and providers write; the driver is always psycopg."""
_SQLITE = "sqlite:///"
_NUMBERS = frozenset({"timeout", "port", "connect_timeout"})
_SQLITE_OPTIONS = frozenset({"timeout", "mode", "cache", "uri"})


def read_database_url(variables: Variables, instance: Path) -> str:
    """Returns the address for SQLAlchemy. Raises ConfigError."""
    url = variables.get("DATABASE_URL") or _SQLITE + quote(str(instance / "flashmeet.sqlite3"))
    url = _ANY_POSTGRES.sub(_POSTGRES, url, count=1) if _ANY_POSTGRES.match(url) else url
    if not url.startswith((_SQLITE, _POSTGRES)):
        raise ConfigError(f"{_NAME} must begin with {_POSTGRES} or {_SQLITE}, since these two databases are known here")
    if url.startswith(f"{_SQLITE}~"):
        raise ConfigError(f"{_NAME} begins with ~, which is not read here. Write the whole path: {_SQLITE}/var/lib/…")
    if _is_forgotten(url) and variables.get("ENV") in (None, "production"):
        raise ConfigError(
            f"{_NAME} keeps everything in the memory of one process, which forgets it. Write the path of a file: "
            f"{_SQLITE}/var/lib/flashmeet/flashmeet.sqlite3"
        )
    try:
        parts = checked(url)
    except ValueError as error:
        raise ConfigError(f"{_NAME} {refused(error)}") from None
    _check_options(parts)
    return url


def is_relative(url: str) -> bool:
    """Whether the database is a file that each command looks for in the folder where it runs."""
    path = url.removeprefix(_SQLITE)
    return path != url and not path.startswith(("/", "file:", ":"))


def _is_forgotten(url: str) -> bool:
    """Whether SQLite keeps the database in the memory of one process."""
    path, _, options = url.partition("?")
    return path in (_SQLITE, f"{_SQLITE}:memory:", f"{_SQLITE}file::memory:") or "mode=memory" in options


def _check_options(parts: SplitResult) -> None:
    """Raises ConfigError for an option that neither we nor the driver know, or whose value cannot be."""
    options = parse_qs(parts.query, keep_blank_values=True)
    if options.pop("pooler", ["transaction"]) != ["transaction"]:
        raise ConfigError(f"{_NAME} knows one pooler only: ?pooler=transaction")
    known = _SQLITE_OPTIONS if parts.scheme == "sqlite" else _libpq_options()
    unknown = sorted(set(options) - known)
    if unknown:
        raise ConfigError(f"{_NAME} has an option that the database does not know: {', '.join(unknown)}")
    for name in _NUMBERS & set(options):
        if not all(re.fullmatch(r"[0-9]{1,5}", each) for each in options[name]):
            raise ConfigError(f"{_NAME} has an option whose value is no number: {name}")
    if {"mode", "cache"} & set(options) and parts.scheme == "sqlite" and "uri" not in options:
        raise ConfigError(f"{_NAME}: mode and cache are read only where uri=true stands beside them")
    if parts.scheme != "sqlite" and not parts.path.strip("/") and "dbname" not in options:
        raise ConfigError(f"{_NAME} names no database: {_POSTGRES}user@host/flashmeet")


def _libpq_options() -> frozenset[str]:
    from psycopg import pq  # noqa: PLC0415  # slow to load, and SQLite needs it not

    return frozenset(option.keyword.decode() for option in pq.Conninfo.get_defaults())
