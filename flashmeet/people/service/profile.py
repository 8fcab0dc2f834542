"""A member's profile and themes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.errors import UnknownTheme
from flashmeet.core.settings.entries import PROFILE_FRESH_DAYS
from flashmeet.core.settings.service import setting
from flashmeet.i18n.catalogue import LOCALES, language_code
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.identity.service.events import contact_changed, mentor_changed
from flashmeet.people.rules.facts import FactReader, Facts, FactSource, facts_of, tidy_line
from flashmeet.people.rules.profiles import Completeness, completeness, is_confirmation_due
from flashmeet.themes.models import Theme


def save_profile(db: Session, member: Member, facts: Facts, *, sms_opt_in: bool, now: datetime) -> None:
    """Saves the profile. A new phone number must be verified; coming reminders follow zone and number."""
    set_facts(member, facts)
    member.sms_opt_in = sms_opt_in
    confirm_profile(member, now=now)
    db.flush()
    contact_changed(db, member, now)


def save_offers(db: Session, mentor: Member, proofs: Mapping[int, str], *, now: datetime) -> None:
    """Sets the mentor's themes with their proofs; openings are updated. Raises UnknownTheme."""
    known = set(db.scalars(select(Theme.id).where(Theme.active)))
    kept = {offer.theme_id: offer for offer in mentor.offers}
    if not proofs.keys() <= known | kept.keys():
        raise UnknownTheme
    for theme_id, proof in proofs.items():
        kept.setdefault(theme_id, MentorTheme(mentor_id=mentor.id, theme_id=theme_id)).proof = proof
    mentor.offers = [kept[theme_id] for theme_id in sorted(proofs)]
    db.flush()
    mentor_changed(db, mentor.id, now)


def offer_theme(db: Session, member: Member, theme: Theme, proof: str, *, now: datetime) -> None:
    """Adds the theme to the member's themes; a new mentor awaits approval.

    Raises Missing, TooLong for `proof`, one line that says why they can help.
    """
    line = tidy_line("proof", proof, required=True)
    if not member.mentor:
        member.mentor, member.approved = True, False
    offer = db.get(MentorTheme, (member.id, theme.id))
    if offer is None:
        db.add(MentorTheme(mentor_id=member.id, theme_id=theme.id, proof=line))
    else:
        offer.proof = line
    db.flush()
    mentor_changed(db, member.id, now)


def completeness_of(member: Member) -> Completeness:
    offers = member.offers if member.mentor else ()  # of nobody else are they asked for, or read
    filled = {
        "themes": bool(offers),
        "proof": any(offer.proof for offer in offers),
        "photo": member.photo_at is not None,
        **{fact.name: bool(getattr(member, fact.name)) for fact in facts_of(FactSource.PROFILE)},
    }
    return completeness(filled, mentor=member.mentor, mentee=member.mentee)


def missing(member: Member) -> list[str]:
    """Returns the empty fields, most useful first. A mentor without the first three is never suggested."""
    return list(completeness_of(member).missing)


def confirm_profile(member: Member, *, now: datetime) -> None:
    """Marks the profile as still right; the question returns after the network's number of days."""
    member.confirmed_at = now


def asks_to_confirm(db: Session, member: Member, *, now: datetime) -> bool:
    """Whether it is time to ask if the profile is still right."""
    days = setting(db, PROFILE_FRESH_DAYS)
    return is_confirmation_due(member.profile_at, days=days, now=now)


def fact_reader(country: str) -> FactReader:
    """Returns a reader for a network of that country."""
    return FactReader(country, LOCALES, language_code)


def change_facts(db: Session, member: Member, facts: Facts, *, now: datetime) -> list[str]:
    """Sets facts that somebody else knows of the member; returns the names of changed ones.

    A new phone number must be verified; coming reminders follow zone and number.
    """
    changed = set_facts(member, facts)
    if {"tzid", "phone"} & set(changed):
        db.flush()
        contact_changed(db, member, now)
    return changed


def set_facts(member: Member, facts: Facts) -> list[str]:
    """Sets the facts; returns the names of changed ones. A new phone number must be verified."""
    changed = []
    for name, value in facts.items():
        kept = list(value) if isinstance(value, tuple) else value
        if getattr(member, name) != kept:
            setattr(member, name, kept)
            changed.append(name)
    if "phone" in changed:
        member.phone_verified_at = None
    return changed
