"""A mail on trial: it leaves as every other one does, and says so."""

from __future__ import annotations

import secrets
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flashmeet.core.config import Config, Smtp
from flashmeet.messages.channels.smtp import send_once
from flashmeet.messages.rules.channels import Outcome


def try_mail(config: Config, smtp: Smtp, address: str, *, subject: str, text: str, at: datetime) -> Outcome:
    """Sends it and returns what the server says. Raises ValueError for an address that cannot be in a header."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = config.mail_from, address, subject
    made["Date"], made["Message-ID"] = format_datetime(at), f"<{secrets.token_hex(16)}@{config.host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    return send_once(smtp, config.host, config.mail_from, address, made.as_bytes())
