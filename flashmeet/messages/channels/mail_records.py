"""What the sending domain says in DNS about who may write in its name: SPF, DKIM and DMARC (RFC 7208, 6376, 7489)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS, ALL_SECONDS = 2.0, 6.0
SELECTORS = ("flashmeet", "default", "mail", "dkim", "s1", "s2", "k1", "google", "selector1", "selector2", "mx", "smtp")
"""Names under which DKIM keys usually stand: DNS has no way to list them."""


@dataclass(frozen=True, slots=True)
class MailRecords:
    """Texts as they stand in DNS, "" where there is none; `dkim` is the selector of a key that was found."""

    spf: str
    dmarc: str
    dkim: str


def mail_records(domain: str, resolver: Resolver | None = None) -> MailRecords | None:
    """None where DNS does not answer in time, or knows no such domain."""
    from dns.exception import DNSException  # noqa: PLC0415  # the vendor's, when needed

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
    """The domain, then those above it that have a dot: a policy may stand at the organization's."""
    labels = domain.split(".")
    return (".".join(labels[first:]) for first in range(len(labels) - 1))


class _Lookup:
    """Texts of names, all within one budget of time. Raises DNSException."""

    def __init__(self, resolver: Resolver | None) -> None:
        from dns.resolver import Resolver  # noqa: PLC0415  # the vendor's, when needed

        self.resolver = resolver or Resolver()
        self._until = time.monotonic() + ALL_SECONDS

    def first(self, name: str, beginning: str) -> str:
        return next((text for text in self._texts(name) if text.lower().startswith(beginning.lower())), "")

    def has_key(self, name: str) -> bool:
        """A key that is empty has been revoked (RFC 6376 §3.6.1)."""
        return any("p=" in text and not text.rstrip(" ;").endswith("p=") for text in self._texts(name))

    def _texts(self, name: str) -> list[str]:
        """None where the name or its texts do not exist, or when the time is used up."""
        from dns.resolver import NXDOMAIN, NoAnswer  # noqa: PLC0415  # the vendor's, when needed

        if time.monotonic() > self._until:
            return []
        try:
            answer = self.resolver.resolve(name, "TXT", lifetime=SECONDS)
        except (NXDOMAIN, NoAnswer):
            return []
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
