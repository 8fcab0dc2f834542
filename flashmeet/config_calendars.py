"""Who we are at the makers of calendars: a part of `config`, loud where it is incomplete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Variables(Protocol):
    """The settings as they were given."""

    def get(self, name: str) -> str | None: ...

    def together(self, *names: str) -> Sequence[str] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """This installation as a provider knows it. `base_url` and `login_url` are other hosts that speak the same."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str | None = None
    login_url: str | None = None


def read_google(variables: Variables) -> OAuthClient | None:
    """None where it is not set. Raises ConfigError."""
    values = variables.together("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET")
    if values is None:
        return None
    return OAuthClient(
        client_id=values[0], client_secret=values[1], base_url=_address(variables.get("GOOGLE_BASE_URL"))
    )


def read_microsoft(variables: Variables) -> OAuthClient | None:
    """As `read_google`."""
    values = variables.together("MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET")
    if values is None:
        return None
    return OAuthClient(
        client_id=values[0],
        client_secret=values[1],
        base_url=_address(variables.get("MICROSOFT_BASE_URL")),
        login_url=_address(variables.get("MICROSOFT_LOGIN_URL")),
    )


def _address(url: str | None) -> str | None:
    """Secrets go there: over TLS, or no farther than this machine. Raises ConfigError."""
    from flashmeet.config import ConfigError  # noqa: PLC0415  # late: `config` reads these settings

    if url is None:
        return None
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError("the address of a provider must begin with https://, or be on this machine")
    return url.rstrip("/")
