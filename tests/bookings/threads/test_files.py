"""One PDF from each of the two: by its content, for the two alone, as a download, erased after 30 days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from flashmeet.bookings.models.booking import Booking, ThreadFile
from flashmeet.bookings.rules.threads import FILE_MEGABYTES, checked_pdf, file_name
from flashmeet.core.database.session import Database
from flashmeet.core.errors import FileTooLarge, Missing, NotPdf
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.privacy.service.retention import keep_periods
from tests.browsers import Browser, Clock
from tests.scene import Scene, stage

SignedIn = Callable[[Member], Browser]
PDF = b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript>>>> endobj\n%%EOF\n"


@pytest.fixture
def scene(database: Database, signed_in: SignedIn) -> Scene:
    """Bob has booked Alice's hour."""
    scene = stage(database)
    brief = {"need": "SAS or SARL?", "theme": "droit"}
    assert signed_in(scene.bob).send(scene.page, brief, page=scene.page).status_code == 303
    return scene


def page(database: Database) -> str:
    with database.reading() as db:
        return f"/bookings/{db.scalars(select(Booking.id)).one()}"


def give(browser: Browser, at: str, data: bytes = PDF, name: str = "CV de Bob.pdf", *, page: str = "") -> TestResponse:
    part = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{browser.token(page or at)}\r\n--x\r\n'
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    body = (part + head).encode() + data + b"\r\n--x--\r\n"
    return browser.post(f"{at}/files", data=body, content_type="multipart/form-data; boundary=x")


def kept(database: Database) -> list[tuple[int, str, int]]:
    with database.reading() as db:
        return [(each.author_id, each.name, each.size) for each in db.scalars(select(ThreadFile))]


def address(database: Database) -> str:
    with database.reading() as db:
        return f"{page(database)}/files/{db.scalars(select(ThreadFile.id)).one()}"


def test_one_of_the_two_gives_a_file_and_the_other_is_told_and_fetches_it_as_a_download(
    database: Database, scene: Scene, signed_in: SignedIn
) -> None:
    at, bob, alice = page(database), signed_in(scene.bob), signed_in(scene.alice)
    assert give(bob, at).status_code == 303
    assert kept(database) == [(scene.bob.id, "CV de Bob.pdf", len(PDF))]
    with database.reading() as db:
        (told,) = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "thread"))
    assert told.recipient_id == scene.alice.id and "CV de Bob.pdf" in told.payload["reason"]
    assert address(database) in alice.get(at).text
    for who in (alice, bob):
        fetched = who.get(address(database))
        assert (fetched.status_code, fetched.data, fetched.mimetype) == (200, PDF, "application/pdf")
        assert fetched.headers["Content-Disposition"].startswith("attachment; filename=")
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"
        assert fetched.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert fetched.headers["Cache-Control"] == "no-store"


def test_nobody_else_fetches_gives_or_deletes_it(database: Database, scene: Scene, signed_in: SignedIn) -> None:
    at = page(database)
    give(signed_in(scene.bob), at)
    charlie = signed_in(scene.charlie)
    assert charlie.get(address(database)).status_code == 404
    assert give(charlie, at, page="/me").status_code == 404
    assert charlie.send(f"{at}/files", {"drop": "yes"}, page="/me").status_code == 404
    assert len(kept(database)) == 1


def test_another_one_replaces_it_and_its_author_alone_deletes_it(
    database: Database, scene: Scene, signed_in: SignedIn
) -> None:
    at, bob, alice = page(database), signed_in(scene.bob), signed_in(scene.alice)
    give(bob, at)
    give(bob, at, name="Statuts.pdf")
    give(alice, at, name="Modele.pdf")
    assert [name for _, name, _ in kept(database)] == ["Statuts.pdf", "Modele.pdf"]
    assert alice.send(f"{at}/files", {"drop": "yes"}, page=at).status_code == 303
    assert [name for _, name, _ in kept(database)] == ["Statuts.pdf"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "fichier"),
        (b"<html><script>alert(1)</script>", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + 200 * b"x", "PDF"),
        (b"%PDF-1.7\n" + b"x" * (FILE_MEGABYTES * 1_000_000), "5"),
    ],
    ids=["nothing", "html", "picture", "too large"],
)
def test_what_is_no_pdf_or_too_large_is_refused_with_a_sentence_beside_the_field(
    database: Database, scene: Scene, signed_in: SignedIn, data: bytes, words: str
) -> None:
    sent = give(signed_in(scene.alice), page(database), data, "cv.pdf")
    assert sent.status_code == 422 and kept(database) == []
    assert (
        words in sent.text.partition('id="thread-file-fault"')[2][:300]
        or words in sent.text.partition("thread-file")[2]
    )


def test_by_content_and_not_by_name_and_what_it_is_called_is_harmless() -> None:
    assert checked_pdf(b"junk\n" + PDF) == b"junk\n" + PDF  # readers take a header within the first kilobyte
    for refused, error in (
        (b"", Missing),
        (b"MZ" + PDF[8:], NotPdf),
        (PDF[:-8], NotPdf),
        (PDF * 100_000, FileTooLarge),
    ):
        with pytest.raises(error):
            checked_pdf(refused)
    assert file_name('..\\..\\a/b\r\nSet-Cookie: x"<.pdf') == "b Set-Cookie x.pdf"
    assert file_name("") == "document.pdf" and file_name("Cv.PDF.exe") == "Cv.PDF.exe.pdf"
    assert len(file_name("x" * 500)) <= 90


def test_thirty_days_after_the_hour_it_is_given_out_no_more_and_erased(
    database: Database, scene: Scene, signed_in: SignedIn, clock: Clock
) -> None:
    give(signed_in(scene.bob), page(database))
    where = address(database)
    with database.reading() as db:
        ends_at = db.scalars(select(Booking.ends_at)).one()
    clock.at = ends_at + timedelta(days=30)
    assert signed_in(scene.alice).get(where).status_code == 404
    with database.writing() as db:
        keep_periods(db, now=ends_at + timedelta(days=29, hours=23))
    assert len(kept(database)) == 1
    with database.writing() as db:
        keep_periods(db, now=ends_at + timedelta(days=30, hours=1))
    assert kept(database) == []


def test_the_eleventh_file_within_an_hour_waits(database: Database, scene: Scene, signed_in: SignedIn) -> None:
    bob, at = signed_in(scene.bob), page(database)
    answers = [give(bob, at, name=f"{number}.pdf").status_code for number in range(11)]
    assert answers == [303] * 10 + [429]
