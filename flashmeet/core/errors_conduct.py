"""What can be refused about conduct: what comes too late, what is decided already, who is paused."""

from __future__ import annotations

from datetime import datetime

from flashmeet.core.errors import BadInput, Refusal


class PausedByNetwork(Refusal):
    """Books nothing until an administrator has talked to them."""

    code = "paused_by_network"


class TooLateToSay(BadInput):
    """So long after the hour nobody is said any more not to have come."""

    code = "too_late_to_say"


class ContestOver(Refusal):
    """It could be contested until then, or it is decided already."""

    code = "contest_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)


class ConfirmationOver(Refusal):
    """The hour was to be confirmed until then."""

    code = "confirmation_over"

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)


class CaseClosed(Refusal):
    """Somebody has decided this case."""

    code = "case_closed"
