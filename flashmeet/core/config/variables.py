"""Reads `FLASHMEET_*` variables from the environment or from files, and checks each one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "FLASHMEET_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ConfigError(Exception):
    """A setting is missing or invalid; the message says which and what to do, and never holds its value."""


class Variables:
    """The value of `FLASHMEET_X`, or the contents of the file that `FLASHMEET_X_FILE` names."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def get(self, name: str) -> str | None:
        value, path = self._environ.get(PREFIX + name), self._environ.get(f"{PREFIX}{name}_FILE")
        if value and path:
            raise ConfigError(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set: keep one")
        if path:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigError(f"{PREFIX}{name}_FILE cannot be read: {error.strerror}") from error
        return value or None

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.get(name) or default
        if value not in allowed:
            raise ConfigError(f"{PREFIX}{name} must be one of {', '.join(allowed)}")
        return value

    def several(self, name: str) -> tuple[str, ...]:
        """Splits the value at commas, spaces and line breaks."""
        return tuple(each.strip() for each in re.split(r"[,\s]", self.get(name) or "") if each.strip())

    def rate(self, name: str, default: float) -> float:
        """Returns messages per second."""
        try:
            value = float(self.get(name) or default)
        except ValueError:
            value = 0.0
        if not 0.01 <= value <= 10_000:
            raise ConfigError(f"{PREFIX}{name} must be a number from 0.01 to 10000: messages a second")
        return value

    def address(self, name: str) -> str | None:
        """Returns a provider's address, or None when not set. Raises ConfigError."""
        text = self.get(name)
        return None if text is None else checked_address(name, text)

    def together(self, *names: str) -> list[str] | None:
        """Returns all these variables, or None when none is set. Raises ConfigError when only some are."""
        values = [self.get(name) for name in names]
        if not any(values):
            return None
        missing = [PREFIX + name for name, value in zip(names, values, strict=True) if not value]
        if missing:
            raise ConfigError(f"{', '.join(missing)} must be set too: {PREFIX}{names[0]} and its kin go together")
        return [value for value in values if value]


def checked_address(name: str, text: str) -> str:
    """Returns an address that may be sent secrets: https, or http on this machine. Raises ConfigError."""
    parts = urlsplit(text)
    near = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or near) or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ConfigError(f"{PREFIX}{name} must begin with https:// and hold neither a user nor a question mark")
    return text.rstrip("/")
