"""The settings of one installation, read once from `FLASHMEET_*` variables; invalid ones raise ConfigError.

What an administrator may decide (policies, names, themes, texts) is in the database, not here.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from flashmeet.core.config.database_url import is_relative, read_database_url
from flashmeet.core.config.names import check_names, unknown
from flashmeet.core.config.servers import (
    Imap,
    OAuthClient,
    Smtp,
    TurnServer,
    Twilio,
    read_google,
    read_imap,
    read_microsoft,
    read_redis_url,
    read_smtp,
    read_turn_server,
    read_twilio,
)
from flashmeet.core.config.urls import ascii_host, checked, refused
from flashmeet.core.config.variables import PREFIX, ConfigError, Faults, Variables
from flashmeet.core.config.video import VideoSettings, read_video
from flashmeet.core.files import write_private
from flashmeet.core.mail_addresses import read_address

__all__ = ["PREFIX", "Config", "ConfigError", "Environment", "Imap", "Smtp", "TurnServer", "Twilio"]

Environment = Literal["production", "development", "demo"]
ENVIRONMENTS = ("production", "development", "demo")
UNSAID_URL = "http://127.0.0.1:8000"
UNDERSTANDING = ("sentences", "words")
VIDEO = ("builtin", "jitsi", "bigbluebutton", "google_meet", "url")
_PATH = re.compile(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~-]+)*")
"""Unreserved characters only, so that a path reads the same escaped and unescaped."""
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_FEWEST_CHARACTERS = 5
"""Of a key that nobody can guess; random ones have twenty and more."""
_SHORTEST_TOKEN = 12
_HOW_TO_MAKE_A_KEY = 'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
_NEAR = re.compile(r"[a-z0-9-]+|[0-9]+(?:\.[0-9]+){3}")
"""The domain of a server that sends to this machine or this network alone."""


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
    unknown_names: tuple[str, ...] = ()
    """Variables with our prefix that are no settings; another program's, or old ones."""
    private_hosts: tuple[str, ...] = ()
    """Calendar hosts that may have private addresses and use plain http."""
    second_factor_required: bool = False
    """Whether administrators need a second factor, and everybody a fresh proof before what matters most."""
    understanding: str = "sentences"
    """How needs are recognised: by a model of sentences where it is installed, or by `words` alone."""

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
    def guessable_key(self) -> bool:
        """Whether anybody could sign links."""
        return _is_guessable(self.secret_key)

    @property
    def cautions(self) -> list[str]:
        """Returns what a network should not run with, though it can."""
        if self.env != "production":
            return []
        found = [f"{PREFIX}{name} is no setting of this program." for name in self.unknown_names]
        if self.guessable_key:
            found.append(f"{PREFIX}SECRET_KEY repeats itself and can be guessed. {_HOW_TO_MAKE_A_KEY}")
        if any(map(_is_guessable, self.credentials_keys)):
            found.append(f"{PREFIX}CREDENTIALS_KEY repeats itself and can be guessed. {_HOW_TO_MAKE_A_KEY}")
        if self.metrics_token and (len(self.metrics_token) < _SHORTEST_TOKEN or _is_guessable(self.metrics_token)):
            found.append(f"{PREFIX}METRICS_TOKEN can be guessed. {_HOW_TO_MAKE_A_KEY}")
        if is_relative(self.database_url):
            found.append(
                f"{PREFIX}DATABASE_URL names a file in whatever folder a command runs in. Write the whole path: "
                "sqlite:////var/lib/flashmeet/flashmeet.sqlite3"
            )
        if self.smtp is None:
            found.append(
                f"no mail leaves this machine, so nobody can sign in: mails go to files in {self.instance}. "
                f"Set {PREFIX}SMTP_URL."
            )
        return found

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
    """Reads every setting before it tells what is wrong with any."""
    faults = Faults()
    faults.read(lambda: check_names(variables), None)
    environment: str = faults.read(lambda: variables.choice("ENV", ENVIRONMENTS, "production"), "production")
    env: Environment = environment  # type: ignore[assignment]  # `choice` checked it
    instance = faults.read(lambda: _instance(variables), Path())
    base_url = faults.read(lambda: _base_url(variables), UNSAID_URL)
    keys: tuple[str, ...] = faults.read(lambda: _secret_keys(variables, env, instance), ("",))
    video = faults.read(lambda: variables.choice("VIDEO", VIDEO, "builtin"), "builtin")
    config = Config(
        env=env,
        instance=instance,
        database_url=faults.read(lambda: read_database_url(variables, instance), ""),
        secret_key=keys[0],
        former_keys=keys[1:],
        base_url=base_url,
        mail_from=faults.read(lambda: _mail_from(variables, base_url), ""),
        smtp=faults.read(lambda: read_smtp(variables), None),
        imap=faults.read(lambda: read_imap(variables), None),
        metrics_token=faults.read(lambda: variables.token("METRICS_TOKEN"), None),
        twilio=faults.read(lambda: read_twilio(variables), None),
        turn=faults.read(lambda: read_turn_server(variables), None),
        mail_per_second=faults.read(lambda: variables.rate("MAIL_PER_SECOND", 20.0), 20.0),
        sms_per_second=faults.read(lambda: variables.rate("SMS_PER_SECOND", 10.0), 10.0),
        redis_url=faults.read(lambda: read_redis_url(variables), None),
        video=video,
        video_settings=faults.read(lambda: read_video(variables, video), None),
        google=faults.read(lambda: read_google(variables), None),
        microsoft=faults.read(lambda: read_microsoft(variables), None),
        credentials_keys=faults.read(lambda: _credentials_keys(variables), ()),
        unknown_names=tuple(unknown(variables)),
        private_hosts=faults.read(lambda: variables.hosts("PRIVATE_HOSTS"), ()),
        second_factor_required=faults.read(lambda: _second_factor(variables, env), "optional") == "required",
        understanding=faults.read(lambda: variables.choice("UNDERSTANDING", UNDERSTANDING, "sentences"), "sentences"),
    )
    faults.tell()
    return config


def _is_guessable(key: str) -> bool:
    """Whether a key is of so few letters, or one word so often, that somebody could find it."""
    return len(set(key)) < _FEWEST_CHARACTERS or (key * 2).find(key, 1) < len(key)


def _second_factor(variables: Variables, env: Environment) -> str:
    """Returns `required` or `optional`; a demo and a developer sign in with nothing at hand."""
    return variables.choice(
        "SECOND_FACTOR", ("required", "optional"), "required" if env == "production" else "optional"
    )


def _instance(variables: Variables) -> Path:
    said = variables.get("INSTANCE") or "instance"
    if said.startswith("~"):
        raise ConfigError(f"{PREFIX}INSTANCE begins with ~, which is not read here. Write the whole path: /var/lib/…")
    path = Path(said).absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise ConfigError(f"the instance folder {path} cannot be made: a file has that name") from None
    except OSError as error:
        raise ConfigError(f"the instance folder {path} cannot be made: {error.strerror}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ConfigError(f"the instance folder {path} is not this user's to write in. Run the command as its owner")
    return path


def _base_url(variables: Variables) -> str:
    url = (variables.get("BASE_URL") or UNSAID_URL).rstrip("/")
    name = f"{PREFIX}BASE_URL"
    try:
        parts = checked(url)
        host = ascii_host(parts.hostname or "")
    except ValueError as error:
        raise ConfigError(f"{name} {refused(error)}") from None
    if (
        parts.scheme not in ("http", "https")
        or not (_HOST.fullmatch(host) or ":" in host)
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or not _PATH.fullmatch(parts.path)
    ):
        raise ConfigError(f"{name} must look like https://meet.example.org or https://example.org/mentorat")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _mail_from(variables: Variables, base_url: str) -> str:
    """Returns a bare address: it is the organizer of every invite, where a display name has no place."""
    said, host = variables.get("MAIL_FROM"), urlsplit(base_url).hostname or ""
    if said is None and ":" in host:
        raise ConfigError(f"{PREFIX}MAIL_FROM must be set: no mail address is made of that of {PREFIX}BASE_URL")
    if said is None:
        return f"flashmeet@{host}"
    name, _, domain = said.rpartition("@")
    near = _NEAR.fullmatch(domain.lower())
    try:
        read = read_address(f"{name}@example.org" if near else said)
        if any(char in said for char in "<>:,; "):
            raise ValueError("more than an address")
    except ValueError:
        raise ConfigError(f"{PREFIX}MAIL_FROM must be a bare address like rendez-vous@example.org") from None
    return f"{name}@{domain.lower() if near else read.rpartition('@')[2]}"


def _secret_keys(variables: Variables, env: Environment, instance: Path) -> tuple[str, ...]:
    """Returns the key that signs, then those that only verify."""
    keys = variables.several("SECRET_KEY")
    if not keys and env == "production":
        raise ConfigError(
            f"{PREFIX}SECRET_KEY (or {PREFIX}SECRET_KEY_FILE) must be set in production. {_HOW_TO_MAKE_A_KEY}"
        )
    if not keys:
        return (_kept_key(instance / "secret-key"),)
    if any(len(key) < 32 for key in keys):
        raise ConfigError(
            f"{PREFIX}SECRET_KEY: each key, parted by commas, blanks or lines, must have at least 32 characters; "
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
        with contextlib.suppress(FileExistsError):
            write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()
