"""What the enhanced status code of a mail that failed says (RFC 3463): whom it speaks of."""

from __future__ import annotations

import re

CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
"""A code among other words, among which an address of a server (`192.5.7.1`) is none."""
_NOT_THE_ADDRESS = re.compile(r"\d\.(7\.\d+|6\.\d+|5\.[1-9]\d*|4\.5|3\.[1-9]\d*|2\.3|1\.[789])")
_BAD_ADDRESS = re.compile(r"5\.(1\.(?![789]$)\d+|2\.1|4\.4)")


def blames_address(status: str) -> bool:
    """Whether it says that there is no such mailbox or host, or that the mailbox is disabled; whoever refuses at once
    may have something against us or the text otherwise."""
    return bool(_BAD_ADDRESS.fullmatch(status))


def blames_us(status: str) -> bool:
    """Whether the address may be good all the same: it speaks of who sent the mail (a policy, a domain, a limit
    that is used up), of the mail itself, or of the server that took it. An undefined detail says nothing."""
    return bool(_NOT_THE_ADDRESS.fullmatch(status))
