"""What happens to a member that other features follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.events import Event, Question
from flashmeet.identity.models import Member

mentor_changed: Event[[Session, int, datetime]] = Event("mentor changed")
"""Whether, or with what, this member can be booked has changed: their bookable hours follow."""

contact_changed: Event[[Session, Member, datetime]] = Event("contact changed")
"""The member's address, number, zone or wishes have changed: what waits to be sent to them follows."""

code_asked: Event[[str, str]] = Event("sign-in code asked")
"""A code was asked for (its nonce) on the way to a page (its path), whether or not there is such a member."""

have_met: Question[[Session, int, int]] = Question("have these two members had to do with each other?")
