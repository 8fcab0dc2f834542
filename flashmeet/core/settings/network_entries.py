"""Policies of the network itself: how it looks, what it says, who may join. See `core.settings.entries`."""

from __future__ import annotations

from typing import Any

from flashmeet.core.marking import mark
from flashmeet.core.settings.colours import DARK_CARD, DARK_PAPER, LIGHT_CARD, LIGHT_PAPER
from flashmeet.core.settings.kinds import Accent, Choice, Country, Domains, Entry, Line, PerLanguage, Zone
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.settings.vocabulary import OUR_WORDS

SHIPPED = NetworkSettings()
"""What holds until an administrator decides otherwise."""


def _words(word: str) -> dict[str, str]:
    return {locale: ", ".join(dict.fromkeys(both)) for locale, both in OUR_WORDS[word].items()}


NAME = Entry(
    key="name",
    group="network",
    kind=Line(80),
    default=SHIPPED.name,
    label=mark("Name of the network"),
    effect=mark("Stands at the head of every page, in every mail and SMS, and as the organizer of every invite."),
)
ACCENT = Entry(
    key="accent",
    group="network",
    kind=Accent((LIGHT_PAPER, LIGHT_CARD)),
    default=SHIPPED.accent,
    label=mark("Colour on light pages"),
    effect=mark("Colours the one action of each page, on light paper. Text in it has to be readable there."),
)
ACCENT_DARK = Entry(
    key="accent_dark",
    group="network",
    kind=Accent((DARK_PAPER, DARK_CARD)),
    default=SHIPPED.accent_dark,
    label=mark("Colour on dark pages"),
    effect=mark("The same, for those whose device asks for dark pages."),
)
LOCALE = Entry(
    key="locale",
    group="network",
    kind=Choice((("fr", "Français"), ("en", "English"))),
    default=SHIPPED.locale,
    label=mark("First language"),
    effect=mark("The language of visitors whose browser asks for none of ours, and of members who come without one."),
)
LANGUAGES = Entry(
    key="languages",
    group="network",
    kind=Choice((("fr,en", mark("French and English")), ("fr", mark("French alone")), ("en", mark("English alone")))),
    default=SHIPPED.languages,
    label=mark("Languages of the pages"),
    effect=mark("With one alone, the switch between languages is not shown, and new members get that one."),
)
COUNTRY = Entry(
    key="country",
    group="network",
    kind=Country(),
    default=SHIPPED.country,
    label=mark("Country"),
    effect=mark("A phone number without + is one of this country; in France, its public holidays are no working days."),
)
TZID = Entry(
    key="tzid",
    group="network",
    kind=Zone(),
    default=SHIPPED.tzid,
    label=mark("Clock of the network"),
    effect=mark("Visitors see times on this clock, and terms come into force at its midnight."),
)
WORD_MENTOR = Entry(
    key="word.mentor",
    group="words",
    kind=PerLanguage(),
    default=_words("mentor"),
    label=mark("Who gives an hour"),
    effect=mark("One and several, with a comma between. Choose a word that takes the same article."),
)
WORD_MENTEE = Entry(
    key="word.mentee",
    group="words",
    kind=PerLanguage(),
    default=_words("mentee"),
    label=mark("Who asks for an hour"),
    effect=mark("One and several, with a comma between. It is said on pages, in mails and in SMS."),
)
WORD_MEETING = Entry(
    key="word.meeting",
    group="words",
    kind=PerLanguage(),
    default=_words("meeting"),
    label=mark("What one hour is called"),
    effect=mark("Stands on the front page, in the help, and in every calendar invite."),
)
JOINING = Entry(
    key="joining",
    group="joining",
    kind=Choice(
        (
            ("closed", mark("By invitation only")),
            ("domains", mark("Whoever has an address of our domains")),
            ("approval", mark("Whoever applies, once an administrator agrees")),
        )
    ),
    default=SHIPPED.joining,
    label=mark("Who may join"),
    effect=mark("Invitation links work in each case; so do members from a file."),
)
MAIL_DOMAINS: Entry[list[str]] = Entry(
    key="mail_domains",
    group="joining",
    kind=Domains(),
    default=[],
    label=mark("Mail domains"),
    effect=mark("Who proves an address of one of these joins at once, where domains may join. Commas between."),
)

NETWORK_ENTRIES: tuple[Entry[Any], ...] = tuple(each for each in list(globals().values()) if isinstance(each, Entry))
"""In the order of the page."""
