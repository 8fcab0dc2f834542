"""Who looks at a message that came back by mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.orm import Session

from flashmeet.messages.inbound.bounces import note_bounce

Handler = Callable[[Session, EmailMessage, datetime], bool]
"""Reads the message and writes what follows from it; False when it is not for this handler.

A message may come twice, and anybody may have written it: check what it claims by something only we could know.
"""

HANDLERS: tuple[Handler, ...] = (note_bounce,)
"""Asked in this order, until one says True."""
