"""Table of the days that mentors offer."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.rules.days import DayPlan
from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Span
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import tzid_of_place
from flashmeet.themes.models import Theme


class DayOffer(Base):
    """A day offered for a date in the zone `tzid`; `breaks` are minutes [from, to] of each day.

    `starts_at` and `ends_at` are the same as instants, by the version `zone_data` of the zone data. Whether the day was
    asked for or taken is read from its bookings.
    """

    __tablename__ = "day_offer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    date: Mapped[date]
    days: Mapped[int] = mapped_column(SmallInteger, default=1)
    tzid: Mapped[str]
    start_minute: Mapped[int] = mapped_column(SmallInteger)
    end_minute: Mapped[int] = mapped_column(SmallInteger)
    breaks: Mapped[list[list[int]]]
    mode: Mapped[Mode] = mapped_column(StoredEnum(Mode))
    place: Mapped[str] = mapped_column(default="")
    programme: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    zone_data: Mapped[str] = mapped_column(default="", server_default="")

    mentor: Mapped[Member] = relationship(lazy="joined", innerjoin=True)
    theme: Mapped[Theme] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("ix_day_offer_mentor", "mentor_id", "starts_at"),
        Index("ix_day_offer_zone_data", "zone_data", "ends_at"),
    )

    @property
    def place_tzid(self) -> str:
        """The zone of the place, where the day is on site; "" elsewhere."""
        return tzid_of_place(self.mode, self.tzid)

    @property
    def plan(self) -> DayPlan:
        return DayPlan(
            first=self.date,
            tzid=self.tzid,
            span=Span(self.start_minute, self.end_minute),
            breaks=tuple(Span(*each) for each in self.breaks),
            days=self.days,
        )
