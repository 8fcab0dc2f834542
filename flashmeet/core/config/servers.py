"""Settings of the mail, SMS, TURN and OAuth servers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote

from flashmeet.core.config.urls import checked, refused
from flashmeet.core.config.variables import PREFIX, ConfigError, Variables

_TURN = re.compile(r"turns?:(?!//)(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[1-9]\d{0,4})?(\?transport=(udp|tcp))?")
"""RFC 7065 §3.1."""


_LIKE = {"smtp": ", or smtp://user:password@mail.example.org:587, which asks for STARTTLS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap(Smtp):
    """The mailbox that receives bounces and replies."""

    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilio:
    account_sid: str
    auth_token: str
    sender: str
    base_url: str | None

    @property
    def can_receive(self) -> bool:
        """Whether the sender is a phone number, which can be answered.

        A sender name cannot be, and the numbers of a messaging service are unknown here.
        """
        return self.sender.removeprefix("+").isdecimal()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnServer:
    url: str
    secret: str

    @property
    def addresses(self) -> list[str]:
        """Returns the addresses one by one."""
        return [each.strip() for each in self.url.split(",") if each.strip()]


def read_smtp(variables: Variables) -> Smtp | None:
    """Reads `smtp://user:password@mail.example.org:587`. Raises ConfigError."""
    parts = _server(variables.get("SMTP_URL"), "SMTP_URL", "smtp")
    return Smtp(**_access(parts, secure="smtps", ports=(465, 25))) if parts else None


def read_imap(variables: Variables) -> Imap | None:
    """Reads `imaps://user:password@mail.example.org/INBOX`; the folder defaults to INBOX. Raises ConfigError."""
    parts = _server(variables.get("IMAP_URL"), "IMAP_URL", "imap")
    if parts is None:
        return None
    if not parts.username or not parts.password:
        raise ConfigError(f"{PREFIX}IMAP_URL must name who reads: imaps://user:password@mail.example.org")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    return Imap(**_access(parts, secure="imaps", ports=(993, 143)), folder=folder)


def _server(url: str | None, name: str, scheme: str) -> SplitResult | None:
    if url is None:
        return None
    like = f"must look like {scheme}s://user:password@mail.example.org{_LIKE.get(scheme, '')}"
    if url.partition("://")[0].lower() not in (scheme, f"{scheme}s"):
        raise ConfigError(f"{PREFIX}{name} {like}")
    try:
        parts = checked(url)
    except ValueError as error:
        raise ConfigError(f"{PREFIX}{name} {refused(error)}") from None
    if not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"{PREFIX}{name} {like}")
    if parts.password and not parts.username:
        raise ConfigError(f"{PREFIX}{name} has a password, and no user: it {like}")
    return parts


def _access(parts: SplitResult, *, secure: str, ports: tuple[int, int]) -> dict[str, Any]:
    """Returns a server's host, port, credentials and TLS flag; `ports` are the defaults with and without TLS."""
    tls = parts.scheme == secure
    return {
        "host": parts.hostname,
        "port": parts.port or ports[0 if tls else 1],
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "tls": tls,
    }


def read_twilio(variables: Variables) -> Twilio | None:
    values = variables.together("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
    if values is None:
        return None
    account_sid, auth_token, sender = values
    base_url = variables.get("TWILIO_BASE_URL")
    if base_url is not None and not base_url.startswith(("https://", "http://")):
        raise ConfigError(f"{PREFIX}TWILIO_BASE_URL must begin with https://")
    return Twilio(account_sid=account_sid, auth_token=auth_token, sender=sender, base_url=base_url)


def read_turn_server(variables: Variables) -> TurnServer | None:
    """Reads `turn:relay.example.org:3478`, or several parted by commas, and the secret. Raises ConfigError."""
    values = variables.together("TURN_URL", "TURN_SECRET")
    if values is None:
        return None
    if not all(_TURN.fullmatch(url.strip()) for url in values[0].split(",")):
        raise ConfigError(
            f"{PREFIX}TURN_URL must look like turn:relay.example.org:3478 or turns:relay.example.org:5349"
        )
    return TurnServer(url=values[0], secret=values[1])


def read_redis_url(variables: Variables) -> str | None:
    """Reads `redis://host:6379/0`; None when not set. Raises ConfigError."""
    url = variables.get("REDIS_URL")
    if url is None:
        return None
    if url.partition("://")[0] not in ("redis", "rediss", "unix"):
        raise ConfigError(f"{PREFIX}REDIS_URL must look like redis://host:6379/0, rediss://… or unix:///path")
    try:
        parts = checked(url)
    except ValueError as error:
        raise ConfigError(f"{PREFIX}REDIS_URL {refused(error)}") from None
    if parts.scheme != "unix" and not re.fullmatch(r"/?\d*", parts.path):
        raise ConfigError(f"{PREFIX}REDIS_URL ends with the number of a database, such as /0, or with none")
    return url


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """This installation's registration with a provider. `base_url` and `login_url` replace the provider's hosts."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str | None = None
    login_url: str | None = None


def read_google(variables: Variables) -> OAuthClient | None:
    """Returns None when not set. Raises ConfigError."""
    values = variables.together("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET")
    if values is None:
        return None
    return OAuthClient(client_id=values[0], client_secret=values[1], base_url=variables.address("GOOGLE_BASE_URL"))


def read_microsoft(variables: Variables) -> OAuthClient | None:
    """Like `read_google`."""
    values = variables.together("MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET")
    if values is None:
        return None
    return OAuthClient(
        client_id=values[0],
        client_secret=values[1],
        base_url=variables.address("MICROSOFT_BASE_URL"),
        login_url=variables.address("MICROSOFT_LOGIN_URL"),
    )
