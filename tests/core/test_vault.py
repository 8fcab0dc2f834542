"""Secrets at rest."""

from __future__ import annotations

import dataclasses

import pytest

from flashmeet.core.config import Config
from flashmeet.core.vault import FernetVault, vault_of

OLD, NEW = "an-old-key-of-thirty-two-characters-", "a-new-key-of-thirty-two-characters--"
SECRETS = {"password": "app-passwörd"}


def test_what_is_shut_shows_nothing_and_opens_with_the_same_key() -> None:
    kept = FernetVault([OLD]).shut(SECRETS)
    assert "pass" not in kept
    assert FernetVault([OLD]).open(kept) == SECRETS


def test_a_new_key_shuts_while_the_old_one_still_opens() -> None:
    kept = FernetVault([OLD]).shut(SECRETS)
    rotated = FernetVault([NEW, OLD]).rotate(kept)
    assert FernetVault([NEW]).open(rotated) == SECRETS
    with pytest.raises(ValueError, match="another key"):
        FernetVault([NEW]).open(kept)


def test_without_a_key_of_its_own_the_secret_key_shuts_and_still_opens_once_there_is_one(config: Config) -> None:
    kept = vault_of(config).shut(SECRETS)
    assert vault_of(dataclasses.replace(config, credentials_keys=(NEW,))).open(kept) == SECRETS
