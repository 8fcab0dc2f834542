"""Decides which network addresses are public, by its own table.

`ipaddress.is_global` accepts, on some supported Pythons, NAT64, 6to4, Teredo, site-local and multicast addresses, which
can lead anywhere. The table follows IANA's registries of special-purpose addresses; an address that embeds another is
refused whatever that is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit

from flashmeet.core.provider_faults import NotAllowed

_CLOSED_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # "this network"
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared address space of carriers (RFC 6598)
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; cloud metadata services answer there
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, 192.0.0.8 among them
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_OPEN_6 = IPv6Network("2000::/3")
"""The global unicast space that IANA assigns; loopback, ::/96, mapped, NAT64, local and multicast lie outside."""
_CLOSED_6 = tuple(
    IPv6Network(each)
    for each in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Whether the address is public. Malformed addresses and those with an interface are not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _CLOSED_4)
    return _is_public_6(parsed)


def _is_public_6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in _OPEN_6:
        return False
    return not any(address in network for network in _CLOSED_6)


LONGEST_URL = 2_000
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMERIC_LABEL = re.compile(r"(\d+|0x[0-9a-f]*)")


@dataclass(frozen=True, slots=True)
class Place:
    """The target of one hop, with its port. A `vouched` one was allowed by the operator and may be private."""

    scheme: str
    host: str
    port: int
    target: str
    vouched: bool = False

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


_PORTS = {"https": 443, "http": 80}


def place_at(url: str, *, private_hosts: Collection[str] = ()) -> Place:
    """Parses an address. Raises NotAllowed for one that is refused, however it resolves.

    `private_hosts` hold `host` (its default ports only), `host:port` or `host:*`.
    """
    if len(url) > LONGEST_URL or not url.isprintable() or any(each in url for each in '\\ "<>^`{|}'):
        raise NotAllowed("unreadable address")
    try:
        parts = urlsplit(url)
        host, port = _plain_host(parts.hostname or ""), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise NotAllowed("unreadable address") from error
    if "@" in parts.netloc:
        raise NotAllowed("a user in the address")
    vouched = _vouched(host, port, parts.scheme, private_hosts)
    if parts.scheme != "https" and not (parts.scheme == "http" and vouched):
        raise NotAllowed("not https")
    if not host or (not vouched and not _askable(host)):
        raise NotAllowed("no public host")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, host, port, _ascii(target), vouched)


def _vouched(host: str, port: int, scheme: str, private_hosts: Collection[str]) -> bool:
    """Whether the operator allows this host and port; other servers on the same host stay closed."""
    usual = host in private_hosts and port == _PORTS.get(scheme)
    return usual or f"{host}:{port}" in private_hosts or f"{host}:*" in private_hosts


def _plain_host(host: str) -> str:
    """Returns the host in lower-case ASCII; look-alike characters become what they look like. Raises ValueError."""
    bare = host.rstrip(".").lower()
    return bare if bare.isascii() else bare.encode("idna").decode().lower()


def _askable(host: str) -> bool:
    """Whether the host is a dotted name or a plain public address; `2130706433`, `0x7f.1` and `0177.0.0.1` are not."""
    try:
        ip_address(host)
    except ValueError:
        labels = host.split(".")
        return _NAME.fullmatch(host) is not None and len(labels) > 1 and not _NUMERIC_LABEL.fullmatch(labels[-1])
    return is_public(host)


def _ascii(target: str) -> str:
    return (
        target
        if target.isascii()
        else "".join(each if each.isascii() else "".join(f"%{byte:02X}" for byte in each.encode()) for each in target)
    )


def joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise NotAllowed("unreadable address") from error


def kin_of(host: str, other: str) -> bool:
    """Whether both hosts are equal or siblings in one domain: a provider's siblings may get the credentials."""
    domain, of_other = host.partition(".")[2], other.partition(".")[2]
    return host == other or (domain == of_other and _is_a_domain(domain))


def _is_a_domain(name: str) -> bool:
    """Whether the name is a registrable domain: `example.org`, not `org` and not `co.uk`."""
    labels = name.split(".")
    return len(labels) > 1 and not labels[-1].isdigit() and (len(labels) > 2 or len(labels[-2]) > 3)
