"""Kinds and payloads of messages about signing in and joining.

A payload is plain JSON, kept in the row until rendering; instants in it are ISO texts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from flashmeet.core.text import mark
from flashmeet.messages.rules.kinds import Category, MessageKind


class CodePayload(TypedDict):
    code: str
    minutes: int


class PhoneCodePayload(CodePayload):
    """`to` is the number being verified, E.164; it is not the member's yet."""

    to: str


class JoinedPayload(TypedDict):
    first_name: str


EACH_MINUTE = timedelta(minutes=1)
"""A code is good for some minutes, and a greylisting mail server takes it after about five."""

SIGN_IN_CODE: MessageKind[CodePayload] = MessageKind(
    "sign_in_code",
    Category.ACCOUNT,
    label=mark("Sign-in code"),
    speaks_of="code",
    secret=True,
    retry_every=EACH_MINUTE,
)
PHONE_CODE: MessageKind[PhoneCodePayload] = MessageKind(
    "phone_code",
    Category.ACCOUNT,
    label=mark("Phone verification code"),
    speaks_of="code",
    names_address=True,
    secret=True,
    retry_every=EACH_MINUTE,
)
"""Sent by SMS, to the number being verified."""
JOINED: MessageKind[JoinedPayload] = MessageKind(
    "joined", Category.ACCOUNT, label=mark("Approval of an application"), speaks_of="payload"
)
"""An application was approved."""
