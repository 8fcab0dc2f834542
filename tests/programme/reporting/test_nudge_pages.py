"""The pages of a nudge: what is seen before it leaves, the log, and the pause that is offered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.programme.models import Nudge
from flashmeet.programme.rules.nudges import UNDO, NudgeAbout, NudgeKind
from flashmeet.programme.service.nudges import Words, send_nudges
from flashmeet.schedule.models import Leave
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.programme.reporting.conftest import SignedIn


@pytest.fixture
def pair(database: Database) -> tuple[Member, Member]:
    with database.writing() as db:
        return people.mentor(db, "Alice", rules=()), people.member(db, "Bob", locale="en")


def count(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(Nudge)) or 0


def chosen(pair: tuple[Member, Member], **more: str) -> dict[str, object]:
    return {"who": [str(each.id) for each in pair], "about": "hours", **more}


def test_the_mail_is_seen_in_both_languages_and_nothing_is_written(
    database: Database, odile: Member, signed_in: SignedIn, pair: tuple[Member, Member]
) -> None:
    query = {**chosen(pair), "note": "Les <b>soirs</b> surtout"}
    page = signed_in(odile).get("/admin/nudges/new", query_string=query).get_data(as_text=True)
    assert "Une heure de vous, dans les semaines à venir" in page
    assert "An hour from you, in the coming weeks?" in page
    assert page.count("Les &lt;b&gt;soirs&lt;/b&gt; surtout") >= 3
    assert "Alice Exemple" in page
    assert "Bob Exemple" in page
    assert count(database) == 0


def test_sent_twice_it_is_written_once_and_one_can_be_taken_back(
    database: Database, odile: Member, signed_in: SignedIn, pair: tuple[Member, Member]
) -> None:
    browser = signed_in(odile)
    page = f"/admin/nudges/new?about=hours&who={pair[0].id}"
    assert browser.send("/admin/nudges", chosen(pair), page=page).location == "/admin/nudges?sent=2"
    log = browser.get("/admin/nudges?sent=2").get_data(as_text=True)
    assert log.count("Retirer le message à") == 2
    assert browser.send("/admin/nudges", chosen(pair), page="/admin/nudges").location == "/admin/nudges?sent=0"
    undo = re.search(r"/admin/nudges/\d+/undo", log)
    assert undo is not None
    assert browser.send(undo[0], page="/admin/nudges").status_code == 303
    log = browser.get("/admin/nudges").get_data(as_text=True)
    assert (log.count("Retirer le message à"), log.count("retiré avant l’envoi")) == (1, 1)
    with database.reading() as db:
        states = db.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == "nudge"))
        assert sorted(states) == ["dropped", "waiting"]


def test_too_late_is_said_in_words(
    database: Database, odile: Member, signed_in: SignedIn, pair: tuple[Member, Member]
) -> None:
    browser = signed_in(odile)
    browser.send("/admin/nudges", chosen(pair), page="/me/notifications")
    with database.writing() as db:
        nudge = db.scalars(select(Nudge)).first()
        assert nudge is not None
        db.query(OutboxMessage).filter_by(kind="nudge").update({"state": "sent"})
    answer = browser.send(f"/admin/nudges/{nudge.id}/undo", page="/me/notifications")
    assert answer.status_code == 409
    assert "déjà parti" in answer.get_data(as_text=True)


def test_who_ticked_nobody_is_asked_to_choose(odile: Member, signed_in: SignedIn) -> None:
    for query in ("", "?who=x", "?who=99999999999999999999"):
        answer = signed_in(odile).get(f"/admin/nudges/new{query}")
        assert answer.status_code == 422
        assert "Choisir des personnes" in answer.get_data(as_text=True)


def test_a_form_keeps_what_was_typed(odile: Member, signed_in: SignedIn, pair: tuple[Member, Member]) -> None:
    answer = signed_in(odile).send("/admin/nudges", chosen(pair, about="theme", note="Merci"), page="/me/notifications")
    assert answer.status_code == 422
    assert ">\nMerci</textarea>" in answer.get_data(as_text=True)


def test_who_could_help_with_a_theme_can_be_written_to(
    database: Database, odile: Member, signed_in: SignedIn, pair: tuple[Member, Member]
) -> None:
    query = chosen(pair, about="theme", theme="droit")
    page = signed_in(odile).get("/admin/nudges/new", query_string=query).get_data(as_text=True)
    assert "/give/droit" in page
    assert "Donneriez-vous une heure" in page


@pytest.fixture
def offer(database: Database, odile: Member, pair: tuple[Member, Member], links: Links) -> str:
    """The path of a pause that Alice is offered."""
    with database.writing() as db:
        (nudge,) = send_nudges(db, [pair[0].id], Words(NudgeAbout.HOURS), by=db.get_one(Member, odile.id), now=NOW)
        nudge.kind = NudgeKind.PAUSE_OFFER
        return f"/pause/{links.pause_token(nudge.id, nudge.nonce)}"


def test_a_pause_is_one_tap_without_a_sign_in_and_so_is_coming_back(
    database: Database, client: Browser, pair: tuple[Member, Member], offer: str
) -> None:
    assert client.get(offer).status_code == 200
    with database.reading() as db:
        assert db.get_one(Member, pair[0].id).paused_until is None
    assert client.send(offer, {"answer": "pause"}, page=offer).status_code == 303
    assert "Je suis de retour" in client.get(offer).get_data(as_text=True)
    with database.reading() as db:
        assert db.get_one(Member, pair[0].id).paused_until == NOW + timedelta(days=91)
        assert db.scalar(select(func.count()).select_from(Leave).where(Leave.pause)) == 1
    client.send(offer, {"answer": "back"}, page=offer)
    with database.reading() as db:
        assert db.get_one(Member, pair[0].id).paused_until is None


def test_a_second_tap_does_not_prolong_a_pause(
    database: Database, client: Browser, clock: Clock, pair: tuple[Member, Member], offer: str
) -> None:
    client.send(offer, {"answer": "pause"}, page=offer)
    clock.move(days=30)
    client.send(offer, {"answer": "pause"}, page="/sign-in")
    with database.reading() as db:
        assert db.get_one(Member, pair[0].id).paused_until == NOW + timedelta(days=91)


def test_a_forged_link_somebody_elses_and_one_that_was_taken_back_open_nothing(  # pytest names arguments
    database: Database,
    client: Browser,
    signed_in: SignedIn,
    pair: tuple[Member, Member],
    offer: str,
) -> None:
    assert client.get(offer[:-1] + ("0" if offer[-1] != "0" else "1")).status_code == 404
    assert client.get("/pause/x").status_code == 404
    assert signed_in(pair[1]).get(offer).status_code == 404
    assert client.send(offer, {"answer": "else"}, page=offer).status_code == 422
    with database.writing() as db:
        db.query(Nudge).update({"undone_at": NOW + UNDO})
    assert client.get(offer).status_code == 404
