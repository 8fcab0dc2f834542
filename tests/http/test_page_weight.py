"""What a page costs a browser that comes for the first time: requests and bytes, counted without a clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask, url_for

from flashmeet.core.files import folder
from flashmeet.http.responses.static_tree import PARTS, SHEET, StaticTree
from tests.browsers import Browser
from tests.http.conftest import World
from tests.http.page_loads import PageLoad, fetched, load, text_of
from tests.loops import for_each

SignedIn = Callable[[int], Browser]
PAGES = {
    "home, signed out": ("", "/", 8, 23_000),
    "home": ("Bob", "/", 8, 23_000),
    "search": ("Bob", "/search?need=Mes+statuts", 9, 25_000),
    "me": ("Bob", "/me", 8, 23_500),
    "mentor": ("Bob", "/mentors/{mentor_id}", 8, 23_500),
    "book": ("Bob", "/book/{mentor_id}/20261216T1000Z", 8, 23_600),
    "booking": ("Bob", "/bookings/{booking_id}", 8, 24_600),
    "room": ("", "/join/{token}", 30, 55_800),
    "network": ("Odile", "/admin", 9, 29_000),
}
"""Each page by who looks at it: its address, and the most requests and bytes that loading it takes."""
FOR_GOOD = "public, max-age=31536000, immutable"


def seen(name: str, world: World, client: Browser, signed_in: SignedIn) -> PageLoad:
    who, path, *_ = PAGES[name]
    return load(signed_in(world.ids[who]) if who else client, path.format(**world.known))


@for_each("name", PAGES)
def test_a_page_takes_few_requests_and_few_bytes(name: str, world: World, client: Browser, signed_in: SignedIn) -> None:
    loaded = seen(name, world, client, signed_in)
    assert len(loaded.answers) <= PAGES[name][2], sorted(loaded.answers)
    assert loaded.sent <= PAGES[name][3], {address: len(answer.data) for address, answer in loaded.answers.items()}


@for_each("name", PAGES)
def test_every_text_of_a_page_is_compressed_where_it_is_worth_it(
    name: str, world: World, client: Browser, signed_in: SignedIn
) -> None:
    for address, answer in seen(name, world, client, signed_in).answers.items():
        long = len(text_of(answer)) >= 1000
        assert not long or answer.headers.get("Content-Encoding") == "gzip", address
        assert answer.headers["Content-Type"].startswith(("text/", "image/svg")), address


@for_each("name", PAGES)
def test_every_file_of_a_page_is_named_by_its_content_and_kept_for_good(
    name: str, world: World, client: Browser, signed_in: SignedIn
) -> None:
    files = seen(name, world, client, signed_in).files
    assert files
    for address, answer in files.items():
        assert re.search(r"\.[0-9a-f]{10}\.\w+$", address), address
        assert answer.headers["Cache-Control"] == FOR_GOOD, address


@for_each("name", PAGES)
def test_a_module_is_asked_for_by_the_page_and_not_by_another_module(
    name: str, world: World, client: Browser, signed_in: SignedIn
) -> None:
    """One after the other, each when the one before asks for it, a page would wait for each wave."""
    loaded = seen(name, world, client, signed_in)
    assert [address for address in loaded.files if address.endswith(".js") and address not in loaded.page] == []


def test_a_page_has_one_style_sheet_and_two_where_its_feature_is_large(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    """The network's own colours come from a sheet of their own, and only where it has chosen some."""
    large = {"programme", "rooms", "messages"}
    odile = signed_in(world.ids["Odile"])
    for rule, path in world.paths(app, "GET"):
        page = odile.get(path)
        if page.status_code == 200 and page.mimetype == "text/html" and rule.endpoint != "dev.mail":
            sheets = re.findall(r'/static/css/(\w+)\.\w{10}\.css"', page.get_data(as_text=True))
            assert sheets[0] == "flashmeet" and len(sheets) <= 2 and set(sheets[1:]) <= large, path


def test_a_file_that_changes_has_another_address_and_so_has_all_that_imports_it(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "page.js").write_text('import { ring } from "./parts/sound.js";\n')
    (tmp_path / "js" / "parts").mkdir()
    (tmp_path / "js" / "parts" / "sound.js").write_text("export const ring = 1;\n")
    (tmp_path / "mark.svg").write_text("<svg/>")
    before = StaticTree(tmp_path)
    (tmp_path / "js" / "parts" / "sound.js").write_text("export const ring = 2;\n")
    after = StaticTree(tmp_path)
    changed = {
        path for path in ("js/page.js", "js/parts/sound.js", "mark.svg") if before.address(path) != after.address(path)
    }
    assert changed == {"js/page.js", "js/parts/sound.js"}
    assert Path(after.address("js/parts/sound.js")).name in after.file("js/page.js").body.decode()
    assert after.file("js/page.js").imports == ("js/parts/sound.js",)


def test_an_address_of_another_version_leads_to_todays_file_and_is_not_kept(client: Browser) -> None:
    """A page of before a deployment asks for the old sheet: it gets one, and asks anew next time."""
    answer = client.get("/static/css/flashmeet.0123456789.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=0, must-revalidate")


def test_a_file_that_a_browser_has_is_not_sent_again(app: Flask, client: Browser) -> None:
    with app.test_request_context():
        address = url_for("static", filename=SHEET)
    tag = fetched(client, address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", FOR_GOOD)


def test_who_does_not_take_gzip_gets_files_as_they_are(app: Flask, client: Browser) -> None:
    with app.test_request_context():
        address = url_for("static", filename=SHEET)
    plain, packed = client.get(address, headers={"Accept-Encoding": "gzip;q=0, br"}), fetched(client, address)
    assert "Content-Encoding" not in plain.headers
    assert plain.get_data(as_text=True) == text_of(packed)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_every_sheet_is_a_part_of_the_one_or_is_a_large_features() -> None:
    names = {file.stem for file in (folder("static") / "css").glob("*.css")}
    assert names == {*PARTS, "programme", "rooms", "messages"}
