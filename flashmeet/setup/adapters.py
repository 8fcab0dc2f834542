"""Tries mail and SMS with the adapters that messages go through, and asks DNS meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from flashmeet.core.config import Config
from flashmeet.messages.channels.mail_records import MailRecords, mail_records
from flashmeet.messages.channels.trial_mail import try_mail
from flashmeet.messages.rules.channels import Outcome, Sent
from flashmeet.setup.rules.trials import Answer, Records

DNS_SECONDS = 7.0
"""`mail_records` gives up a little earlier by itself."""
SMS_HELD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Trials:
    """The `TriesChannels` of an installation."""

    config: Config
    clock: Callable[[], datetime]
    records_of: Callable[[str], MailRecords | None] = mail_records

    def mail(self, address: str, *, subject: str, text: str) -> Answer:
        smtp = self.config.smtp
        if smtp is None:
            return Answer("no server")
        domain = self.config.mail_from.rpartition("@")[2]
        with ThreadPoolExecutor(1, thread_name_prefix="mail-records") as asking:
            read = asking.submit(self.records_of, domain)
            outcome = try_mail(self.config, smtp, address, subject=subject, text=text, at=self.clock())
            records = None
            with suppress(TooSlow):
                records = read.result(DNS_SECONDS)
        told = None if records is None else Records(domain, records.spf, records.dkim, records.dmarc)
        return Answer(_fault(outcome), told)

    def sms(self, number: str, *, text: str) -> Answer:
        from flashmeet.messages.channels.twilio_client import Account  # noqa: PLC0415  # the vendor's library loads slowly

        if self.config.twilio is None:
            return Answer("no provider")
        with Account(self.config.twilio) as account:
            return Answer(_fault(account.create(number, text, seconds=int(SMS_HELD.total_seconds()), callback=None)))


def _fault(outcome: Outcome) -> str:
    return "" if isinstance(outcome, Sent) else outcome.reason
