"""Resolves personal links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from flashmeet.core.errors import AccessSuspended, LinkRenewed, NotFound
from flashmeet.core.link_kinds import LinkKind
from flashmeet.core.links import Links, number_in
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import link_followed

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

    Raises NotFound, whether the token names nothing or is forged, or somebody else is signed in and the kind forbids
    it; LinkRenewed for one from before its member renewed their links; AccessSuspended to a suspended member.
    """
    row = link.find(db, number_in(token))
    owner = None if row is None else link.owner(row)
    if row is None or owner is None or owner.erased_at is not None:
        raise NotFound
    links = links.given(owner.link_generation)
    if not links.opens(link.kind, token, *link.facts(row), shown=shown):
        raise LinkRenewed if links.opened(link.kind, token, *link.facts(row), shown=shown) else NotFound
    if viewer_id not in (None, owner.id) and not link.kind.whoever_is_signed_in:
        raise NotFound
    if owner.suspended and not link.kind.for_suspended:
        raise AccessSuspended
    link_followed(owner)
    return row


def is_link_of(links: Links, kind: LinkKind, token: str, owner: Member, *facts: str) -> bool:
    """Whether the token was made for this member and these facts, be it before they renewed their links."""
    theirs = links.given(owner.link_generation)
    return theirs.opens(kind, token, *facts) or theirs.opened(kind, token, *facts)


def renew_links(db: Session, member: Member) -> None:
    """Revokes every personal link that the member was sent, of whatever kind; those sent from now on are good."""
    member.link_generation += 1
    db.flush()
