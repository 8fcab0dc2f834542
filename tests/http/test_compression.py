"""Text is compressed, streams stay streams, and lengths tell no other site what a page holds."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, Response

from flashmeet.http.responses.compression import LEAST, MOST_PADDING, gzipped
from tests.browsers import Browser
from tests.http.conftest import World
from tests.http.page_loads import text_of

SignedIn = Callable[[int], Browser]
GZIP = {"Accept-Encoding": "gzip"}
NEED = "/search?need=Mes+statuts"


def view(answer: Callable[[], object]) -> Any:
    answer.__dict__["access"] = frozenset({"anyone"})
    return answer


def encoding(browser: Browser, path: str, **headers: str) -> str | None:
    return browser.get(path, headers=GZIP | headers).headers.get("Content-Encoding")


def test_what_another_site_asks_for_with_its_own_words_is_sent_as_it_is(world: World, signed_in: SignedIn) -> None:
    bob = signed_in(world.ids["Bob"])
    sites = ("none", "same-origin", "same-site", "cross-site")
    seen = {site: encoding(bob, NEED, **{"Sec-Fetch-Site": site}) for site in sites}
    assert seen == {"none": "gzip", "same-origin": "gzip", "same-site": None, "cross-site": None}


def test_a_link_in_a_mail_brings_no_words_and_is_compressed(world: World, signed_in: SignedIn) -> None:
    booking = f"/bookings/{world.known['booking_id']}"
    assert encoding(signed_in(world.ids["Bob"]), booking, **{"Sec-Fetch-Site": "cross-site"}) == "gzip"


def test_the_same_private_page_has_many_lengths(app: Flask, client: Browser) -> None:
    app.add_url_rule("/same", "same", view(lambda: "word " * LEAST))
    lengths = {len(client.get("/same", headers=GZIP).data) for _ in range(60)}
    assert len(lengths) > 10
    assert max(lengths) - min(lengths) < MOST_PADDING


def test_padding_is_not_read(app: Flask) -> None:
    body = b"an hour " * 100
    for padding in (0, 1, 2, MOST_PADDING):
        packed = gzipped(body, padding=padding)
        assert (gzip.decompress(packed), len(packed)) == (body, len(gzipped(body)) + padding)


def test_short_bodies_and_pictures_stay_as_they_are(app: Flask, client: Browser) -> None:
    app.add_url_rule("/short", "short", view(lambda: "a" * (LEAST - 1)))
    app.add_url_rule("/picture", "picture", view(lambda: Response(b"a" * LEAST, mimetype="image/png")))
    app.add_url_rule("/long", "long", view(lambda: "a" * LEAST))
    assert [encoding(client, path) for path in ("/short", "/picture", "/long")] == [None, None, "gzip"]


def test_a_stream_is_sent_as_it_comes(app: Flask, client: Browser) -> None:
    made = list[int]()

    def rows() -> Iterator[str]:
        for number in range(3):
            made.append(number)
            yield f"{number}\n" * LEAST

    app.add_url_rule("/rows", "rows", view(lambda: Response(rows(), mimetype="text/csv")))
    with app.test_client() as browser:
        answer = browser.get("/rows", headers=GZIP, buffered=False)
        next(iter(answer.response))
        assert (made, "Content-Encoding" in answer.headers) == ([0], False)
        answer.close()


def test_a_client_that_takes_no_gzip_reads_the_same_words(client: Browser) -> None:
    plain = client.get("/help", headers={"Accept-Encoding": "br, gzip;q=0", "Accept-Language": "en"})
    packed = client.get("/help", headers=GZIP | {"Accept-Language": "en"})
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "<h1>Help</h1>" in plain.get_data(as_text=True)
    assert "<h1>Help</h1>" in text_of(packed)


def test_the_length_that_is_said_is_the_one_that_is_sent(client: Browser) -> None:
    for path in ("/help", "/api/v1/openapi.json"):
        sent, told = client.get(path, headers=GZIP), client.head(path, headers=GZIP)
        assert int(sent.headers["Content-Length"]) == len(sent.data)
        assert told.headers["Content-Encoding"] == "gzip"
