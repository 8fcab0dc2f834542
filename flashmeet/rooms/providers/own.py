"""A mentor's own room: an https address of theirs. It has no lock and no end but its own."""

from __future__ import annotations

from datetime import datetime

from flashmeet.messages.rules.channels import Outcome, Sent
from flashmeet.rooms.rules.providers import Guest, Meeting, ProviderAway


class OwnRoomProvider:
    name, label, ends = "url", "", False

    def form_targets(self, meeting: Meeting) -> str:  # the port's; where they are is theirs to choose
        """The address that people know often leads on to another host, which we cannot know."""
        return "https:"

    def join_address(self, meeting: Meeting, guest: Guest, *, now: datetime) -> str:  # one address for all
        if not meeting.own_room:
            raise ProviderAway("no room")
        return meeting.own_room

    def end(self, *, key: str, uid: str) -> Outcome:  # it is theirs
        return Sent()
