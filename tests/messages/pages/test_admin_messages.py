"""What did not arrive, for who can do something about it; and what SMS may cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import BlockedNumber, Member
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import ChannelState, OutboxMessage
from flashmeet.messages.outbox.unreachable import block_number, mark_mail_fault
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.messages.service.deliveries import mail_failed
from flashmeet.messages.service.left_replies import left_replies, note_left
from flashmeet.people.service.sign_in import ask_code
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
STATES = {"refused": "550 5.1.1", "unknown": "ReadTimeout", "parked": "450 4.2.0", "waiting": "", "sent": ""}


@pytest.fixture
def rows(database: Database) -> dict[str, int]:
    """One message of each state, by state; the one that waits has done so for an hour."""
    with database.writing() as db:
        bob = people.member(db, "Bob")
        for state, reason in STATES.items():
            ask_code(db, bob.email, now=NOW)
            row = db.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
            row.state, row.reason, row.not_after = OutboxState(state), reason, None
        mark_mail_fault(db, bob, "5.1.1", address=bob.email, now=NOW)
        return {row.state: row.id for row in db.scalars(select(OutboxMessage))}


@pytest.fixture
def odile(database: Database, clock: Clock, signed_in: SignedIn) -> Browser:
    with database.writing() as db:
        who = people.member(db, "Odile", administrator=True, mentee=False, locale="en")
    clock.move(hours=1)
    return signed_in(who)


def state(database: Database, row_id: int) -> tuple[str, str]:
    with database.reading() as db:
        row = db.get_one(OutboxMessage, row_id)
        return row.state, row.reason


def test_what_is_stuck_in_doubt_refused_or_laid_aside_is_listed_with_its_reason(
    rows: dict[str, int], odile: Browser
) -> None:
    page = odile.get("/admin/messages").get_data(as_text=True)
    assert "4 messages" in page
    assert all(reason in page for reason in STATES.values())
    assert "bob@example.org" in page and "This mailbox does not exist." in page
    for only, verb in (("refused", rows["refused"]), ("stuck", rows["waiting"]), ("parked", rows["parked"])):
        found = odile.get(f"/admin/messages?only={only}&channel=mail").get_data(as_text=True)
        assert "1 message<" in found and f"/admin/messages/{verb}/retry" in found
    assert "0 messages" in odile.get("/admin/messages?channel=sms").get_data(as_text=True)
    assert "4 messages" in odile.get("/admin/messages?only=nonsense&page=x").get_data(as_text=True)


def test_a_mail_that_came_back_for_its_sender_says_what_to_check(
    rows: dict[str, int], odile: Browser, database: Database
) -> None:
    with database.writing() as db:
        key = db.get_one(OutboxMessage, rows["sent"]).message_key
        mail_failed(db, message_key=key, status="5.7.26", now=NOW)
    page = odile.get("/admin/messages?only=refused").get_data(as_text=True)
    assert "It came back (5.7.26), because of the email or its sender" in page


def test_retry_sends_once_more_and_drop_never(rows: dict[str, int], odile: Browser, database: Database) -> None:
    answer = odile.send(f"/admin/messages/{rows['refused']}/retry", {"only": "refused"})
    assert answer.headers["Location"] == "/admin/messages?only=refused&told=retried"
    odile.send(f"/admin/messages/{rows['parked']}/drop")
    assert state(database, rows["refused"]) == ("waiting", "")
    assert state(database, rows["parked"]) == ("dropped", "administrator")
    assert odile.send(f"/admin/messages/{rows['sent']}/retry").status_code == 404
    assert "It is on its way again." in odile.get("/admin/messages?told=retried").get_data(as_text=True)


def test_a_provider_that_is_away_is_said(rows: dict[str, int], odile: Browser, database: Database) -> None:
    with database.writing() as db:
        db.add(ChannelState(channel="mail", paced_until=NOW, away_since=NOW, probe_at=NOW, reason="x"))
    assert "nothing has been sent by email" in odile.get("/admin/messages").get_data(as_text=True)
    with database.writing() as db:
        db.execute(update(ChannelState).values(away_since=None))
    assert "nothing has been sent" not in odile.get("/admin/messages").get_data(as_text=True)


def test_the_administrator_decides_what_sms_may_cost(odile: Browser, database: Database) -> None:
    form = {
        "sms_countries": "fr, BE;ch",
        "sms_codes_per_member": "3",
        "sms_codes_per_number": "4",
        "sms_codes_per_range": "5",
        "sms_per_number": "6",
        "sms_per_day": "1 000",
    }
    assert odile.send("/admin/sms", form).status_code == 303
    with database.reading() as db:
        settings = network_settings(db)
    assert (settings.sms_on, list(settings.sms_countries), settings.sms_per_day) == (False, ["BE", "CH", "FR"], 1000)
    assert (settings.sms_codes_per_member, settings.sms_codes_per_range, settings.sms_per_number) == (3, 5, 6)
    for wrong in ({"sms_per_day": "many"}, {"sms_countries": "France"}):
        answer = odile.send("/admin/sms", {**form, **wrong})
        assert answer.status_code == 422 and next(iter(wrong.values())) in answer.get_data(as_text=True)


def test_the_administrator_sees_whose_number_takes_no_sms_since_when(odile: Browser, database: Database) -> None:
    with database.writing() as db:
        alice = people.member(db, "Alice")
        alice.phone = "+33612345678"
        block_number(db, "+33612345678", BlockReason.OPTED_OUT, now=NOW)
        block_number(db, "+33698765432", BlockReason.BAD_NUMBER, now=NOW)
    page = odile.get("/admin/sms").get_data(as_text=True).split("Numbers that cannot receive SMS")[1]
    assert [words.split("<")[0] for words in page.split("<span>")[1:2]] == [f"{alice.name}: replied STOP"]
    assert f'datetime="{NOW:%Y-%m-%dT%H:%M}' in page
    assert "no such number" not in page


def test_an_administrator_has_a_number_tried_again_but_takes_back_no_stop(odile: Browser, database: Database) -> None:
    numbers = {"+33612345678": BlockReason.BAD_NUMBER, "+33698765432": BlockReason.OPTED_OUT}
    with database.writing() as db:
        people_there = [
            people.member(db, name, phone=phone) for name, phone in zip(("Alice", "Bob"), numbers, strict=True)
        ]
        ids = [each.id for each in people_there]
        for phone, reason in numbers.items():
            block_number(db, phone, reason, now=NOW)
    page = odile.get("/admin/sms").get_data(as_text=True)
    assert [f"/admin/sms/{each}/unblock" in page for each in ids] == [True, False]
    for each in ids:
        assert odile.send(f"/admin/sms/{each}/unblock", {}, page="/admin/sms").status_code == 303
    with database.reading() as db:
        assert [db.get(BlockedNumber, phone) is None for phone in numbers] == [True, False]


def test_a_reply_that_nobody_took_is_on_the_overview_and_the_page_until_it_is_done(
    odile: Browser, database: Database
) -> None:
    with database.writing() as db:
        note_left(
            db,
            channel=ChannelName.MAIL,
            ref="a",
            sender="Bob <bob@example.org>",
            subject="Une question",
            words="Bonjour",
            why=LeftWhy.UNRELATED,
            now=NOW,
        )
        [reply] = [each.id for each in left_replies(db)]
    assert "1 reply is waiting for you to read it" in odile.get("/admin").get_data(as_text=True)
    page = odile.get("/admin/messages").get_data(as_text=True)
    shown = ("Bob &lt;bob@example.org&gt;", "Une question", "Bonjour", "It answers none of our messages.")
    assert all(words in page for words in shown)
    assert odile.send(f"/admin/messages/replies/{reply}/done").location == "/admin/messages?told=answered"
    assert "Une question" not in odile.get("/admin/messages?told=answered").get_data(as_text=True)
    assert odile.send(f"/admin/messages/replies/{reply}/done").status_code == 404
