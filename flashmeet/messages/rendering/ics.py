"""Writes invites and feeds as iCalendar (RFC 5545), with their methods (RFC 5546)."""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar, Event, vCalAddress, vDuration, vText, vUri

from flashmeet.core.text import lines, one_line
from flashmeet.messages.rules.invites import PRODUCT, FeedFile, Invite, common_name, mailto

REPLY_PARAMETER = "X-FLASHMEET-REPLY"
"""A parameter of ATTENDEE, and a property of the event: Google writes the attendee anew, and gives the organizer's own
properties back. The organizer's address has to stay as it is, and equal to From."""
LOOK_AGAIN_AFTER = timedelta(hours=1)


def calendar_file(invite: Invite) -> bytes:
    """Returns one VEVENT in UTC, without VTIMEZONE, which readers interpret differently in summer."""
    calendar = _calendar(invite.method)
    event = _event(invite)
    event.add("ATTENDEE", _attendee(invite))
    if invite.reply_token and not invite.cancelled:
        event.add(REPLY_PARAMETER, vText(invite.reply_token))
    calendar.add_component(event)
    return _written(calendar)


def feed_file(feed: FeedFile) -> bytes:
    """Returns every booking as PUBLISH: with the organizer, without attendees (RFC 5546 §3.2.1)."""
    calendar = _calendar("PUBLISH")
    calendar.add("NAME", _Text(one_line(feed.name)))  # RFC 7986 §5.1, and its predecessor
    calendar.add("X-WR-CALNAME", _Text(one_line(feed.name)))
    calendar.add("REFRESH-INTERVAL", vDuration(LOOK_AGAIN_AFTER), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(LOOK_AGAIN_AFTER))
    for booking in feed.bookings:
        calendar.add_component(_event(booking))
    return _written(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def _written(calendar: Calendar) -> bytes:
    written: bytes = calendar.to_ical(sorted=False)
    return written


def _event(invite: Invite) -> Event:
    """Returns the event without attendees, as a feed needs it."""
    event = Event()
    event.add("UID", one_line(invite.uid))
    event.add("SEQUENCE", invite.sequence)
    event.add("DTSTAMP", invite.stamped_at)
    event.add("DTSTART", invite.starts_at)
    event.add("DTEND", invite.ends_at)
    event.add("STATUS", invite.status)
    event.add("ORGANIZER", _organizer(invite))
    for name, text in _texts(invite).items():
        if text:  # libical refuses an empty property
            event.add(name, text)
    event.add("TRANSP", "OPAQUE")
    event.add("CLASS", "PRIVATE")  # the need is private to the two; a shared calendar shows "busy"
    return event


def _texts(invite: Invite) -> dict[str, _Text | vUri]:
    return {
        "SUMMARY": _Text(one_line(invite.summary)),
        "DESCRIPTION": _Text(lines(invite.description)),
        "LOCATION": _Text(one_line(invite.location)),
        "URL": vUri(one_line(invite.url or invite.location)),
    }


def _organizer(invite: Invite) -> vCalAddress:
    return _address(invite.organizer, invite.organizer_name)


def _attendee(invite: Invite) -> vCalAddress:
    """Returns the recipient as the only attendee. A cancelled invite asks for no reply."""
    attendee = _address(invite.attendee, invite.attendee_name)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "FALSE" if invite.cancelled else "TRUE"
    if invite.reply_token and not invite.cancelled:
        attendee.params[REPLY_PARAMETER] = invite.reply_token
    return attendee


def _address(address: str, name: str) -> vCalAddress:
    found = vCalAddress(mailto(address))
    if shown := common_name(name):
        found.params["CN"] = shown
    return found


class _Text(vText):
    r"""TEXT escaped per RFC 5545 §3.3.11; icalendar turns a typed `\N` into a line break, here it stays literal."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()
