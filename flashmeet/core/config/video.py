"""The settings of each video provider; incomplete ones raise ConfigError."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from flashmeet.core.config.variables import PREFIX, ConfigError, Variables, checked_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitsi:
    """A self-hosted Jitsi has `secret`; JaaS (`hosted`) has `key_id` and `private_key` (PEM)."""

    url: str
    app_id: str
    secret: str = field(default="", repr=False)
    key_id: str = ""
    private_key: str = field(default="", repr=False)

    @property
    def hosted(self) -> bool:
        return bool(self.private_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class BigBlueButton:
    """`url` leaves out the trailing `/api/`."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleMeet:
    """The calendar that creates the Meet links: a service account's (acting for `subject`), or a refresh token's."""

    base_url: str | None = None
    calendar: str = "primary"
    service_account: str = field(default="", repr=False)
    subject: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)


VideoSettings = Jitsi | BigBlueButton | GoogleMeet | None


def read_video(variables: Variables, video: str) -> VideoSettings:
    """Reads the settings of the chosen provider. Raises ConfigError."""
    if video == "jitsi":
        return _jitsi(variables)
    if video == "bigbluebutton":
        url, secret = _needed(variables, video, "BBB_URL", "BBB_SECRET")
        return BigBlueButton(url=checked_address("BBB_URL", url).removesuffix("/api"), secret=secret)
    return _google(variables) if video == "google_meet" else None


def _jitsi(variables: Variables) -> Jitsi:
    url, app_id = _needed(variables, "jitsi", "JITSI_URL", "JITSI_APP_ID")
    secret, key_id = variables.get("JITSI_SECRET"), variables.get("JITSI_KEY_ID")
    private_key = variables.get("JITSI_PRIVATE_KEY")
    if secret and not (key_id or private_key):
        return Jitsi(url=checked_address("JITSI_URL", url), app_id=app_id, secret=secret)
    if secret or not (key_id and private_key):
        raise ConfigError(
            f"{PREFIX}VIDEO=jitsi needs {PREFIX}JITSI_SECRET for a Jitsi of your own, or {PREFIX}JITSI_KEY_ID and "
            f"{PREFIX}JITSI_PRIVATE_KEY for JaaS: one of the two"
        )
    if not private_key.lstrip().startswith("-----BEGIN"):
        raise ConfigError(
            f"{PREFIX}JITSI_PRIVATE_KEY must be a PEM file's text; {PREFIX}JITSI_PRIVATE_KEY_FILE reads it"
        )
    return Jitsi(url=checked_address("JITSI_URL", url), app_id=app_id, key_id=key_id, private_key=private_key)


def _google(variables: Variables) -> GoogleMeet:
    account = variables.get("GOOGLE_SERVICE_ACCOUNT")
    base_url, calendar = variables.address("GOOGLE_BASE_URL"), variables.get("GOOGLE_CALENDAR") or "primary"
    if account:
        subject = variables.get("GOOGLE_SUBJECT") or ""
        key = _service_account(account)
        return GoogleMeet(service_account=key, subject=subject, base_url=base_url, calendar=calendar)
    client_id, client_secret, token = _needed(
        variables, "google_meet", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "GOOGLE_REFRESH_TOKEN"
    )
    return GoogleMeet(
        client_id=client_id, client_secret=client_secret, refresh_token=token, base_url=base_url, calendar=calendar
    )


def _service_account(text: str) -> str:
    try:
        known = json.loads(text)
    except ValueError:
        known = None
    if not isinstance(known, dict) or not {"client_email", "private_key", "token_uri"} <= known.keys():
        name = f"{PREFIX}GOOGLE_SERVICE_ACCOUNT"
        raise ConfigError(f"{name} must be the JSON key of a service account; {name}_FILE reads it from its file")
    return text


def _needed(variables: Variables, video: str, *names: str) -> list[str]:
    values = {name: variables.get(name) for name in names}
    missing = [PREFIX + name for name, value in values.items() if not value]
    if missing:
        raise ConfigError(f"{PREFIX}VIDEO={video} needs {', '.join(missing)} too")
    return [value for value in values.values() if value]
