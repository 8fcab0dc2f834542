"""Kinds and payloads of messages about signing in and joining.

A payload is plain JSON, kept in the row until rendering; instants in it are ISO texts.
"""

from __future__ import annotations

from collections.abc import Mapping
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


class AddressCodePayload(CodePayload):
    """`to` is the mail address being verified; it is not the member's yet."""

    to: str


class AddressLeftPayload(TypedDict):
    """`to` is the address that the member left. By `change_id` it can be taken back for some `days`; 0: it cannot."""

    to: str
    change_id: int
    change_nonce: str
    days: int


class NoFacts(TypedDict):
    """The message says the same to everybody."""


class JoinedPayload(TypedDict):
    first_name: str


class ApprovalPayload(TypedDict):
    """What an administrator decided about a mentor: `action` is "approved", "held" or "ended"."""

    action: str


class TermsPayload(TypedDict):
    """A version of the terms; `changes` are the administrator's words on what is new, by language."""

    terms_version: int
    in_force_at: str
    changes: Mapping[str, str]


class HidingPayload(TermsPayload):
    """`hides_at` is when the mentor's open hours are hidden."""

    hides_at: str


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
ADDRESS_CODE: MessageKind[AddressCodePayload] = MessageKind(
    "address_code",
    Category.ACCOUNT,
    label=mark("Code for a new email address"),
    speaks_of="code",
    names_address=True,
    secret=True,
    retry_every=EACH_MINUTE,
)
"""To the address being verified."""
ADDRESS_WANTED: MessageKind[NoFacts] = MessageKind(
    "address_wanted", Category.ACCOUNT, label=mark("Notice that somebody asked for this address"), speaks_of="payload"
)
"""To the member whose address somebody else wanted to use."""
ADDRESS_LEFT: MessageKind[AddressLeftPayload] = MessageKind(
    "address_left",
    Category.ACCOUNT,
    label=mark("Notice of a new email address, to the former one"),
    speaks_of="address",
    names_address=True,
)
"""To the address that the member left: how to take the account back, or whom to write to."""
ADDRESS_NEW: MessageKind[NoFacts] = MessageKind(
    "address_new", Category.ACCOUNT, label=mark("Notice of a new email address"), speaks_of="payload"
)
"""To the address that somebody else set, or that was given back."""
JOINED: MessageKind[JoinedPayload] = MessageKind(
    "joined", Category.ACCOUNT, label=mark("Approval of an application"), speaks_of="payload"
)
"""An application was approved."""
TERMS_ANNOUNCED: MessageKind[TermsPayload] = MessageKind(
    "terms_announced", Category.ACCOUNT, label=mark("Notice of new terms"), speaks_of="terms", hangs_on="terms"
)
"""To every member, once: a version of the terms, what is new in it, and from which day on it binds."""
TERMS_WITHDRAWN: MessageKind[TermsPayload] = MessageKind(
    "terms_withdrawn", Category.ACCOUNT, label=mark("Notice that terms were withdrawn"), speaks_of="terms"
)
"""To those who were told of the version."""
TERMS_HIDING: MessageKind[HidingPayload] = MessageKind(
    "terms_hiding",
    Category.ACCOUNT,
    label=mark("Notice that hours will be hidden"),
    speaks_of="terms",
    hangs_on="terms",
)
"""To a mentor some days before their open hours are hidden, because they have not accepted the terms."""
MENTOR_DECIDED: MessageKind[ApprovalPayload] = MessageKind(
    "mentor_decided",
    Category.ACCOUNT,
    label=mark("Notice about your role as a mentor"),
    labels={
        "approved": mark("Approval as a mentor"),
        "held": mark("Notice that hours are paused"),
        "ended": mark("Notice that your role as a mentor has ended"),
    },
    speaks_of="payload",
)
"""To a mentor whose hours appear or are hidden by an administrator's decision."""
