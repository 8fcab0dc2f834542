"""Settings of the mail, SMS, TURN and OAuth servers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote

from flashmeet.core.config.urls import NO_PORT, checked, is_port, refused
from flashmeet.core.config.variables import PREFIX, ConfigError, Variables

_TURN = re.compile(r"turns?:(?!//)(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[1-9]\d{0,4})?(\?transport=(udp|tcp))?")
"""RFC 7065 §3.1."""


TLS_REQUIRED = "?tls=required"
_LIKE = {"smtp": ", or smtp://user:password@mail.example.org:587, which asks for STARTTLS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """A server of mail; `tls` begins with the first byte. `only_encrypted`: without encryption no mail leaves."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    only_encrypted: bool = False


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
    """Reads `smtp://user:password@mail.example.org:587`, with `?tls=required` or without. Raises ConfigError."""
    url = variables.get("SMTP_URL")
    plain = url.removesuffix(TLS_REQUIRED) if url else None
    parts = _server(plain, "SMTP_URL", "smtp")
    if parts is None:
        return None
    return Smtp(**_access(parts, secure="smtps", ports=(465, 25)), only_encrypted=plain != url)


def read_imap(variables: Variables) -> Imap | None:
    """Reads `imaps://user:password@mail.example.org/INBOX`; the folder defaults to INBOX. Raises ConfigError."""
    parts = _server(variables.get("IMAP_URL"), "IMAP_URL", "imap")
    if parts is None:
        return None
    if not parts.username:
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
    if parts.username and not parts.password:
        raise ConfigError(f"{PREFIX}{name} has a user, and no password: it {like}")
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
    if not re.fullmatch(r"[A-Za-z0-9_-]+", account_sid):
        raise ConfigError(
            f"{PREFIX}TWILIO_ACCOUNT_SID must be what Twilio's console shows: AC and 32 letters and digits"
        )
    base_url = _twilio_base_url(variables.get("TWILIO_BASE_URL"))
    return Twilio(account_sid=account_sid, auth_token=auth_token, sender=_sender(sender), base_url=base_url)


def _twilio_base_url(url: str | None) -> str | None:
    """Reads where Twilio's API is spoken; a host inside the operator's network may speak plain http."""
    if url is None:
        return None
    name = f"{PREFIX}TWILIO_BASE_URL"
    try:
        parts = checked(url)
    except ValueError as error:
        raise ConfigError(f"{name} {refused(error)}") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc or parts.query:
        raise ConfigError(f"{name} must begin with https:// and hold neither a user nor a question mark")
    return url.rstrip("/")


def _sender(text: str) -> str:
    """Returns a number in international form, a short code, a name, or the id of a messaging service."""
    number = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"\+[1-9][0-9]{6,14}|[1-9][0-9]{2,7}", number):
        return number
    if not re.fullmatch(r"MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}", text):
        raise ConfigError(
            f"{PREFIX}TWILIO_FROM must be a number in international form (+33700000000), a name of at most 11 plain "
            "letters and digits, or the id of a messaging service (MG…)"
        )
    return text


def read_turn_server(variables: Variables) -> TurnServer | None:
    """Reads `turn:relay.example.org:3478`, or several parted by commas, and the secret. Raises ConfigError."""
    values = variables.together("TURN_URL", "TURN_SECRET")
    if values is None:
        return None
    if not all(_TURN.fullmatch(url.strip()) for url in values[0].split(",")):
        raise ConfigError(
            f"{PREFIX}TURN_URL must look like turn:relay.example.org:3478 or turns:relay.example.org:5349"
        )
    if not all(is_port(port) for port in re.findall(r":([0-9]+)(?:[?,\s]|$)", values[0])):
        raise ConfigError(f"{PREFIX}TURN_URL {NO_PORT}")
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
    if parts.query and not _is_taken_by_redis(url):
        raise ConfigError(f"{PREFIX}REDIS_URL has an option that the client does not know, or whose value cannot be")
    return url


def _is_taken_by_redis(url: str) -> bool:
    import redis  # noqa: PLC0415  # slow to load, and few use it

    try:
        redis.ConnectionPool.from_url(url).make_connection()
    except (TypeError, ValueError, redis.RedisError):
        return False
    return True


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
