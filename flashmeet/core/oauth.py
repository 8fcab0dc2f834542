"""A provider's OAuth consent (OAuth 2.0, RFC 6749, with PKCE), through Authlib."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flashmeet.core.config.servers import OAuthClient
from flashmeet.core.numbers import number_or_none
from flashmeet.core.provider_faults import AuthFailed, CalendarFault, Forbidden, Unreachable

SECONDS = 10.0
A_YEAR = 366 * 86_400
MEMBERS = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthProvider:
    """Implements `calendars.rules.consent.ConsentProvider` for one provider."""

    client: OAuthClient
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    asks: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def address(self, *, state: str, verifier: str, redirect_uri: str) -> str:
        with self._client(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                self.authorize_url, state=state, code_verifier=verifier, **self.asks
            )
            return str(address)

    def redeem(self, *, code: str, verifier: str, redirect_uri: str) -> Mapping[str, str]:
        with self._client(redirect_uri) as client:
            token = self._told(
                lambda: client.fetch_token(
                    self.token_url,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=SECONDS,
                )
            )
        granted = token.get("scope")
        if granted is not None and not self._all_of(str(granted)):
            raise Forbidden("scope")
        if "refresh_token" not in token:
            raise AuthFailed("no refresh token")
        return self._secrets(token, str(token["refresh_token"]))

    def renew(self, refresh_token: str, *, seconds: float = SECONDS) -> Mapping[str, str]:
        """Returns new secrets; some providers issue a new refresh token with every use."""
        with self._client("") as client:
            token = self._told(
                lambda: client.refresh_token(self.token_url, refresh_token=refresh_token, timeout=seconds)
            )
        return self._secrets(token, str(token.get("refresh_token") or refresh_token))

    def _client(self, redirect_uri: str) -> Any:  # noqa: ANN401  # Authlib carries no types
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415  # the vendor's, when needed

        return OAuth2Session(
            self.client.client_id,
            self.client.client_secret,
            scope=" ".join(self.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106  # a method's name
        )

    def _told(self, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Runs a request and translates the vendor's errors into CalendarFault."""
        import requests  # noqa: PLC0415  # the vendor's library loads when needed
        from authlib.integrations.base_client import OAuthError  # noqa: PLC0415  # as above

        try:
            token = ask()
        except OAuthError as error:
            raise _fault(str(error.error)) from None
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(type(error).__name__) from None
        if "access_token" not in token:
            raise Unreachable("no token")
        return token

    def _all_of(self, granted: str) -> bool:
        """Whether every scope was granted: a member may tick only one of two boxes.

        Microsoft returns shorter scope names than requested and leaves some out.
        """
        have = {each.rpartition("/")[2] for each in granted.split()}
        return {each.rpartition("/")[2] for each in self.scopes} - {"offline_access"} <= have

    def _secrets(self, token: Mapping[str, Any], refresh_token: str) -> Mapping[str, str]:
        until = self.clock() + timedelta(seconds=number_or_none(str(token.get("expires_in")), most=A_YEAR) or 0)
        return {"refresh_token": refresh_token, "token": str(token["access_token"]), "expiry": until.isoformat()}


def _fault(code: str) -> CalendarFault:
    """`MEMBERS` codes mean that the member must reconnect; any other is our fault or the provider's."""
    return AuthFailed(code) if code in MEMBERS else Unreachable(code)
