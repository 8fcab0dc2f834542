"""Secrets at rest: Fernet, with keys that stand outside the database."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from flashmeet.core.config import Config

_FOR = b"flashmeet credentials"


class FernetVault:
    """The `Vault` of this installation: shuts with the first key, opens with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._ring = MultiFernet([Fernet(_derived(key)) for key in keys])

    def shut(self, secrets: Mapping[str, str]) -> str:
        return self._ring.encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, kept: str) -> Mapping[str, str]:
        """Raises ValueError where no key of ours shut it."""
        try:
            found: dict[str, str] = json.loads(self._ring.decrypt(kept.encode()))
        except InvalidToken:
            raise ValueError("shut with another key") from None
        return found

    def rotate(self, kept: str) -> str:
        """The same, shut with the first key. Raises ValueError."""
        return self.shut(self.open(kept))


def vault_of(config: Config) -> FernetVault:
    """The keys named for it, then the one that the secret key gives: what was kept before there were any opens too."""
    return FernetVault((*config.credentials_keys, config.secret_key))


def _derived(key: str) -> bytes:
    """A key is 32 characters or more, of any kind; each use of one gets its own (RFC 5869)."""
    return urlsafe_b64encode(HKDF(algorithm=SHA256(), length=32, salt=None, info=_FOR).derive(key.encode()))


class Vault(Protocol):
    """Keeps secrets at rest. What is opened is what was shut; anything else raises ValueError."""

    def shut(self, secrets: Mapping[str, str]) -> str: ...

    def open(self, kept: str) -> Mapping[str, str]: ...
