"""Answers as calendars write them: made from the invite that was sent, the way each of them does it."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import icalendar

from flashmeet.messages.rendering.ics import REPLY_PARAMETER


def invite_in(mail: EmailMessage) -> icalendar.Event:
    """The event of the invite in a mail of ours."""
    [part] = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    [event] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def answer_to(
    invite: EmailMessage,
    partstat: str,
    *,
    at: datetime,
    keeps_token: bool = True,
    refers: bool = False,
    attendee: str | None = None,
    sequence: int | None = None,
    method: str = "REPLY",
) -> EmailMessage:
    """The mail that a calendar sends back. It keeps what RFC 5546 asks for, and the parameters of ATTENDEE or not."""
    asked = invite_in(invite)
    calendar, event = icalendar.Calendar(), icalendar.Event()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Example//Calendar 1.0//EN")
    calendar.add("METHOD", method)
    event.add("UID", asked["UID"])
    event.add("SEQUENCE", asked["SEQUENCE"] if sequence is None else sequence)
    event.add("DTSTAMP", at)
    event.add("DTSTART", asked["DTSTART"])
    event.add("ORGANIZER", asked["ORGANIZER"])
    who = icalendar.vCalAddress(f"mailto:{attendee}" if attendee else str(asked["ATTENDEE"]))
    who.params["PARTSTAT"] = partstat
    if keeps_token:
        who.params[REPLY_PARAMETER] = asked["ATTENDEE"].params[REPLY_PARAMETER]
    event.add("ATTENDEE", who)
    calendar.add_component(event)
    return mail_of(calendar.to_ical(), refers_to=str(invite["Message-ID"]) if refers else "", method=method)


def mail_of(ics: bytes, *, refers_to: str = "", method: str = "REPLY") -> EmailMessage:
    """As it arrives: an inline text/calendar beside the text, and the same bytes attached."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "bob@example.org", "rendez-vous@example.org", "Accepted"
    if refers_to:
        mail["In-Reply-To"] = refers_to
    mail.set_content("Bob has answered.")
    mail.add_alternative(
        ics.decode("utf-8", "replace"), subtype="calendar", charset="utf-8", cte="base64", params={"method": method}
    )
    mail.add_attachment(ics, maintype="application", subtype="ics", filename="invite.ics")
    arrived = message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(arrived, EmailMessage)
    return arrived
