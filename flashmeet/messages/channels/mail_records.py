"""The DNS records of the sending domain: SPF, DKIM and DMARC (RFC 7208, 6376, 7489)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS, ALL_SECONDS = 2.0, 6.0
SELECTORS = ("flashmeet", "default", "mail", "dkim", "s1", "s2", "k1", "google", "selector1", "selector2", "mx", "smtp")
"""Common DKIM selectors: DNS has no way to list them."""


@dataclass(frozen=True, slots=True)
class MailRecords:
    """The records' texts, "" when missing; `dkim` is the selector of a key that was found."""

    spf: str
    dmarc: str
    dkim: str


def mail_records(domain: str, resolver: Resolver | None = None) -> MailRecords | None:
    """Returns the records; None when DNS does not answer in time, or the domain does not exist."""
    from dns.exception import DNSException  # noqa: PLC0415  # the vendor's library loads when needed

    try:
        lookup = _Lookup(resolver)
        lookup.resolver.resolve(domain, "SOA", lifetime=SECONDS, raise_on_no_answer=False)
        dmarc = (lookup.first(f"_dmarc.{name}", "v=DMARC1") for name in _upwards(domain))
        return MailRecords(
            spf=lookup.first(domain, "v=spf1"),
            dmarc=next(filter(None, dmarc), ""),
            dkim=next((each for each in SELECTORS if lookup.has_key(f"{each}._domainkey.{domain}")), ""),
        )
    except (DNSException, OSError):
        return None


def _upwards(domain: str) -> Iterator[str]:
    """Yields the domain, then its parents that have a dot: the policy may be the organization's."""
    labels = domain.split(".")
    return (".".join(labels[first:]) for first in range(len(labels) - 1))


class _Lookup:
    """Reads TXT records within one time budget. Raises DNSException."""

    def __init__(self, resolver: Resolver | None) -> None:
        from dns.resolver import Resolver  # noqa: PLC0415  # the vendor's library loads when needed

        self.resolver = resolver or Resolver()
        self._until = time.monotonic() + ALL_SECONDS

    def first(self, name: str, beginning: str) -> str:
        return next((text for text in self._texts(name) if text.lower().startswith(beginning.lower())), "")

    def has_key(self, name: str) -> bool:
        """Whether a key is published; an empty one is revoked (RFC 6376 §3.6.1)."""
        return any("p=" in text and not text.rstrip(" ;").endswith("p=") for text in self._texts(name))

    def _texts(self, name: str) -> list[str]:
        """Returns the TXT records; none when the name does not exist or the time is used up."""
        from dns.resolver import NXDOMAIN, NoAnswer  # noqa: PLC0415  # the vendor's library loads when needed

        if time.monotonic() > self._until:
            return []
        try:
            answer = self.resolver.resolve(name, "TXT", lifetime=SECONDS)
        except (NXDOMAIN, NoAnswer):
            return []
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
