"""Says who else sees data, for the installation as it is configured."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flashmeet.core.config import Config
from flashmeet.core.config.video import BigBlueButton, GoogleMeet, Jitsi
from flashmeet.core.text import mark
from flashmeet.i18n.catalogue import Spoken, translations

OWN_CALL = mark("Picture and sound go from one browser to the other, encrypted, and are never recorded.")
RELAY = mark(
    "Where two networks do not let them through, they pass through the relay %(host)s, still encrypted: it cannot see "
    "or hear them, and keeps nothing."
)
JITSI = mark("You meet on Jitsi at %(host)s, which learns your name, that you are there, and your network address.")
HOSTED_JITSI = mark(
    "You meet on Jitsi as a Service of 8x8 (%(host)s), which learns your name, that you are there, and your network "
    "address; picture and sound pass through it."
)
BBB = mark("You meet on BigBlueButton at %(host)s, which learns your name; picture and sound pass through it.")
MEET = mark(
    "You meet on Google Meet: Google learns that you are there and your network address; picture and sound pass "
    "through it."
)
OWN_ROOM = mark(
    "A mentor may meet you in a room of their own: its provider then learns what it asks you for. You see its address "
    "before you go there."
)
MAIL = mark("Emails leave through %(host)s, which sees your address and what they say.")
MAIL_FILES = mark("Emails are written to files on our own server; this installation sends none.")
REPLIES = mark(
    "Replies to our emails are read in a mailbox at %(host)s, which sees what they say; those about an hour are passed "
    "on to the other person."
)
SMS = mark("SMS, if you ask for them, are sent by Twilio (United States), which sees your number and what they say.")
NO_SMS = mark("No SMS are sent.")
GOOGLE = mark(
    "If you connect a Google calendar, Google learns that you did, and your hours are written there: with whom, when, "
    "and your question."
)
MICROSOFT = mark(
    "If you connect a Microsoft calendar, Microsoft learns that you did, and your hours are written there: with whom, "
    "when, and your question."
)
OTHER_CALENDARS = mark(
    "If you connect another calendar (CalDAV) or the address of one, its provider sees that we read it, and the hours "
    "that we write there, if you want them there."
)
ELSE_NOBODY = mark("Nobody else: none of our pages loads anything from another company, and nobody tracks you.")


def third_parties(config: Config, locale: str) -> list[str]:
    """Returns a sentence for each company or server that learns something, true for this installation."""
    say = translations(locale)
    return [*_calls(config, say), *_messages(config, say), *_calendars(config, say), say.gettext(ELSE_NOBODY)]


def _calls(config: Config, say: Spoken) -> Iterator[str]:
    match config.video_settings:
        case Jitsi() as jitsi:
            yield say.gettext(HOSTED_JITSI if jitsi.hosted else JITSI) % {"host": _host(jitsi.url)}
        case BigBlueButton() as bbb:
            yield say.gettext(BBB) % {"host": _host(bbb.url)}
        case GoogleMeet():
            yield say.gettext(MEET)
        case None:
            yield say.gettext(OWN_CALL)
    if config.video_settings is None and config.turn:
        relays = (each.partition(":")[2].partition("?")[0] or each for each in config.turn.addresses)
        yield say.gettext(RELAY) % {"host": ", ".join(dict.fromkeys(relays))}
    yield say.gettext(OWN_ROOM)


def _messages(config: Config, say: Spoken) -> Iterator[str]:
    yield say.gettext(MAIL) % {"host": config.smtp.host} if config.smtp else say.gettext(MAIL_FILES)
    if config.imap:
        yield say.gettext(REPLIES) % {"host": config.imap.host}
    yield say.gettext(SMS if config.twilio else NO_SMS)


def _calendars(config: Config, say: Spoken) -> Iterator[str]:
    if config.google:
        yield say.gettext(GOOGLE)
    if config.microsoft:
        yield say.gettext(MICROSOFT)
    yield say.gettext(OTHER_CALENDARS)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
