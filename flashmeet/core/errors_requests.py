"""What can be refused when somebody asks for an hour, or answers."""

from __future__ import annotations

from datetime import date

from flashmeet.core.errors import Refusal


class MentorAway(Refusal):
    """Nobody can be asked while they are away; `until` is their last day, where they said it."""

    code = "mentor_away"

    def __init__(self, until: date | None) -> None:
        super().__init__(until=until)


class AskedAlready(Refusal):
    """The same mentor, or theme, is being asked by the same mentee (`request_id`)."""

    code = "asked_already"

    def __init__(self, request_id: int) -> None:
        super().__init__(request_id=request_id)


class RequestOver(Refusal):
    """Nothing is to be answered any more: `state` says what became of it (`requests.rules.requests`)."""

    code = "request_over"

    def __init__(self, state: str) -> None:
        super().__init__(state=state)
        self.state = state


class TimeGone(Refusal):
    """A proposed time that is no longer kept: it passed, or something else came there."""

    code = "time_gone"
