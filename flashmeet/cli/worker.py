"""`flashmeet worker`: what leaves, and what is done every so often."""

from __future__ import annotations

import signal
import threading

import click

from flashmeet import logs
from flashmeet.adapters.channels import channels
from flashmeet.cli.installation import Installation, ready
from flashmeet.service.settings import network_settings
from flashmeet.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="Send what is due, do every duty once, and end.")
def worker(once: bool) -> None:
    """Send mails and SMS that are due, and keep the bookable hours fresh.

    Run as many as you like. SIGTERM lets the message that is being sent finish.
    """
    with ready() as installation:
        logs.configure(installation.config.env)
        loop = _worker(installation)
        if once:
            loop.drain()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        loop.run(stop)


def _worker(installation: Installation) -> Worker:
    with installation.database.reading() as session:
        name = network_settings(session).name
    return Worker(installation.database, channels(installation.config, network_name=name))
