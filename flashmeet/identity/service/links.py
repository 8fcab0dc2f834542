"""What a personal link speaks of, and whether it may be followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import LinkKind
from flashmeet.core.links import Links, number_in
from flashmeet.identity.models import Member

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PersonalLink(Generic[Row]):
    """How the row of one kind of link is found, which of its facts are signed, and whose link it is."""

    kind: LinkKind
    find: Callable[[Session, int], Row | None]
    facts: Callable[[Row], Sequence[str]]
    owner: Callable[[Row], Member | None]


def resolve_link(
    db: Session,
    link: PersonalLink[Row],
    token: str,
    *,
    links: Links,
    viewer_id: int | None,
    shown: Sequence[str] = (),
) -> Row:
    """The row that the token names. `shown` are facts that stand in the token itself.

    Raises NotFound, the same for a token that names nothing, is forged or revoked, whose member is suspended, or that
    is followed by somebody else who is signed in, as far as its kind minds.
    """
    row = link.find(db, number_in(token))
    if row is None or not links.opens(link.kind, token, *link.facts(row), shown=shown):
        raise NotFound
    owner = link.owner(row)
    if owner is None or (owner.suspended and not link.kind.for_suspended):
        raise NotFound
    if viewer_id not in (None, owner.id) and not link.kind.whoever_is_signed_in:
        raise NotFound
    return row
