"""The network's terms: announced by an administrator, accepted by members, required where they bind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import NotFound, PastDay, TermsInForce, TermsRequired
from flashmeet.core.files import folder
from flashmeet.core.settings.service import network_settings
from flashmeet.core.text import in_language
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people import queries as stored
from flashmeet.people.models import Terms, TermsAcceptance, TermsNotice
from flashmeet.people.rules.terms import GRACE, Draft, fingerprint


def announce_terms(db: Session, draft: Draft, *, by: Member, now: datetime) -> Terms:
    """Announces the next version: it can be accepted at once and binds from `in_force_at` on.

    `in_force_at` may be now. A version that would have begun no earlier gives way to it, so that a wrong date can
    always be put right. `people.service.terms_notices` tells the members. Raises Missing, TooLong, OutOfRange, PastDay.
    """
    draft.checked()
    check_first_day(draft, now=now)
    last = stored.latest_terms(db)
    for terms in to_give_way(db, since=draft.in_force_at, now=now):
        _withdraw(db, terms, now=now)
        db.execute(delete(TermsNotice).where(TermsNotice.version == terms.version))
    terms = Terms(
        version=last.version + 1 if last else 1,
        texts=dict(draft.texts),
        commitments=[dict(words) for words in draft.commitments],
        announced_at=now,
        in_force_at=draft.in_force_at,
        announced_by_id=by.id,
        changes={locale: text.strip() for locale, text in draft.changes.items() if text.strip()},
    )
    db.add(terms)
    db.flush()
    db.add(TermsNotice(version=terms.version))
    return terms


def withdraw_terms(db: Session, version: int, *, now: datetime) -> Terms:
    """Takes back a version that is not in force yet. Raises NotFound, and TermsInForce once it binds."""
    terms = db.get(Terms, version)
    if terms is None or terms.withdrawn_at is not None:
        raise NotFound
    if terms.in_force_at <= now:
        raise TermsInForce
    _withdraw(db, terms, now=now)
    return terms


def _withdraw(db: Session, terms: Terms, *, now: datetime) -> None:
    """Acceptances go with it: they must not stand for the version before it, which those members may not have read."""
    terms.withdrawn_at = now
    db.execute(delete(TermsAcceptance).where(TermsAcceptance.version == terms.version))
    db.flush()


def check_first_day(draft: Draft, *, now: datetime) -> None:
    """Raises PastDay for a version that would have begun before this minute."""
    if draft.in_force_at < now.replace(second=0, microsecond=0):
        raise PastDay("in_force_at")


def to_give_way(db: Session, *, since: datetime, now: datetime) -> Sequence[Terms]:
    """Returns the versions, none of them in force, that one which begins `since` then takes the place of."""
    later = select(Terms).where(Terms.withdrawn_at.is_(None), Terms.in_force_at >= since, Terms.in_force_at > now)
    return db.scalars(later).all()


def accept_terms(db: Session, member: Member, version: int, *, locale: str, now: datetime) -> TermsAcceptance:
    """Stores the proof; a repeated acceptance keeps the first one. A mentor's hidden hours return at once.

    Raises NotFound for a version that is neither in force nor announced.
    """
    terms, binding = db.get(Terms, version), stored.terms_in_force(db, now=now)
    if terms is None or terms.withdrawn_at is not None or (binding is not None and version < binding.version):
        raise NotFound
    commitments = [in_language(words, locale) for words in terms.commitments]
    proof = {
        "member_id": member.id,
        "version": version,
        "sha256": fingerprint(in_language(terms.texts, locale), commitments),
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
    terms = stored.terms_owed(db, member.id, now=now)
    if terms is not None:
        raise TermsRequired(version=terms.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsDue:
    """A version that a member has yet to accept, from when it binds, and for mentors from when it hides their hours."""

    version: int
    in_force_at: datetime
    in_force: bool
    hides_at: datetime | None
    hidden: bool


def terms_due(db: Session, member: Member, *, now: datetime) -> TermsDue | None:
    """Returns what the member has yet to accept: what binds, else what is announced; None if there is nothing.

    A mentor's hours are hidden by the first version whose grace ended, although a newer one is what they accept.
    """
    waiting = stored.terms_not_accepted(db, member.id)
    if not waiting:
        return None
    version, in_force_at = max([each for each in waiting if each[1] <= now] or waiting)
    hides_at = min(at for _, at in waiting) + GRACE if member.mentor else None
    return TermsDue(
        version=version,
        in_force_at=in_force_at,
        in_force=in_force_at <= now,
        hides_at=hides_at,
        hidden=hides_at is not None and hides_at <= now,
    )


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
    last = stored.newest_terms(db)
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
