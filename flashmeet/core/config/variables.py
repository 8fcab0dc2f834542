"""Reads `FLASHMEET_*` variables from the environment or from files, and checks each one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from flashmeet.core.config.urls import QUOTES, checked, read_host, refused

PREFIX = "FLASHMEET_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ENV_FILE = f"{PREFIX}ENV_FILE"
"""Names the file that holds the settings (`core.config.environment_file`); it is no `_FILE` of `FLASHMEET_ENV`."""

_CLOSING = "\"'”’»“‘"

Read = TypeVar("Read")


class ConfigError(Exception):
    """Settings are missing or invalid; each fault says which and what to do, and never holds its value."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Faults:
    """Collects the faults of all settings, so that they are told together."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def read(self, reader: Callable[[], Read], instead: Read) -> Read:
        """Returns what the reader reads; `instead` when it raises ConfigError."""
        try:
            return reader()
        except ConfigError as error:
            self._found += [fault for fault in error.faults if fault not in self._found]
            return instead

    def tell(self) -> None:
        """Raises ConfigError when anything was wrong."""
        if self._found:
            raise ConfigError(*self._found)


class Variables:
    """The value of `FLASHMEET_X`, or the contents of the file that `FLASHMEET_X_FILE` names."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def names(self) -> list[str]:
        """Returns the names of the variables that are ours, without the prefix."""
        return sorted(name.removeprefix(PREFIX) for name in self._environ if name.startswith(PREFIX))

    def small(self) -> list[str]:
        """Returns the names of variables that would be ours in capitals, which no program reads as they are."""
        return sorted(name for name in self._environ if name.upper().startswith(PREFIX) and name != name.upper())

    def get(self, name: str) -> str | None:
        value, file = self._environ.get(PREFIX + name), f"{PREFIX}{name}_FILE"
        path = None if file == ENV_FILE else self._environ.get(file)
        if value and path:
            raise ConfigError(f"{PREFIX}{name} and {file} are both set: keep one")
        if path:
            value = _contents(file, path)
        value = (value or "").strip()
        if len(value) > 1 and value.startswith(QUOTES) and value[-1] in _CLOSING:
            raise ConfigError(f"{PREFIX}{name} stands in quotation marks. Leave the quotation marks out")
        return value or None

    def token(self, name: str) -> str | None:
        """Returns what a client can send in a header. Raises ConfigError."""
        value = self.get(name)
        if value is not None and not re.fullmatch(r"[!-~]+", value):
            raise ConfigError(f"{PREFIX}{name} must be of plain letters, digits and signs, without a blank")
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.get(name) or default
        if value not in allowed:
            raise ConfigError(f"{PREFIX}{name} must be one of {', '.join(allowed)}")
        return value

    def hosts(self, name: str) -> tuple[str, ...]:
        """Returns hosts, each with its port where one is named. Raises ConfigError for what is none."""
        try:
            return tuple(read_host(each) for each in self.several(name))
        except ValueError as error:
            raise ConfigError(f"{PREFIX}{name} {refused(error)}") from None

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


def _contents(file: str, path: str) -> str:
    """Returns the text of the file that the variable `file` names. Raises ConfigError."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ConfigError(
            f"{file} names a file that is not text. Make a key with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        why = getattr(error, "strerror", None) or "no path"
        raise ConfigError(f"{file} cannot be read: {why}. Does the file exist, and may this user read it?") from None
    if not text:
        raise ConfigError(f"{file} names an empty file")
    return text


def checked_address(name: str, text: str) -> str:
    """Returns an address that may be sent secrets: https, or http on this machine. Raises ConfigError."""
    try:
        parts = checked(text)
    except ValueError as error:
        raise ConfigError(f"{PREFIX}{name} {refused(error)}") from None
    near = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or near) or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ConfigError(f"{PREFIX}{name} must begin with https:// and hold neither a user nor a question mark")
    return text.rstrip("/")
