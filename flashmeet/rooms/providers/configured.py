"""The video provider of this installation; `app` hands it to the pages, `cli` to the worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flashmeet.core.config import Config
from flashmeet.core.config.video import BigBlueButton, GoogleMeet, Jitsi
from flashmeet.messages.rules.channels import ChannelName, Outcome, Outgoing, Refused
from flashmeet.rooms.providers.bigbluebutton import BigBlueButtonProvider
from flashmeet.rooms.providers.google_meet import GoogleMeetProvider, service_for
from flashmeet.rooms.providers.jitsi import JitsiProvider
from flashmeet.rooms.providers.own import OwnRoomProvider
from flashmeet.rooms.rules.providers import Providers, VideoProvider


def providers(config: Config) -> Providers:
    own = OwnRoomProvider()
    return Providers(own, own if config.video == "url" else _configured(config))


def _configured(config: Config) -> VideoProvider | None:
    match config.video_settings:
        case Jitsi() as jitsi:
            return JitsiProvider(jitsi)
        case BigBlueButton() as bbb:
            return BigBlueButtonProvider(bbb)
        case GoogleMeet() as meet:
            return GoogleMeetProvider(lambda: service_for(meet), calendar=meet.calendar)
        case None:
            return None


class VideoChannel:
    """The `Channel` of video. Ending a meeting is idempotent, so a doubtful attempt is simply repeated."""

    name, batch, per_second = ChannelName.VIDEO, 1, 10.0

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
