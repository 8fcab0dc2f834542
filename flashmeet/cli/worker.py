"""`flashmeet worker`: sends messages and runs periodic tasks."""

from __future__ import annotations

import signal
from collections.abc import Callable

import click

from flashmeet.bookings.adapters.word_mails import take_words, why_left
from flashmeet.calendars.service.event_plans import Sender
from flashmeet.calendars.sources.channel import CalendarChannel
from flashmeet.calendars.sources.configured import calendars_of
from flashmeet.calendars.sources.itip import taking_replies
from flashmeet.calendars.sync.rounds import SyncRound
from flashmeet.calendars.sync.syncing import Syncing
from flashmeet.cli.installation import Installation, keep_log, now, ready
from flashmeet.cli.processes.memory import limit_heap
from flashmeet.cli.rounds.channels import channels
from flashmeet.cli.rounds.inbound_mail import InboundMail
from flashmeet.cli.rounds.member_imports import MemberImports
from flashmeet.cli.rounds.push_renewal import PushRenewal
from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.inbound.mailbox import HANDLERS, ImapMailbox
from flashmeet.privacy.adapters import CopyChannel
from flashmeet.worker.loop import Worker


@click.command()
@click.option("--once", is_flag=True, help="Send what is due, do every periodic task once, and end.")
def worker(once: bool) -> None:
    """Send what is due; keep bookable hours up to date.

    Run as many as you like. SIGTERM lets the message being sent finish.
    """
    with ready() as installation:
        keep_log(installation.config)
        limit_heap()
        loop = _worker(installation)
        if once:
            loop.drain()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: loop.stop.set())
        loop.run()


def _worker(installation: Installation) -> Worker:
    def settings() -> NetworkSettings:
        with installation.database.reading() as db:
            return network_settings(db)

    config, database = installation.config, installation.database
    calendars = calendars_of(config)
    calendar = CalendarChannel(
        database, calendars, lambda: Sender(installation.links, config.mail_from, settings().name), clock=now
    )
    copy = CopyChannel(database, installation.links, config.mail_from, lambda: settings().name, clock=now)
    all_channels = {
        **channels(config, network_name=lambda: settings().name, settings=settings),
        calendar.name: calendar,
        copy.name: copy,
    }
    rounds = (
        PushRenewal(database, calendars, installation.links).once,
        MemberImports(database).once,
        *_mailbox(installation),
    )
    return Worker(database, all_channels, rounds=rounds, woken=(SyncRound(Syncing(database, calendars)).once,))


def _mailbox(installation: Installation) -> list[Callable[[], float]]:
    """Returns the round that reads the mailbox, if one is configured."""
    imap = installation.config.imap
    if imap is None:
        return []
    handlers = (*HANDLERS, taking_replies(installation.links), take_words)
    return [InboundMail(installation.database, ImapMailbox(imap), handlers, why_left).once]
