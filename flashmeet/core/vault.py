"""Encrypts secrets at rest with Fernet; the keys are kept outside the database."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from flashmeet.core.config import Config
from flashmeet.core.service_keys import ServiceKey

_FOR = b"flashmeet credentials"


class FernetVault:
    """The `Vault` of this installation: encrypts with the first key, decrypts with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._ring = MultiFernet([Fernet(_derived(key)) for key in keys])

    def shut(self, secrets: Mapping[str, str]) -> str:
        return self._ring.encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, kept: str) -> Mapping[str, str]:
        """Raises ValueError when none of our keys encrypted it."""
        try:
            found: dict[str, str] = json.loads(self._ring.decrypt(kept.encode()))
        except InvalidToken:
            raise ValueError("shut with another key") from None
        return found

    def rotate(self, kept: str) -> str:
        """Returns the secrets encrypted with the first key. Raises ValueError."""
        return self.shut(self.open(kept))


def vault_of(config: Config) -> FernetVault:
    """Returns a vault with the configured keys, then the secret keys, which decrypt what is older than those keys."""
    return FernetVault((*config.credentials_keys, config.secret_key, *config.former_keys))


def _derived(key: str) -> bytes:
    """Derives a Fernet key for this use from a key of 32 or more characters (HKDF, RFC 5869)."""
    return urlsafe_b64encode(HKDF(algorithm=SHA256(), length=32, salt=None, info=_FOR).derive(key.encode()))


class Vault(Protocol):
    """Encrypts secrets for storage. `open` raises ValueError for anything that `shut` did not return."""

    def shut(self, secrets: Mapping[str, str]) -> str: ...

    def open(self, kept: str) -> Mapping[str, str]: ...


VAULT: ServiceKey[Vault] = ServiceKey("vault")
