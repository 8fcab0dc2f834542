"""The network's terms: announced by an administrator, accepted by members, asked for where they bind."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.core.database.inserts import insert_new
from flashmeet.core.errors import NotFound, OutOfRange, TermsRequired
from flashmeet.identity.models.member import Member
from flashmeet.identity.service.events import mentor_changed
from flashmeet.people.models.terms import Terms, TermsAcceptance
from flashmeet.people.queries import terms as stored
from flashmeet.people.rules.terms import Draft, fingerprint, spoken


def announce_terms(session: Session, draft: Draft, *, by: Member, now: datetime) -> Terms:
    """The next version: may be accepted from now on, binds from `in_force_at` on.

    A version in force now may begin at once; none may begin before the one announced last. Raises Missing, TooLong,
    OutOfRange.
    """
    draft.checked()
    last = stored.newest(session)
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
    session.add(terms)
    session.flush()
    return terms


def accept_terms(session: Session, member: Member, version: int, *, locale: str, now: datetime) -> TermsAcceptance:
    """Keeps the proof; accepting again keeps the first one. A mentor's hidden hours are back at once.

    Raises NotFound for a version that is neither in force nor announced for later.
    """
    terms, binding = session.get(Terms, version), stored.in_force(session, now=now)
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
    insert_new(session, cast(Table, TermsAcceptance.__table__), [proof])
    if member.mentor:
        mentor_changed(session, member.id, now)
    return session.get_one(TermsAcceptance, (member.id, version))


def acceptances_of(session: Session, member_id: int) -> list[TermsAcceptance]:
    """What the member accepted, the newest version first."""
    query = select(TermsAcceptance).where(TermsAcceptance.member_id == member_id)
    return list(session.scalars(query.order_by(TermsAcceptance.version.desc())))


def require_terms(session: Session, member: Member, *, now: datetime) -> None:
    """Raises TermsRequired while the member has not accepted what is in force."""
    terms = stored.owed(session, member.id, now=now)
    if terms is not None:
        raise TermsRequired(version=terms.version)
