"""Kinds of messages about second factors; all go to the person whose account it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class ProofCodePayload(TypedDict):
    code: str
    minutes: int


class FactorPayload(TypedDict):
    """`factor` is "app" or "passkey"; `label` what the member calls a passkey; `at` when it happened."""

    factor: str
    label: str
    at: str


class RecoveryPayload(TypedDict):
    """`left` recovery codes are still good."""

    left: int
    at: str


class ResetPayload(TypedDict):
    at: str


PROOF_CODE: MessageKind[ProofCodePayload] = MessageKind(
    "proof_code",
    Category.ACCOUNT,
    label=mark("Code to confirm that it is you"),
    speaks_of="code",
    secret=True,
    retry_every=timedelta(minutes=1),
)
FACTOR_ADDED: MessageKind[FactorPayload] = MessageKind(
    "factor_added", Category.ACCOUNT, label=mark("Second step added"), speaks_of="factor"
)
FACTOR_REMOVED: MessageKind[FactorPayload] = MessageKind(
    "factor_removed", Category.ACCOUNT, label=mark("Second step removed"), speaks_of="factor"
)
RECOVERY_CODE_USED: MessageKind[RecoveryPayload] = MessageKind(
    "recovery_code_used", Category.ACCOUNT, label=mark("Recovery code used"), speaks_of="factor"
)
FACTORS_RESET: MessageKind[ResetPayload] = MessageKind(
    "factors_reset", Category.ACCOUNT, label=mark("Second step reset"), speaks_of="factor"
)
