"""What can be refused when people are written to, and when hours are attested."""

from __future__ import annotations

from flashmeet.core.errors import Refusal


class TooLateToUndo(Refusal):
    """The mail has left."""

    code = "too_late_to_undo"


class NobodyChosen(Refusal):
    """A mail for nobody."""

    code = "nobody_chosen"


class NothingServed(Refusal):
    """No hour of that year counts, so that there is nothing to attest."""

    code = "nothing_served"

    def __init__(self, year: int) -> None:
        super().__init__(year=year)
