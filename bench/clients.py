"""So many clients at once, in one thread: each sends its next request when its last one is answered."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.figures import percentile

HOST = "127.0.0.1"
GIVE_UP = 90.0
"""Seconds without any answer, after which the run ends with an error."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    seconds: float
    retry_after: bool
    length: int


@dataclass(slots=True)
class Answers:
    """What came back, and how long all of it took. `broken` counts connections that ended without an answer."""

    seconds: float = 0.0
    all: list[Answer] = field(default_factory=list)
    broken: int = 0

    @property
    def rate(self) -> float:
        return len(self.all) / self.seconds

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.all)

    def milliseconds(self, share: float) -> float:
        return 1000 * percentile((answer.seconds for answer in self.all), share)

    @property
    def slowest(self) -> float:
        return max(answer.seconds for answer in self.all)

    @property
    def failures(self) -> int:
        """Returns how many were broken or answered by 5xx, but for a 503 that says when to come again."""
        bad = [each for each in self.all if each.status >= 500 and not (each.status == 503 and each.retry_after)]
        return self.broken + len(bad)


Request = bytes
Next = Callable[[int], Request | None]
"""Gives client number n its next request; None when it has none."""


def get(path: str, port: int, **headers: str) -> Request:
    return _request("GET", path, port, headers, b"")


def post(path: str, port: int, body: bytes, **headers: str) -> Request:
    return _request("POST", path, port, {"Content-Type": "application/json", **headers}, body)


def _request(method: str, path: str, port: int, headers: dict[str, str], body: bytes) -> Request:
    said = {"Host": f"{HOST}:{port}", **headers} | ({"Content-Length": str(len(body))} if body else {})
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in said.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(slots=True)
class _Client:
    number: int
    socket: socket.socket
    sent_at: float = 0.0
    head: bytes = b""
    got: bytearray = field(default_factory=bytearray)


def drive(port: int, following: Next, *, clients: int, seconds: float | None = None) -> Answers:
    """Has all clients connect, then lets them ask, for so long or until nobody has a request left.

    Where nobody has heard anything for `GIVE_UP` seconds, whoever still waits has no answer.
    """
    answers, waiting = Answers(), 0
    with selectors.DefaultSelector() as selector:
        everybody = [_Client(number, _connected(port)) for number in range(clients)]
        begun = heard = time.perf_counter()
        try:
            for client in everybody:
                request = following(client.number)
                if request is not None:
                    selector.register(client.socket, selectors.EVENT_READ, client)
                    _ask(client, request)
                    waiting += 1
            while waiting:
                ready = selector.select(1.0)
                at = time.perf_counter()
                if at - heard > GIVE_UP:
                    answers.broken += waiting
                    break
                for key, _ in ready:
                    client, heard = key.data, at
                    done = _hear(client, answers, at)
                    if done is None:
                        continue
                    waiting -= 1
                    selector.unregister(client.socket)
                    request = following(client.number) if seconds is None or at - begun < seconds else None
                    if request is None or not done:
                        client.socket.close()
                    if request is None:
                        continue  # the server may close it; that is no answer to anything
                    if not done:
                        client.socket = _connected(port)
                    selector.register(client.socket, selectors.EVENT_READ, client)
                    _ask(client, request)
                    waiting += 1
        finally:
            answers.seconds = time.perf_counter() - begun
            for client in everybody:
                client.socket.close()
    return answers


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection((HOST, port), timeout=GIVE_UP)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _ask(client: _Client, request: Request) -> None:
    """Sends the request; it is small enough to be sent at once."""
    client.head = b""
    client.got.clear()
    client.sent_at = time.perf_counter()
    client.socket.sendall(request)


def _hear(client: _Client, answers: Answers, at: float) -> bool | None:
    """Reads what has come. Returns None while the answer is not whole, else whether the connection stays."""
    try:
        data = client.socket.recv(1 << 18)
    except ConnectionError:
        data = b""
    client.got += data
    if not client.head:
        client.head, found, body = bytes(client.got).partition(b"\r\n\r\n")
        if not found:
            client.head = b""
        else:
            client.got = bytearray(body)
    head, length = client.head.lower(), len(client.got)
    if not data:
        if head and b"content-length" not in head and b"chunked" not in head:
            answers.all.append(_answer(client, head, length, at))
        else:
            answers.broken += 1
        return False
    if not head or not _is_whole(head, client.got):
        return None
    answers.all.append(_answer(client, head, length, at))
    return b"connection: close" not in head


def _is_whole(head: bytes, body: bytearray) -> bool:
    if head.split(b" ", 2)[1] in (b"204", b"304"):
        return True
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"\r\n0\r\n\r\n")  # not the last line of a CSV file, whose last cell may be 0
    length = _field(head, b"content-length")
    return length is not None and len(body) >= int(length)


def _field(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        said, _, value = line.partition(b":")
        if said.strip().lower() == name:
            return value.strip()
    return None


def _answer(client: _Client, head: bytes, length: int, at: float) -> Answer:
    retry_after = _field(head, b"retry-after") is not None
    return Answer(int(head.split(b" ", 2)[1]), at - client.sent_at, retry_after, length)


def each_once(requests: Iterator[Request]) -> Next:
    """Gives whoever asks the next of these requests."""
    return lambda _number: next(requests, None)
