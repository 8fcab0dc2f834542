"""A network that is up: the command serves it, its worker sends real mail, people look at it with a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.engine import Database
from flashmeet.core.settings.entries import QUIET_FROM
from flashmeet.core.settings.service import decide, network_settings
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests.cli.commands import HEADER, ROOT, answers, running
from tests.fakes import smtp, twilio
from tests.served import free_port

PATIENCE = 60.0
PEOPLE = (
    "karim@example.org,Karim,Benali,mentor,yes,Europe/Paris,en,,2008,Droit,fr;en,Cabinet Arcade,Droit,Avocat",
    "aicha@example.org,Aïcha,Nguyen,mentor,yes,Europe/Paris,en,,2011,Droit,fr,Medisens,Santé,Juriste",
    "camille@example.org,Camille,Roy,mentee,yes,America/Toronto,en,,2026,,fr;en,,,",
    "zoe@example.org,Zoé,Petit,mentee,yes,Indian/Reunion,en,,2025,,fr,,,",
    "lou@example.org,Lou,Garnier,mentee,yes,America/Toronto,en,,2026,,fr;en,,,",
    "noe@example.org,Noé,Garnier,mentee,yes,America/Toronto,en,,2026,,fr;en,,,",
    "mia@example.org,Mia,Lopez,mentee,yes,Europe/Paris,en,,2027,,fr;en,,,",
    "tom@example.org,Tom,Berger,mentor,yes,Europe/Paris,en,,2009,Théâtre,fr;en,,Culture,Metteur en scène",
    "ines@example.org,Inès,Haddad,mentee,yes,America/Toronto,en,,2026,,fr;en,,,",
    "odile@example.org,Odile,Marchand,administrator,yes,Europe/Paris,en,,,,fr,,,",
)


SIX_DIGITS = re.compile(r"\b\d{3} ?\d{3}\b")


def words_of(letter: EmailMessage) -> str:
    text = letter.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


@dataclass(frozen=True, slots=True)
class House:
    """`base` is its address."""

    base: str
    mail: smtp.SmtpServer
    sms: twilio.TwilioServer
    database: Database
    chromium: Chromium

    @contextmanager
    def window(self, *, scripts: bool = True, **look: Any) -> Iterator[Page]:
        """A new browser window at the front door, in English unless told otherwise."""
        look = {"locale": "en-GB", "timezone_id": "Europe/Paris", **look}
        context = self.chromium.new_context(base_url=self.base, java_script_enabled=scripts, **look)
        context.set_default_timeout(PATIENCE * 1000)
        try:
            page = context.new_page()
            page.goto("/")
            yield page
        finally:
            context.close()

    def sign_in(self, page: Page, email: str) -> None:
        """From any page with the field for the address, by the code that comes by mail."""
        before = len(self.mail.to(email))
        page.get_by_label("Your email address").fill(email)
        page.get_by_role("button", name="Send me the code").click()
        page.get_by_label("Six-digit code").fill(self.code(email, before))
        page.get_by_role("button", name="Sign in").click()

    def code(self, email: str, number: int) -> str:
        """The code for signing in of the first mail that has one, from that number on: an administrator's Monday mail
        may come in between."""
        codes = (SIX_DIGITS.search(words_of(self.letter(email, each))) for each in count(number))
        return next(code[0] for code in codes if code)

    def letter(self, email: str, number: int) -> EmailMessage:
        """The mail of that number (from 0) to this address, once it has come."""
        until = time.monotonic() + PATIENCE
        while len(self.mail.to(email)) <= number:
            assert time.monotonic() < until, f"{email} has {len(self.mail.to(email))} mails, not {number + 1}"
            time.sleep(0.05)
        return self.mail.to(email)[number]

    def takes_sms(self, email: str, phone: str) -> None:
        """As if they had confirmed their number, in a network without quiet hours."""
        values = {"phone": phone, "phone_verified_at": datetime.now(UTC), "sms_opt_in": True}
        with self.database.writing() as db:
            db.execute(update(Member).where(Member.email == email).values(values))
            decide(db, QUIET_FROM.key, network_settings(db).sms_quiet_until)

    def let_time_pass(self, booking_id: int, left: timedelta) -> None:
        """The session, and whatever is laid ready for it, comes so near."""
        with self.database.writing() as db:
            booking = db.get_one(Booking, booking_id)
            nearer = booking.starts_at - datetime.now(UTC) - left
            booking.starts_at -= nearer
            booking.ends_at -= nearer
            rows = select(OutboxMessage).where(
                OutboxMessage.subject == f"booking:{booking_id}", OutboxMessage.state == "waiting"
            )
            for row in db.scalars(rows):
                row.due_at -= nearer
                row.not_after = row.not_after and row.not_after - nearer

    def texts(self, phone: str) -> list[str]:
        """What this number was sent by SMS, once there is something."""
        until = time.monotonic() + PATIENCE
        while not self.sms.to(phone):
            assert time.monotonic() < until, f"no SMS to {phone}"
            time.sleep(0.05)
        return [each["Body"] for each in self.sms.to(phone)]

    def invites(self, email: str, count: int, *, uid: str = "") -> list[Invite]:
        """This address's invites (to one session), once there are so many."""
        until = time.monotonic() + PATIENCE
        while len(found := [each for each in map(_invite, self.mail.to(email)) if each and uid in each.uid]) < count:
            assert time.monotonic() < until, f"{email} has {found}"
            time.sleep(0.05)
        return found


@dataclass(frozen=True, slots=True)
class Invite:
    uid: str
    words: str
    """METHOD, STATUS and SEQUENCE."""


def _invite(letter: EmailMessage) -> Invite | None:
    for part in letter.walk():
        if part.get_content_type() == "text/calendar":
            said = dict(re.findall(r"^(UID|METHOD|STATUS|SEQUENCE):(.*?)\r?$", part.get_content(), re.M))
            return Invite(said["UID"], f"{said['METHOD']} {said['STATUS']} {said['SEQUENCE']}")
    return None


@contextmanager
def open_house(chromium: Chromium, folder: Path) -> Iterator[House]:
    """Migrated, with PEOPLE imported by the command, served together with its worker."""
    people = folder / "members.csv"
    people.write_text("\n".join((HEADER, *PEOPLE)), encoding="utf-8")
    with _served(chromium, folder, ["members", "import", str(people)]) as house:
        yield house


@contextmanager
def empty_house(chromium: Chromium, folder: Path, *, administrator: str) -> Iterator[House]:
    """Migrated, with nobody but an administrator whom the command added."""
    with _served(chromium, folder, ["admin", "add", administrator]) as house:
        yield house


@contextmanager
def _served(chromium: Chromium, folder: Path, first: list[str]) -> Iterator[House]:
    """Served once this command was run on the migrated database."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with smtp.running() as mail, twilio.running() as sms:
        environment = {
            "FLASHMEET_ENV": "development",
            "FLASHMEET_INSTANCE": str(folder / "instance"),
            "FLASHMEET_BASE_URL": base,
            "FLASHMEET_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
            "FLASHMEET_MAIL_FROM": "rendez-vous@example.org",
            "FLASHMEET_PRIVATE_HOSTS": "127.0.0.1:*",
            "FLASHMEET_TWILIO_ACCOUNT_SID": twilio.ACCOUNT_SID,
            "FLASHMEET_TWILIO_AUTH_TOKEN": twilio.AUTH_TOKEN,
            "FLASHMEET_TWILIO_FROM": twilio.SENDER,
            "FLASHMEET_TWILIO_BASE_URL": sms.base_url,
        }
        for words in (["db", "upgrade"], first):
            _run(words, environment)
        with running("serve", "--port", str(port), "--with-worker", environment=environment, log=folder / "log"):
            assert answers(f"{base}/healthz") == 200
            database = Database(f"sqlite:///{folder}/instance/flashmeet.sqlite3")
            yield House(base, mail, sms, database, chromium)
            database.dispose()


def _run(words: list[str], environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flashmeet.cli", *words]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment})
