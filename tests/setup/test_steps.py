"""Each step of setting up is judged by facts: what makes it done, to do, or not needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flashmeet.messages.rules.troubles import explained
from flashmeet.setup.rules.steps import ChannelFacts, Facts, StepKey, needed, steps, to_do
from flashmeet.setup.rules.trials import Records
from flashmeet.setup.wording import ACTIONS, TITLES, WHY, step_words
from tests.people import NOW

HERE = "mail.example.org:465 network@example.org"
TRIED = ChannelFacts(through=HERE, tried_through=HERE, tried_at=NOW)
ALL_RECORDS = Records("example.org", spf="v=spf1 -all", dkim="mail", dmarc="v=DMARC1; p=none")
READY = Facts(
    live=True,
    factor=True,
    name="Réseau",
    own_name=True,
    logo=True,
    own_colour=True,
    locales=("fr", "en"),
    contact="odile@example.org",
    mail=replace(TRIED, records=ALL_RECORDS),
    sms=TRIED,
    own_number=True,
    terms=1,
    themes=8,
    members=60,
    mentors=12,
    mentors_open=10,
    themes_open=3,
    backup_at=NOW,
    backup_verified=True,
    relay=True,
)


def test_a_network_that_has_everything_has_nothing_to_do() -> None:
    assert to_do(steps(READY)) == []
    assert {each.key for each in steps(READY)} == {*StepKey}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"factor": False}, "factor.missing"),
        ({"own_name": False}, "name.shipped"),
        ({"logo": False}, "look.colour"),
        ({"logo": False, "own_colour": False}, "look.none"),
        ({"untranslated": ["Droit"]}, "languages.lacking"),
        ({"contact": ""}, "contact.missing"),
        ({"mail": ChannelFacts()}, "mail.none"),
        ({"mail": ChannelFacts(through=HERE)}, "mail.untried"),
        ({"mail": replace(TRIED, through="other")}, "mail.changed"),
        ({"mail": replace(TRIED, fault="TimeoutError")}, "mail.refused"),
        ({"mail": replace(TRIED, away="SMTPAuthenticationError: 535")}, "mail.away"),
        ({"mail": replace(TRIED, records=replace(ALL_RECORDS, spf=""))}, "mail.records"),
        ({"sms": ChannelFacts(through=HERE), "own_number": False}, "sms.no_number"),
        ({"sms": replace(TRIED, fault="twilio 20003")}, "sms.refused"),
        ({"blanks": {"privacy": "[Name]"}}, "texts.blanks"),
        ({"unwritten": ["legal"]}, "texts.unwritten"),
        ({"terms": 0}, "terms.missing"),
        ({"themes": 0}, "themes.none"),
        ({"wordless": 2}, "themes.wordless"),
        ({"members": 1}, "people.none"),
        ({"mentors_open": 9}, "mentors.few"),
        ({"themes_open": 2}, "mentors.few"),
        ({"mentors": 0, "mentors_open": 0}, "mentors.none"),
        ({"backup_at": None}, "backup.none"),
        ({"backup_late": True}, "backup.old"),
        ({"backup_verified": False}, "backup.unverified"),
        ({"relay": False}, "turn.missing"),
    ],
)
def test_what_is_lacking_is_the_one_thing_to_do(changed: dict[str, Any], said: str) -> None:
    left = to_do(steps(replace(READY, **changed)))
    assert [each.said for each in left] == [said]
    assert left[0].key == said.partition(".")[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"live": False, "mail": ChannelFacts()}, "mail.files"),
        ({"sms": ChannelFacts()}, "sms.none"),
        ({"live": False}, "backup.not_live"),
        ({"room": "jitsi", "relay": False}, "turn.elsewhere"),
    ],
)
def test_what_does_not_apply_counts_neither_as_done_nor_as_to_do(changed: dict[str, Any], said: str) -> None:
    found = steps(replace(READY, **changed))
    assert to_do(found) == []
    assert said in {each.said for each in found} - {each.said for each in needed(found)}


def test_a_network_of_one_language_lacks_no_other() -> None:
    one = replace(READY, locales=("fr",), untranslated=["Droit"])
    assert to_do(steps(one)) == []


def test_a_dkim_key_that_nobody_can_guess_is_not_missing() -> None:
    assert replace(ALL_RECORDS, dkim="").missing == ()


def test_every_step_says_what_it_is_and_why_it_matters() -> None:
    assert {*TITLES} == {*WHY} == {*ACTIONS} == {*StepKey}


def test_a_step_says_how_far_one_is() -> None:
    few = next(each for each in steps(replace(READY, mentors_open=3, themes_open=1)) if each.key == StepKey.MENTORS)
    said = step_words(few, tzid="UTC", locale="en")
    assert said == "3 of 10 mentors have open hours, on 1 of 3 themes."


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("SMTPAuthenticationError: 535 5.7.8", "the server refuses user or password"),
        ("gaierror", "the name of the server is unknown"),
        ("ConnectionRefusedError", "Many hosts close port 25: 587 or 465 is usual"),
        ("SSLError", "smtps:// begins with TLS"),
    ],
)
def test_a_refusal_of_the_mail_server_is_explained(reason: str, words: str) -> None:
    assert words in explained(reason)
    mail = replace(TRIED, fault=reason)
    step = next(each for each in steps(replace(READY, mail=mail)) if each.key == StepKey.MAIL)
    said = step_words(step, tzid="UTC", locale="en")
    assert words in said
    assert reason in said
