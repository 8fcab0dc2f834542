"""Settings that can be read and are still no good for a network."""

from __future__ import annotations

import os
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from flashmeet.cli.checks.connections import why
from flashmeet.cli.checks.finding import Finding, look, well, wrong
from flashmeet.core.config import PREFIX, Config
from flashmeet.core.config.variables import ENV_FILE, LOOPBACK

SECONDS = 5


def settings_findings(config: Config, env_file: Path | None) -> Iterator[Finding]:
    """Yields the findings about settings; `env_file` is the file of --env-file, if any."""
    yield _installation(config)
    yield from _keys(config)
    yield from _files(config, env_file)
    if config.unknown_names:
        names = ", ".join(PREFIX + name for name in config.unknown_names)
        yield look("settings", f"{names}: no such setting. README lists them.", "settings.unknown")
    if config.env == "production" and config.secure and config.host not in LOOPBACK:
        yield _address(config)
    yield from _consent(config)


def _installation(config: Config) -> Finding:
    said = f"{config.env}, {config.base_url}"
    if config.env != "production" and config.host not in LOOPBACK:
        words = f"{said}: FLASHMEET_ENV={config.env} is for your own machine. A network needs production."
        return wrong("settings", words, "settings.env")
    if config.env == "production" and not config.secure:
        words = f"{config.base_url} is not https. Browsers give no camera there, and cookies travel in the open."
        return look("settings", words, "settings.http")
    return well("settings", said, "settings")


def _keys(config: Config) -> Iterator[Finding]:
    if config.env != "production":
        return
    if config.guessable_key:
        yield wrong("key", "FLASHMEET_SECRET_KEY repeats itself and can be guessed. Make another.", "settings.key")
    if not config.credentials_keys:
        words = "calendars' passwords depend on FLASHMEET_SECRET_KEY. FLASHMEET_CREDENTIALS_KEY parts the two."
        yield look("key", words, "settings.credentials_key")


def _files(config: Config, env_file: Path | None) -> Iterator[Finding]:
    """Looks at the files that hold secrets, and at those that another user made."""
    named = {name: value for name, value in os.environ.items() if name.startswith(PREFIX) and name.endswith("_FILE")}
    settings = {ENV_FILE: str(env_file)} if env_file else {}
    for name, place in sorted({**named, **settings}.items()):
        path = Path(place)
        if path.is_file() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            yield wrong("files", f"{path} can be read by everybody here: chmod 600 {path}", "files.open")
        if name == ENV_FILE and path.is_file() and path.stat().st_mode & stat.S_IWGRP:
            yield look("files", f"{path} can be changed by its group: chmod 600 {path}", "files.group")
    owner = config.instance.stat().st_uid
    others = [path for path in config.instance.iterdir() if path.lstat().st_uid != owner]
    if others:
        words = (
            f"{others[0]} belongs to another user than its folder, who then cannot write it. Was a command run as root?"
        )
        yield wrong("files", words, "files.owner")
    if config.env == "production" and f"{PREFIX}INSTANCE" not in os.environ:
        words = f"FLASHMEET_INSTANCE is not set: started in another folder than {config.instance.parent}, all is empty."
        yield look("files", words, "files.instance")


def _address(config: Config) -> Finding:
    """Asks the public address, as members do."""
    where = f"{config.base_url}/healthz"
    try:
        with urllib.request.urlopen(where, timeout=SECONDS) as answer:  # noqa: S310  # https, by the settings
            served = answer.status == 200 and b'"status"' in answer.read(200)
    except urllib.error.HTTPError as error:
        words = f"{where} answers {error.code}. Does the proxy pass on Host, X-Forwarded-For and the whole path?"
        return look("address", words, "address.proxy")
    except (OSError, ValueError) as error:
        return look("address", f"{where} cannot be asked from here: {why(error)}", "address.away")
    if not served:
        return look("address", f"{where} is answered by another program.", "address.other")
    return well("address", f"{where} answers", "address")


def _consent(config: Config) -> Iterator[Finding]:
    for about, client, path in (("Google", config.google, "google"), ("Microsoft", config.microsoft, "microsoft")):
        if client is None:
            continue
        address = f"{config.base_url}/me/calendars/{path}/callback"
        if not config.secure:
            yield look(about, f"consents at https addresses only, and {address} is none.", "calendars.http")
        else:
            yield well(about, f"its redirect address has to be {address}", "calendars")
