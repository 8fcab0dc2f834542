"""Tables of nudges, the rest each member has after one and the proof of each day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.programme.rules.nudges import NudgeAbout, NudgeKind
from flashmeet.programme.rules.proof import Rule
from flashmeet.themes.models import Theme


class Nudge(Base):
    """One mail from an administrator to a member.

    It is sent at `due_at`; until then it can be undone (`undone_at`). `idle`: the member had no open hour when it was
    written. `nonce` is part of the signed link of a pause.
    """

    __tablename__ = "nudge"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    kind: Mapped[NudgeKind] = mapped_column(StoredEnum(NudgeKind))
    about: Mapped[NudgeAbout] = mapped_column(StoredEnum(NudgeAbout))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(default="")
    idle: Mapped[bool] = mapped_column(default=False)
    nonce: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(foreign_keys=member_id, lazy="joined", innerjoin=True)
    by: Mapped[Member | None] = relationship(foreign_keys=by_id, lazy="joined")
    theme: Mapped[Theme | None] = relationship(lazy="joined")

    __table_args__ = (Index("ix_nudge_member", "member_id", "sent_at"),)


class NudgeRest(Base):
    """Until when a member gets no further nudge: one row each, so that two administrators at once send one mail."""

    __tablename__ = "nudge_rest"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    until: Mapped[datetime]


class ProofOfDay(Base):
    """How many of a day's hours or requests were looked at under a rule, and how many broke it.

    `named` are the ids of some that did (bookings, or requests), `why` the number of late messages by reason. The day
    is that of UTC on which the hours ended, or the requests became seven days old.
    """

    __tablename__ = "proof_of_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    rule: Mapped[Rule] = mapped_column(StoredEnum(Rule), primary_key=True)
    looked_at: Mapped[int]
    broken: Mapped[int]
    named: Mapped[list[int]]
    why: Mapped[dict[str, Any]]
    checked_at: Mapped[datetime]
