"""The settings of one installation, from `FLASHMEET_*` variables; read once, loud on error.

What an administrator may decide (policies, names, themes, texts) is in the database, not here.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from flashmeet.config_calendars import OAuthClient, read_google, read_microsoft

if TYPE_CHECKING:
    from flashmeet.config_video import VideoSettings

Environment = Literal["production", "development", "demo"]
VIDEO = ("builtin", "jitsi", "bigbluebutton", "google_meet", "url")
PREFIX = "FLASHMEET_"
_ADDRESS = re.compile(r"[^\s<>@,;:\"]+@[^\s<>@,;:\"]+")


class ConfigError(Exception):
    """A setting is missing or cannot be read; the text says which and what to do. Never holds its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap(Smtp):
    """The mailbox that bounces and answers come back to."""

    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Twilio:
    account_sid: str
    auth_token: str
    sender: str
    base_url: str | None

    @property
    def can_receive(self) -> bool:
        """A number can be answered; a sender name cannot, and of a messaging service nobody here knows."""
        return self.sender.removeprefix("+").isdigit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    url: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the program is told from outside. `smtp`, `imap`, `twilio`, `turn` are None where not set."""

    env: Environment
    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    mail_from: str
    smtp: Smtp | None = None
    imap: Imap | None = None
    metrics_token: str | None = None
    twilio: Twilio | None = None
    turn: Turn | None = None
    mail_per_second: float = 20.0
    sms_per_second: float = 10.0
    redis_url: str | None = None
    video: str = "builtin"
    video_settings: VideoSettings = None
    google: OAuthClient | None = None
    microsoft: OAuthClient | None = None
    credentials_keys: tuple[str, ...] = ()
    """Shut members' calendar credentials, the first for new ones; without any, the secret key does."""
    private_hosts: tuple[str, ...] = ()
    """Hosts of calendars that may be private and speak http."""

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def lacks_relay(self) -> bool:
        """Whether the built-in room is used without TURN: between strict networks its calls do not connect."""
        return self.video == "builtin" and self.turn is None

    @property
    def shows_outbox(self) -> bool:
        """Whether messages may be looked at under `/dev/outbox`."""
        return self.env in ("demo", "development")

    def __repr__(self) -> str:
        """Without secrets: a Config may end up in a log."""
        return f"Config(env={self.env!r}, instance={str(self.instance)!r}, base_url={self.base_url!r})"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Raises ConfigError."""
        return _read(_Variables(os.environ if environ is None else environ))


class _Variables:
    """`FLASHMEET_X`, or the contents of the file that `FLASHMEET_X_FILE` names."""

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
        """What commas or line breaks part."""
        return tuple(each.strip() for each in re.split(r"[,\n]", self.get(name) or "") if each.strip())

    def rate(self, name: str, default: float) -> float:
        """Messages a second."""
        try:
            value = float(self.get(name) or default)
        except ValueError:
            value = 0.0
        if not 0.01 <= value <= 10_000:
            raise ConfigError(f"{PREFIX}{name} must be a number from 0.01 to 10000: messages a second")
        return value

    def together(self, *names: str) -> list[str] | None:
        """All of these, or None when none is set."""
        values = [self.get(name) for name in names]
        if not any(values):
            return None
        missing = [PREFIX + name for name, value in zip(names, values, strict=True) if not value]
        if missing:
            raise ConfigError(f"{', '.join(missing)} must be set too: {PREFIX}{names[0]} and its kin go together")
        return [value for value in values if value]


def _read(variables: _Variables) -> Config:
    env: Environment = variables.choice("ENV", ("production", "development", "demo"), "production")  # type: ignore[assignment]  # `choice` checked it
    instance = _instance(variables)
    base_url = _base_url(variables)
    video = variables.choice("VIDEO", VIDEO, "builtin")
    return Config(
        env=env,
        instance=instance,
        database_url=_database_url(variables, instance),
        secret_key=_secret_key(variables, env, instance),
        base_url=base_url,
        mail_from=_mail_from(variables, base_url),
        smtp=_smtp(variables),
        imap=_imap(variables),
        metrics_token=variables.get("METRICS_TOKEN"),
        twilio=_twilio(variables),
        turn=_turn(variables),
        mail_per_second=variables.rate("MAIL_PER_SECOND", 20.0),
        sms_per_second=variables.rate("SMS_PER_SECOND", 10.0),
        redis_url=variables.get("REDIS_URL"),
        video=video,
        video_settings=_video_settings(variables, video),
        google=read_google(variables),
        microsoft=read_microsoft(variables),
        credentials_keys=_credentials_keys(variables),
        private_hosts=variables.several("PRIVATE_HOSTS"),
    )


def _video_settings(variables: _Variables, video: str) -> VideoSettings:
    from flashmeet.config_video import read_video  # noqa: PLC0415  # late: it takes ConfigError from here

    return read_video(variables, video)


def _instance(variables: _Variables) -> Path:
    path = Path(variables.get("INSTANCE") or "instance").absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the instance folder {path} cannot be made: {error.strerror}") from error
    return path


def _base_url(variables: _Variables) -> str:
    url = (variables.get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path:
        raise ConfigError(f"{PREFIX}BASE_URL must look like https://meet.example.org, without a path")
    return url


def _mail_from(variables: _Variables, base_url: str) -> str:
    """A bare address: it is the organizer of every invite, where a name has no place."""
    address = variables.get("MAIL_FROM") or f"flashmeet@{urlsplit(base_url).hostname}"
    if not _ADDRESS.fullmatch(address):
        raise ConfigError(f"{PREFIX}MAIL_FROM must be a bare address like rendez-vous@example.org")
    return address


def _database_url(variables: _Variables, instance: Path) -> str:
    url = variables.get("DATABASE_URL") or f"sqlite:///{instance / 'flashmeet.sqlite3'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError(f"{PREFIX}DATABASE_URL must begin with postgresql+psycopg:// or sqlite:///")
    return url


def _secret_key(variables: _Variables, env: Environment, instance: Path) -> str:
    key = variables.get("SECRET_KEY")
    if key is None and env == "production":
        raise ConfigError(
            f"{PREFIX}SECRET_KEY (or {PREFIX}SECRET_KEY_FILE) must be set in production: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))" makes one'
        )
    if key is None:
        return _kept_key(instance / "secret-key")
    if len(key) < 32:
        raise ConfigError(f"{PREFIX}SECRET_KEY must have at least 32 characters")
    return key


def _credentials_keys(variables: _Variables) -> tuple[str, ...]:
    keys = variables.several("CREDENTIALS_KEY")
    if any(len(key) < 32 for key in keys):
        raise ConfigError(f"{PREFIX}CREDENTIALS_KEY: each key, parted by commas, must have at least 32 characters")
    return keys


def _kept_key(path: Path) -> str:
    """Development and demo make a key of their own once, so that sessions outlive a restart.

    The file appears whole: a process that starts at the same time reads the same key.
    """
    if not path.exists():
        fresh = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        with open(fresh, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def _smtp(variables: _Variables) -> Smtp | None:
    """What `smtp://user:password@mail.example.org:587` says."""
    parts = _server(variables.get("SMTP_URL"), "SMTP_URL", "smtp")
    return Smtp(**_access(parts, secure="smtps", ports=(465, 25))) if parts else None


def _imap(variables: _Variables) -> Imap | None:
    """What `imaps://user:password@mail.example.org/INBOX` says; without a folder, INBOX."""
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
    try:
        parts = urlsplit(url)
        right = parts.scheme in (scheme, f"{scheme}s") and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise ConfigError(f"{PREFIX}{name} must look like {scheme}s://user:password@mail.example.org")
    return parts


def _access(parts: SplitResult, *, secure: str, ports: tuple[int, int]) -> dict[str, Any]:
    """Where a server is and who we are there; the ports are the usual ones, with TLS and without."""
    tls = parts.scheme == secure
    return {
        "host": parts.hostname,
        "port": parts.port or ports[0 if tls else 1],
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "tls": tls,
    }


def _twilio(variables: _Variables) -> Twilio | None:
    values = variables.together("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
    if values is None:
        return None
    account_sid, auth_token, sender = values
    base_url = variables.get("TWILIO_BASE_URL")
    return Twilio(account_sid=account_sid, auth_token=auth_token, sender=sender, base_url=base_url)


def _turn(variables: _Variables) -> Turn | None:
    values = variables.together("TURN_URL", "TURN_SECRET")
    return None if values is None else Turn(url=values[0], secret=values[1])
