"""Events about members that other features follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.events import Event, Question
from flashmeet.identity.acts import Audited
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours, Departure

mentor_changed: Event[[Session, int, datetime]] = Event("mentor changed")
"""The member's bookability, or its terms, changed: bookable hours are recomputed."""

contact_changed: Event[[Session, Member, datetime]] = Event("contact changed")
"""The member's address, number, zone or preferences changed: pending messages are adjusted."""

address_changed: Event[[Session, Member, str, datetime]] = Event("address changed")
"""The member has another mail address; the text is the one that they left."""

hours_elsewhere: Question[[Session, Member]] = Question("are the member's hours in another zone than the member?")

former_number_given: Question[[Session, Member, datetime]] = Question("do coming hours have a former number of theirs?")
cannot_come: Event[[Session, Member, Departure, AgreedHours, datetime]] = Event("a member can no longer come")
"""Whoever counts on them is told, and what was asked of them goes on to others (`requests.service.departures`)."""

code_asked: Event[[str, str]] = Event("sign-in code asked")
"""A sign-in code was asked for in a browser (its key), on the way to a page (its path), by whatever address."""

browser_signed_in: Event[[Session, str, Member]] = Event("signed in in a browser")
"""The member has signed in in the browser of this key."""

have_met: Question[[Session, int, int]] = Question("have these two members had to do with each other?")

security_happened: Event[[Session, Audited, datetime]] = Event("something for the record of security")
"""`security_happened(db, Audited(act=Act.TOKEN_MADE, by=member.id, to=member.id, about=name), now)`, in the
unit of work of the act: the line is written with it or not at all. Its origin is known from the request."""

link_followed: Event[[Member]] = Event("link followed")
"""A personal link of this member was opened: the page speaks to them."""
