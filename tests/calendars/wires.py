"""Servers that misbehave, one answer each, on this machine."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Talk = Callable[[socket.socket], None]


@contextlib.contextmanager
def serving(talk: Talk, *, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A port where each connection is read to the end of its head and then talked to; and the heads."""
    listening, heads, stop = socket.create_server(("127.0.0.1", 0)), list[bytes](), threading.Event()
    listening.settimeout(0.05)

    def answer(bare: socket.socket) -> None:
        with contextlib.suppress(OSError), bare, tls.wrap_socket(bare, server_side=True) if tls else bare as wire:
            head = b""
            while b"\r\n\r\n" not in head and (chunk := wire.recv(65_536)):
                head += chunk
            heads.append(head)
            talk(wire)

    def run() -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                wire, _ = listening.accept()
                wire.settimeout(10)
                threading.Thread(target=answer, args=(wire,), daemon=True).start()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listening.getsockname()[1], heads
    finally:
        stop.set()
        thread.join()
        listening.close()


def saying(status: str = "200 OK", body: bytes = b"", **headers: str) -> Talk:
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{named}\r\n"
    return lambda wire: wire.sendall(head.encode() + body)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server of 127.0.0.1 shows, and the trust of who knows it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "server.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    serve = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serve.load_cert_chain(path)
    return serve, ssl.create_default_context(cafile=str(path))
