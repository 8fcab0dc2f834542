"""The one way to an address that somebody typed: calendars today, webhooks tomorrow.

https only; public addresses only, refused before anything connects; resolved once for each hop, and connected to what
was looked at; redirects are looked at anew. One deadline for all of it, and a cap on what is read and unpacked.
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
    """`headers` by lower-case name; `url` is where the last hop led."""

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
        """The same after a redirect: a stranger is not told who we are, and 303 asks for a look."""
        headers = {name: value for name, value in self.headers.items() if kin or name != "Authorization"}
        return _Ask("GET", headers, None) if status == 303 else _Ask(self.method, headers, self.body)


def addresses_of(host: str, port: int) -> Sequence[str]:
    """What the name stands for now, in the resolver's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def connected(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


class Egress:
    """Asks addresses that people typed. `private_hosts` are those that the operator vouches for (`host`, `host:port`,
    `host:*`): they may be private, and speak http.
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
        """The answer, whatever its status, after redirects. Raises NotAllowed, Unreachable, Unreadable.

        `Authorization` stays behind where a redirect leads to another domain.
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
        """Raises NotAllowed for an address that we would never ask, however it resolves."""
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
        """The addresses we may connect to: if one of them is not public, the name is not trusted at all."""
        found = self._resolved(place, deadline)
        if not place.vouched and not all(is_public(each) for each in found):
            raise NotAllowed("not a public address")
        return found

    def _resolved(self, place: Place, deadline: float) -> Sequence[str]:
        """A resolver has no deadline of its own: it is waited for elsewhere."""
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
    """Speaks over the socket it is given; it never connects by itself."""

    def connect(self) -> None:
        raise ConnectionError("the socket is gone")


@functools.cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextlib.contextmanager
def _watched(wire: socket.socket, deadline: float) -> Iterator[socket.socket]:
    """Ends the conversation at the deadline, however busily the other side drips."""
    left = max(0.001, deadline - time.monotonic())
    wire.settimeout(left)
    held = socket.socket(fileno=socket.dup(wire.fileno()))  # wrapping a socket in TLS takes its number away
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
    """The body, unpacked; never more than we want. Raises Unreadable."""
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
    unpack = zlib.decompressobj(wbits=47)  # 47: gzip or zlib, by its head

    def unpacked(chunk: bytes, most: int) -> bytes:
        try:
            return unpack.decompress(chunk, most)
        except zlib.error as error:
            raise Unreadable("badly packed") from error

    return unpacked


T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What the call returns or raises. Raises TimeoutError; the call is then left to its own time-outs.

    Time-outs of sockets bound one step each, and looking up a name has none at all.
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
