"""What a network already knows when it reads a file of people."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.settings.service import network_settings
from flashmeet.core.text import fold
from flashmeet.identity.rules import ROLES
from flashmeet.people.models import ImportHeading
from flashmeet.people.rules.member_columns import KnownWords
from flashmeet.people.rules.member_rows import Reading
from flashmeet.themes.models import ThemeTerm
from flashmeet.themes.rules.starter_set import STARTER


def known_words(db: Session) -> KnownWords:
    """Returns the names of the themes, also of those that the starter set would bring, and the words for roles."""
    settings = network_settings(db)
    starters = (fold(name) for theme in STARTER for name in theme.names.values())
    roles = {
        fold(settings.words.word(role, locale)): role
        for role in ROLES
        if role != "administrator"
        for locale in settings.locales
    }
    headings = {each.heading: each.meaning for each in db.scalars(select(ImportHeading))}
    terms = db.scalars(select(ThemeTerm.term))
    return KnownWords(themes=frozenset([*terms, *starters]), roles=roles, headings=headings)


def reading_of(db: Session, *, roles: frozenset[str] = frozenset(), approved: bool | None = None) -> Reading:
    """Returns how this network reads a file; `roles` and `approved` hold where the file says nothing."""
    return Reading(country=network_settings(db).country, words=known_words(db), roles=roles, approved=approved)
