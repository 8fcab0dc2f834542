"""`flashmeet worker`: what leaves, and what is done every so often."""

from __future__ import annotations

import signal
from collections.abc import Callable

import click

from flashmeet.adapters.arrivals import HANDLERS
from flashmeet.adapters.channels import channels
from flashmeet.adapters.itip import taking_replies
from flashmeet.adapters.mailbox import ImapMailbox
from flashmeet.cli.arrivals import Arrivals
from flashmeet.cli.installation import Installation, keep_log, ready
from flashmeet.domain.links import Links
from flashmeet.service.settings import network_settings
from flashmeet.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="Send what is due, do every duty once, and end.")
def worker(once: bool) -> None:
    """Send what is due; keep bookable hours fresh.

    Run as many as you like. SIGTERM lets the message that is being sent finish.
    """
    with ready() as installation:
        keep_log(installation.config)
        loop = _worker(installation)
        if once:
            loop.drain()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: loop.stop.set())
        loop.run()


def _worker(installation: Installation) -> Worker:
    def network_name() -> str:
        with installation.database.reading() as session:
            return network_settings(session).name

    ways_out = channels(installation.config, network_name=network_name)
    return Worker(installation.database, ways_out, others=_others(installation))


def _others(installation: Installation) -> list[Callable[[], float]]:
    """What a worker does beside sending."""
    config = installation.config
    if config.imap is None:
        return []
    handlers = (*HANDLERS, taking_replies(Links(config.base_url, config.secret_key)))
    return [Arrivals(installation.database, ImapMailbox(config.imap), handlers).once]
