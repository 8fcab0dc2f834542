"""Members' own calendars: how we get in, what they take of a person's time, and our events in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.identity.models.member import Member

_WRITES = text("writes")


class CalendarAccount(Base):
    """One account of one member at one provider (`schedule.rules.calendars.Kind`).

    `settings` may be shown; `secret` is what `Vault` shut. `label` is how the member knows it. `fault` is the
    code of what keeps us out, "" when nothing does; `told_at` is when the member was told, once for each trouble.
    """

    __tablename__ = "calendar_account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, str]] = mapped_column(default=dict)
    secret: Mapped[str]
    fault: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    calendars: Mapped[list[MemberCalendar]] = relationship(
        back_populates="account", order_by="MemberCalendar.id", cascade="all, delete-orphan"
    )


class MemberCalendar(Base):
    """One calendar of an account.

    `checks`: its events take the member's time. `writes`: our sessions are written there; one calendar of a member at
    most. `bare`: without attendees. `cancels`: deleting a session there cancels it unasked.
    `cursor` is the provider's, and belongs to the items stored with it. `read_at` is the last look that succeeded,
    `read_in_full_at` the last full one; `failing_since` is set while looks fail, with `failures` in a row and `fault`
    the code of the latest. `push` and `push_until` belong to a provider's push channel.
    """

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("calendar_account.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    remote_id: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    tzid: Mapped[str] = mapped_column(default="")
    writable: Mapped[bool] = mapped_column(default=True)
    checks: Mapped[bool] = mapped_column(default=False)
    writes: Mapped[bool] = mapped_column(default=False)
    bare: Mapped[bool] = mapped_column(default=False)
    cancels: Mapped[bool] = mapped_column(default=False)
    cursor: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
    read_in_full_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(default="")
    push: Mapped[dict[str, str]] = mapped_column(default=dict)
    push_until: Mapped[datetime | None]

    account: Mapped[CalendarAccount] = relationship(back_populates="calendars", lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("account_id", "remote_id"),
        Index("uq_calendar_writes", "member_id", unique=True, sqlite_where=_WRITES, postgresql_where=_WRITES),
    )


class CalendarItem(Base):
    """An event as we last saw it; what it takes stands in `busy_time`."""

    __tablename__ = "calendar_item"

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id", ondelete="CASCADE"), primary_key=True)
    remote_id: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str] = mapped_column(default="")
    uid: Mapped[str] = mapped_column(default="")


class BusyTime(Base):
    """Time that a member's calendar takes, `[starts_at, ends_at)`."""

    __tablename__ = "busy_time"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    remote_id: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_busy_time_member", "member_id", "starts_at"),
        Index("ix_busy_time_item", "calendar_id", "remote_id"),
    )
