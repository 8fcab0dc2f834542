"""A word without end makes no page wider than a phone, wherever a member has written it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from flashmeet.identity.models import Member, MentorTheme
from tests.journey.house import House

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
ENDLESS = "linkedin.com/in/mariechristinedelachapellesaintandre" * 2
TEXTS = ("first_name", "last_name", "headline", "company", "sector", "degree", "offering", "seeking")


@contextmanager
def endless_words(house: House) -> Iterator[None]:
    """Everybody but the administrator has written nothing else; afterwards what they had."""
    with house.database.writing() as db:
        people = db.scalars(select(Member).where(~Member.administrator)).all()
        proofs = db.scalars(select(MentorTheme)).all()
        before = {each.id: {name: getattr(each, name) for name in TEXTS} for each in people}
        proved = {(each.mentor_id, each.theme_id): each.proof for each in proofs}
        for each in people:
            for name in TEXTS:
                setattr(each, name, ENDLESS[: 100 if name.endswith("name") else 200])
        for offer in proofs:
            offer.proof = ENDLESS
    try:
        yield
    finally:
        with house.database.writing() as db:
            for each in db.scalars(select(Member).where(Member.id.in_(before))):
                for name, text in before[each.id].items():
                    setattr(each, name, text)
            for offer in db.scalars(select(MentorTheme)):
                offer.proof = proved[offer.mentor_id, offer.theme_id]


def too_wide(page: Page, address: str) -> list[str]:
    """Names what is cut off at the right edge, if anything makes the page scroll sideways."""
    page.goto(address)
    if not page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        return []
    guilty: list[str] = page.evaluate(
        "[...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)"
        ".map((each) => `${each.tagName}.${each.className}`)"
    )
    return [f"{address}: {', '.join(guilty)}"]


@pytest.mark.timeout(300)
def test_an_endless_word_widens_no_page(house: House) -> None:
    with house.window(viewport=PHONE) as page:
        page.get_by_role("link", name="Sign in").first.click()
        house.sign_in(page, "noe@example.org")
        page.goto("/search?need=droit")
        page.locator(".hour .chip-large").last.click()
        page.locator("textarea[name=need]").fill(ENDLESS)
        page.get_by_role("button", name="Book this hour").click()
        expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
        booking = page.url
        with endless_words(house):
            page.goto("/search?need=droit")
            slot = page.locator(".hour .chip-large").first.get_attribute("href") or ""
            mentor = page.locator(".hour-name a").first.get_attribute("href") or ""
            addresses = ["/", "/search?need=droit", f"/search?need={ENDLESS}", slot, mentor, "/me", "/me/profile"]
            found = [too_wide(page, each) for each in (*addresses, booking, f"{booking}/move", f"{booking}/cancel")]
            with house.window(viewport=PHONE) as desk:
                desk.get_by_role("link", name="Sign in").first.click()
                house.sign_in(desk, "odile@example.org")
                lists = ("/admin/members", "/admin/registrants", "/admin/balance", "/admin/themes")
                found += [too_wide(desk, each) for each in lists]
    assert [each for some in found for each in some] == []
