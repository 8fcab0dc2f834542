"""A booking as an invite for a calendar, to download."""

from __future__ import annotations

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.messages.payloads import day_facts
from flashmeet.bookings.wording import plan_words, time_there
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.settings.vocabulary import Vocabulary
from flashmeet.identity.models import Member
from flashmeet.messages.rules.invites import Invite, described
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.booking_facts import where_of


def invite_for(
    booking: Booking,
    member: Member,
    *,
    links: Links,
    mail_from: str,
    network_name: str,
    locale: str,
    words: Vocabulary | None = None,
) -> Invite:
    """Returns the booking as an invite for the member's calendar, for download."""
    meeting = (words or Vocabulary()).word("meeting", locale)
    theme = booking.theme.name(locale)
    seat = booking.seat_of(member.id)
    plan = (
        plan_words(day_facts(booking.day), booking.place_tzid or member.tzid, locale).text(locale)
        if booking.day
        else ""
    )
    there = time_there(Interval(booking.starts_at, booking.ends_at), booking.place_tzid, member.tzid, locale)
    return Invite(
        uid=booking.uid,
        sequence=booking.sequence,
        cancelled=booking.status == BookingStatus.CANCELLED,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamped_at=booking.stamped_at,
        summary=f"{booking.other(member.id).name} · {theme}",
        description=described(booking.need, meeting=meeting, page=links.booking(booking.id), plan=plan, there=there),
        location=where_of(booking.mode, place=booking.place, phone=booking.phone_of(booking.other(member.id).id))
        or links.booking(booking.id),
        url=links.booking(booking.id),
        organizer=mail_from,
        organizer_name=network_name,
        attendee=member.email,
        attendee_name=member.name,
        reply_token=links.reply_token(seat.id, seat.nonce),
    )
