"""What people read: their language, their wall time, one button, safe text (ux, acceptance A4, A5, B2, C5, F2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashmeet.core.links import Links
from flashmeet.core.settings.colours import LIGHT_INK, READABLE, contrast, dark_shades, light_shades
from flashmeet.core.settings.values import OUR_ACCENT, OUR_ACCENT_DARK, NetworkSettings
from flashmeet.messages.rendering.facts import INVITE_WRITERS
from flashmeet.messages.rendering.gsm import is_gsm, segments
from flashmeet.messages.rendering.ics import calendar_file
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.invites import Invite
from flashmeet.messages.rules.kinds import KINDS
from tests.links import MEMBER_LINKS
from tests.loops import for_each
from tests.messages.adapters.samples import BY_SMS, EVERY, LINKS, MAIL_FROM, outgoing, renderer, session_payload
from tests.thoroughness import tries

LOCALES = ("en", "fr")
JOIN = LINKS.join(12, "nonce")
TOLD_OF = (12, "nonce", datetime(2027, 7, 1, 16, tzinfo=UTC))


class Page(HTMLParser):
    """The text, the links, the buttons and the tags of an HTML mail."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.buttons, self.tags = "", list[str](), list[str](), set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "a":
            self.links.append(given["href"] or "")
            self.buttons += [given["href"] or ""] if given.get("class") == "button" else []

    def handle_data(self, data: str) -> None:
        self.text += data


@for_each("locale", LOCALES)
@for_each("name", EVERY)
def test_every_kind_is_written_in_every_language(name: str, locale: str) -> None:
    kind, payload = EVERY[name]
    mail = renderer().mail(outgoing(kind, payload, locale=locale))

    assert mail.subject and "\n" not in mail.subject and len(mail.subject) <= 160
    assert "!" not in mail.subject + mail.text and "%(" not in mail.subject + mail.text + mail.html
    assert (mail.invite is not None) is (kind in INVITE_WRITERS)
    page = Page(mail.html)
    assert len(page.buttons) == (0 if KINDS[kind].speaks_of == "code" else 1)
    assert not page.tags & {"img", "script", "link", "form"}
    assert f'lang="{locale}"' in mail.html


@for_each("locale", LOCALES)
@for_each("name", BY_SMS)
def test_every_kind_that_leaves_by_sms_is_written_in_every_language(name: str, locale: str) -> None:
    kind, payload = BY_SMS[name]
    text = renderer().sms(outgoing(kind, payload, channel="sms", locale=locale))

    assert text and "\n" not in text and "%(" not in text
    assert segments(text) <= 2
    assert kind == "phone_code" or len(re.findall(r"https://\S+", text)) >= 1


@for_each("name", [name for name, (kind, _) in EVERY.items() if KINDS[kind].speaks_of != "code"])
def test_text_and_html_carry_the_same_links(name: str) -> None:
    kind, payload = EVERY[name]
    mail = renderer().mail(outgoing(kind, payload))

    assert set(Page(mail.html).links) == set(re.findall(r"https://\S+", mail.text))


def test_a_booked_hour_carries_its_page_the_call_and_the_ways_to_change_it() -> None:
    mail = renderer().mail(outgoing(*EVERY["booked, mentee"]))

    page, (seat_id, nonce, at) = LINKS.booking(7), TOLD_OF
    changes = {LINKS.mailed_move(seat_id, nonce, at), LINKS.mailed_cancel(seat_id, nonce, at)}
    assert set(Page(mail.html).links) == {page, JOIN, LINKS.running_late(seat_id, nonce, at), *changes, LINKS.home()}
    assert Page(mail.html).buttons == [page]
    assert "The link opens Thu 1 Jul, 11:45 (New York)." in mail.text


def written(entry: Invite) -> str:
    return calendar_file(entry).decode()


def test_the_entry_for_a_calendar_has_the_door_as_its_place_and_no_other_link_that_acts() -> None:
    """Calendars are shared (decision 047)."""
    entries = {name: renderer().mail(outgoing(*sample)).invite for name, sample in EVERY.items()}
    for name, entry in entries.items():
        for line in (written(entry).replace("\r\n ", "") if entry else "").splitlines():
            acting = [each.path for each in MEMBER_LINKS if each.path in line]
            assert acting in ([], ["/join/"]), (name, line)
            assert not acting or line.startswith("LOCATION:"), (name, line)
    assert any(entry is not None and "/join/" in entry.location for entry in entries.values())


def test_the_reminders_button_is_the_call() -> None:
    assert Page(renderer().mail(outgoing(*EVERY["reminder"])).html).buttons == [JOIN]


@pytest.mark.parametrize("name", ["pending", "request", "cancelled by me", "declined", "booked, phone"])
def test_no_link_to_a_call_that_will_not_be(name: str) -> None:
    mail = renderer().mail(outgoing(*EVERY[name]))

    assert "/join/" not in mail.text + mail.html


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("booked, mentee", "Your hour with Karim is booked."),
        ("booked, mentor", "Camille has booked an hour with you."),
        ("moved by me", "You moved your hour with Karim."),
        ("moved by the other", "Karim moved your hour."),
        ("cancelled by me", "You cancelled your hour with Karim."),
        ("cancelled by the other", "Karim cancelled your hour."),
        ("withdrawn", "Camille withdrew the request."),
    ],
)
def test_the_first_line_says_who_did_what(name: str, headline: str) -> None:
    assert renderer().mail(outgoing(*EVERY[name])).text.splitlines()[0] == headline


def test_times_are_the_recipients_own_and_the_others_stand_beside_them_where_they_differ() -> None:
    payload = session_payload(action="booked")

    in_new_york = renderer().mail(outgoing("invite", payload, tzid="America/New_York", locale="fr"))
    in_brussels = renderer().mail(outgoing("invite", payload, tzid="Europe/Brussels", locale="fr"))

    assert "jeu. 1er juil., 12:00–\u206013:00 (New York)" in in_new_york.text
    assert "jeu. 1er juil., 18:00–\u206019:00 (Paris)" in in_new_york.text
    assert "jeu. 1er juil., 18:00–\u206019:00 (Bruxelles)" in in_brussels.text
    assert "Paris" not in in_brussels.text


def test_the_two_hours_that_a_clock_shows_twice_are_told_apart() -> None:
    def told(start: str) -> tuple[str, str, str]:
        payload = session_payload(starts_at=start, ends_at=start.replace(":00+", ":45+"))
        message = outgoing("reminder_hour", payload, tzid="Europe/Paris")
        mail = renderer().mail(message)
        return mail.text, Page(mail.html).text, renderer().sms(message)

    first, second = told("2027-10-31T00:00:00+00:00"), told("2027-10-31T01:00:00+00:00")

    assert all("02:00 UTC+2" in text for text in first)
    assert all("02:00 UTC+1" in text for text in second)


def test_a_regulated_theme_says_what_the_hour_is_not() -> None:
    sentence = "A conversation between peers, not professional advice."

    for name, said in (("booked, regulated", True), ("booked, mentee", False)):
        mail = renderer().mail(outgoing(*EVERY[name]))
        assert (sentence in mail.text, sentence in mail.html) == (said, said)


def test_a_moved_hour_says_when_it_was() -> None:
    assert "Previously: Wed 30 Jun, 12:00 (New York)." in renderer().mail(outgoing(*EVERY["moved by me"])).text


def test_the_code_stands_in_the_subject_and_on_a_line_of_its_own() -> None:
    mail = renderer().mail(outgoing(*EVERY["code"]))

    assert "042917" in mail.subject and "042917" in mail.text.splitlines() and ">042917<" in mail.html


@pytest.mark.parametrize("name", EVERY)
def test_a_mail_wears_the_colours_of_its_network(name: str) -> None:
    chosen = NetworkSettings(accent="#0b5394", accent_dark="#9fc5e8")
    html = Renderer(LINKS, MAIL_FROM, "Réseau", lambda: chosen).mail(outgoing(*EVERY[name])).html

    assert not {OUR_ACCENT, OUR_ACCENT_DARK} & set(re.findall(r"#[0-9a-f]{6}", html))
    assert ".accent { color: #9fc5e8 !important; }" in html
    for element in re.findall(r'<[^>]* class="(?:button|accent)"[^>]*>', html):
        assert "#0b5394" in element


@pytest.mark.parametrize("accent", [OUR_ACCENT, "#0b5394", "#6f6f6f", "#007a00"])
def test_what_stands_in_and_on_a_light_accent_can_be_read(accent: str) -> None:
    shades = light_shades(accent)

    assert contrast(shades.on_accent, shades.accent) >= READABLE
    assert contrast(shades.on_face, shades.face) >= READABLE
    assert contrast(LIGHT_INK, shades.soft) >= READABLE


@pytest.mark.parametrize("accent", [OUR_ACCENT_DARK, "#9fc5e8", "#8a8a8a", "#2fa02f"])
def test_what_stands_in_and_on_a_dark_accent_can_be_read(accent: str) -> None:
    shades = dark_shades(accent)

    assert contrast(shades.on_accent, shades.accent) >= READABLE
    assert contrast(shades.on_face, shades.face) >= READABLE


def test_the_networks_name_may_change_while_the_worker_runs() -> None:
    names = iter(["Before", "After"])
    changing = Renderer(LINKS, MAIL_FROM, lambda: next(names))

    assert [changing.network, changing.network] == ["Before", "After"]


TYPED = st.text(max_size=300) | st.sampled_from(
    ["<script>alert(1)</script>", "a\r\nBcc: mallory@example.org", "\u202eevil", "é" * 5_000, "{{ 7 * 7 }} %(x)s", ""]
)


OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "table",
    "tr",
    "td",
    "h1",
    "h2",
    "p",
    "a",
    "br",
    "blockquote",
}
PLAIN = {"need": "x", "good_hour": "x", "reason": "x", "other_name": "x", "by_name": "x", "theme": {"en": "x"}}


@given(need=TYPED, name=TYPED, reason=TYPED)
@settings(max_examples=tries(60, usual=25), deadline=None)
def test_what_a_person_typed_is_text_everywhere(need: str, name: str, reason: str) -> None:
    payload = session_payload(action="cancelled", need=need, good_hour=need, other_name=name, by_name=name)
    kept = {**payload, "reason": reason, "theme": {"en": name}}
    for kind, body in (("invite", kept), ("invite", {**kept, "action": "booked"}), ("request", kept)):
        mail = renderer().mail(outgoing(kind, body))
        assert not re.search("[\r\n\u2028\u2029\x85\u202a-\u202e\x00]", mail.subject)
        assert not re.search("[\r\u2028\u2029\x85\u202a-\u202e\x00]", mail.text + mail.html)
        assert Page(mail.html).tags <= OURS
        assert set(Page(mail.html).links) == set(Page(renderer().mail(outgoing(kind, {**body, **PLAIN})).html).links)
        mail.text.encode(), mail.html.encode()


NAMES = (
    "Li",
    "Karim Benali",
    "Maëlle-Françoise de la Rochefoucauld-Montmorency",
    "Ελένη Παπαδοπούλου",
    "محمد",
    "👩‍🚀 Ada",
)


@for_each("name", NAMES)
@for_each("locale", LOCALES)
@for_each("tzid", ["Europe/Paris", "America/Sao_Paulo", "America/North_Dakota/New_Salem"])
@for_each("network", ["Réseau", "Association des anciens élèves de l’École nationale supérieure – Œuvres"])
def test_an_sms_has_at_most_two_segments_and_keeps_time_zone_and_link(
    locale: str, name: str, tzid: str, network: str
) -> None:
    links = Links("https://rendez-vous.anciens-eleves.example.org", "s" * 40)
    writer = Renderer(links, MAIL_FROM, network)
    text = writer.sms(outgoing("reminder_hour", session_payload(other_name=name), locale=locale, tzid=tzid))

    assert segments(text) <= 2
    assert links.join(12, "nonce") in text
    assert re.search(r"\d\d:00 \(.+\)", text)
    assert is_gsm(text) or not is_gsm(name)


def test_an_sms_keeps_the_other_persons_name_as_far_as_it_fits() -> None:
    def told(name: str) -> str:
        return renderer().sms(outgoing("reminder_hour", session_payload(other_name=name)))

    assert ", Françoise Lefèvre has" in told("Françoise Lefèvre").replace("Francoise", "Françoise")
    assert "with Ελένη." in told("Ελένη Παπαδοπούλου" + "υ" * 40)
    assert "your hour. Join" in told("ж" * 60)


LINKING = ("http://evil.example/", "www.evil.example", "Ada evil.example/win", "a@evil.example")


@for_each("name", ["🙂", "👩‍🚀 🏳️‍🌈", "-", *LINKING])
def test_a_name_that_would_be_a_gap_or_a_link_is_left_out_of_an_sms(name: str) -> None:
    text = renderer().sms(outgoing("reminder_hour", session_payload(other_name=name)))
    assert "your hour. Join" in text and "evil" not in text
    assert "Move or cancel" in text


@for_each("name", ["J. Robert", "J.Robert Oppenheimer", "Dr. Ada", "Ελένη", "李小龍", "Anne St.Martin"])
def test_a_name_is_said_in_an_sms_in_whatever_letters(name: str) -> None:
    assert name in renderer().sms(outgoing("reminder_day", session_payload(other_name=name)))


def test_a_reminder_by_sms_moves_and_cancels_and_offers_to_be_answered_where_the_sender_can_receive() -> None:
    hears = Renderer(LINKS, MAIL_FROM, "Réseau", sms_answers=True)
    for kind in ("reminder_day", "reminder_hour"):
        text = hears.sms(outgoing(kind, channel="sms", locale="fr", tzid="Europe/Paris"))
        assert "Karim Benali a une heure pour vous." in text
        assert "Déplacer ou annuler : https://meet.example.org/bookings/7" in text
        assert text.endswith("Répondez 1 : je viens, 2 : déplacer, 3 : annuler.")
        assert "Répondez" not in renderer().sms(outgoing(kind, channel="sms", locale="fr"))


@for_each(("answer", "link"), [("come", "/7"), ("move", "/7/move"), ("cancel", "/7/cancel")])
@for_each("name", ["Li", "Maëlle-Françoise de la Rochefoucauld-Montmorency", "Ελένη Παπαδοπούλου", "ж" * 60])
@for_each("locale", LOCALES)
def test_an_answer_by_sms_has_the_hour_and_the_page_to_go_on(locale: str, answer: str, link: str, name: str) -> None:
    payload = session_payload(other_name=name, answer=answer)
    text = renderer().sms(outgoing("sms_reply", payload, channel="sms", locale=locale, tzid="Europe/Paris"))
    assert segments(text) <= 2
    assert text.endswith(f"https://meet.example.org/bookings{link}") and "18:00 (Paris)" in text


@pytest.mark.parametrize("network", ["Réseau", "Œuvres " * 12])
@pytest.mark.parametrize("locale", LOCALES)
def test_the_code_for_a_number_comes_first_and_in_one_sms(locale: str, network: str) -> None:
    payload = {"to": "+33612345678", "code": "042917", "minutes": 10}
    text = Renderer(LINKS, MAIL_FROM, network).sms(outgoing("phone_code", payload, channel="sms", locale=locale))
    assert text.startswith("042917") and segments(text) <= 2 and is_gsm(text)


def test_a_mail_says_what_a_reply_does_as_this_installation_is_set_up() -> None:
    reads = Renderer(LINKS, MAIL_FROM, "Réseau", mail_answers=True)
    for writer, words in ((reads, "A reply to this email goes to"), (renderer(), "Nobody reads")):
        mail = writer.mail(outgoing(*EVERY["on site"]))
        assert words in mail.text and words in mail.html
