"""Testing mail and SMS: what is sent, and what the provider and DNS answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flashmeet.core.service_keys import ServiceKey


@dataclass(frozen=True, slots=True)
class Records:
    """The DNS records of the sender's domain, "" when missing (RFC 7208, 6376, 7489); `dkim` names the key found."""

    domain: str
    spf: str
    dkim: str
    dmarc: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Returns which are missing for certain; a DKIM key may be there under a name that nobody can guess."""
        return tuple(name for name, text in (("SPF", self.spf), ("DMARC", self.dmarc)) if not text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a test: `fault` is "" when it was accepted, else the channel's reason."""

    fault: str = ""
    records: Records | None = None


class TriesChannels(Protocol):
    """Sends tests the way that messages go. Waits for the outside: no transaction may be open."""

    def mail(self, address: str, *, subject: str, text: str) -> Answer:
        """Sends a mail, and reads the records of the sender's domain meanwhile."""
        ...

    def sms(self, number: str, *, text: str) -> Answer:
        """Sends an SMS to an E.164 number."""
        ...


TRIALS: ServiceKey[TriesChannels] = ServiceKey("trials of channels")
