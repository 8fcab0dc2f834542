"""When mentors are free, as they said it, and the bookable starts that follow from it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.core.settings.policies import Confirm


class MentorPolicy(Base):
    """The zone and the policy of one mentor (`core.settings.policies.Policy`); the openings are due to be
    written anew, with the horizon grown, at `openings_due_at`."""

    __tablename__ = "mentor_policy"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    tzid: Mapped[str]
    durations: Mapped[list[int]]
    start_every: Mapped[int] = mapped_column(SmallInteger)
    buffer_before: Mapped[int] = mapped_column(SmallInteger)
    buffer_after: Mapped[int] = mapped_column(SmallInteger)
    notice_minutes: Mapped[int] = mapped_column(Integer)
    horizon_days: Mapped[int] = mapped_column(SmallInteger)
    confirm: Mapped[Confirm] = mapped_column(StoredEnum(Confirm))
    per_day: Mapped[int | None] = mapped_column(SmallInteger)
    per_week: Mapped[int | None] = mapped_column(SmallInteger)
    per_month: Mapped[int | None] = mapped_column(SmallInteger)
    openings_due_at: Mapped[datetime | None] = mapped_column(index=True)


class AvailabilityRule(Base):
    """Free every week on `weekday` (Monday is 0), minutes of the day, end up to 1440."""

    __tablename__ = "availability_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    start_minute: Mapped[int] = mapped_column(SmallInteger)
    end_minute: Mapped[int] = mapped_column(SmallInteger)


class DateOverride(Base):
    """Replaces the week on `date`; without minutes the day is closed."""

    __tablename__ = "date_override"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    date: Mapped[date]
    start_minute: Mapped[int | None] = mapped_column(SmallInteger)
    end_minute: Mapped[int | None] = mapped_column(SmallInteger)


class Leave(Base):
    """Away from `first` to `last`, both included, on the mentor's wall."""

    __tablename__ = "leave"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    pause: Mapped[bool] = mapped_column(default=False)


class Opening(Base):
    """A bookable start. `theme_id` 0 stands for all themes; `rotation` makes ties between mentors fair.

    Listed while `opens_at` ≤ now ≤ `closes_at`. Derived: may be dropped and rebuilt at any time.
    """

    __tablename__ = "opening"

    theme_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    rotation: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mentor_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime] = mapped_column(index=True)
    free_until: Mapped[datetime]

    __table_args__ = (Index("ix_opening_mentor", "mentor_id", "theme_id", "starts_at"), {"sqlite_with_rowid": False})
