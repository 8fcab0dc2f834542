"""What video providers are told once it is decided: that a meeting is over. A channel of its own, so that a provider
that is down delays nobody's mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flashmeet.messages.rules.channels import Outcome, Outgoing, Refused
from flashmeet.rooms.rules.providers import Providers


class VideoChannel:
    """The `Channel` of video. Ending twice is ending once: what is in doubt is said again."""

    name, batch, per_second = "video", 1, 10.0

    def __init__(self, providers: Providers) -> None:
        self._providers = {each.name: each for each in providers}

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            yield message.id, self.look_up(message)

    def look_up(self, message: Outgoing) -> Outcome:
        provider = self._providers.get(str(message.payload.get("provider", "")))
        if provider is None:
            return Refused("no such provider here")
        return provider.end(key=str(message.payload["key"]), uid=str(message.payload["uid"]))
