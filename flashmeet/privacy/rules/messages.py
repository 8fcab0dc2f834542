"""Kinds of messages about one's own data."""

from __future__ import annotations

from typing import TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind
from flashmeet.people.rules.messages import EACH_MINUTE, CodePayload, NoFacts


class MakeCopyPayload(TypedDict):
    copy_id: int


class CopyMadePayload(TypedDict):
    days: int


MAKE_COPY: MessageKind[MakeCopyPayload] = MessageKind(
    "make_copy", Category.ACCOUNT, label=mark("Copy of your data"), speaks_of="payload"
)
"""To our own worker: make it."""
COPY_MADE: MessageKind[CopyMadePayload] = MessageKind(
    "copy_made", Category.ACCOUNT, label=mark("Copy of your data"), speaks_of="own data"
)
"""The copy is there; the link needs signing in."""
ERASURE_CODE: MessageKind[CodePayload] = MessageKind(
    "erasure_code",
    Category.ACCOUNT,
    label=mark("Code to be erased"),
    speaks_of="code",
    secret=True,
    retry_every=EACH_MINUTE,
)
ERASED: MessageKind[NoFacts] = MessageKind(
    "erased", Category.ACCOUNT, label=mark("Notice that your account is erased"), speaks_of="own data"
)
"""The last message, to somebody who is no member any more."""
