"""How long what has served its purpose is kept."""

from __future__ import annotations

from datetime import timedelta

from flashmeet.bookings.rules.threads import FILE_KEPT_FOR, KEPT_FOR

DAY = timedelta(days=1)
WORDS_KEPT = KEPT_FOR
"""What two people wrote for an hour, from its end: thirteen months."""
FILES_KEPT = FILE_KEPT_FOR
"""A file that one of the two gave the other, from the end of their hour."""
MESSAGES_KEPT = 180 * DAY
"""What a message said and the address it went to, from the day it was sent."""
CAMPAIGNS_KEPT = 2 * 365 * DAY
"""That somebody was invited or asked, from that day: so that nobody is asked twice in a year."""
CASES_KEPT = 3 * 365 * DAY
"""What was said in a report, from the day it was closed."""
SEARCHES_KEPT = 365 * DAY
TOKENS_KEPT = 365 * DAY
"""That an API token existed, from the day it ended."""
COPIES_KEPT = 7 * DAY
ERASURE_WAITS = DAY
"""How long an erasure waits for cancellations to leave and calendars to be cleaned."""
