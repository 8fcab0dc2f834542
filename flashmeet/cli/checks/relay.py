"""Asks a TURN server for a relay, with the credentials that a call gets (RFC 8489, RFC 8656)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import socket
import ssl
import struct
import time
from collections.abc import Callable

from flashmeet.core.numbers import read_number

SECONDS = 3.0
_COOKIE = 0x2112A442
_ALLOCATE, _ALLOCATED = 0x0003, 0x0103
_USERNAME, _INTEGRITY, _ERROR, _REALM, _NONCE, _TRANSPORT = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015, 0x0019
_UDP = struct.pack("!B3x", 17)
_URL = re.compile(r"(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?")

Attributes = dict[int, bytes]
Ask = Callable[[bytes], bytes]


def ask_relay(url: str, secret: str) -> bool:
    """Returns whether the server gives a relay for our secret. Raises OSError when it does not answer."""
    line = _connected(url)
    line.settimeout(SECONDS)
    with line:

        def ask(message: bytes) -> bytes:
            line.sendall(message)
            return line.recv(4_096)

        return _allocates(ask, secret)


def _connected(url: str) -> socket.socket:
    match = _URL.fullmatch(url)
    if match is None:
        raise OSError("no address of a relay")
    scheme, host, port, transport = match.groups()
    address = (host.strip("[]"), read_number(port) if port else 5349 if scheme == "turns" else 3478)
    if scheme == "turns" or transport == "tcp":
        plain = socket.create_connection(address, SECONDS)
        return (
            ssl.create_default_context().wrap_socket(plain, server_hostname=address[0]) if scheme == "turns" else plain
        )
    family, *_, place = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)[0]
    line = socket.socket(family, socket.SOCK_DGRAM)
    line.settimeout(SECONDS)
    line.connect(place)
    return line


def _allocates(ask: Ask, secret: str) -> bool:
    """Asks once without credentials, to learn realm and nonce, and once with them."""
    _, first = _read(ask(_message({_TRANSPORT: _UDP})))
    if _NONCE not in first or _REALM not in first:
        return False
    user = f"{int(time.time()) + 60}:doctor"
    password = base64.b64encode(hmac.new(secret.encode(), user.encode(), "sha1").digest()).decode()
    realm = first[_REALM].decode("utf-8", "replace")
    key = hashlib.md5(f"{user}:{realm}:{password}".encode(), usedforsecurity=False).digest()
    said = {_TRANSPORT: _UDP, _USERNAME: user.encode(), _REALM: first[_REALM], _NONCE: first[_NONCE]}
    kind, _ = _read(ask(_message(said, key)))
    return kind == _ALLOCATED


def _message(attributes: Attributes, key: bytes | None = None) -> bytes:
    body = b"".join(_attribute(kind, value) for kind, value in attributes.items())
    transaction = secrets.token_bytes(12)

    def head(length: int) -> bytes:
        return struct.pack("!HHI", _ALLOCATE, length, _COOKIE) + transaction

    if key is not None:
        signed = head(len(body) + 24) + body  # 24: the length counts the signature that follows
        body += _attribute(_INTEGRITY, hmac.new(key, signed, "sha1").digest())
    return head(len(body)) + body


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def _read(message: bytes) -> tuple[int, Attributes]:
    """Returns the kind of a message and its attributes. Raises OSError for one that is none."""
    if len(message) < 20:
        raise OSError("no answer of a relay")
    kind, length, _ = struct.unpack("!HHI", message[:8])
    found, at = Attributes(), 20
    while at + 4 <= min(20 + length, len(message)):
        name, size = struct.unpack("!HH", message[at : at + 4])
        found[name] = message[at + 4 : at + 4 + size]
        at += 4 + size + (-size % 4)
    return kind, found
