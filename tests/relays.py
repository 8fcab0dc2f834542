"""A TURN server: when the one that was started may be asked."""

from __future__ import annotations

import os
import socket

BINDING_REQUEST = bytes.fromhex("0001 0000 2112a442")
"""Binding, no attributes, the magic cookie (RFC 8489, section 5); twelve octets of the transaction follow."""


def relay_answers(port: int) -> bool:
    """Whether a TURN server on this machine takes both kinds of traffic: it opens TCP before it opens UDP."""
    transaction = os.urandom(12)
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(1)
            udp.connect(("127.0.0.1", port))
            udp.send(BINDING_REQUEST + transaction)
            return udp.recv(2048)[8:20] == transaction
    except OSError:
        return False
