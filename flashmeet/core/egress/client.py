"""The only way to request an address that a person typed: calendars today, webhooks tomorrow.

https only, to public addresses only, refused before anything connects. Each hop is resolved once and connects to the
address that was checked; redirects are checked again. One deadline covers everything, and the size of the response is
capped, packed and unpacked.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TypeVar

from flashmeet.core.egress.addresses import Place, is_public, joined, kin_of, place_at
from flashmeet.core.provider_faults import NotAllowed, Unreachable, Unreadable

MOST_SECONDS, MOST_BYTES, MOST_HOPS = 10.0, 5_000_000, 5
REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 65_536

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have lower-case names; `url` is the address of the last hop."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Ask:
    method: str
    headers: Mapping[str, str]
    body: bytes | None

    def led_on(self, status: int, *, kin: bool) -> _Ask:
        """Returns the request after a redirect: other domains get no `Authorization`, and 303 turns it into GET."""
        headers = {name: value for name, value in self.headers.items() if kin or name != "Authorization"}
        return _Ask("GET", headers, None) if status == 303 else _Ask(self.method, headers, self.body)


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Resolves the name, in the resolver's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def connected(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


class Egress:
    """Requests addresses that people typed.

    `private_hosts` are those that the operator allows (`host`, `host:port`, `host:*`): they may be private and use
    http.
    """

    def __init__(
        self,
        private_hosts: Sequence[str] = (),
        *,
        resolve: Resolve = addresses_of,
        connect: Connect = connected,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._private = frozenset(host.lower().replace("[", "").replace("]", "") for host in private_hosts)
        self._resolve, self._connect, self._trust = resolve, connect, trust

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: float = MOST_SECONDS,
    ) -> Answer:
        """Returns the response after redirects, whatever its status. Raises NotAllowed, Unreachable, Unreadable.

        `Authorization` is dropped when a redirect leads to another domain.
        """
        deadline = time.monotonic() + min(seconds, MOST_SECONDS)
        ask, place = _Ask(method, dict(headers or {}), body), self.place(url)
        for _ in range(MOST_HOPS + 1):
            answer = self._hop(ask, place, url, deadline)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return answer
            url = joined(url, answer.headers["location"])
            came_from, place = place, self.place(url)
            ask = ask.led_on(answer.status, kin=kin_of(came_from.host, place.host))
        raise Unreadable("redirects without end")

    def place(self, url: str) -> Place:
        """Raises NotAllowed for an address that is refused, however it resolves."""
        return place_at(url, private_hosts=self._private)

    def _hop(self, ask: _Ask, place: Place, url: str, deadline: float) -> Answer:
        addresses = self._looked_at(place, deadline)
        try:
            with (
                _watched(self._open(place, addresses, deadline), deadline) as wire,
                self._secured(wire, place) as secured,
                contextlib.closing(_Pinned(place.host, place.port)) as connection,
            ):
                connection.sock = secured
                sent = {"Host": place.authority, "Accept-Encoding": "identity", "User-Agent": "flashmeet"}
                connection.request(ask.method, place.target, body=ask.body, headers={**sent, **ask.headers})
                response = connection.getresponse()
                read = _read(response, deadline)
                named = {name.lower(): value for name, value in response.getheaders()}
                return Answer(response.status, named, read, url)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable("certificate") from error
        except (OSError, HTTPException, ValueError) as error:
            reason = "too slow" if time.monotonic() >= deadline else type(error).__name__
            raise Unreachable(reason) from error

    def _looked_at(self, place: Place, deadline: float) -> Sequence[str]:
        """Returns the addresses to connect to. Raises NotAllowed if any address of the name is not public."""
        found = self._resolved(place, deadline)
        if not place.vouched and not all(is_public(each) for each in found):
            raise NotAllowed("not a public address")
        return found

    def _resolved(self, place: Place, deadline: float) -> Sequence[str]:
        """Resolves in a thread, because a resolver has no deadline of its own. Raises Unreachable."""
        found: list[Sequence[str]] = []

        def look() -> None:
            with contextlib.suppress(OSError, UnicodeError):
                found.append(self._resolve(place.host, place.port))

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(max(0.0, deadline - time.monotonic()))
        if not found or not found[0]:
            raise Unreachable("name")
        return found[0]

    def _open(self, place: Place, addresses: Sequence[str], deadline: float) -> socket.socket:
        refused: OSError = TimeoutError()
        for address in addresses[:4]:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                return self._connect(address, place.port, left)
            except OSError as error:
                refused = error
        raise refused

    def _secured(self, wire: socket.socket, place: Place) -> socket.socket:
        if place.scheme == "http":
            return wire
        return (self._trust or _trust()).wrap_socket(wire, server_hostname=place.host)


class _Pinned(HTTPConnection):
    """Uses the socket it is given; never connects by itself."""

    def connect(self) -> None:
        raise ConnectionError("the socket is gone")


@functools.cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextlib.contextmanager
def _watched(wire: socket.socket, deadline: float) -> Iterator[socket.socket]:
    """Shuts the connection at the deadline, however slowly the server keeps sending."""
    left = max(0.001, deadline - time.monotonic())
    wire.settimeout(left)
    held = socket.socket(fileno=socket.dup(wire.fileno()))  # wrapping a socket in TLS takes its descriptor away
    timer = threading.Timer(left, lambda: _shut(held))
    timer.daemon = True
    timer.start()
    try:
        yield wire
    finally:
        timer.cancel()
        timer.join()
        _shut(held)
        held.close()
        wire.close()


def _shut(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)


def _read(response: HTTPResponse, deadline: float) -> bytes:
    """Returns the unpacked body. Raises Unreadable when it is larger than `MOST_BYTES`."""
    unpack, out, raw = _unpacker(response.headers.get("Content-Encoding", "")), bytearray(), 0
    while chunk := response.read1(_CHUNK):
        raw += len(chunk)
        out += unpack(chunk, MOST_BYTES + 1 - len(out))
        if len(out) > MOST_BYTES or raw > MOST_BYTES:
            raise Unreadable("too large")
        if time.monotonic() >= deadline:
            raise TimeoutError
    if time.monotonic() >= deadline:
        raise TimeoutError
    if response.length:
        raise ConnectionError("cut short")
    return bytes(out)


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    if encoding.lower() in ("", "identity"):
        return lambda chunk, _most: chunk
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable("packed in a way we do not read")
    unpack = zlib.decompressobj(wbits=47)  # 47: gzip or zlib, detected by the header

    def unpacked(chunk: bytes, most: int) -> bytes:
        try:
            return unpack.decompress(chunk, most)
        except zlib.error as error:
            raise Unreadable("badly packed") from error

    return unpacked


T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """Returns or raises what the call does. Raises TimeoutError and leaves the call to its own timeouts.

    Socket timeouts bound one step each, and name lookup has none.
    """
    answers: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(call())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError
    return answers[0]
