"""Imported once by the process that workers are forked from: what a worker learns with its first message it knows."""

from __future__ import annotations

from datetime import UTC, datetime

import flashmeet.listeners  # noqa: F401  # what mails speak of is told there
from flashmeet.messages.rendering.mail import compose
from tests.messages.adapters.samples import invite, outgoing, renderer

for message in (invite(locale="fr"), outgoing("reminder_hour", locale="fr")):
    compose(message, renderer(), at=datetime.now(UTC))
renderer().sms(outgoing("reminder_hour", channel="sms", locale="fr"))
