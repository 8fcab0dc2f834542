"""Moving and cancelling from a mail: for the hour that the mail told of, and for no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, joinedload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.service.end import live_booking
from flashmeet.core.errors import AlreadyOver
from flashmeet.core.link_kinds import CANCEL, MOVE, LinkKind
from flashmeet.core.links import Links, shown_in
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link


def _link(kind: LinkKind) -> PersonalLink[Seat]:
    return PersonalLink(
        kind,
        find=lambda db, number: db.get(Seat, number, options=[joinedload(Seat.booking)]),
        facts=lambda seat: (seat.nonce,),
        owner=lambda seat: seat.member,
    )


MOVE_LINK, CANCEL_LINK = _link(MOVE), _link(CANCEL)


@dataclass(frozen=True, slots=True)
class MailedChange:
    """The booking behind a link, its member, and whether it still stands as the mail told."""

    booking: Booking
    member: Member
    told: str

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
