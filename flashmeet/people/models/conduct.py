"""Conduct: who keeps away from whom, what was reported, who did not come, and every step of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.identity.models.member import Member


class Block(Base):
    """`by_id` wants nothing to do with `other_id`; both are hidden from each other."""

    __tablename__ = "member_block"

    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False, index=True)
    at: Mapped[datetime]


class ConductCase(Base):
    """Something that a person decides (`conduct.rules.conduct`): `kind`, about whom, and who brought it.

    While it is `frozen` the two are hidden from each other, whatever they do. `what` and `story` are in the reporter's
    words; `shared` is the session's text, where the reporter handed it over. `decision` is "" while the case is open.
    `open_key` is there while it is: what would open the same case again is added to this one.
    """

    __tablename__ = "conduct_case"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    about_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    open_key: Mapped[str | None] = mapped_column(unique=True)
    what: Mapped[str] = mapped_column(default="")
    story: Mapped[str] = mapped_column(default="")
    shared: Mapped[str] = mapped_column(default="")
    frozen: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")

    about: Mapped[Member] = relationship(foreign_keys=about_id, lazy="joined", innerjoin=True)
    by: Mapped[Member | None] = relationship(foreign_keys=by_id, lazy="joined")

    __table_args__ = (
        Index("ix_conduct_case_about", "about_id", "frozen"),
        Index("ix_conduct_case_by", "by_id", "frozen"),
        Index("ix_conduct_case_closed", "closed_at", "opened_at"),
    )


class CaseEvent(Base):
    """One step of a case: what, who, when. Written once; `by_id` is None where nobody but the clock did it."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("conduct_case.id"), index=True)
    kind: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(default="")

    by: Mapped[Member | None] = relationship(lazy="joined")


@event.listens_for(CaseEvent, "before_update")
@event.listens_for(CaseEvent, "before_delete")
def _refuse(_mapper: Mapper[Any], _connection: Connection, step: CaseEvent) -> None:
    """What was written down stays as it was written."""
    raise TypeError(f"step {step.id} of a case is never changed")
