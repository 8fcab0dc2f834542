"""Nobody's hour suits: a mentor answers from the mail, a theme asks on, in French, on real parts (F6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Page, expect
from sqlalchemy import select

from flashmeet.identity.models import Member, MentorTheme
from flashmeet.requests.service.create import Asking, ask
from tests.journey.house import House, words_of
from tests.people import law

pytestmark = pytest.mark.browser
SVEN, LENA, MILO = "sven@example.org", "lena@example.org", "milo@example.org"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def people(house: House) -> None:
    """Sven and Lena help with law and give no hours; Milo looks for somebody. All three read French."""
    with house.database.writing() as db:
        for email, mentors in ((SVEN, True), (LENA, True), (MILO, False)):
            name = email.split("@", maxsplit=1)[0].capitalize()
            person = Member(
                email=email,
                first_name=name,
                last_name="Duval",
                headline="Avocat en droit social" if mentors else "",
                languages=["fr"],
                tzid="Europe/Paris",
                locale="fr",
                mentor=mentors,
                mentee=not mentors,
                approved=True,
                created_at=datetime.now(UTC),
            )
            if mentors:
                person.offers.append(MentorTheme(theme_id=law(db).id, proof="Contrats et statuts, chaque semaine"))
            db.add(person)


def member_id(house: House, email: str) -> int:
    with house.database.reading() as db:
        return db.scalars(select(Member.id).where(Member.email == email)).one()


def barriers(page: Page) -> None:
    """None for those who listen or see little, and nothing wider than the screen."""
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def typed(hour: int, days: int = 6) -> str:
    return f"{(datetime.now(UTC) + timedelta(days=days)):%Y-%m-%d}T{hour:02}:00"


@pytest.mark.usefixtures("people")
def test_a_mentor_without_free_hours_is_asked_and_accepts_from_the_mail(house: House) -> None:
    with house.window(viewport=PHONE, locale="fr-FR") as page:
        page.goto(f"/mentors/{member_id(house, SVEN)}")
        page.get_by_label("Votre adresse e-mail").fill(MILO)
        page.get_by_role("button", name="code").click()
        page.get_by_label("Code à six chiffres").fill(house.code(MILO, 0))
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("link", name="Demander à Sven").click()
        barriers(page)
        page.get_by_label("Votre question").fill("Ma clause de non-concurrence tient-elle ?")
        page.locator("[name=when][value=mine]").check()
        page.get_by_label("Horaire 1").fill(typed(18))
        page.get_by_label("Horaire 2").fill(typed(12, days=7))
        page.get_by_role("button", name="Demander à Sven").click()
        expect(page.get_by_text("Sven a reçu votre demande.")).to_be_visible()
        barriers(page)

        mail = words_of(house.letter(SVEN, 0))
        links = re.findall(r"http://\S+/asked/\S+", mail)
        assert "Touchez un horaire" in mail and len(links) == 5  # two times, and three other answers
        with house.window(viewport=PHONE, locale="fr-FR", scripts=False) as other:
            other.goto(links[1])
            other.get_by_role("button", name=re.compile(r"Accepter .* 12:00 \(Paris\)")).click()
            expect(other.get_by_text("Merci : c’est convenu.")).to_be_visible()

        assert [each.words for each in house.invites(MILO, 1)] == ["REQUEST CONFIRMED 0"]
        page.reload()
        expect(page.get_by_text("C’est convenu.")).to_be_visible()


@pytest.mark.usefixtures("people")
def test_a_theme_is_asked_and_whoever_says_yes_first_has_it(house: House) -> None:
    known = {email: len(house.mail.to(email)) for email in (SVEN, LENA, MILO)}
    with house.window(viewport=PHONE, locale="fr-FR") as page:
        page.goto("/requests/new?theme=droit&need=Relire+mes+statuts")
        page.get_by_label("Votre adresse e-mail").fill(MILO)
        page.get_by_role("button", name="code").click()
        page.get_by_label("Code à six chiffres").fill(house.code(MILO, known[MILO]))
        page.get_by_role("button", name="Se connecter").click()
        page.locator("[name=when][value=theirs]").check()
        page.get_by_role("button", name="Demander aux mentors du thème").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Droit")

        link = re.findall(r"http://\S+/asked/\S+", words_of(house.letter(LENA, known[LENA])))[0]
        with house.window(viewport=PHONE, locale="fr-FR") as other:
            other.goto(link)
            barriers(other)
            other.get_by_label("Horaire 1").fill(typed(9, days=8))
            other.get_by_role("button", name="Proposer", exact=True).click()
            expect(other.get_by_text("Milo a vos horaires et en choisit un.")).to_be_visible()

        proposed = words_of(house.letter(MILO, known[MILO] + 1))
        page.goto(re.findall(r"http://\S+/asking/\S+", proposed)[0])
        page.get_by_role("button", name=re.compile(r"09:00 \(Paris\)")).click()
        expect(page.get_by_text("C’est convenu.")).to_be_visible()
        agreed = house.invites(LENA, 1)[-1]
        for who in (LENA, MILO):  # both mails are there before anybody counts again
            assert house.invites(who, 1, uid=agreed.uid)[-1].words == "REQUEST CONFIRMED 0"


class Taps:
    """Counts what a person does after they opened the mail; the link in it is the first."""

    def __init__(self, page: Page, link: str) -> None:
        self.page, self.count = page, 1
        page.goto(link)

    def tap(self, name: str | re.Pattern[str]) -> None:
        self.count += 1
        self.page.get_by_role("button", name=name).click()


@pytest.mark.usefixtures("people")
def test_from_the_mail_everything_takes_two_taps_and_no_sign_in(house: House) -> None:
    """A question before the answer, its reply, a yes: each by its link and one button."""
    known = {email: len(house.mail.to(email)) for email in (LENA, MILO)}
    with house.database.writing() as db:
        milo, lena = (db.scalars(select(Member).where(Member.email == email)).one() for email in (MILO, LENA))
        at = (datetime.now(UTC) + timedelta(days=9)).replace(hour=12, minute=0, second=0, microsecond=0)
        wanted = Asking(theme="droit", need="Quel statut ?", mentor_id=lena.id, times=(at,))
        ask(db, milo, wanted, now=datetime.now(UTC))
    mail = words_of(house.letter(LENA, known[LENA]))
    with house.window(viewport=PHONE, locale="en-GB") as page:  # whose links speak French
        lena_asks = Taps(page, re.findall(r"http://\S+/asked/\S+act=ask", mail)[0])
        barriers(page)
        page.get_by_label("Votre question à Milo").fill("SAS ou SARL ?")
        lena_asks.tap("Envoyer la question")
        expect(page.get_by_text("SAS ou SARL ?")).to_be_visible()
        barriers(page)

        asked = words_of(house.letter(MILO, known[MILO]))
        assert "SAS ou SARL ?" in asked
        milo_replies = Taps(page, re.findall(r"http://\S+/asking/\S+", asked)[0])
        barriers(page)
        page.get_by_label("Votre réponse à Lena").fill("SAS, à deux.")
        milo_replies.tap("Envoyer")
        expect(page.get_by_text("SAS, à deux.")).to_be_visible()

        replied = words_of(house.letter(LENA, known[LENA] + 1))
        assert "SAS, à deux." in replied
        lena_accepts = Taps(page, re.findall(r"http://\S+/asked/\S+at=\S+", replied)[0])
        lena_accepts.tap(re.compile("^Accepter"))
        expect(page.get_by_text("Merci : c’est convenu.")).to_be_visible()
    assert {each.count for each in (lena_asks, milo_replies, lena_accepts)} == {2}
