"""Tables of bookings: seats, replies, leave questions and thread messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.answers import DeclineOutcome, InviteAnswer
from flashmeet.bookings.rules.threads import ThreadKind
from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING, STANDING_BOOKING, BookingStatus, Mode, SeatRole
from flashmeet.schedule.rules.booking_facts import Format, Relation, tzid_of_place
from flashmeet.themes.models import Theme


class Booking(Base):
    """A booking between two people.

    `uid` never changes; `sequence` is raised by the UPDATE that moves or cancels. `agreed_tzid` and `agreed_wall`
    keep the zone and the wall time in which the hour was agreed, the mentor's, `mentee_tzid` and `mentee_wall` those of
    the mentee, and `zone_data` the version of the zone data by which they were the same instant: `service.zone_changes`
    derives the hour from them once a zone has other rules. `stamped_at` is the DTSTAMP of the latest invite and never
    goes back; `agreed_at` is when the hour was agreed or last moved, `agreed_sequence` its `sequence` then: what holds
    for the hour wherever it takes place, such as its reminders, goes by that. `format` and `relation` are those of
    `schedule.rules.booking_facts`. `place` is where the two meet on site; a phone number is there only where its owner
    gave it for this booking. `day_offer_id` is the day that was asked for, of a booking with format day.
    `solved_at` is when the mentor answered in writing and freed the hour. `follow_up_at` is when the mentee may next be
    asked what came of a completed hour; None where they will not be.
    """

    __tablename__ = "booking"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    status: Mapped[BookingStatus] = mapped_column(StoredEnum(BookingStatus))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    mentee_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    buffer_before: Mapped[int] = mapped_column(SmallInteger)
    buffer_after: Mapped[int] = mapped_column(SmallInteger)
    agreed_tzid: Mapped[str]
    agreed_wall: Mapped[str]
    mentee_tzid: Mapped[str] = mapped_column(default="", server_default="")
    mentee_wall: Mapped[str] = mapped_column(default="", server_default="")
    zone_data: Mapped[str] = mapped_column(default="", server_default="")
    mode: Mapped[Mode] = mapped_column(StoredEnum(Mode))
    need: Mapped[str]
    good_hour: Mapped[str] = mapped_column(default="")
    room: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    agreed_at: Mapped[datetime]
    agreed_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    stamped_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    cancel_reason: Mapped[str] = mapped_column(default="")
    format: Mapped[Format] = mapped_column(StoredEnum(Format), default=Format.FLASH, server_default="flash")
    relation: Mapped[Relation | None] = mapped_column(StoredEnum(Relation))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    place: Mapped[str] = mapped_column(default="", server_default="")
    mentor_phone: Mapped[str] = mapped_column(default="", server_default="")
    mentee_phone: Mapped[str] = mapped_column(default="", server_default="")
    day_offer_id: Mapped[int | None] = mapped_column(ForeignKey("day_offer.id"), index=True)
    solved_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None] = mapped_column(index=True)

    mentor: Mapped[Member] = relationship(foreign_keys=mentor_id, lazy="joined", innerjoin=True)
    mentee: Mapped[Member] = relationship(foreign_keys=mentee_id, lazy="joined", innerjoin=True)
    theme: Mapped[Theme] = relationship(lazy="joined", innerjoin=True)
    day: Mapped[DayOffer | None] = relationship()
    seats: Mapped[list[Seat]] = relationship(back_populates="booking", cascade="all, delete-orphan")

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("mentor_id <> mentee_id", name="two_people"),
        Index("ix_booking_theme", "theme_id", "created_at"),
        Index("ix_booking_mentor", "mentor_id", "starts_at"),
        Index("ix_booking_mentee", "mentee_id", "starts_at"),
        Index("ix_booking_status", "status", "ends_at"),
        Index("ix_booking_zone_data", "zone_data", "starts_at"),
    )

    @property
    def live(self) -> bool:
        return self.status in LIVE_BOOKING

    @property
    def stands(self) -> bool:
        """Whether it was agreed and has not been cancelled since."""
        return self.status in STANDING_BOOKING

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def worked(self) -> timedelta:
        """The time that counts once it took place: for a day, its hours without the breaks."""
        return self.day.plan.worked if self.day else self.ends_at - self.starts_at

    @property
    def place_tzid(self) -> str:
        """The zone of the place where they meet on site; "" elsewhere."""
        return tzid_of_place(self.mode, self.day.tzid if self.day else self.agreed_tzid)

    def phone_of(self, member_id: int) -> str:
        """Returns the number that this person gave for the booking; "" where they gave none."""
        return self.mentor_phone if member_id == self.mentor_id else self.mentee_phone

    def seat_of(self, member_id: int) -> Seat:
        """Returns that member's seat. Raises StopIteration for somebody who is not part of the booking."""
        return next(seat for seat in self.seats if seat.member_id == member_id)

    def other(self, member_id: int) -> Member:
        return self.mentee if member_id == self.mentor_id else self.mentor


class Seat(Base):
    """One person's seat in a booking. `nonce` signs their join link; a new nonce revokes it."""

    __tablename__ = "seat"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[SeatRole] = mapped_column(StoredEnum(SeatRole))
    nonce: Mapped[str]

    booking: Mapped[Booking] = relationship(back_populates="seats")
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("booking_id", "member_id"),)


class Coming(Base):
    """A member's confirmation that they will come, to the hour that was agreed at that `sequence`."""

    __tablename__ = "coming"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    sequence: Mapped[int]
    said_at: Mapped[datetime]


class SeatReply(Base):
    """One answer to the invite of one seat at one `sequence`, written by the calendar at `stamped_at` (its DTSTAMP).

    After a declined one the person is asked; `settled` is their answer.
    """

    __tablename__ = "seat_reply"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    stamped_at: Mapped[datetime]
    answer: Mapped[InviteAnswer] = mapped_column(StoredEnum(InviteAnswer))
    settled: Mapped[DeclineOutcome] = mapped_column(StoredEnum(DeclineOutcome), default=DeclineOutcome.OPEN)

    seat: Mapped[Seat] = relationship()

    __table_args__ = (UniqueConstraint("seat_id", "sequence", "stamped_at"),)


class LeaveQuestion(Base):
    """A booking that falls into a leave: the mentor is asked once whether to keep, move or cancel it."""

    __tablename__ = "leave_question"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    leave_id: Mapped[int] = mapped_column(ForeignKey("leave.id", ondelete="CASCADE"), primary_key=True, index=True)
    answered_at: Mapped[datetime | None]


class ClosedHourQuestion(Base):
    """A booking in an hour that the mentor gives no longer: they are asked once whether to keep, move or cancel it."""

    __tablename__ = "closed_hour_question"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class ThreadFile(Base):
    """The PDF that one of the two gave the other; another one replaces it. `content` is base64.

    In the database, as photos are, so that backups include it.
    """

    __tablename__ = "thread_file"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    name: Mapped[str]
    size: Mapped[int]
    content: Mapped[str] = mapped_column(Text, deferred=True)
    at: Mapped[datetime]

    author: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("booking_id", "author_id"),)


class ThreadMessage(Base):
    """One text between the two people only."""

    __tablename__ = "thread_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("mentoring_request.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[ThreadKind] = mapped_column(StoredEnum(ThreadKind))
    text: Mapped[str]
    at: Mapped[datetime]

    author: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        CheckConstraint("(booking_id IS NULL) <> (request_id IS NULL)", name="one_subject"),
        Index("ix_thread_message_booking", "booking_id", "id"),
        Index("ix_thread_message_request", "request_id", "id"),
    )
