"""OAuth consent for a member's calendars (OAuth 2.0 with PKCE, RFC 7636): what ties the answer to the request.

Nothing is stored while the member is at the provider. `state` is signed for this provider, this browser's login and
fifteen minutes, and the verifier is derived from it: an answer to somebody else's request opens nothing here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from flashmeet.core.errors import ConsentOver
from flashmeet.core.numbers import read_number
from flashmeet.core.service_keys import ServiceKey

LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Consent:
    """`state` goes to the provider and comes back; `verifier` is sent only when the code is redeemed."""

    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Consents:
    """Signs the consent requests of one installation; `login` is the secret of the browser's login."""

    secret: str = field(repr=False)
    former: tuple[str, ...] = field(default=(), repr=False)
    """Keys that sign no new ones; a consent that was begun under one can still be answered."""

    def begin(self, provider: str, login: str, *, now: datetime) -> Consent:
        said = f"{secrets.token_urlsafe(16)}.{int(now.timestamp())}"
        return Consent(f"{said}.{self._sign('state', provider, login, said)}", self._sign("pkce", login, said))

    def answered(self, state: str, provider: str, login: str, *, now: datetime) -> Consent:
        """Checks the returned state. Raises ConsentOver if begun elsewhere, at another provider, or too long ago."""
        said, _, signature = state.rpartition(".")
        key = self._key_of(signature, "state", provider, login, said)
        began = datetime.fromtimestamp(read_number(said.rpartition(".")[2]), UTC)
        if not began <= now + timedelta(seconds=1) or now - began > LASTS:
            raise ConsentOver
        return Consent(state, _signed(key, "pkce", login, said))

    def _key_of(self, signature: str, *parts: str) -> str:
        given = signature.encode(errors="replace")
        for key in (self.secret, *self.former):
            if hmac.compare_digest(given, _signed(key, *parts).encode()):
                return key
        raise ConsentOver

    def _sign(self, *parts: str) -> str:
        return _signed(self.secret, *parts)


def _signed(key: str, *parts: str) -> str:
    """Returns 64 characters, as PKCE allows."""
    return hmac.new(key.encode(), "\0".join(parts).encode(errors="replace"), "sha256").hexdigest()


class ConsentProvider(Protocol):
    """A provider's OAuth consent for reading and writing a member's calendars (`calendars.rules.consent`)."""

    def address(self, *, state: str, verifier: str, redirect_uri: str) -> str:
        """Returns where to send the member's browser; it comes back to `redirect_uri` with the state and a code."""
        ...

    def redeem(self, *, code: str, verifier: str, redirect_uri: str) -> Mapping[str, str]:
        """Returns the secrets for `rules.sources.Access`. Raises CalendarFault subclasses: Forbidden if a scope is
        missing."""
        ...


CONSENT_PROVIDERS: ServiceKey[Mapping[str, ConsentProvider]] = ServiceKey("consent providers")
"""Providers where this installation has a client, by the kind of their accounts."""
