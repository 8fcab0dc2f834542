"""Invitations, imports, phone codes, pictures, terms, blocks and conduct cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, Integer, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.kept import rarely_changed
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.people.rules.cases import CaseKind, CaseStep, Decision, ReportReason
from flashmeet.people.rules.joining import JoiningRole
from flashmeet.people.rules.member_imports import ImportState


class Invitation(Base):
    """A link for joining while it is valid; it derives from `nonce`, so that it can be shown again.

    `uses` counts the members who joined by it, up to `most`. `approves` makes mentors who join by it bookable at once.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    nonce: Mapped[str]
    label: Mapped[str]
    role: Mapped[JoiningRole] = mapped_column(StoredEnum(JoiningRole))
    approves: Mapped[bool] = mapped_column(default=False)
    most: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    def live(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now and self.uses < self.most


class MemberImport(Base):
    """A file of people that an administrator sent, until its good rows are taken.

    `content` is base64. `plan` says how it is read (`people.rules.member_columns.Plan`), with the first rows as
    samples; `roles` and `approved` hold where a row says nothing. `done` counts the rows that the worker is through
    with; `result` is what it found, or took. `left_out` is the file of the rows left out, as XLSX in base64.
    """

    __tablename__ = "member_import"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    file_name: Mapped[str]
    content: Mapped[str] = mapped_column(Text, deferred=True)
    state: Mapped[ImportState] = mapped_column(StoredEnum(ImportState))
    plan: Mapped[dict[str, Any]]
    roles: Mapped[list[str]]
    approved: Mapped[bool]
    update: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]]
    left_out: Mapped[str] = mapped_column(Text, deferred=True, default="")
    leased_until: Mapped[datetime | None]


class ImportHeading(Base):
    """What an administrator took a heading of a people's file for; the next file is read so."""

    __tablename__ = "import_heading"

    heading: Mapped[str] = mapped_column(primary_key=True)
    meaning: Mapped[str]


class PhoneCode(Base):
    """A number that a member wants to use, until its code is entered; the code is hashed with its nonce."""

    __tablename__ = "phone_code"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str]
    nonce: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AddressCode(Base):
    """A mail address that a member wants to use, until its code is entered; the code is hashed with its nonce."""

    __tablename__ = "address_code"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str]
    nonce: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ErasureCode(Base):
    """Proves that a member wants to be erased, once it is entered; the code is hashed with its nonce."""

    __tablename__ = "erasure_code"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    nonce: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AddressChange(Base):
    """The address that a member left, kept while a link mailed there can take the account back; `nonce` signs it."""

    __tablename__ = "address_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    before: Mapped[str]
    nonce: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(index=True)

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class Picture(Base):
    """A member's photo (`member:7`), or the network's `logo`. `content` is base64 and always re-encoded by us."""

    __tablename__ = "picture"

    name: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    media_type: Mapped[str]
    content: Mapped[str] = mapped_column(Text)


@rarely_changed
class Terms(Base):
    """One version of the terms; its words never change after its announcement.

    Texts, commitments and `changes`, the few lines that say what is new, are per language. A version that was withdrawn
    before it came into force binds nobody.
    """

    __tablename__ = "terms"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    texts: Mapped[dict[str, str]]
    commitments: Mapped[list[dict[str, str]]]
    announced_at: Mapped[datetime]
    in_force_at: Mapped[datetime] = mapped_column(index=True)
    announced_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    changes: Mapped[dict[str, str]] = mapped_column(default=dict)
    withdrawn_at: Mapped[datetime | None]


class TermsNotice(Base):
    """How far the members have been written to about a version: those up to `told_to_id` have been.

    Once it is withdrawn, they are told so from there downwards. The row goes when there is nobody left to tell.
    """

    __tablename__ = "terms_notice"

    version: Mapped[int] = mapped_column(ForeignKey("terms.version"), primary_key=True, autoincrement=False)
    told_to_id: Mapped[int] = mapped_column(Id, default=0)


class TermsAcceptance(Base):
    """The proof of an acceptance: member, version, time, language, and the SHA-256 of the text shown."""

    __tablename__ = "terms_acceptance"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("terms.version"), primary_key=True, index=True)
    sha256: Mapped[str]
    locale: Mapped[str]
    accepted_at: Mapped[datetime]


class Block(Base):
    """`by_id` has blocked `other_id`; both are hidden from each other."""

    __tablename__ = "member_block"

    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False, index=True)
    at: Mapped[datetime]


class ConductCase(Base):
    """A case for an administrator (`conduct.rules.conduct`): its `kind`, the member it is about, and its reporter.

    While `frozen`, the two are hidden from each other. `what` and `story` are the reporter's words; `shared` is the
    booking's text if the reporter shared it. `open_key` is set only while it is open, so that a repeated report is
    added to this case.
    """

    __tablename__ = "conduct_case"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[CaseKind] = mapped_column(StoredEnum(CaseKind))
    about_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    open_key: Mapped[str | None] = mapped_column(unique=True)
    what: Mapped[ReportReason] = mapped_column(StoredEnum(ReportReason), default=ReportReason.NONE)
    story: Mapped[str] = mapped_column(default="")
    shared: Mapped[str] = mapped_column(default="")
    frozen: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    decision: Mapped[Decision] = mapped_column(StoredEnum(Decision), default=Decision.OPEN)

    about: Mapped[Member] = relationship(foreign_keys=about_id, lazy="joined", innerjoin=True)
    by: Mapped[Member | None] = relationship(foreign_keys=by_id, lazy="joined")

    __table_args__ = (
        Index("ix_conduct_case_about", "about_id", "frozen"),
        Index("ix_conduct_case_by", "by_id", "frozen"),
        Index("ix_conduct_case_closed", "closed_at", "opened_at"),
    )


class CaseEvent(Base):
    """One step of a case; never changed. `by_id` is None for steps taken automatically."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("conduct_case.id"), index=True)
    kind: Mapped[CaseStep] = mapped_column(StoredEnum(CaseStep))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(default="")

    by: Mapped[Member | None] = relationship(lazy="joined")


@event.listens_for(CaseEvent, "before_update")
@event.listens_for(CaseEvent, "before_delete")
def _refuse(_mapper: Mapper[Any], _connection: Connection, step: CaseEvent) -> None:
    """Raises TypeError: a step of a case is never changed or deleted."""
    raise TypeError(f"step {step.id} of a case is never changed")
