"""Who we are at the makers of calendars: a part of `config`, loud where it is incomplete."""

from __future__ import annotations

from dataclasses import dataclass, field

from flashmeet.core.config.variables import Variables


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
    return OAuthClient(client_id=values[0], client_secret=values[1], base_url=variables.address("GOOGLE_BASE_URL"))


def read_microsoft(variables: Variables) -> OAuthClient | None:
    """As `read_google`."""
    values = variables.together("MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET")
    if values is None:
        return None
    return OAuthClient(
        client_id=values[0],
        client_secret=values[1],
        base_url=variables.address("MICROSOFT_BASE_URL"),
        login_url=variables.address("MICROSOFT_LOGIN_URL"),
    )
