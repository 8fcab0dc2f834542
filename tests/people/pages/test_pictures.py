"""A photo is made anew, seen by members alone, and gone when it is taken away; so is the logo, for everybody."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadPicture
from flashmeet.identity.models import Member
from flashmeet.people.adapters import picture_file
from flashmeet.people.models import Picture
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
    media_type, made = picture_file(sent, width=320, height=320, cut=True)
    assert (media_type, SECRET.encode() in made, b"EXIF" in made) == ("image/webp", False, False)
    with Image.open(io.BytesIO(made)) as seen:
        assert (seen.size, dict(seen.getexif())) == ((320, 320), {})


def test_a_picture_is_turned_the_right_way_up_and_a_logo_keeps_its_shape() -> None:
    _, made = picture_file(jpeg(), width=480, height=160, cut=False)
    with Image.open(io.BytesIO(made)) as seen:
        assert seen.size == (107, 160)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", jpeg()[:300], b"x" * 5_000_001])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture):
        picture_file(data, width=320, height=320, cut=True)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_does() -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 5_000)).save(out, "PNG")
    with pytest.raises(BadPicture):
        picture_file(out.getvalue(), width=320, height=320, cut=True)


def test_a_photo_is_for_members_and_kept_by_no_cache(
    database: Database, alice: Member, signed_in: SignedIn, client: Browser
) -> None:
    browser, path = signed_in(alice), f"/members/{alice.id}/photo"
    assert browser.get(path).status_code == 404
    assert send(browser, "/me/photo", jpeg(3000, 2000)) == 303
    shown = browser.get(path)
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/webp", "private, no-store")
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
