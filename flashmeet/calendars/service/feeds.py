"""A member's bookings as a calendar feed; its address is opened and closed by `identity.service.feeds`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.invite_file import invite_for
from flashmeet.core.errors import NotFound
from flashmeet.core.links import Links
from flashmeet.core.secrets import hashed
from flashmeet.identity.models import Feed, Member
from flashmeet.messages.rules.invites import FeedFile
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING

KEPT_FOR = timedelta(days=30)
"""How long a booking stays in the feed after its end."""


def feed_at(db: Session, secret: str, *, links: Links, mail_from: str, network_name: str, now: datetime) -> FeedFile:
    """Returns the feed at this address. Raises NotFound, the same for a feed that never existed or was closed."""
    member = db.scalars(
        select(Member)
        .join(Feed, Feed.member_id == Member.id)
        .where(Feed.secret_hash == hashed(secret), ~Member.suspended)
    ).one_or_none()
    if member is None:
        raise NotFound
    invites = (
        invite_for(each, member, links=links, mail_from=mail_from, network_name=network_name, locale=member.locale)
        for each in _bookings(db, member, since=now - KEPT_FOR)
    )
    return FeedFile(name=network_name, bookings=tuple(invites))


def _bookings(db: Session, member: Member, *, since: datetime) -> list[Booking]:
    """Returns agreed bookings only, as invites do: a pending one is in no calendar."""
    query = (
        select(Booking)
        .where(
            or_(Booking.mentor_id == member.id, Booking.mentee_id == member.id),
            Booking.status.in_(STANDING_BOOKING),
            Booking.ends_at > since,
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return list(db.scalars(query))
