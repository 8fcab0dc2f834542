"""Renders messages in the recipient's language and wall time, from `templates/*/mails`."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from flashmeet.core.files import folder
from flashmeet.core.links import Links
from flashmeet.core.settings.colours import dark_shades, light_shades
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.text import one_line
from flashmeet.i18n.catalogue import known, speaking, translations
from flashmeet.messages.rendering.facts import FACT_SHEETS, INVITE_WRITERS
from flashmeet.messages.rendering.gsm import economical, segments
from flashmeet.messages.rendering.sms_names import sayable, shorter_and_shorter
from flashmeet.messages.rules.channels import Outgoing, Refused
from flashmeet.messages.rules.invites import Invite
from flashmeet.messages.rules.kinds import KINDS
from flashmeet.messages.rules.notifications import one_click

LONGEST_SUBJECT, MOST_SEGMENTS = 160, 2
T = TypeVar("T")
_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A rendered mail."""

    subject: str
    text: str
    html: str
    invite: Invite | None = None
    unsubscribe: str = ""
    """The link that stops mails of this kind with one click; "" if they cannot be stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What `<kind>.words.txt` sets: the texts particular to one kind of mail.

    `notes` are below the button, and `ways`, pairs of label and link, below them. `brief`, `join`, `coming` and
    `changes` decide whether the mentee's need, and the links to the call, to "I'll be there", to move and to cancel
    follow; `struck` marks times that no longer hold.
    """

    subject: str
    headline: str
    notes: Sequence[str] = ()
    button: str = ""
    link: str = ""
    ways: Sequence[tuple[str, str]] = ()
    brief: bool = False
    join: bool = False
    coming: bool = False
    changes: bool = False
    struck: bool = False


class Renderer:
    """Renders outbox rows. Name and settings are read again for each message, because they can change.

    With `sms_answers` the sender of SMS can receive, and reminders offer to be answered; with `mail_answers` replies to
    mails are read, and those about an hour say that they reach the other person.
    """

    def __init__(
        self,
        links: Links,
        mail_from: str,
        network_name: str | Callable[[], str],
        settings: Callable[[], NetworkSettings] = NetworkSettings,
        *,
        mail_answers: bool = False,
        sms_answers: bool = False,
    ) -> None:
        self.links = links
        self.mail_from = mail_from
        self._network_name = network_name
        self._settings = settings
        self._mail_answers = mail_answers
        self._sms_answers = sms_answers

    @property
    def network(self) -> str:
        name = self._network_name if isinstance(self._network_name, str) else self._network_name()
        return one_line(name, most=80)

    def reply_to(self, *, in_thread: bool) -> tuple[str, str] | None:
        """Returns name and address to which a reply goes; None where nobody would read it.

        Replies in a thread are taken by the service for the other person; all others go to the programme's contact.
        """
        if in_thread and self._mail_answers:
            return self.network, self.mail_from
        settings = self._settings()
        return (settings.contact_name or self.network, settings.contact_mail) if settings.contact_mail else None

    def mail(self, message: Outgoing) -> Mail:
        """Returns the mail in the network's own words. Raises errors of a malformed payload or an unknown kind."""
        with speaking(lambda: self._settings().words):
            return self._mail(message)

    def _mail(self, message: Outgoing) -> Mail:
        environment, facts = _environment(known(message.locale)), self._facts(message)
        words = _words(environment, f"{template_of(message.kind)}.words.txt", facts)
        layout = next((layout for layout in ("hour", "code", "asked", "things") if layout in facts), "note")

        def page(ending: str) -> str:
            return environment.get_template(f"{layout}.{ending}").render({**facts, "words": words})

        return Mail(
            subject=one_line(words.subject, most=LONGEST_SUBJECT),
            text=_GAPS.sub("\n\n", page("txt")).strip() + "\n",
            html=page("html"),
            invite=self._invite(message),
            unsubscribe=facts["unsubscribe"],
        )

    def sms(self, message: Outgoing) -> str:
        """Returns at most two segments: with all names if they fit, else fewer and shorter ones. Raises like `mail`."""
        with speaking(lambda: self._settings().words):
            return self._sms(message)

    def _sms(self, message: Outgoing) -> str:
        facts = self._facts(message)
        template = _environment(known(message.locale)).get_template(f"{template_of(message.kind)}.sms.txt")
        text = ""
        for names in self._shorter(facts):
            text = economical(one_line(template.render({**facts, **names})))
            if segments(text) <= MOST_SEGMENTS:
                break
        return text

    def _shorter(self, facts: Mapping[str, Any]) -> Iterator[Mapping[str, str | bool]]:
        """Yields the facts to put into an SMS, fullest first."""
        if "hour" not in facts:
            yield from ({"network": facts["network"]}, {"network": ""})
            return
        people = facts["hour"].people
        named = bool(sayable(people.other))
        for more in ({"ways": True, "answers": self._sms_answers}, {"ways": False, "answers": False}):
            for names in shorter_and_shorter(people, facts["network"]):
                if names["who"] or not named or not more["ways"]:
                    yield {**names, **more}

    def _facts(self, message: Outgoing) -> dict[str, Any]:
        locale, settings = known(message.locale), self._settings()
        facts: dict[str, Any] = {
            "kind": message.kind,
            "mail_answers": self._mail_answers,
            "contact": one_line(settings.contact_name or settings.contact_mail, most=80),
            "locale": locale,
            "network": self.network,
            "light": light_shades(settings.accent),
            "dark": dark_shades(settings.accent_dark),
            "home": self.links.home(),
            "mine": self.links.me(),
            "wishes": self.links.notifications(),
            "calendars": self.links.calendars(),
            "unsubscribe": self._unsubscribe(message),
        }
        sheet = FACT_SHEETS[KINDS[message.kind].speaks_of]
        return {**facts, **sheet(message, locale, self._links_for(message), settings)}

    def _unsubscribe(self, message: Outgoing) -> str:
        category = one_click(message.kind)
        return self._links_for(message).mail_off(message.recipient_id, category) if category else ""

    def _links_for(self, message: Outgoing) -> Links:
        return self.links.given(message.link_generation)

    def _invite(self, message: Outgoing) -> Invite | None:
        """Returns the calendar invite, if this kind has one."""
        write = INVITE_WRITERS.get(message.kind)
        if write is None:
            return None
        written = write(message, known(message.locale), self._links_for(message), self._settings())
        return replace(written, organizer=self.mail_from, organizer_name=self.network)


def template_of(kind: str) -> str:
    """Returns the kind's template; all reminders share one. Raises KeyError."""
    return KINDS[kind].template


def written(write: Callable[[], T]) -> T | Refused:
    """Returns what `write` returns, or Refused: a row that cannot be rendered must not hold up others."""
    try:
        return write()
    except Exception as error:  # a payload may be broken in any way; the worker's loop could not tell which row
        return Refused(f"cannot be rendered: {type(error).__name__}")


def _words(environment: Environment, name: str, facts: Mapping[str, Any]) -> Words:
    said = vars(environment.get_template(name).make_module(dict(facts)))
    return Words(**{field.name: said[field.name] for field in fields(Words) if field.name in said})


@functools.cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(sorted(folder("templates").glob("*/mails"))),
        autoescape=select_autoescape(("html",)),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.filters["broken"] = _broken
    environment.filters["linked"] = _linked
    return environment


def _broken(text: str) -> Markup:
    """Returns typed text with `<br>` line breaks, for mail readers without `white-space`."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _linked(text: str) -> Markup:
    """Returns an administrator's text with its addresses as links."""
    parts = _ADDRESS.split(text)  # texts and addresses in turn
    link = Markup('<a href="{0}" style="color: inherit;">{0}</a>')
    return Markup("").join(link.format(part) if at % 2 else escape(part) for at, part in enumerate(parts))
