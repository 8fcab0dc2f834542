"""The OAuth clients of this installation for members' calendars, and their scopes."""

from __future__ import annotations

from collections.abc import Mapping

from flashmeet.calendars.sources.microsoft_client import microsoft_oauth
from flashmeet.core.config import Config
from flashmeet.core.config.servers import OAuthClient
from flashmeet.core.google_client import SCOPES, authorize_url, token_url
from flashmeet.core.oauth import OAuthProvider
from flashmeet.schedule.rules.calendars import CalendarKind


def oauth_providers(config: Config) -> Mapping[str, OAuthProvider]:
    """Returns the doors by kind of account."""
    found: dict[str, OAuthProvider] = {}
    if config.google is not None:
        found[CalendarKind.GOOGLE] = google_oauth(config.google)
    if config.microsoft is not None:
        found[CalendarKind.MICROSOFT] = microsoft_oauth(config.microsoft)
    return found


def google_oauth(client: OAuthClient) -> OAuthProvider:
    """Returns Google's door. Without `offline` and `consent`, Google gives no lasting token, or only the first time."""
    return OAuthProvider(
        client=client,
        authorize_url=authorize_url(client),
        token_url=token_url(client),
        scopes=SCOPES,
        asks={"access_type": "offline", "prompt": "consent"},
    )
