"""A mentor's own room: an https address of theirs, which cannot be closed or ended from here."""

from __future__ import annotations

from datetime import datetime

from flashmeet.messages.rules.channels import Outcome, Sent
from flashmeet.rooms.rules.providers import Guest, Meeting, ProviderAway


class OwnRoomProvider:
    name, label, ends = "url", "", False

    def form_targets(self) -> str:
        """Allows any https host, because a mentor's address often redirects to another one."""
        return "https:"

    def join_address(self, meeting: Meeting, guest: Guest, *, now: datetime) -> str:  # one address for all
        if not meeting.own_room:
            raise ProviderAway("no room")
        return meeting.own_room

    def end(self, *, key: str, uid: str) -> Outcome:  # not ours to end
        return Sent()
