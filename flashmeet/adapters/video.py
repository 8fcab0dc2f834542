"""Which video provider this installation uses; `app` hands it to the pages, `cli` to the worker."""

from __future__ import annotations

from flashmeet.adapters.bigbluebutton import BigBlueButtonProvider
from flashmeet.adapters.google_meet import GoogleMeetProvider, service_for
from flashmeet.adapters.jitsi import JitsiProvider
from flashmeet.adapters.own_room import OwnRoomProvider
from flashmeet.config import Config
from flashmeet.config.video import BigBlueButton, GoogleMeet, Jitsi
from flashmeet.domain.ports import Providers, VideoProvider


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
