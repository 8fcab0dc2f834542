"""The table of tests: what a channel answered when an administrator tried it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base
from flashmeet.core.database.types import StoredEnum
from flashmeet.messages.rules.channels import ChannelName


class ChannelTrial(Base):
    """The last test of a channel. `through` says which server and sender it used: with another one it proves nothing.

    `fault` is why it was not accepted, as the channel says it; "" when it was. `records` are the DNS records of the
    sender's domain (`setup.rules.trials.Records`); None where none were read.
    """

    __tablename__ = "channel_trial"

    channel: Mapped[ChannelName] = mapped_column(StoredEnum(ChannelName), primary_key=True)
    tried_at: Mapped[datetime]
    through: Mapped[str]
    fault: Mapped[str]
    records: Mapped[dict[str, Any] | None]
