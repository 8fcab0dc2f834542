"""The one way to an address that somebody typed."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from flashmeet.core.egress.addresses import is_public
from flashmeet.core.egress.client import MOST_BYTES, Egress
from flashmeet.core.provider_faults import NotAllowed, Unreachable, Unreadable
from tests.calendars.wires import certificate, saying, serving
from tests.loops import for_each

LOCAL = Egress(["127.0.0.1:*"])


def never(*_: object) -> socket.socket:
    raise AssertionError("it connected")


class Book:
    """A resolver that answers from a list, one after the other, and the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), list[str]()

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@for_each(
    "address",
    [
        "0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
        "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1",
        "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1",
        "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
        "", "localhost", "1", "127.1", "0x7f.0.0.1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_known_as_such(address: str) -> None:
    assert is_public(address) is False


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "193.51.24.1", "2606:4700::1", "2a01:e0a::1"])
def test_a_public_address_is_known_as_such(address: str) -> None:
    assert is_public(address) is True


@for_each(
    "url",
    [
        "http://calendars.example.org/", "ftp://calendars.example.org/", "file:///etc/passwd", "//example.org/",
        "https://", "https:///x", "https://user@example.org/", "https://u:p@example.org/", "https://example.org:0x/",
        "https://example.org:99999/", "https://localhost/", "https://intranet/", "https://127.0.0.1/",
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
        "https://127.0.0.1./", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1%25eth0]/", "https://１２７.０.０.１/", "https://127。0。0。1/", "https://example.org\\@10.0.0.1/",
        "https://exa mple.org/", "https://example.org/\r\nHost: x", "https://example.org/\u2028", "https://a..b/",
        "https://-a.example.org/", "https://" + "a" * 2_000 + ".org/", "https://[::1/", "https://10.0.0.1:8443/dav/",
        "https://169.254.169.254/latest/meta-data/", "https://example.0x7f/",
    ],
)  # fmt: skip
def test_an_address_in_a_form_that_leads_elsewhere_is_refused_before_anything_connects(url: str) -> None:
    egress = Egress(resolve=Book(["127.0.0.1"]), connect=never)
    with pytest.raises(NotAllowed):
        egress.request("GET", url)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["2002:7f00:1::"]])
def test_a_name_that_leads_to_a_private_address_is_refused_before_anything_connects(answers: list[str]) -> None:
    egress = Egress(resolve=Book(answers), connect=never)
    with pytest.raises(NotAllowed):
        egress.request("GET", "https://calendars.example.org/")


def test_a_name_is_resolved_once_and_what_was_looked_at_is_what_is_connected_to() -> None:
    went: list[str] = []

    def connect(address: str, _port: int, _seconds: float) -> socket.socket:
        went.append(address)
        raise ConnectionRefusedError

    book = Book(["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(Unreachable):
        Egress(resolve=book, connect=connect).request("GET", "https://calendars.example.org/")
    assert (went, book.asked) == (["8.8.8.8"], ["calendars.example.org"])


def led(location: str) -> Callable[[], None]:
    def ask() -> None:
        with serving(saying("302 Found", Location=location)) as (port, _):
            LOCAL.request("GET", f"http://127.0.0.1:{port}/")

    return ask


@pytest.mark.parametrize(
    "location",
    ["http://localhost/", "https://10.0.0.1/", "http://[::1]/", "https://u@example.org/", "file:///etc/passwd",
     "gopher://example.org/", "https://[::1", "//169.254.169.254/"],
)  # fmt: skip
def test_a_redirect_is_looked_at_like_the_first_address(location: str) -> None:
    with pytest.raises(NotAllowed):
        led(location)()


def test_a_redirect_to_a_name_that_is_private_is_refused() -> None:
    egress = Egress(["127.0.0.1:*"], resolve=lambda host, _: ["127.0.0.1"])
    with serving(saying("302 Found", Location="https://calendars.example.org/")) as (port, heads):
        with pytest.raises(NotAllowed):
            egress.request("GET", f"http://127.0.0.1:{port}/")
        assert len(heads) == 1


def test_redirects_come_to_an_end() -> None:
    with serving(saying("302 Found", Location="/again")) as (port, heads):
        with pytest.raises(Unreadable):
            LOCAL.request("GET", f"http://127.0.0.1:{port}/")
        assert len(heads) == 6


def test_a_password_stays_behind_where_a_redirect_leads_to_a_stranger() -> None:
    egress = Egress(["127.0.0.1:*", "localhost:*"])
    secret = {"Authorization": "Basic c2VjcmV0"}
    with (
        serving(saying(body=b"here")) as (port, heads),
        serving(saying("302 Found", Location=f"http://localhost:{port}/")) as (first, first_heads),
    ):
        assert egress.request("GET", f"http://127.0.0.1:{first}/", headers=secret).body == b"here"
    assert b"c2VjcmV0" in first_heads[0]
    assert b"c2VjcmV0" not in heads[0]


def test_a_body_without_end_is_left_at_five_megabytes() -> None:
    def talk(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            wire.sendall(b"x" * 65_536)

    with serving(talk) as (port, _), pytest.raises(Unreadable, match="too large"):
        LOCAL.request("GET", f"http://127.0.0.1:{port}/")


def test_a_packed_body_that_grows_beyond_five_megabytes_is_left_there() -> None:
    bomb = gzip.compress(b"\0" * (3 * MOST_BYTES), 1)
    assert len(bomb) < MOST_BYTES
    with serving(saying(body=bomb, Content_Encoding="gzip")) as (port, _), pytest.raises(Unreadable, match="too large"):
        LOCAL.request("GET", f"http://127.0.0.1:{port}/")


def test_a_packed_body_of_a_size_we_take_is_read() -> None:
    with serving(saying(body=gzip.compress(b"calendar"), Content_Encoding="gzip")) as (port, _):
        assert LOCAL.request("GET", f"http://127.0.0.1:{port}/").body == b"calendar"


def dripping(head: bytes) -> Callable[[socket.socket], None]:
    def talk(wire: socket.socket) -> None:
        wire.sendall(head)
        while True:
            time.sleep(0.05)
            wire.sendall(b"x")

    return talk


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"],
)
def test_an_answer_that_drips_is_left_at_the_deadline(head: bytes) -> None:
    begun = time.monotonic()
    with serving(dripping(head)) as (port, _), pytest.raises(Unreachable):
        LOCAL.request("GET", f"http://127.0.0.1:{port}/", seconds=0.4)
    assert 0.3 < time.monotonic() - begun < 5


def test_a_server_that_says_nothing_and_a_resolver_that_says_nothing_are_left_at_the_deadline() -> None:
    told = threading.Event()

    def talk(_wire: socket.socket) -> None:
        told.wait(5)

    def resolve(_host: str, _port: int) -> Sequence[str]:
        told.wait(5)
        return ["8.8.8.8"]

    with serving(talk) as (port, _), pytest.raises(Unreachable):
        LOCAL.request("GET", f"http://127.0.0.1:{port}/", seconds=0.3)
    with pytest.raises(Unreachable):
        Egress(resolve=resolve, connect=never).request("GET", "https://calendars.example.org/", seconds=0.3)
    told.set()


def test_a_body_that_was_cut_short_is_no_answer() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    with serving(lambda wire: wire.sendall(half)) as (port, _), pytest.raises(Unreachable):
        LOCAL.request("GET", f"http://127.0.0.1:{port}/")


def test_a_certificate_that_nobody_vouches_for_is_no_answer_and_one_we_trust_is(tmp_path: Path) -> None:
    serve, trust = certificate(tmp_path)
    with serving(saying(body=b"here"), tls=serve) as (port, heads):
        with pytest.raises(Unreachable, match="certificate"):
            LOCAL.request("GET", f"https://127.0.0.1:{port}/")
        assert Egress(["127.0.0.1:*"], trust=trust).request("GET", f"https://127.0.0.1:{port}/").body == b"here"
        assert len(heads) == 1


def test_of_a_host_that_the_operator_vouches_for_only_the_named_ports_are_asked() -> None:
    for vouched, url in (
        ("cloud.internal", "http://cloud.internal:6379/"),
        ("cloud.internal", "https://cloud.internal:80/"),
        ("cloud.internal:8443", "https://cloud.internal/"),
        ("10.0.0.7", "http://10.0.0.7:22/"),
        ("[fd00::7]:8443", "https://[fd00::7]:8444/"),
    ):
        with pytest.raises(NotAllowed):
            Egress([vouched], resolve=Book(["10.0.0.7"]), connect=never).request("GET", url)
    for vouched, url in (
        ("cloud.internal", "http://cloud.internal/"),
        ("cloud.internal", "https://Cloud.Internal/"),
        ("cloud.internal:8443", "https://cloud.internal:8443/"),
        ("[fd00::7]:8443", "https://[fd00::7]:8443/"),
    ):
        assert Egress([vouched]).place(url).vouched
