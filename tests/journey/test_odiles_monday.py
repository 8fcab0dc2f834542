"""Odile's Monday, in French: from the mail to five things, to people, to a mail that she takes back (F4, F7)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from flashmeet.core.database.session import clock
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.programme.rules.to_do import digest_week
from flashmeet.programme.service.to_do import send_digests
from tests.journey.house import House
from tests.journey.test_the_themes import barriers

pytestmark = pytest.mark.browser
ODILE, NADIA, PAUL = "odile@example.org", "nadia@example.org", "paul@example.org"


def set_the_scene(house: House) -> None:
    """Nadia and Paul mentor, and nobody can book them."""
    with house.database.writing() as db:
        now = clock(db)
        odile = db.scalars(select(Member).where(Member.email == ODILE)).one()
        odile.locale = "fr"
        for email in (NADIA, PAUL):
            person = Member(
                email=email,
                first_name=email.partition("@")[0].title(),
                last_name="Abadie",
                languages=["fr"],
                tzid="Europe/Paris",
                locale="fr",
                mentor=True,
                approved=True,
                created_at=now,
                signed_in_at=now - timedelta(days=60),
            )
            db.add(person)


def monday_comes(house: House) -> None:
    """As if it were eight o'clock on the last Monday. On a Monday the worker has sent this week's mail before."""
    with house.database.writing() as db:
        db.execute(delete(OutboxMessage).where(OutboxMessage.kind == "digest"))
        weeks = [digest_week(clock(db) - timedelta(days=days), "Europe/Paris") for days in (0, 7)]
        send_digests(db, now=next(week.opens for week in weeks if week.opens <= clock(db)))
        row = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "digest")).one()
        row.not_after = None


def a_minute_passes(house: House) -> datetime:
    """What waits to be taken back is due."""
    with house.database.writing() as db:
        now = clock(db)
        for row in db.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "nudge", OutboxMessage.state == "waiting")
        ):
            row.due_at = now
        return now


def test_odile_reads_her_monday_mail_writes_to_two_and_takes_one_back(house: House) -> None:
    set_the_scene(house)
    before = len(house.mail.to(ODILE))
    monday_comes(house)
    letters = (house.letter(ODILE, number) for number in count(before))
    letter = next(each for each in letters if re.match("Lundi : (une chose|\\d choses) à faire", each["Subject"]))
    text = letter.get_body(("plain",))
    assert text is not None
    link = re.search(rf"{re.escape(house.base)}/admin(?=\s)", text.get_content())
    assert link is not None
    assert f"{house.base}/admin/registrants?only=idle" in text.get_content()

    with house.window(viewport={"width": 360, "height": 740}) as page:
        page.goto(link[0])
        house.sign_in(page, ODILE)
        expect(page.locator("h2#first")).to_be_visible()
        barriers(page)
        page.get_by_role("link", name=re.compile("aucune heure ouverte")).first.click()
        _write_to_two(page)
        page.get_by_role("button", name="Retirer le message à Paul Abadie").click()
        expect(page.get_by_role("button", name="Retirer le message à Paul Abadie")).to_have_count(0)
        expect(page.get_by_role("button", name="Retirer le message à Nadia Abadie")).to_be_visible()
        page.goto("/admin/reports")
        barriers(page)

    a_minute_passes(house)
    words = house.letter(NADIA, 0).get_body(("plain",))
    assert words is not None
    assert "Vous nous manquez le mardi soir." in words.get_content()
    assert f"{house.base}/me/availability" in words.get_content()
    assert house.mail.to(PAUL) == []


def _write_to_two(page: Page) -> None:
    """From the list to the log."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Inscrit·es")
    barriers(page)
    for name in ("Nadia Abadie", "Paul Abadie"):
        page.get_by_role("checkbox", name=re.compile(name)).check()
    page.get_by_role("button", name="Écrire aux personnes cochées").click()
    page.get_by_label("Quelques mots de vous").fill("Vous nous manquez le mardi soir.")
    page.get_by_role("button", name="Revoir l’aperçu du message").click()
    expect(page.get_by_text("An hour from you, in the coming weeks?")).to_be_visible()
    barriers(page)
    page.get_by_role("button", name="Envoyer à 2 personnes").click()
    expect(page.get_by_role("status")).to_contain_text("2 messages partent dans une minute")
    barriers(page)
