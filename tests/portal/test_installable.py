"""The pages can be put on a home screen, and a link to them shown elsewhere tells strangers nothing about people."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import pytest
from PIL import Image

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.people.service.pictures import drop_logo, keep_logo
from flashmeet.portal.adapters import icon_file
from flashmeet.portal.rules.icons import ICONS, INSTALLED, Ground
from tests import people
from tests.browsers import Browser
from tests.loops import for_each

ACCENT = "#b0431a"
WHEN = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def alice(database: Database) -> Member:
    with database.writing() as db:
        return people.mentor(db, "Alice", headline="Fifteen years of contracts")


def manifest(client: Browser, lang: str = "en") -> dict[str, object]:
    answer = client.get(f"/manifest.webmanifest?lang={lang}")
    assert answer.mimetype == "application/manifest+json"
    said: dict[str, object] = json.loads(answer.data)
    return said


def test_the_manifest_names_the_network_and_opens_on_the_member_s_own_page(client: Browser) -> None:
    said = manifest(client)
    assert (said["start_url"], said["scope"], said["display"]) == ("/me", "/", "standalone")
    assert said["name"]


def test_the_manifest_speaks_the_language_of_the_page_that_names_it(client: Browser) -> None:
    assert (manifest(client, "fr")["lang"], manifest(client, "en")["lang"]) == ("fr", "en")
    assert manifest(client, "fr")["description"] != manifest(client, "en")["description"]
    assert manifest(client, "tlh")["lang"] == "fr"


def test_every_icon_of_the_manifest_is_a_png_of_the_size_that_it_states(client: Browser) -> None:
    icons = manifest(client)["icons"]
    assert isinstance(icons, list) and {each["purpose"] for each in icons} == {"any", "maskable"}
    for each in icons:
        answer = client.get(each["src"])
        assert (answer.mimetype, answer.status_code) == ("image/png", 200)
        with Image.open(io.BytesIO(answer.data)) as drawn:
            assert f"{drawn.width}x{drawn.height}" == each["sizes"]


def test_no_other_size_is_drawn(client: Browser) -> None:
    assert client.get("/icons/4096.png").status_code == 404


@for_each("name", INSTALLED)
def test_the_mark_of_a_maskable_icon_lies_in_the_circle_that_every_mask_keeps(name: str) -> None:
    if ICONS[name].ground is not Ground.MASKABLE:
        return
    with Image.open(io.BytesIO(icon_file(ICONS[name], accent=ACCENT, logo=wide_logo("#1d2433")))) as drawn:
        seen = drawn.convert("RGB")
    side, paper = seen.width, seen.getpixel((1, 1))
    outside = [
        (x, y)
        for x in range(0, side, 4)
        for y in range(0, side, 4)
        if (x - side / 2) ** 2 + (y - side / 2) ** 2 > (0.4 * side) ** 2
    ]
    assert {seen.getpixel(at) for at in outside} == {paper}


def wide_logo(ink: str, size: tuple[int, int] = (160, 160)) -> bytes:
    """A square of one colour with a clear edge: a logo as those who draw them send it."""
    logo, out = Image.new("RGBA", size, (0, 0, 0, 0)), io.BytesIO()
    logo.paste(ink, (8, 8, size[0] - 8, size[1] - 8))
    logo.save(out, "WEBP", lossless=True)
    return out.getvalue()


def ground_of(logo: bytes) -> int:
    """How bright the corner of the icon is."""
    with Image.open(io.BytesIO(icon_file(ICONS["180"], accent=ACCENT, logo=logo))) as drawn:
        return drawn.convert("L").crop((2, 2, 3, 3)).tobytes()[0]


def test_a_white_logo_stands_on_a_dark_ground_and_a_dark_one_on_a_light_one() -> None:
    assert ground_of(wide_logo("#ffffff")) < 60
    assert ground_of(wide_logo("#1d2433")) > 200


def test_the_network_s_logo_takes_the_place_of_our_mark_everywhere(database: Database, client: Browser) -> None:
    ours = client.get("/icons/192.png").data
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True)
        keep_logo(db, ("image/webp", wide_logo("#0057b8")), by=odile, now=WHEN)
    theirs = client.get("/icons/192.png").data
    page = client.get("/").text
    assert theirs != ours
    assert '<link rel="icon" type="image/png" sizes="32x32"' in page and "favicon.svg" not in page
    with database.writing() as db:
        drop_logo(db, by=odile, now=WHEN)
    assert client.get("/icons/192.png").data == ours


def preview(page: str) -> dict[str, str]:
    found = re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', page)
    return {name: unescape(words) for name, words in found}


def test_a_link_to_the_first_page_shows_its_question_and_a_picture_at_its_whole_address(client: Browser) -> None:
    said = preview(client.get("/").text)
    assert said["title"].startswith("Qui peut")
    assert urlsplit(said["image"]).scheme and urlsplit(said["image"]).path == "/icons/512.png"


def test_a_link_to_a_theme_names_the_theme_and_not_what_somebody_typed(client: Browser, alice: Member) -> None:
    page = client.get("/search?theme=droit&need=Mon+licenciement").text
    said = preview(page)
    assert "Droit" in said["title"]
    assert "licenciement" not in str(said)


def test_a_link_to_a_member_shows_strangers_the_network_alone(client: Browser, alice: Member) -> None:
    answer = client.get(f"/mentors/{alice.id}", follow_redirects=True)
    said = preview(answer.text)
    assert said == preview(client.get("/sign-in").text)
    for word in (alice.first_name, alice.last_name, "contracts"):
        assert word not in answer.text


@for_each("path", ["/", "/search", "/sign-in", "/welcome", "/help", "/privacy", "/terms"])
def test_no_preview_names_a_person(path: str, client: Browser, alice: Member) -> None:
    said = str(preview(client.get(path).text))
    assert alice.first_name not in said and alice.last_name not in said


def test_a_personal_link_is_shown_elsewhere_as_the_network_alone(client: Browser, alice: Member) -> None:
    """Whoever pastes one into a chat shows those who read it no name, no theme, no hour."""
    titles = {preview(client.get(path).text).get("title") for path in ("/join/none", "/asked/none", "/help")}
    assert titles == {preview(client.get("/sign-in").text)["title"]}


def test_a_member_s_page_has_no_preview(signed_in: Callable[[Member], Browser], alice: Member) -> None:
    assert preview(signed_in(alice).get("/me").text) == {}
