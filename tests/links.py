"""The kinds of personal links, and those among them that speak for a member."""

from __future__ import annotations

from flashmeet.core import link_kinds
from flashmeet.core.link_kinds import LinkKind

LINK_KINDS = tuple(each for each in vars(link_kinds).values() if isinstance(each, LinkKind))
MEMBER_LINKS = tuple(each for each in LINK_KINDS if each.renewable)
