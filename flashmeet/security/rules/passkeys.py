"""Passkeys (WebAuthn): what is asked of a browser, and what its answer proves."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flashmeet.core.service_keys import ServiceKey

MOST_NAME, MOST_ANSWER, MOST_PASSKEYS = 60, 16_000, 10


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """Id and public key are base64url."""

    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose passkey it is. `verified`: their device has to make sure of the person, by a finger, a face or a code."""

    member_id: int
    account: str
    name: str
    verified: bool


class PasskeyCheck(Protocol):
    """Challenges and ids are base64url; options are the JSON that a browser takes. Checks raise WrongFactor."""

    @property
    def offered(self) -> bool:
        """Whether browsers do it at this installation's address: it needs a name, and https."""

    def creation_options(self, holder: Holder, *, network: str, challenge: str, known: Sequence[str]) -> str: ...

    def request_options(self, *, challenge: str, known: Sequence[str], verified: bool) -> str: ...

    def credential_in(self, answer: str) -> str:
        """Returns the id of the passkey that answers."""

    def created(self, answer: str, *, challenge: str, verified: bool) -> NewPasskey: ...

    def used(self, answer: str, *, challenge: str, public_key: str, sign_count: int, verified: bool) -> int:
        """Returns the authenticator's new count, which has to have grown unless it does not count."""


PASSKEYS: ServiceKey[PasskeyCheck] = ServiceKey("passkeys")


def new_challenge() -> str:
    """Returns 256 random bits."""
    return urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
