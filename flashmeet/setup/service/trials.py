"""Remembers what came of a test of mail or SMS."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.messages.rules.channels import ChannelName
from flashmeet.setup.models import ChannelTrial
from flashmeet.setup.rules.trials import Answer


def remember_trial(db: Session, channel: ChannelName, through: str, answer: Answer, *, now: datetime) -> None:
    """Replaces what the last test of that channel said."""
    records = asdict(answer.records) if answer.records else None
    db.merge(ChannelTrial(channel=channel, tried_at=now, through=through, fault=answer.fault, records=records))
    db.flush()
