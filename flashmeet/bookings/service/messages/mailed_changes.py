"""What a link in a mail does with an hour: for the hour that the mail told of, and for no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, joinedload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.service.end import live_booking
from flashmeet.bookings.service.messages.sms_replies import say_coming
from flashmeet.core.errors import AlreadyOver
from flashmeet.core.link_kinds import CANCEL, COMING, MOVE, RUNNING_LATE, LinkKind
from flashmeet.core.links import Links, shown_in
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.schedule.rules.booked_hour import BookingStatus


def _link(kind: LinkKind) -> PersonalLink[Seat]:
    return PersonalLink(
        kind,
        find=lambda db, number: db.get(Seat, number, options=[joinedload(Seat.booking)]),
        facts=lambda seat: (seat.nonce,),
        owner=lambda seat: seat.member,
    )


MOVE_LINK, CANCEL_LINK = _link(MOVE), _link(CANCEL)
COMING_LINK, LATE_LINK = _link(COMING), _link(RUNNING_LATE)


@dataclass(frozen=True, slots=True)
class MailedChange:
    """The booking behind a link, its member, and whether it still stands as the mail told."""

    booking: Booking
    member: Member
    told: str

    @property
    def agreed(self) -> bool:
        """Whether it is the hour that was told of, agreed by both."""
        return self.booking.status == BookingStatus.CONFIRMED and self._is_told()

    def stands(self, now: datetime) -> bool:
        """Whether the hour that was told of can still be changed."""
        return self.booking.live and self.booking.starts_at > now and self._is_told()

    def _is_told(self) -> bool:
        return self.told == f"{self.booking.starts_at:%Y%m%dT%H%MZ}"

    def hold(self, db: Session, *, now: datetime) -> None:
        """Locks the booking, so that of two tabs one changes it. Raises AlreadyOver where it stands otherwise."""
        live_booking(db, self.member, self.booking.id, now=now)
        if not self._is_told():
            raise AlreadyOver(status=self.booking.status)


def mailed_change(
    db: Session, link: PersonalLink[Seat], token: str, *, links: Links, viewer_id: int | None
) -> MailedChange:
    """Returns the booking behind a link. Raises NotFound, LinkRenewed, AccessSuspended."""
    told = shown_in(token)
    seat = resolve_link(db, link, token, links=links, viewer_id=viewer_id, shown=(told,))
    return MailedChange(seat.booking, seat.member, told)


def say_coming_by_link(db: Session, found: MailedChange, *, now: datetime) -> None:
    """Records that the link's member comes. Raises NotFound, AlreadyOver where the hour stands otherwise."""
    found.hold(db, now=now)
    if not found.agreed:
        raise AlreadyOver(status=found.booking.status)
    say_coming(db, found.booking, found.member, now=now)
