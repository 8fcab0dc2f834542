"""The network's terms: announced by an administrator, accepted by members, required where they bind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotFound, OutOfRange, TermsRequired
from flashmeet.core.files import folder
from flashmeet.core.settings.service import network_settings
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people import queries as stored
from flashmeet.people.models import Terms, TermsAcceptance
from flashmeet.people.rules.terms import Draft, fingerprint, spoken


def announce_terms(db: Session, draft: Draft, *, by: Member, now: datetime) -> Terms:
    """Announces the next version: it can be accepted at once and binds from `in_force_at` on.

    `in_force_at` may be now, but not before that of the version announced last. Raises Missing, TooLong, OutOfRange.
    """
    draft.checked()
    last = stored.newest(db)
    earliest = (
        max(now.replace(second=0, microsecond=0), last.in_force_at) if last else now.replace(second=0, microsecond=0)
    )
    if draft.in_force_at < earliest:
        raise OutOfRange("in_force_at", low=earliest, high="")
    terms = Terms(
        version=last.version + 1 if last else 1,
        texts=dict(draft.texts),
        commitments=[dict(words) for words in draft.commitments],
        announced_at=now,
        in_force_at=draft.in_force_at,
        announced_by_id=by.id,
    )
    db.add(terms)
    db.flush()
    return terms


def accept_terms(db: Session, member: Member, version: int, *, locale: str, now: datetime) -> TermsAcceptance:
    """Stores the proof; a repeated acceptance keeps the first one. A mentor's hidden hours return at once.

    Raises NotFound for a version that is neither in force nor announced.
    """
    terms, binding = db.get(Terms, version), stored.in_force(db, now=now)
    if terms is None or (binding is not None and version < binding.version):
        raise NotFound
    commitments = [spoken(words, locale) for words in terms.commitments]
    proof = {
        "member_id": member.id,
        "version": version,
        "sha256": fingerprint(spoken(terms.texts, locale), commitments),
        "locale": locale if locale in terms.texts else next(iter(terms.texts)),
        "accepted_at": now,
    }
    insert_new(db, cast(Table, TermsAcceptance.__table__), [proof])
    if member.mentor:
        mentor_changed(db, member.id, now)
    return db.get_one(TermsAcceptance, (member.id, version))


def acceptances_of(db: Session, member_id: int) -> list[TermsAcceptance]:
    """Returns the member's acceptances, newest version first."""
    query = select(TermsAcceptance).where(TermsAcceptance.member_id == member_id)
    return list(db.scalars(query.order_by(TermsAcceptance.version.desc())))


def require_terms(db: Session, member: Member, *, now: datetime) -> None:
    """Raises TermsRequired unless the member has accepted the version in force."""
    terms = stored.owed(db, member.id, now=now)
    if terms is not None:
        raise TermsRequired(version=terms.version)


@dataclass(frozen=True, slots=True)
class TermsStatus:
    """A version, and how many of today's members have accepted it or a later one."""

    terms: Terms
    accepted: int
    members: int


def shipped(locale: str) -> tuple[str, list[str]]:
    """Returns the shipped terms and commitments in that language, in the shipped words."""
    root = folder("templates") / "programme" / "starting_texts"
    text = (root / f"terms.{locale}.txt").read_text("utf-8")
    return text.strip(), (root / f"commitments.{locale}.txt").read_text("utf-8").strip().splitlines()


def starting_text(db: Session) -> dict[str, tuple[str, list[str]]]:
    """Returns text and commitments to start the next version from, by locale."""
    last = stored.newest(db)
    if last is None:
        return {locale: _in_their_words(db, locale) for locale in LOCALES}
    return {
        locale: (last.texts.get(locale, ""), [words.get(locale, "") for words in last.commitments])
        for locale in LOCALES
    }


def _in_their_words(db: Session, locale: str) -> tuple[str, list[str]]:
    """Returns the shipped terms and commitments in the network's own words."""
    words = network_settings(db).words
    text, commitments = shipped(locale)
    return words.rename(text, locale), [words.rename(each, locale) for each in commitments]


def standings(db: Session) -> list[TermsStatus]:
    """Returns every version with its acceptances, newest first."""
    newest = (
        select(TermsAcceptance.member_id, func.max(TermsAcceptance.version).label("version"))
        .join(Member, Member.id == TermsAcceptance.member_id)
        .where(~Member.suspended)
        .group_by(TermsAcceptance.member_id)
        .subquery()
    )
    members = db.scalar(select(func.count()).where(~Member.suspended).select_from(Member)) or 0
    rows = db.execute(select(newest.c.version, func.count()).group_by(newest.c.version))
    counts: dict[int, int] = dict(rows.all())
    every = db.scalars(select(Terms).order_by(Terms.version.desc()))
    return [
        TermsStatus(terms, sum(count for version, count in counts.items() if version >= terms.version), members)
        for terms in every
    ]
