"""Availability as mentors state it, bookable starts derived from it, members' calendars, and claims on time."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.bell import MAKE_CALENDARS_RINGING
from flashmeet.core.database.kept import watched
from flashmeet.core.database.types import StoredEnum
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import MODES, HolderKind
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.rules.quotas import QuotaRule


class MentorPolicy(Base):
    """The zone and policy of one mentor (`core.settings.policies.Policy`).

    `ways` are those in which they meet (`schedule.rules.booked_hour.Mode`), `place` is where, on site.

    The openings are rewritten at `openings_due_at`, as the horizon moves, and where they were made by other zone data
    than `zone_data`, its version. `free_now_…`: the two hours that the mentor said they are free at once.
    `usual_notice_minutes` is the notice to which the switch for short notice goes back.
    """

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
    ways: Mapped[list[str]] = mapped_column(default=lambda: list(MODES))
    place: Mapped[str] = mapped_column(default="")
    openings_due_at: Mapped[datetime | None] = mapped_column(index=True)
    zone_data: Mapped[str] = mapped_column(default="", server_default="")
    usual_notice_minutes: Mapped[int | None] = mapped_column(Integer)
    free_now_from: Mapped[datetime | None]
    free_now_until: Mapped[datetime | None]

    __table_args__ = (Index("ix_mentor_policy_zone_data", "zone_data", "member_id"),)

    @property
    def free_now(self) -> Interval | None:
        if self.free_now_from is None or self.free_now_until is None:
            return None
        return Interval(self.free_now_from, self.free_now_until)


class AvailabilityRule(Base):
    """Free every week on `weekday` (Monday is 0), in minutes of the day, up to 1440."""

    __tablename__ = "availability_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    start_minute: Mapped[int] = mapped_column(SmallInteger)
    end_minute: Mapped[int] = mapped_column(SmallInteger)


class DateOverride(Base):
    """Replaces the weekly rules on `date`; without minutes the day is closed."""

    __tablename__ = "date_override"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    date: Mapped[date]
    start_minute: Mapped[int | None] = mapped_column(SmallInteger)
    end_minute: Mapped[int | None] = mapped_column(SmallInteger)


class Leave(Base):
    """Away from `first` to `last`, both included, in the mentor's zone."""

    __tablename__ = "leave"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    pause: Mapped[bool] = mapped_column(default=False)


@watched
class Opening(Base):
    """A bookable start. `theme_id` 0 stands for all themes; `rotation` breaks ties between mentors fairly.

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

    __table_args__ = (
        Index("ix_opening_mentor", "mentor_id", "theme_id", "starts_at"),
        Index("ix_opening_closes", "closes_at"),
        {"sqlite_with_rowid": False},
    )


_WRITES = text("writes")


class CalendarAccount(Base):
    """One account of one member at one provider (`schedule.rules.calendars.CalendarKind`).

    `settings` may be shown; `secret` is encrypted by `Vault`. `label` is the member's name for it. `fault` is the code
    of what denies us access, or ""; `told_at` is when the member was informed, once per fault.
    """

    __tablename__ = "calendar_account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CalendarKind] = mapped_column(StoredEnum(CalendarKind))
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

    `checks`: its events block the member's time. `writes`: our bookings are written there; at most one calendar of a
    member. `bare`: without attendees. `cancels`: deleting a booking there cancels it without asking.
    `may_be_empty`: its member said that nothing in it takes time, and nothing has since.
    `read_tzid` is the zone in which all of it was read, `zone_data` the version of the zone data then. One that is due
    soon rings the workers' bell (`core.database.bell`).
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
    may_be_empty: Mapped[bool] = mapped_column(default=False)
    cursor: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime | None]
    read_in_full_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(default="")
    push: Mapped[dict[str, str]] = mapped_column(default=dict)
    push_until: Mapped[datetime | None]
    looked_at_until: Mapped[datetime | None]
    read_tzid: Mapped[str] = mapped_column(default="", server_default="")
    zone_data: Mapped[str] = mapped_column(default="", server_default="")

    account: Mapped[CalendarAccount] = relationship(back_populates="calendars", lazy="joined", innerjoin=True)

    @property
    def used(self) -> bool:
        """Whether it is read at all: one that is not neither fails nor recovers."""
        return self.checks or self.writes

    __table_args__ = (
        UniqueConstraint("account_id", "remote_id"),
        Index("ix_calendar_zone_data", "zone_data", "next_try_at"),
        Index("uq_calendar_writes", "member_id", unique=True, sqlite_where=_WRITES, postgresql_where=_WRITES),
    )


event.listen(MemberCalendar.__table__, "after_create", MAKE_CALENDARS_RINGING)


class CalendarItem(Base):
    """An event as last read; the time it blocks is in `busy_time`. `unread` is its title where it could not be read
    wholly, null where it could."""

    __tablename__ = "calendar_item"

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id", ondelete="CASCADE"), primary_key=True)
    remote_id: Mapped[str] = mapped_column(primary_key=True)
    etag: Mapped[str] = mapped_column(default="")
    uid: Mapped[str] = mapped_column(default="")
    unread: Mapped[str | None]


class BusyTime(Base):
    """Time blocked by a member's calendar, `[starts_at, ends_at)`."""

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


class Holder(Base):
    """What holds claimed time.

    A holder with `expires_at` ends by itself: the next transaction that meets it deletes it, with its claims and quota
    uses. One that holds a proposed time keeps the wall time that was proposed: `wall` in `tzid`, with the version of
    the zone data by which that was `starts_at` (`requests.service.times.zone_changes`).
    """

    __tablename__ = "holder"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[HolderKind] = mapped_column(StoredEnum(HolderKind))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), unique=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("mentoring_request.id", ondelete="CASCADE"), index=True)
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    starts_at: Mapped[datetime | None]
    tzid: Mapped[str] = mapped_column(default="", server_default="")
    wall: Mapped[str] = mapped_column(default="", server_default="")
    zone_data: Mapped[str] = mapped_column(default="", server_default="")
    expires_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (Index("ix_holder_zone_data", "zone_data", "starts_at"),)


@watched
class BrowserHold(Base):
    """An hour kept for a browser while somebody signs in there, whoever that may be; it claims nobody's time.

    `browser` and `sender` are hashes of the browser's own key and of its address range; `member_id` is who has signed
    in there since.
    """

    __tablename__ = "browser_hold"

    browser: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("mentor_id", "starts_at"),)


class Claim(Base):
    """A quarter hour (epoch seconds // 900) of one person, held. The primary key prevents double booking."""

    __tablename__ = "claim"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    tick: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id", ondelete="CASCADE"), index=True)

    __table_args__ = (Index("ix_claim_tick", "tick"), {"sqlite_with_rowid": False})


class QuotaUse(Base):
    """The `ordinal`-th booking of one person in one period under one rule (`schedule.rules.quotas`)."""

    __tablename__ = "quota_use"

    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    rule: Mapped[QuotaRule] = mapped_column(StoredEnum(QuotaRule), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id", ondelete="CASCADE"), index=True)
