"""A photo is made anew, seen by members alone, and gone when it is taken away; so is the logo, for everybody."""

from __future__ import annotations

import base64
import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadPicture
from flashmeet.identity.models import Member
from flashmeet.people import adapters
from flashmeet.people.adapters import MOST_SCANS, ONE_AT_A_TIME, picture_file
from flashmeet.people.models import Picture
from flashmeet.people.pages.pictures import PICTURES
from tests import people
from tests.browsers import Browser

SignedIn = Callable[[Member | int], Browser]
SECRET = "Rue des Lilas 12, N48.85"


def jpeg(width: int = 900, height: int = 600) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E], exif[0x0112] = SECRET, 6  # a description, and: turn it by a quarter
    Image.new("RGB", (width, height), "#b0431a").save(out, "JPEG", exif=exif, comment=SECRET.encode())
    return out.getvalue()


@pytest.fixture
def alice(database: Database) -> Member:
    with database.writing() as db:
        return people.mentor(db)


def send(browser: Browser, path: str, data: bytes, page: str = "/sign-in") -> int:
    form: dict[str, Any] = {"picture": (io.BytesIO(data), "me.jpg"), "csrf_token": browser.token(page)}
    return browser.post(path, data=form).status_code


def test_nothing_of_the_file_is_kept_but_what_is_seen() -> None:
    sent = jpeg()
    assert SECRET.encode() in sent
    media_type, made = picture_file(io.BytesIO(sent), width=320, height=320, cut=True)
    assert (media_type, SECRET.encode() in made, b"EXIF" in made) == ("image/webp", False, False)
    with Image.open(io.BytesIO(made)) as seen:
        assert (seen.size, dict(seen.getexif())) == ((320, 320), {})


def test_a_picture_is_turned_the_right_way_up_and_a_logo_keeps_its_shape() -> None:
    _, made = picture_file(io.BytesIO(jpeg()), width=480, height=160, cut=False)
    with Image.open(io.BytesIO(made)) as seen:
        assert seen.size == (107, 160)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", jpeg()[:300], b"x" * 5_000_001])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture):
        picture_file(io.BytesIO(data), width=320, height=320, cut=True)


MEMORY_BYTES = 288 * 1024 * 1024
CHILD = f"""
import resource, sys
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from flashmeet.core.errors import BadPicture
from flashmeet.people.adapters import picture_file

used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + {MEMORY_BYTES}, used + {MEMORY_BYTES}))
try:
    print(picture_file(sys.stdin.buffer, width=320, height=320, cut=True)[0])
except BadPicture as refusal:
    print("out of memory" if isinstance(refusal.__cause__, MemoryError) else "refused")
"""


def made_with_little_memory(data: bytes) -> str:
    """What a process that may take `MEMORY_BYTES` more makes of the picture."""
    done = subprocess.run([sys.executable, "-c", CHILD], input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


def saved(kind: str, mode: str, width: int, height: int, **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, kind, **how)
    return out.getvalue()


def png_saying(width: int, height: int) -> bytes:
    """A PNG whose header claims a size for which it has no pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def jpeg_of_scans(number: int) -> bytes:
    """A progressive JPEG whose last scan is said again and again, until there are that many."""
    whole = saved("JPEG", "RGB", 64, 64, progressive=True)
    at = whole.rindex(b"\xff\xda")
    return whole[:at] + whole[at:-2] * (number - whole[:at].count(b"\xff\xda")) + whole[-2:]


def jpeg_saying(width: int, height: int, *, components: int, in_first_scan: int) -> bytes:
    """The head of a baseline JPEG, and a first scan of so many of its components."""
    frame = struct.pack(">BHHB", 8, height, width, components) + b"\x01\x11\0" * components
    scan = bytes([in_first_scan]) + b"\x01\0" * in_first_scan + b"\0\x3f\0"
    parts = ((b"\xff\xc0", frame), (b"\xff\xda", scan))
    return b"\xff\xd8" + b"".join(mark + struct.pack(">H", len(body) + 2) + body for mark, body in parts)


def animated(kind: str) -> bytes:
    """Two frames of forty megapixels."""
    out, frames = io.BytesIO(), [Image.new("L", (8_000, 5_000), shade) for shade in (0, 9)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "one-bit PNG": lambda: saved("PNG", "1", 8_000, 5_000),
    "PNG of four thousand million pixels": lambda: png_saying(65_535, 65_535),
    "cut PNG": lambda: saved("PNG", "RGB", 4_000, 3_000)[:600],
    "JPEG of sixty megapixels": lambda: jpeg_saying(8_000, 7_500, components=1, in_first_scan=1),
    "long JPEG that cannot be reduced": lambda: saved("JPEG", "L", 65_000, 600),
    "progressive JPEG of forty megapixels": lambda: saved("JPEG", "L", 8_000, 5_000, progressive=True),
    "JPEG of one scan a colour": lambda: jpeg_saying(8_000, 6_000, components=3, in_first_scan=1),
    "JPEG without a frame": lambda: b"\xff\xd8\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"x" * 400,
    "JPEG that ends in a segment": lambda: b"\xff\xd8\xff\xe1\xff\xff",
    "animated WebP": lambda: animated("WEBP"),
    "animated PNG": lambda: animated("PNG"),
    "GIF that goes on as a JPEG": lambda: b"GIF89a" + jpeg(),
    "cut JPEG": lambda: jpeg(4_000, 3_000)[:2_000],
    "JPEG of many scans": lambda: jpeg_of_scans(MOST_SCANS + 1),
    "lossy WebP": lambda: saved("WEBP", "RGB", 8_000, 5_000, method=0),
    "lossless WebP": lambda: saved("WEBP", "RGB", 8_000, 5_000, method=0, lossless=True),
    "WebP with a canvas": lambda: saved("WEBP", "RGBA", 8_000, 5_000, method=0, exif=b"Exif\0\0x"),
    "cut WebP": lambda: saved("WEBP", "RGB", 4_000, 3_000, method=0)[:400],
}


PHONES = {"12 megapixels": (4_032, 3_024), "24 megapixels": (5_712, 4_284), "48 megapixels": (8_064, 6_048)}


@pytest.mark.parametrize("name", PHONES)
def test_a_telephones_photo_is_taken_whatever_its_megapixels_and_fits_into_little_memory(name: str) -> None:
    width, height = PHONES[name]
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.new("RGB", (width, height), "#b0431a").save(out, "JPEG", exif=exif, quality=92)
    assert made_with_little_memory(with_thumbnail(out.getvalue())) == "image/webp"


def with_thumbnail(photo: bytes) -> bytes:
    """As cameras write it: a small JPEG in a segment of its own, and another picture behind the end."""
    small = saved("JPEG", "RGB", 160, 120)
    body = b"Exif\0\0" + small
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + photo[2:] + small


def test_a_heic_file_is_refused_in_words(alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    form = {"picture": (io.BytesIO(b"\0\0\0\x18ftypheic" + b"\0" * 99), "me.heic"), "csrf_token": browser.token()}
    refused = browser.post("/me/photo", data=form)
    assert refused.status_code == 422
    assert "HEIC" in refused.get_data(as_text=True)


def test_pixels_behind_the_end_of_a_picture_are_not_kept() -> None:
    _, made = picture_file(io.BytesIO(jpeg() + b"<script>alert(1)</script>"), width=320, height=320, cut=True)
    assert b"script" not in made


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_picture_is_refused_for_what_its_header_says_and_takes_no_memory(name: str) -> None:
    data = HOSTILE[name]()
    assert (len(data) < 500_000, made_with_little_memory(data)) == (True, "refused")


LARGEST: dict[str, tuple[str, str, dict[str, Any]]] = {
    "PNG of one bit": ("PNG", "1", {}),
    "PNG with a palette": ("PNG", "P", {}),
    "PNG that is transparent": ("PNG", "RGBA", {}),
    "progressive JPEG": ("JPEG", "RGB", {"progressive": True}),
    "JPEG for printers": ("JPEG", "CMYK", {}),
    "WebP": ("WEBP", "RGBA", {"method": 0}),
}


@pytest.mark.parametrize("name", LARGEST)
def test_twelve_megapixels_of_any_kind_fit_into_little_memory(name: str) -> None:
    kind, mode, how = LARGEST[name]
    assert made_with_little_memory(saved(kind, mode, 4_096, 3_072, **how)) == "image/webp"


def test_a_jpeg_of_a_hundred_scans_is_still_a_picture() -> None:
    assert picture_file(io.BytesIO(jpeg_of_scans(MOST_SCANS)), width=320, height=320, cut=True)[0] == "image/webp"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_turned_and_cut_as_a_small_one_is(kind: str) -> None:
    red_on_the_left, exif, out = Image.new("RGB", (2_000, 1_000), "#0000ff"), Image.Exif(), io.BytesIO()
    red_on_the_left.paste("#ff0000", (0, 0, 1_000, 1_000))
    exif[0x0112] = 6  # a quarter to the right: what was on the left is at the top
    red_on_the_left.save(out, kind, exif=exif)
    with Image.open(io.BytesIO(picture_file(io.BytesIO(out.getvalue()), width=100, height=200, cut=True)[1])) as seen:
        top, below = (seen.convert("RGB").getpixel((50, at)) for at in (40, 160))
    assert isinstance(top, tuple) and isinstance(below, tuple)
    assert (seen.size, top[0] > 200 > top[2], below[2] > 200 > below[0]) == ((100, 200), True, True)


def test_one_picture_is_made_at_a_time_and_the_next_is_asked_to_come_again(
    alice: Member, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(alice)
    monkeypatch.setattr(adapters, "PATIENCE_SECONDS", 0.01)
    with ONE_AT_A_TIME:
        form = {"picture": (io.BytesIO(jpeg()), "me.jpg"), "csrf_token": browser.token("/sign-in")}
        refused = browser.post("/me/photo", data=form)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert "Rien n’est perdu" in refused.get_data(as_text=True)
    assert send(browser, "/me/photo", b"no picture") == 422  # a refusal lets the next one in
    assert send(browser, "/me/photo", jpeg()) == 303


@pytest.mark.parametrize("path", ["/me/photo", "/admin/settings/logo"])
def test_a_member_sends_so_many_pictures_an_hour_whatever_is_in_them(
    database: Database, signed_in: SignedIn, path: str
) -> None:
    with database.writing() as db:
        odile, alice = (people.member(db, name, administrator=True) for name in ("Odile", "Alice"))
    office = signed_in(odile)
    assert [send(office, path, b"no picture") for _ in range(PICTURES.most + 1)] == [422] * PICTURES.most + [429]
    assert send(office, path, jpeg()) == 429
    assert send(signed_in(alice), path, jpeg()) == 303
    assert office.send(path, {"drop": "yes"}).status_code == 303  # taking away costs nothing


def test_a_photo_is_for_members_and_asked_for_anew_each_time(
    database: Database, alice: Member, signed_in: SignedIn, client: Browser
) -> None:
    browser, path = signed_in(alice), f"/members/{alice.id}/photo"
    assert browser.get(path).status_code == 404
    assert send(browser, "/me/photo", jpeg(3000, 2000)) == 303
    shown = browser.get(path)
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/webp", "private, no-cache")
    again = browser.get(path, headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(path).status_code == 303
    assert f'src="{path}' in browser.get(f"/mentors/{alice.id}").get_data(as_text=True)
    with database.reading() as db:
        kept = db.scalars(select(Picture)).one()
        assert base64.b64decode(kept.content) == shown.data
    with database.writing() as db:
        db.get_one(Member, alice.id).suspended = True
        bob = people.member(db, "Bob")
    assert signed_in(bob).get(path).status_code == 404


def test_a_photo_that_is_taken_away_is_gone(database: Database, alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    send(browser, "/me/photo", jpeg())
    browser.send("/me/photo", {"drop": "yes"})
    assert browser.get(f"/members/{alice.id}/photo").status_code == 404
    with database.reading() as db:
        assert db.scalars(select(Picture)).all() == []


def test_what_cannot_be_read_is_said(alice: Member, signed_in: SignedIn) -> None:
    assert send(signed_in(alice), "/me/photo", b"no picture") == 422


def test_the_logo_stands_at_the_head_of_every_page(database: Database, signed_in: SignedIn, client: Browser) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True)
    office = signed_in(odile)
    assert client.get("/logo").status_code == 404
    assert send(office, "/admin/settings/logo", b"no picture") == 422
    assert send(office, "/admin/settings/logo", jpeg()) == 303
    assert 'src="/logo?v=20261201090000"' in client.get("/").get_data(as_text=True)
    assert client.get("/logo").mimetype == "image/webp"
    assert "Odile Exemple" in office.get("/admin/settings/logo").get_data(as_text=True)
    office.send("/admin/settings/logo", {"drop": "yes"})
    assert "/logo?v=" not in client.get("/").get_data(as_text=True)
    assert client.get("/logo").status_code == 404
