"""Which video provider this installation uses; `app` hands it to the pages, `cli` to the worker."""

from __future__ import annotations

from flashmeet.core.config import Config
from flashmeet.core.config.video import BigBlueButton, GoogleMeet, Jitsi
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
