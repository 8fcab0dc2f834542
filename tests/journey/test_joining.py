"""A graduate joins by invitation on a phone, in French, and is a mentor whom others can book."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.journey.house import House, open_house

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
NADIA = "nadia@ecole.example"


@pytest.fixture(scope="module")
def house(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of their own: a mentor who moves in changes what others find."""
    with open_house(chromium, tmp_path_factory.mktemp("joining")) as house:
        yield house


def test_a_graduate_joins_by_invitation_and_becomes_a_bookable_mentor(house: House) -> None:
    way = _invitation(house)
    with house.window(locale="fr-FR", viewport=PHONE) as page:
        page.goto(way)
        _introduce(page)
        _prove(house, page)
        _promise(page)
        expect(page).to_have_url(re.compile(r"/welcome/mentor/done(#promise)?$"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Vos heures sont ouvertes")
        _looks_right(page)
        page.goto("/me/profile")
        expect(page.get_by_role("progressbar")).to_be_visible()
        _looks_right(page)
    with house.window() as page:
        page.get_by_role("link", name="Sign in").first.click()
        house.sign_in(page, "noe@example.org")
        page.goto("/search?need=droit")
        expect(page.get_by_role("link", name="Nadia Morel").first).to_be_visible()


def _invitation(house: House) -> str:
    """Made by the administrator, on the page, for mentors who can be booked at once."""
    with house.window() as page:
        page.get_by_role("link", name="Sign in").first.click()
        house.sign_in(page, "odile@example.org")
        page.goto("/admin/joining")
        page.get_by_label("Who it’s for").fill("Class of 2026")
        page.get_by_label("Mentors who join with it can be booked at once").check()
        page.get_by_role("button", name="Create the link").click()
        return page.locator(".invite-link").first.inner_text()


def _introduce(page: Page) -> None:
    _looks_right(page)
    page.get_by_label("Prénom").fill("Nadia")
    page.get_by_label("Nom", exact=True).fill("Morel")
    page.get_by_label("Votre adresse e-mail").fill(NADIA)
    page.get_by_label(re.compile("Année de diplôme|Promotion")).fill("2021")
    page.get_by_role("radio", name=re.compile("^pour les deux")).check(force=True)
    page.get_by_label("J’ai 18 ans ou plus.").check()
    page.get_by_role("button", name="Recevoir le code").click()


def _prove(house: House, page: Page) -> None:
    expect(page).to_have_url(re.compile("/welcome/code$"))
    _looks_right(page)
    body = house.letter(NADIA, 0).get_body(("plain",))
    assert body is not None
    code = re.search(r"\b\d{6}\b", body.get_content())
    assert code is not None
    page.locator("#field-code").fill(code[0])
    page.locator("form.sign-in button").click()


def _promise(page: Page) -> None:
    expect(page).to_have_url(re.compile("/welcome/mentor$"))
    page.get_by_role("button", name="Voilà ce que je donne").click()  # no theme yet: that is no end
    expect(page.locator("#error-summary")).to_contain_text("Thèmes")
    _looks_right(page)
    page.get_by_label("Droit", exact=True).check()
    page.get_by_label(re.compile("Droit$")).last.fill("Juriste dans une jeune entreprise")
    page.locator("[name=hours_a_month][value='4']").check(force=True)
    page.locator("[name=months_off][value='8']").check(force=True)
    page.get_by_role("button", name="Voir les heures").click()
    expect(page.locator(".promise")).to_contain_text("mardi et jeudi, de 18:00 à 20:00")
    expect(page.locator(".promise")).to_contain_text("4\u00a0heures par mois")
    expect(page.locator(".own-hours time").first).to_be_visible()
    _looks_right(page)
    page.get_by_role("button", name="Voilà ce que je donne").click()


def _looks_right(page: Page) -> None:
    """No wider than the phone, and without a barrier."""
    page.wait_for_load_state("load")  # its style sheets too
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
    found = [(each["id"], node["html"]) for each in Axe().run(page).response["violations"] for node in each["nodes"]]
    assert found == [], page.url
