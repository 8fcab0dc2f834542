"""More of what we need from outside, beside `domain.ports`: papers, and mails as they will be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.rules.ports import Outgoing
from flashmeet.programme.rules.attestations import Attestation


class WritesAttestation(Protocol):
    """Writes it as the bytes of a PDF; the same attestation makes the same bytes."""

    def __call__(self, attestation: Attestation) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it will be read."""

    subject: str
    text: str


class PreviewsMail(Protocol):
    """Renders a mail that is not sent (yet)."""

    def __call__(self, message: Outgoing, settings: NetworkSettings) -> Preview: ...
