"""What the network still owes before it opens: blanks in its legal texts, and a contact that people read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.config import Config
from flashmeet.core.database.kept import kept
from flashmeet.core.errors import BlanksLeft, RobotsMailbox
from flashmeet.core.settings.entries import CONTACT_MAIL, JOINING
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.settings.models import PageText
from flashmeet.core.settings.policies import JoiningMode
from flashmeet.core.settings.service import network_settings
from flashmeet.people.queries import newest_terms

_BLANK = re.compile(r"\[[^\[\]\n]{2,200}\](?!\()")
"""`[Name of the association]`; not a link, `[here](https://…)`."""


@dataclass(frozen=True, slots=True)
class BlankText:
    """A published text with blanks: which page, its first blank, and how many there are; "terms" for the terms."""

    page: str
    first: str
    count: int


def blanks_in(texts: Mapping[str, str]) -> list[str]:
    """Returns the blanks that were left in a text, in any of its languages."""
    return [found for text in texts.values() for found in _BLANK.findall(text)]


def text_without_blanks(text: str, *, name: str, contact: str) -> str:
    """Returns a starting text as visitors may read it: with name and contact, without the blocks that have blanks."""
    for blank, known in (*dict.fromkeys(_NAMES, name).items(), ("[contact]", contact)):
        text = text.replace(blank, known)
    return "\n\n".join(block for block in text.split("\n\n") if not _BLANK.search(block))


_NAMES = ("[Nom de l’organisme]", "[Name of the organisation]")


def blanks_left(db: Session) -> Sequence[BlankText]:
    """Returns the published texts that still have blanks, which each process keeps; of the terms, the latest."""
    return kept(db, _blanks_left)


def _blanks_left(db: Session) -> Sequence[BlankText]:
    locales = network_settings(db).locales
    texts = {row.name: row.texts for row in db.scalars(select(PageText).order_by(PageText.name))}
    terms = newest_terms(db)
    if terms is not None:
        texts["terms"] = terms.texts
    found = {name: blanks_in(_read(each, locales)) for name, each in texts.items()}
    return [BlankText(name, blanks[0], len(blanks)) for name, blanks in found.items() if blanks]


def _read(texts: Mapping[str, str], locales: Sequence[str]) -> Mapping[str, str]:
    """Returns what somebody can read of a text: what it has in the network's languages, else what it has."""
    return {locale: texts[locale] for locale in locales if texts.get(locale)} or texts


def check_opening(db: Session, entry: Entry[Any], value: object) -> None:
    """Refuses to open the network while legal texts have blanks. Raises BlanksLeft."""
    if entry is JOINING and value != JoiningMode.CLOSED and blanks_left(db):
        raise BlanksLeft("value")


def check_contact(entry: Entry[Any], value: object, config: Config) -> None:
    """Refuses a mailbox that the service sends from or reads. Raises RobotsMailbox."""
    robots = {config.mail_from.lower(), (config.imap.user or "").lower() if config.imap else ""}
    if entry is CONTACT_MAIL and value and str(value).lower() in robots:
        raise RobotsMailbox("value", value=str(value))
