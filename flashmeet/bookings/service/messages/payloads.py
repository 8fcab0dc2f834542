"""Payloads of messages about a booking, and their outbox subject."""

from __future__ import annotations

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.messages import Action, BookingPayload, DayFacts
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member


def subject_of(booking_id: int) -> str:
    """Returns the outbox subject of a booking."""
    return f"booking:{booking_id}"


def payload_for(booking: Booking, member: Member, *, action: Action = Action.NONE) -> BookingPayload:
    """Returns the booking as one of its two people is told about it; kinds with further fields add them."""
    other, seat = booking.other(member.id), booking.seat_of(member.id)
    payload: BookingPayload = {
        "action": action,
        "booking_id": booking.id,
        "uid": booking.uid,
        "sequence": booking.sequence,
        "stamped_at": booking.stamped_at.isoformat(),
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "role": seat.role,
        "other_id": other.id,
        "other_name": other.name,
        "other_about": about_line(other),
        "other_year": other.graduation_year,
        "other_tzid": other.tzid,
        "theme": booking.theme.names,
        "regulated": booking.theme.regulated,
        "mode": booking.mode,
        "need": booking.need,
        "good_hour": booking.good_hour,
        "place": booking.place,
        "place_tzid": booking.place_tzid,
        "my_phone": booking.phone_of(member.id),
        "other_phone": booking.phone_of(other.id),
        "format": booking.format,
        "relation": booking.relation or "",
        "seat_id": seat.id,
        "seat_nonce": seat.nonce,
    }
    if booking.day:
        payload["day"] = day_facts(booking.day)
    return payload


def about_line(member: Member) -> str:
    """Returns who somebody is, for the one who meets them: `Avocate · Cabinet Arcade`."""
    return " · ".join(each for each in (member.headline, member.company) if each)


def day_facts(offer: DayOffer) -> DayFacts:
    """Returns the plan of a day, for messages and for `bookings.wording`."""
    plan = offer.plan
    return {
        "days": plan.days,
        "first": _ends(plan.first_day),
        "breaks": [_ends(each) for each in plan.first_breaks],
        "programme": offer.programme,
    }


def _ends(span: Interval) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]
