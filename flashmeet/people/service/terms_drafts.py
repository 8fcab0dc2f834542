"""Where a new version of the terms starts from: the last one, or the texts that flashmeet ships."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.files import folder
from flashmeet.core.settings.queries import network_settings
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.identity.models.member import Member
from flashmeet.people.models.terms import Terms, TermsAcceptance
from flashmeet.people.queries import terms as stored


@dataclass(frozen=True, slots=True)
class Standing:
    """A version, and how many of today's members have accepted it or a later one."""

    terms: Terms
    accepted: int
    members: int


def shipped(locale: str) -> tuple[str, list[str]]:
    """The terms we ship in that language, and their commitments; in our words."""
    root = folder("templates") / "programme" / "starting_texts"
    text = (root / f"terms.{locale}.txt").read_text("utf-8")
    return text.strip(), (root / f"commitments.{locale}.txt").read_text("utf-8").strip().splitlines()


def starting_text(session: Session) -> dict[str, tuple[str, list[str]]]:
    """Text and commitments for the next version, by locale."""
    last = stored.newest(session)
    if last is None:
        return {locale: _in_their_words(session, locale) for locale in LOCALES}
    return {
        locale: (last.texts.get(locale, ""), [words.get(locale, "") for words in last.commitments])
        for locale in LOCALES
    }


def _in_their_words(session: Session, locale: str) -> tuple[str, list[str]]:
    """What we ship, with what the network calls its people."""
    words = network_settings(session).words
    text, commitments = shipped(locale)
    return words.rename(text, locale), [words.rename(each, locale) for each in commitments]


def standings(session: Session) -> list[Standing]:
    """Every version, the newest first."""
    newest = (
        select(TermsAcceptance.member_id, func.max(TermsAcceptance.version).label("version"))
        .join(Member, Member.id == TermsAcceptance.member_id)
        .where(~Member.suspended)
        .group_by(TermsAcceptance.member_id)
        .subquery()
    )
    members = session.scalar(select(func.count()).where(~Member.suspended).select_from(Member)) or 0
    rows = session.execute(select(newest.c.version, func.count()).group_by(newest.c.version))
    counts: dict[int, int] = dict(rows.all())
    every = session.scalars(select(Terms).order_by(Terms.version.desc()))
    return [
        Standing(terms, sum(count for version, count in counts.items() if version >= terms.version), members)
        for terms in every
    ]
