"""The settings of one installation, read once from `FLASHMEET_*` variables; invalid ones raise ConfigError.

What an administrator may decide (policies, names, themes, texts) is in the database, not here.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from flashmeet.core.config.servers import (
    Imap,
    OAuthClient,
    Smtp,
    TurnServer,
    Twilio,
    read_google,
    read_imap,
    read_microsoft,
    read_smtp,
    read_turn_server,
    read_twilio,
)
from flashmeet.core.config.variables import PREFIX, ConfigError, Variables
from flashmeet.core.config.video import VideoSettings, read_video

__all__ = ["PREFIX", "Config", "ConfigError", "Environment", "Imap", "Smtp", "TurnServer", "Twilio"]

Environment = Literal["production", "development", "demo"]
VIDEO = ("builtin", "jitsi", "bigbluebutton", "google_meet", "url")
_PATH = re.compile(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*")
"""Unreserved characters only, so that a path reads the same escaped and unescaped."""
_ADDRESS = re.compile(r"[^\s<>@,;:\"]+@[^\s<>@,;:\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting from the environment. `smtp`, `imap`, `twilio` and `turn` are None when not set."""

    env: Environment
    instance: Path
    database_url: str
    secret_key: str
    """Signs logins and personal links."""
    base_url: str
    mail_from: str
    former_keys: tuple[str, ...] = ()
    """Secret keys that sign nothing any more; what they have signed is still good."""
    smtp: Smtp | None = None
    imap: Imap | None = None
    metrics_token: str | None = None
    twilio: Twilio | None = None
    turn: TurnServer | None = None
    mail_per_second: float = 20.0
    sms_per_second: float = 10.0
    redis_url: str | None = None
    video: str = "builtin"
    video_settings: VideoSettings = None
    google: OAuthClient | None = None
    microsoft: OAuthClient | None = None
    credentials_keys: tuple[str, ...] = ()
    """Encrypt members' calendar credentials; the first encrypts new ones. Without any, the secret key is used."""
    private_hosts: tuple[str, ...] = ()
    """Calendar hosts that may have private addresses and use plain http."""
    second_factor_required: bool = False
    """Whether administrators need a second factor, and everybody a fresh proof before what matters most."""

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def path(self) -> str:
        """The path below which the service runs on its host: `/mentorat`, or ""."""
        return urlsplit(self.base_url).path

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def lacks_relay(self) -> bool:
        """Whether the built-in room is used without TURN: calls between strict networks then fail to connect."""
        return self.video == "builtin" and self.turn is None

    @property
    def shows_outbox(self) -> bool:
        """Whether messages can be read under `/dev/outbox`."""
        return self.env in ("demo", "development")

    def __repr__(self) -> str:
        """Leaves out secrets: a Config may end up in a log."""
        return f"Config(env={self.env!r}, instance={str(self.instance)!r}, base_url={self.base_url!r})"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Reads the settings from `environ`, or from the process environment. Raises ConfigError."""
        return _read(Variables(os.environ if environ is None else environ))


def _read(variables: Variables) -> Config:
    env: Environment = variables.choice("ENV", ("production", "development", "demo"), "production")  # type: ignore[assignment]  # `choice` checked it
    instance = _instance(variables)
    base_url = _base_url(variables)
    keys = _secret_keys(variables, env, instance)
    video = variables.choice("VIDEO", VIDEO, "builtin")
    return Config(
        env=env,
        instance=instance,
        database_url=_database_url(variables, instance),
        secret_key=keys[0],
        former_keys=keys[1:],
        base_url=base_url,
        mail_from=_mail_from(variables, base_url),
        smtp=read_smtp(variables),
        imap=read_imap(variables),
        metrics_token=variables.get("METRICS_TOKEN"),
        twilio=read_twilio(variables),
        turn=read_turn_server(variables),
        mail_per_second=variables.rate("MAIL_PER_SECOND", 20.0),
        sms_per_second=variables.rate("SMS_PER_SECOND", 10.0),
        redis_url=variables.get("REDIS_URL"),
        video=video,
        video_settings=read_video(variables, video),
        google=read_google(variables),
        microsoft=read_microsoft(variables),
        credentials_keys=_credentials_keys(variables),
        private_hosts=variables.several("PRIVATE_HOSTS"),
        second_factor_required=_second_factor(variables, env) == "required",
    )


def _second_factor(variables: Variables, env: Environment) -> str:
    """Returns `required` or `optional`; a demo and a developer sign in with nothing at hand."""
    return variables.choice(
        "SECOND_FACTOR", ("required", "optional"), "required" if env == "production" else "optional"
    )


def _instance(variables: Variables) -> Path:
    path = Path(variables.get("INSTANCE") or "instance").absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"the instance folder {path} cannot be made: {error.strerror}") from error
    return path


def _base_url(variables: Variables) -> str:
    url = (variables.get("BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or not _PATH.fullmatch(parts.path):
        raise ConfigError(f"{PREFIX}BASE_URL must look like https://meet.example.org or https://example.org/mentorat")
    return url


def _mail_from(variables: Variables, base_url: str) -> str:
    """Returns a bare address: it is the organizer of every invite, where a display name has no place."""
    address = variables.get("MAIL_FROM") or f"flashmeet@{urlsplit(base_url).hostname}"
    if not _ADDRESS.fullmatch(address):
        raise ConfigError(f"{PREFIX}MAIL_FROM must be a bare address like rendez-vous@example.org")
    return address


def _database_url(variables: Variables, instance: Path) -> str:
    url = variables.get("DATABASE_URL") or f"sqlite:///{instance / 'flashmeet.sqlite3'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError(f"{PREFIX}DATABASE_URL must begin with postgresql+psycopg:// or sqlite:///")
    if parse_qs(urlsplit(url).query).get("pooler", ["transaction"]) != ["transaction"]:
        raise ConfigError(f"{PREFIX}DATABASE_URL knows one pooler only: ?pooler=transaction")
    return url


def _secret_keys(variables: Variables, env: Environment, instance: Path) -> tuple[str, ...]:
    """Returns the key that signs, then those that only verify."""
    keys = variables.several("SECRET_KEY")
    if not keys and env == "production":
        raise ConfigError(
            f"{PREFIX}SECRET_KEY (or {PREFIX}SECRET_KEY_FILE) must be set in production: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))" makes one'
        )
    if not keys:
        return (_kept_key(instance / "secret-key"),)
    if any(len(key) < 32 for key in keys):
        raise ConfigError(
            f"{PREFIX}SECRET_KEY: each key, parted by commas or lines, must have at least 32 characters; "
            "the first signs, the others are still believed"
        )
    return keys


def _credentials_keys(variables: Variables) -> tuple[str, ...]:
    keys = variables.several("CREDENTIALS_KEY")
    if any(len(key) < 32 for key in keys):
        raise ConfigError(f"{PREFIX}CREDENTIALS_KEY: each key, parted by commas, must have at least 32 characters")
    return keys


def _kept_key(path: Path) -> str:
    """Makes a key once for development or demo and keeps it, so that logins survive a restart.

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
