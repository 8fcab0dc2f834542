"""The address of the database."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, parse_qs

from flashmeet.core.config.urls import checked, refused
from flashmeet.core.config.variables import PREFIX, ConfigError, Variables

_NAME = f"{PREFIX}DATABASE_URL"
_POSTGRES = "postgresql+psycopg://"
_SHORT = ("postgresql://", "postgres://")
"""What other programs and providers write; the driver is always psycopg."""
_SQLITE_OPTIONS = frozenset({"timeout", "mode", "cache", "uri"})


def read_database_url(variables: Variables, instance: Path) -> str:
    """Returns the address for SQLAlchemy. Raises ConfigError."""
    url = variables.get("DATABASE_URL") or f"sqlite:///{instance / 'flashmeet.sqlite3'}"
    for short in _SHORT:
        if url.startswith(short):
            url = _POSTGRES + url.removeprefix(short)
    if not url.startswith(("sqlite:///", _POSTGRES)):
        raise ConfigError(f"{_NAME} must begin with {_POSTGRES} or sqlite:///")
    try:
        parts = checked(url)
    except ValueError as error:
        raise ConfigError(f"{_NAME} {refused(error)}") from None
    _check_options(parts)
    return url


def _check_options(parts: SplitResult) -> None:
    """Raises ConfigError for an option that neither we nor the driver know."""
    options = parse_qs(parts.query, keep_blank_values=True)
    if options.pop("pooler", ["transaction"]) != ["transaction"]:
        raise ConfigError(f"{_NAME} knows one pooler only: ?pooler=transaction")
    known = _SQLITE_OPTIONS if parts.scheme == "sqlite" else _libpq_options()
    unknown = sorted(set(options) - known)
    if unknown:
        raise ConfigError(f"{_NAME} has an option that the database does not know: {', '.join(unknown)}")
    if parts.scheme != "sqlite" and not parts.path.strip("/") and "dbname" not in options:
        raise ConfigError(f"{_NAME} names no database: {_POSTGRES}user@host/flashmeet")


def _libpq_options() -> frozenset[str]:
    from psycopg import pq  # noqa: PLC0415  # slow to load, and SQLite needs it not

    return frozenset(option.keyword.decode() for option in pq.Conninfo.get_defaults())
