"""A member's facts between their text and their row."""

from __future__ import annotations

from flashmeet.i18n.catalogue import LOCALES
from flashmeet.i18n.languages import language_code
from flashmeet.identity.models.member import Member
from flashmeet.people.rules.facts import FactReader, Facts


def fact_reader(country: str) -> FactReader:
    """Reads as a network of that country speaks."""
    return FactReader(country, LOCALES, language_code)


def set_facts(member: Member, facts: Facts) -> list[str]:
    """Returns the names of what changed. Another phone number has to be verified anew."""
    changed = []
    for name, value in facts.items():
        kept = list(value) if isinstance(value, tuple) else value
        if getattr(member, name) != kept:
            setattr(member, name, kept)
            changed.append(name)
    if "phone" in changed:
        member.phone_verified_at = None
    return changed
