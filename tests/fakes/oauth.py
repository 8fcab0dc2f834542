"""The part of OAuth 2.0 that both makers of calendars share: consent, codes with PKCE, tokens that end."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "our-client", "our-client-secret"


@dataclass(slots=True)
class Consents:
    """Revoked refresh tokens give invalid_grant; `rotates` gives a new one with every use. `grants` is all that the
    member ticked.
    """

    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    access_tokens: set[str] = field(default_factory=set)
    rotates: bool = False
    refreshed: int = 0
    grants: str = ""
    trouble: tuple[int, str] | tuple[int, str, str] | None = None
    """A status, the error, and its subtype if any."""

    def consent(self, address: str) -> str:
        """The member presses the button on that page; where their browser is sent."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'scope': asked['scope']})}"

    def refresh_token(self) -> str:
        token = secrets.token_urlsafe(24)
        self.refresh_tokens.add(token)
        return token

    def end_access(self) -> None:
        """Access tokens are good for an hour; it has passed."""
        self.access_tokens.clear()

    def revoke(self) -> None:
        """The member took the permission back."""
        self.refresh_tokens.clear()
        self.access_tokens.clear()

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """What the token endpoint answers."""
        if self.trouble:
            return self.trouble[0], dict(zip(("error", "error_subtype"), self.trouble[1:], strict=False))
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        good = self._code(form) if form["grant_type"] == "authorization_code" else self._refresh(form)
        return (200, self._tokens(form.get("refresh_token"))) if good else (400, {"error": "invalid_grant"})

    def _code(self, form: dict[str, str]) -> bool:
        asked = self.codes.pop(form["code"], None)
        verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        return asked is not None and (asked["code_challenge"], asked["redirect_uri"]) == (
            challenge,
            form["redirect_uri"],
        )

    def _refresh(self, form: dict[str, str]) -> bool:
        return form["refresh_token"] in self.refresh_tokens

    def _tokens(self, used: str | None) -> dict[str, object]:
        self.refreshed += used is not None
        access = secrets.token_urlsafe(24)
        self.access_tokens.add(access)
        found: dict[str, object] = {"access_token": access, "expires_in": 3599, "token_type": "Bearer"}
        if self.grants:
            found["scope"] = self.grants
        if used is None or self.rotates:
            found["refresh_token"] = self.refresh_token()
        return found
