"""Whether a request comes from this machine."""

from __future__ import annotations

from ipaddress import ip_address

from flask import request

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def is_loopback(address: str | None) -> bool:
    """Whether the address is this machine's own."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def never_left_this_machine() -> bool:
    """Whether the request comes from a program of this machine that passes it on for nobody else."""
    return is_loopback(request.remote_addr) and not any(name in request.headers for name in _FORWARDED)
