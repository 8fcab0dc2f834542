"""From an empty database to the first booked hour, in French, by people who know nothing of it but the pages."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from flashmeet.messages.models import OutboxMessage
from flashmeet.outreach.models import CampaignPerson
from flashmeet.outreach.service.campaigns import sending_hours
from flashmeet.outreach.service.sending import send_campaigns
from tests.journey.house import House, empty_house
from tests.journey.members_list import MENTEE, MENTOR, ROWS, WRONG, school_workbook

pytestmark = pytest.mark.browser
ODILE = "odile@ecole.example"
PHONE = {"width": 390, "height": 844}
MOST_CLICKS = 60


@dataclass(slots=True)
class Taps:
    """Counts what people click, and how long it takes; `pictures` is a folder for the pages they see, where asked."""

    began: float = field(default_factory=time.monotonic)
    clicks: int = 0
    by_step: dict[str, tuple[int, int]] = field(default_factory=dict)
    pictures: str = os.environ.get("FLASHMEET_JOURNEY_PICTURES", "")

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def done(self, step: str, page: Page) -> None:
        self.by_step[step] = (self.clicks, round(time.monotonic() - self.began))
        if self.pictures:
            page.screenshot(path=Path(self.pictures) / f"{len(self.by_step)}-{step}.png", full_page=True)


@pytest.fixture(scope="module")
def house(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with empty_house(chromium, tmp_path_factory.mktemp("empty"), administrator=ODILE) as house:
        yield house


def test_from_an_empty_server_to_the_first_booked_hour(house: House, tmp_path: Path) -> None:
    taps = Taps()
    with house.window(locale="fr-FR", viewport={"width": 1280, "height": 900}) as page:
        _odile_comes_in(house, page, taps)
        _names_the_network(page, taps)
        _takes_starter_themes(page, taps)
        _lets_mentors_come_first(page, taps)
        _imports(page, tmp_path, taps)
        _invites_mentors(page, taps)
    _on_a_working_day(house)
    with house.window(locale="fr-FR", viewport=PHONE) as page:
        _mentor_opens_hours(house, page, taps)
    with house.window(locale="fr-FR", viewport=PHONE) as page:
        _mentee_waits(house, page)
    with house.window(locale="fr-FR") as page:
        _odile_opens_to_mentees(house, page, taps)
    with house.window(locale="fr-FR", viewport=PHONE) as page:
        _mentee_books(house, page, taps)
    assert len(house.invites(MENTEE, 1)) == 1
    assert taps.clicks <= MOST_CLICKS, json.dumps(taps.by_step)
    print(json.dumps(taps.by_step))


def _enter(house: House, page: Page, email: str, taps: Taps) -> None:
    """From the front page, by the code that comes by mail."""
    taps.click(page.get_by_role("link", name="Se connecter").first)
    before = len(house.mail.to(email))
    page.get_by_label("Votre adresse e-mail").fill(email)
    taps.click(page.get_by_role("button", name="Recevoir le code"))
    page.locator("#field-code").fill(house.code(email, before))
    taps.click(page.locator("form.sign-in button[type=submit]").first)


def _odile_comes_in(house: House, page: Page, taps: Taps) -> None:
    _enter(house, page, ODILE, taps)
    expect(page).to_have_url(re.compile(r"/setup"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    taps.done("entree", page)


def _names_the_network(page: Page, taps: Taps) -> None:
    taps.click(page.locator("#name a.btn"))
    page.locator("main form input[type=text]").first.fill("Les anciens de l’école")
    taps.click(page.locator("main form button[type=submit]").first)
    page.goto("/setup")
    expect(page.locator("#name")).to_contain_text("Les anciens de l’école")
    taps.done("nom", page)


def _takes_starter_themes(page: Page, taps: Taps) -> None:
    taps.click(page.locator("#themes form button[type=submit]").last)
    expect(page.locator("#themes")).not_to_contain_text("à faire")
    taps.done("themes", page)


def _lets_mentors_come_first(page: Page, taps: Taps) -> None:
    taps.click(page.locator("#launch button[type=submit]"))
    expect(page.locator("#launch a.btn")).to_be_visible()
    taps.done("mentors-d-abord", page)


def _imports(page: Page, folder: Path, taps: Taps) -> None:
    """Their list as it is: 488 people come, and the twelve wrong rows go back as a file."""
    book = folder / "annuaire.xlsx"
    book.write_bytes(school_workbook())
    taps.click(page.locator("#people a.btn"))
    page.locator("#field-file").set_input_files(book)
    taps.click(page.get_by_role("button", name="Regarder le fichier"))
    columns = page.get_by_role("heading", name="Ce que contient chaque colonne")
    expect(columns).to_be_visible()
    taps.done("colonnes", page)
    taps.click(page.locator("main form button[type=submit]").last)
    figures = page.locator("ul.figures")
    expect(figures).to_contain_text(str(ROWS - WRONG), timeout=60_000)
    expect(figures).to_contain_text(str(WRONG))
    taps.done("apercu", page)
    taps.click(page.locator("main form button[type=submit]").last)
    expect(page.get_by_role("heading", name="Le fichier est importé")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        taps.click(page.locator("a[href$='left-out.xlsx']").first)
    assert download.value.path().stat().st_size > 1_000
    taps.done("import", page)


def _invites_mentors(page: Page, taps: Taps) -> None:
    page.goto("/admin/outreach/new?role=mentor&never=yes")
    expect(page.locator("#letters")).to_be_visible()
    taps.click(page.locator("form[action$='/admin/outreach'] button.btn-primary, #letters + * button.btn-primary").last)
    expect(page).to_have_url(re.compile(r"/admin/outreach/\d+"))
    taps.done("invitations", page)


def _on_a_working_day(house: House) -> None:
    """The mails of the campaign leave in working hours; here the next of these are now."""
    now = datetime.now(UTC)
    with house.database.writing() as db:
        db.execute(update(CampaignPerson).values(due_at=now))
        open_at = sending_hours(db).next_open(now)
    for _ in range(4):
        with house.database.writing() as db:
            send_campaigns(db, now=open_at)
    with house.database.writing() as db:
        db.execute(update(OutboxMessage).where(OutboxMessage.kind == "invited").values(due_at=now, not_after=None))


def _mentor_opens_hours(house: House, page: Page, taps: Taps) -> None:
    letter = house.letter(MENTOR, 0).get_body(("plain",))
    assert letter is not None
    assert MENTOR in letter.get_content()
    _enter(house, page, MENTOR, taps)
    page.goto("/me/availability")
    for day in range(7):
        taps.click(page.locator(f"#day-{day} [data-add]"))
        page.locator(f"[name=start-{day}]").fill("18:00")
        page.locator(f"[name=end-{day}]").fill("20:00")
    taps.click(page.get_by_role("button", name="Enregistrer").last)
    expect(page).to_have_url(re.compile(r"/me/availability"))
    taps.done("heures", page)


def _mentee_waits(house: House, page: Page) -> None:
    """Until the network opens, a mentee reads that it opens soon."""
    _enter(house, page, MENTEE, Taps())
    page.goto("/search?need=Relire+mes+statuts")
    expect(page.get_by_role("heading", level=1)).to_have_text("L’ouverture est proche")


def _odile_opens_to_mentees(house: House, page: Page, taps: Taps) -> None:
    _enter(house, page, ODILE, taps)
    page.goto("/setup")
    taps.click(page.locator("#launch a.btn"))
    taps.click(page.locator("main form button[type=submit]").first)
    expect(page).to_have_url(re.compile(r"/setup"))
    taps.done("ouverture", page)


def _mentee_books(house: House, page: Page, taps: Taps) -> None:
    _enter(house, page, MENTEE, taps)
    page.goto("/search?need=Relire+les+statuts+de+mon+entreprise")
    taps.click(page.locator("main a.chip").first)
    taps.click(page.get_by_role("button", name=re.compile("^Réserver")).first)
    expect(page.get_by_role("status").first).to_contain_text("réservé")
    expect(page).to_have_title(re.compile("réservé"))
    taps.done("reservation", page)
