"""Answers of a provider in a row, which tell of the provider or of us what one alone may say of its message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flashmeet.messages.rules.channels import Away, Outcome, Refused, Retry, Sent, Unsure

DOUBTS = 2
"""After this many missing responses in a row the provider counts as away; a single one may be the message's fault."""
TURNED_AWAY = 3
"""The same for so many addresses, none of which the server takes a mail for, by what it has against the sender."""
TRIES = 3
"""How often a message is tried that was refused so alone."""
_AGAINST_SENDER = re.compile(r"5\d\d 5\.(7\.\d{1,3}|4\.5|3\.[0-3])$|5(21|30|34|35|38)\b")
"""RFC 3463: policy, a limit that is used up, a system that takes no mail; RFC 4954 and 7504: who is not signed in, and
a host that takes none. Many servers say so at RCPT, and what they refuse an unwanted text with is the same."""


@dataclass(slots=True)
class InARow:
    """What one worker was answered last through one channel."""

    unanswered: int = 0
    turned_away: set[str] = field(default_factory=set)

    def judge(self, address: str, attempt: int, outcome: Outcome, *, probing: bool) -> Outcome:
        """Returns the outcome, or what the answers before it make of it: nobody's mail is lost for our fault."""
        self.unanswered = self.unanswered + 1 if isinstance(outcome, Unsure) else 0
        if not isinstance(outcome, Refused) or not _AGAINST_SENDER.match(outcome.reason):
            if isinstance(outcome, Sent | Refused):
                self.turned_away.clear()
            return outcome
        self.turned_away.add(address)
        if probing or len(self.turned_away) >= TURNED_AWAY:
            return Away(outcome.reason, answered=True)
        return Retry(outcome.reason) if attempt < TRIES else outcome
