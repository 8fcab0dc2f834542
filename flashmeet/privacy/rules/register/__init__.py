"""The register: what is kept about people, what for, on what ground, how long, and who sees it.

One entry per table and purpose; each column of each table is in one entry (`tests/privacy/test_register.py`). The
privacy page, the copy of one's data, erasure and retention all read this and nothing else.
"""

from __future__ import annotations

from flashmeet.privacy.rules.entries import Kept, Purpose
from flashmeet.privacy.rules.register.account import CONTACT, PROFILE, SIGNING_IN, TERMS
from flashmeet.privacy.rules.register.calendars import CALENDARS
from flashmeet.privacy.rules.register.conduct import CONDUCT
from flashmeet.privacy.rules.register.decisions import BULK, DECISIONS, IMPORTS, NOBODYS, NOTES, RECORD
from flashmeet.privacy.rules.register.hours import AVAILABILITY, HOURS, ROOM, WORDS
from flashmeet.privacy.rules.register.messages import MESSAGES
from flashmeet.privacy.rules.register.own_data import OWN_DATA
from flashmeet.privacy.rules.register.requests import REQUESTS, SEARCHES

PURPOSES: tuple[Purpose, ...] = (
    PROFILE,
    CONTACT,
    SIGNING_IN,
    AVAILABILITY,
    HOURS,
    WORDS,
    ROOM,
    REQUESTS,
    SEARCHES,
    CALENDARS,
    MESSAGES,
    TERMS,
    CONDUCT,
    RECORD,
    DECISIONS,
    NOTES,
    BULK,
    IMPORTS,
    OWN_DATA,
)
"""In the order of the privacy page."""

ENTRIES: tuple[Kept, ...] = (*(table for purpose in PURPOSES for table in purpose.tables), *NOBODYS)
