"""Passkeys of this installation: only what was signed for its own address counts."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flashmeet.core.config import Config
from flashmeet.security.rules.passkeys import Holder, NewPasskey

if TYPE_CHECKING:
    from flashmeet.security.adapters.relying_party import RelyingParty


class WebauthnCheck:
    """The `PasskeyCheck` of this installation: relying party and origin come from its base URL."""

    def __init__(self, config: Config) -> None:
        self._domain, self._base = config.host, urlsplit(config.base_url)
        self._secure = config.secure or config.host == "localhost"

    @property
    def offered(self) -> bool:
        return self._secure and not _is_number(self._domain)

    @cached_property
    def _party(self) -> RelyingParty:
        from flashmeet.security.adapters.relying_party import RelyingParty  # noqa: PLC0415  # the vendor's library is large

        return RelyingParty(self._domain, f"{self._base.scheme}://{self._base.netloc}")

    def creation_options(self, holder: Holder, *, network: str, challenge: str, known: Sequence[str]) -> str:
        return self._party.creation_options(holder, network=network, challenge=challenge, known=known)

    def request_options(self, *, challenge: str, known: Sequence[str], verified: bool) -> str:
        return self._party.request_options(challenge=challenge, known=known, verified=verified)

    def credential_in(self, answer: str) -> str:
        return self._party.credential_in(answer)

    def created(self, answer: str, *, challenge: str, verified: bool) -> NewPasskey:
        return self._party.created(answer, challenge=challenge, verified=verified)

    def used(self, answer: str, *, challenge: str, public_key: str, sign_count: int, verified: bool) -> int:
        return self._party.used(
            answer, challenge=challenge, public_key=public_key, sign_count=sign_count, verified=verified
        )


def _is_number(host: str) -> bool:
    """Whether the host is an address of numbers, which browsers take for no passkey."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
