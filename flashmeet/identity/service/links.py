"""Resolves personal links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from flashmeet.core.errors import AccessSuspended, NotFound
from flashmeet.core.link_kinds import LinkKind
from flashmeet.core.links import Links, number_in
from flashmeet.identity.models import Member

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PersonalLink(Generic[Row]):
    """How to find the row of one kind of link, its signed facts, and its owner."""

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
    """Returns the row that the token names. `shown` are facts in the token itself.

    Raises NotFound, whether the token names nothing, is forged or revoked, or somebody else is signed in and the kind
    forbids it; AccessSuspended to a suspended member.
    """
    row = link.find(db, number_in(token))
    if row is None or not links.opens(link.kind, token, *link.facts(row), shown=shown):
        raise NotFound
    owner = link.owner(row)
    if owner is None:
        raise NotFound
    if viewer_id not in (None, owner.id) and not link.kind.whoever_is_signed_in:
        raise NotFound
    if owner.suspended and not link.kind.for_suspended:
        raise AccessSuspended
    return row
