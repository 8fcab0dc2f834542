"""The privacy page says what is so: from the register, the configuration, and the contact that the network names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flashmeet.core.config import Config, TurnServer, Twilio
from flashmeet.core.config.servers import Imap, OAuthClient
from flashmeet.core.config.video import BigBlueButton, GoogleMeet, Jitsi
from flashmeet.core.database.engine import Database
from flashmeet.core.settings.entries import CONTACT_MAIL, CONTACT_NAME
from flashmeet.core.settings.models import PageText
from flashmeet.core.settings.service import decide
from flashmeet.i18n.catalogue import LOCALES, translations
from flashmeet.identity.models import Member
from flashmeet.privacy import wording
from flashmeet.privacy.rules.register import PURPOSES
from flashmeet.privacy.wording import third_parties
from flashmeet.setup.service.legal_texts import blanks_in, blanks_left
from tests import people
from tests.browsers import Browser
from tests.people import NOW

BLANK = "Contact: [email address]. See [our page](https://example.org)."


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True)


def said(config: Config) -> str:
    return " ".join(third_parties(config, "en"))


@pytest.fixture
def plain(tmp_path: Path) -> Config:
    return Config(
        env="development",
        instance=tmp_path,
        database_url="sqlite:///",
        secret_key="k" * 40,
        base_url="https://meet.example.org",
        mail_from="hours@example.org",
    )


def test_nobody_is_named_who_learns_nothing(plain: Config) -> None:
    text = said(plain)
    assert "never recorded" in text
    assert not [name for name in ("Twilio", "Google", "Microsoft", "Jitsi", "BigBlueButton", "relay") if name in text]


@pytest.mark.parametrize(
    ("change", "words", "never"),
    [
        ({"twilio": Twilio(account_sid="a", auth_token="t", sender="+1", base_url=None)}, "Twilio", "No SMS"),
        ({"turn": TurnServer(url="turn:turn.example.org:3478", secret="s")}, "turn.example.org", "Jitsi"),
        (
            {"turn": TurnServer(url="turn:one.example.org,turns:two.example.org?transport=tcp", secret="s")},
            "the relay one.example.org, two.example.org,",
            "turns:",
        ),
        (
            {"turn": TurnServer(url="turn:one.example.org,turns:two.example.org?transport=tcp", secret="s")},
            "the relay one.example.org, two.example.org,",
            "turns:",
        ),
        (
            {"video": "jitsi", "video_settings": Jitsi(url="https://jitsi.example.org", app_id="a", secret="s")},
            "jitsi.example.org",
            "never recorded",
        ),
        (
            {"video": "bigbluebutton", "video_settings": BigBlueButton(url="https://bbb.example.org", secret="s")},
            "bbb.example.org",
            "never recorded",
        ),
        ({"video": "google_meet", "video_settings": GoogleMeet()}, "Google Meet", "never recorded"),
        ({"google": OAuthClient(client_id="i", client_secret="s")}, "Google calendar", "Microsoft"),
        ({"microsoft": OAuthClient(client_id="i", client_secret="s")}, "Microsoft calendar", "Google"),
        (
            {"imap": Imap(host="imap.example.org", port=993, user="u", password="p", tls=True, folder="INBOX")},
            "imap.example.org",
            "Twilio",
        ),
    ],
)
def test_whoever_learns_something_is_named(plain: Config, change: dict[str, object], words: str, never: str) -> None:
    text = said(replace(plain, **change))  # type: ignore[arg-type]  # each is a field of Config
    assert words in text
    assert never not in text


def test_the_page_names_every_purpose_and_who_answers(database: Database, client: Browser) -> None:
    with database.writing() as db:
        decide(db, CONTACT_NAME.key, "Odile Roux")
        decide(db, CONTACT_MAIL.key, "odile@example.org")
    page = client.get("/privacy").get_data(as_text=True)
    say = translations("fr").gettext
    assert [each.key for each in PURPOSES if escaped(say(each.title)) not in page] == []
    for path in ("/privacy", "/legal", "/accessibility"):
        assert "Odile Roux (odile@example.org)" in client.get(path).get_data(as_text=True)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("'", "&#39;")


def test_the_networks_own_text_stays_above_what_is_kept(database: Database, client: Browser) -> None:
    with database.writing() as db:
        texts = dict.fromkeys(LOCALES, "Chez nous, tout est simple.")
        db.add(PageText(name="privacy", texts=texts, changed_at=NOW))
    page = client.get("/privacy").get_data(as_text=True)
    assert "Chez nous, tout est simple." in page
    assert escaped(translations("fr").gettext(wording.ELSE_NOBODY)) in page


def test_the_robots_mailbox_is_shown_to_nobody(
    client: Browser, config: Config, odile: Member, signed_in: Callable[[Member | int], Browser]
) -> None:
    for path in ("/privacy", "/legal", "/accessibility"):
        assert config.mail_from not in client.get(path).get_data(as_text=True)
    page = "/admin/settings/contact_mail"
    answer = signed_in(odile).send(page, {"value": config.mail_from.upper()}, page=page)
    assert answer.status_code == 422


def test_a_blank_is_text_in_brackets_and_no_link() -> None:
    assert blanks_in({"en": BLANK, "fr": "Rien."}) == ["[email address]"]


def test_blanks_are_shown_to_the_administrator_and_keep_the_network_closed(
    database: Database, odile: Member, signed_in: Callable[[Member | int], Browser]
) -> None:
    browser, page = signed_in(odile), "/admin/settings/joining"
    with database.writing() as db:
        db.add(PageText(name="legal", texts=dict.fromkeys(LOCALES, BLANK), changed_at=NOW))
    with database.reading() as db:
        assert [(each.page, each.first, each.count) for each in blanks_left(db)] == [("legal", "[email address]", 2)]
    assert "/admin/texts/legal" in browser.get("/admin").get_data(as_text=True)
    assert browser.send(page, {"value": "approval"}, page=page).status_code == 422
    with database.writing() as db:
        row = db.get_one(PageText, "legal")
        row.texts = dict.fromkeys(LOCALES, "Contact: odile@example.org.")
    assert "/admin/texts/legal" not in browser.get("/admin").get_data(as_text=True)
    assert browser.send(page, {"value": "approval"}, page=page).status_code == 303


def test_the_page_says_of_every_purpose_why_and_how_long_as_the_shipped_terms_promise(client: Browser) -> None:
    page = client.get("/privacy").get_data(as_text=True)
    say = translations("fr").gettext
    untold = [each.key for each in PURPOSES for words in (each.why, each.kept_for) if escaped(say(words)) not in page]
    assert untold == []
