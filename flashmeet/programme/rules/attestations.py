"""Attestations: the hours that somebody gave as a mentor in a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flashmeet.core.service_keys import ServiceKey
from flashmeet.programme.rules.reports import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """`first` and `last` are the days of the first and the last hour, in the mentor's zone; `themes` by name."""

    name: str
    network: str
    year: int
    served: Tally
    first: date
    last: date
    themes: Mapping[str, Tally]
    issued_on: date
    issued_at: datetime
    locale: str


class WritesAttestation(Protocol):
    """Returns the attestation as a PDF; the same attestation gives the same bytes."""

    def __call__(self, attestation: Attestation) -> bytes: ...


ATTESTATION_FILE: ServiceKey[WritesAttestation] = ServiceKey("attestation file")
