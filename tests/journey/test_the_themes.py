"""Odile, in French, merges two themes and invites somebody to one that runs dry (F2, F3)."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Page, expect

from flashmeet.core.database.session import clock
from flashmeet.identity.models import Member
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import create_theme, find_theme
from tests.journey.house import House

pytestmark = pytest.mark.browser
LEA = "lea@example.org"


def set_the_scene(house: House) -> None:
    """Nobody mentors on taxes, and three people looked in vain; Léa, who does not mentor, knows all about it."""
    with house.database.writing() as db:
        now = clock(db)
        create_theme(db, names={"fr": "Impôts", "en": "Taxes"}, synonyms={"fr": ["TVA"]})
        create_theme(db, names={"fr": "Fiscalité", "en": "Tax"}, synonyms={"fr": ["fiscaliste"]})
        for name in ("Ana", "Ben", "Lea"):
            person = Member(
                email=f"{name.lower()}@example.org",
                first_name=name,
                last_name="Martin",
                headline="Fiscaliste depuis vingt ans" if name == "Lea" else "",
                graduation_year=2001,
                languages=["fr"],
                tzid="Europe/Paris",
                locale="fr",
                mentee=name != "Lea",
                approved=True,
                created_at=now,
            )
            db.add(person)
            db.flush()
            if name != "Lea":
                record_unmet_need(db, person, find_theme(db, "Impôts").id, UnmetCause.SEARCH, now=now)
        db.flush()
        odile = db.query(Member).filter_by(email="odile@example.org").one()
        odile.locale = "fr"


def test_odile_merges_two_themes_and_invites_somebody_to_a_dry_one(house: House) -> None:
    set_the_scene(house)
    with house.window(viewport={"width": 360, "height": 740}) as page:
        page.get_by_role("link", name="Sign in").first.click()
        house.sign_in(page, "odile@example.org")
        page.goto("/admin/themes")
        page.get_by_role("link", name="Impôts").click()
        page.get_by_label("Le fusionner dans").select_option(label="Fiscalité")
        page.get_by_role("button", name="Fusionner").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Fusionner « Impôts » dans « Fiscalité » ?")
        page.get_by_role("button", name="Fusionner").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Fiscalité")
        expect(page.get_by_text("Les deux thèmes n’en font plus qu’un.")).to_be_visible()
        merged = page.url.split("?")[0]

        page.goto("/admin")
        page.get_by_role("link", name="Trouver des mentors : Fiscalité", exact=True).click()
        expect(page).to_have_url(re.compile(re.escape(merged)))
        page.get_by_role("button", name="Inviter Lea Martin").click()
        expect(page.get_by_role("heading", name="Déjà invité·es")).to_be_visible()
        expect(page.get_by_role("button", name="Inviter Lea Martin")).to_have_count(0)
        barriers(page)
        for address in ("/admin", "/admin/themes"):
            page.goto(address)
            barriers(page)

    text = house.letter(LEA, 0).get_body(("plain",))
    assert text is not None
    words = text.get_content()
    assert "Quelqu’un a besoin de ce que vous savez." in words
    assert f"{house.base}/give/fiscalite" in words


def barriers(page: Page) -> None:
    """None for those who listen or see little, and nothing wider than the screen."""
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    assert found == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
