"""The outgoing channels of this installation; `cli` hands them to the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flashmeet.core.config import Config
from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.channels.files import FileChannel, folder_in
from flashmeet.messages.channels.smtp import SmtpChannel
from flashmeet.messages.channels.twilio import TwilioChannel
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.channels import Channel, ChannelName
from flashmeet.rooms.providers.configured import VideoChannel, providers


def utcnow() -> datetime:
    return datetime.now(UTC)


def channels(
    config: Config,
    *,
    network_name: str | Callable[[], str],
    settings: Callable[[], NetworkSettings] = NetworkSettings,
    clock: Callable[[], datetime] = utcnow,
) -> dict[ChannelName, Channel]:
    """Returns the channels by name: `mail`, `sms` and `video`.

    `network_name`, if it is a function, and `settings` are called for every message.
    """
    renderer = Renderer(
        Links.of(config),
        config.mail_from,
        network_name,
        settings,
        mail_answers=config.imap is not None,
        sms_answers=config.twilio is not None and config.twilio.can_receive,
    )
    return {
        ChannelName.MAIL: _mail(config, renderer, clock),
        ChannelName.SMS: _sms(config, renderer, clock),
        ChannelName.VIDEO: VideoChannel(providers(config)),
    }


def _mail(config: Config, renderer: Renderer, clock: Callable[[], datetime]) -> Channel:
    if config.smtp:
        return SmtpChannel(config.smtp, renderer, clock=clock, per_second=config.mail_per_second)
    return FileChannel(ChannelName.MAIL, folder_in(config.instance), renderer, clock=clock)


def _sms(config: Config, renderer: Renderer, clock: Callable[[], datetime]) -> Channel:
    if config.twilio:
        return TwilioChannel(config.twilio, renderer, clock=clock, per_second=config.sms_per_second)
    return FileChannel(ChannelName.SMS, folder_in(config.instance), renderer, clock=clock)
