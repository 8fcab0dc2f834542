"""Reads plain facts about members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.util import identity_key

from flashmeet.core.database.kept import REVISION, note_revision
from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import NotFound
from flashmeet.core.mail_addresses import comparable
from flashmeet.identity.models import BlockedNumber, Member, ThemeLead
from flashmeet.identity.rules import BlockReason, PeopleFilter, searched_words

SHOWN = 100


def names_of(db: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Returns members' names by id, in one statement; ids of deleted members are missing."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = db.execute(select(Member.id, Member.first_name, Member.last_name).where(Member.id.in_(wanted)))
    return {row.id: f"{row.first_name} {row.last_name}".strip() for row in rows}


def joined_member(db: Session, member_id: int, *, even_erased: bool = False) -> Member:
    """Returns a member who has joined and was not erased. Raises NotFound, also for a newcomer."""
    member = db.get(Member, member_id)
    if member is None or member.joining is not None or (member.erased_at is not None and not even_erased):
        raise NotFound
    return member


def member_and_revision(db: Session, member_id: int) -> Member | None:
    """Returns the member, with whom the revision is read along, which every use case asks for next; none read twice."""
    if identity_key(Member, member_id) in db.identity_map:
        return db.get(Member, member_id)
    row = db.execute(*_member_and_revision(member_id)).one_or_none()
    if row is None:
        return None
    note_revision(db, row[1])
    return row[0]


@prepared
def _member_and_revision(member_id: int) -> Select[Member, str]:
    return select(Member, REVISION).where(Member.id == member_id)


def themes_led(db: Session, member_id: int) -> frozenset[int]:
    """Returns the ids of the themes that the member leads."""
    return frozenset(db.scalars(select(ThemeLead.theme_id).where(ThemeLead.member_id == member_id)))


def named(text: str) -> list[ColumnElement[bool]]:
    """Selects members whose names or address contain every word of the text, however it is written."""
    return _all_of(
        text,
        [
            or_(_contains(Member.search_name, folded), Member.email.contains(comparable(word), autoescape=True))
            for word, folded in searched_words(text)
        ],
    )


def described(text: str) -> list[ColumnElement[bool]]:
    """Selects members whose names, headline, company or sector contain every word of the text, however it is written.

    Addresses are not looked at: members search by this.
    """
    return _all_of(
        text,
        [
            or_(_contains(Member.search_name, folded), _contains(Member.search_profile, folded))
            for _, folded in searched_words(text)
        ],
    )


def speaks(language: str) -> ColumnElement[bool]:
    """Selects members who speak the language of this code."""
    return cast(Member.languages, String).contains(f'"{language}"', autoescape=True)


def of_facts(wanted: PeopleFilter) -> Iterator[ColumnElement[bool]]:
    """Selects the members of the filter, but for its theme."""
    yield from named(wanted.text)
    if wanted.first_year is not None:
        yield Member.graduation_year >= wanted.first_year
    if wanted.last_year is not None:
        yield Member.graduation_year <= wanted.last_year
    if wanted.language:
        yield speaks(wanted.language)
    if wanted.source is not None:
        yield Member.source == wanted.source
    if wanted.batch:
        yield Member.source_name == wanted.batch
    if wanted.never:
        yield Member.signed_in_at.is_(None)


def _all_of(text: str, words: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Returns the conditions; one that nobody meets for a text without a word, such as `%`."""
    return words or ([false()] if text.strip() else [])


def _contains(column: InstrumentedAttribute[str], folded: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(column.contains(word, autoescape=True) for word in folded))


def blocked_members(db: Session) -> Sequence[tuple[Member, BlockedNumber]]:
    """Whose number takes no SMS, and why; the latest first."""
    query = select(Member, BlockedNumber).join(BlockedNumber, BlockedNumber.phone == Member.phone)
    rows = db.execute(query.order_by(BlockedNumber.blocked_at.desc(), Member.id).limit(SHOWN))
    return [(member, blocked) for member, blocked in rows]


def blocked_reason(db: Session, member: Member) -> BlockReason | None:
    """Returns why the member's number gets no SMS; None when it does."""
    blocked = db.get(BlockedNumber, member.phone) if member.phone else None
    return blocked.reason if blocked is not None else None
