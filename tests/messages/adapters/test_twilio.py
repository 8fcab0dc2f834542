"""SMS through a server that speaks Twilio's API: what each answer means for the row (acceptance C3, C4)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flashmeet.core.links import Links
from flashmeet.messages.channels import twilio_client
from flashmeet.messages.channels.twilio import TwilioChannel, callback_for
from flashmeet.messages.rendering.gsm import segments
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.channels import Away, Outcome, Outgoing, Refused, Sent, Unsure
from tests.fakes.twilio import Answer, TwilioServer
from tests.messages.adapters.conftest import NOW
from tests.messages.adapters.samples import outgoing, renderer, session_payload
from tests.served import free_port

Clock = Callable[[], datetime]
CAMILLE = "+33612345678"


def reminder(**more: object) -> Outgoing:
    message = outgoing("reminder_hour", channel="sms", address=CAMILLE, not_after=NOW + timedelta(hours=1))
    return replace(message, **more)  # type: ignore[arg-type]  # fields of Outgoing


def outcome(server: TwilioServer, clock: Clock, message: Outgoing | None = None) -> Outcome:
    message = message or reminder()
    ((number, told),) = list(TwilioChannel(server.settings(), renderer(), clock=clock).send([message]))
    assert number == message.id
    return told


def test_a_reminder_is_sent_with_our_link_and_ends_before_the_hour_begins(
    twilio_server: TwilioServer, clock: Clock
) -> None:
    told = outcome(twilio_server, clock, reminder(not_after=NOW + timedelta(minutes=59, seconds=59, milliseconds=900)))

    (kept,) = twilio_server.to(CAMILLE)
    assert told == Sent(kept["sid"])
    assert kept["ValidityPeriod"] == "3599"
    assert kept["Body"].startswith("Réseau des anciens: Thu 1 Jul, 12:00 (New York), Karim Benali has an hour for you.")
    assert "Join: https://meet.example.org/join/12-" in kept["Body"]
    assert segments(kept["Body"]) <= 2
    assert kept["StatusCallback"] == "https://meet.example.org/hooks/twilio/status"


@pytest.mark.parametrize(
    ("not_after", "seconds"), [(None, "36000"), (NOW + timedelta(days=2), "36000"), (NOW + timedelta(seconds=1), "1")]
)
def test_it_waits_at_twilio_no_longer_than_twilio_allows(
    twilio_server: TwilioServer, clock: Clock, not_after: datetime | None, seconds: str
) -> None:
    assert isinstance(outcome(twilio_server, clock, reminder(not_after=not_after)), Sent)
    assert twilio_server.sent[0]["ValidityPeriod"] == seconds


def test_nothing_is_sent_once_it_is_too_late(twilio_server: TwilioServer, clock: Clock) -> None:
    assert outcome(twilio_server, clock, reminder(not_after=NOW)) == Refused("too late")
    assert twilio_server.sent == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(429, 20429, "30"), Away("twilio 20429", timedelta(seconds=30), answered=True)),
        (Answer(429, 20429), Away("twilio 20429", answered=True)),
        (Answer(503, 20503, "Wed, 21 Oct 2026 07:28:00 GMT"), Away("twilio 20503", answered=True)),
        (Answer(500, 20500), Away("twilio 20500", answered=True)),
        (Answer(401, 20003), Away("twilio 20003", answered=True)),
        (Answer(400, 21610), Refused("opted_out")),
        (Answer(400, 21211), Refused("bad_number")),
        (Answer(400, 21614), Refused("bad_number")),
        (Answer(400, 21408), Refused("twilio 21408")),
        (Answer(400, 21606), Away("twilio 21606", answered=True)),
        (Answer(400, 21611), Away("twilio 21611", answered=True)),
        (Answer(502, 502), Unsure("twilio 502")),
        (Answer(0), Unsure("ConnectionError")),
    ],
)
def test_an_answer_before_acceptance_says_what_to_do(
    twilio_server: TwilioServer, clock: Clock, answer: Answer, expected: Outcome
) -> None:
    twilio_server.fails = {CAMILLE: answer}

    assert outcome(twilio_server, clock) == expected


def test_nobody_answering_means_another_time(clock: Clock) -> None:
    nowhere = TwilioServer(port=free_port())

    assert outcome(nowhere, clock) == Away("ConnectionError")


def test_no_answer_in_time_is_unknown_and_then_looked_up(
    twilio_server: TwilioServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_client, "TIMEOUT_SECONDS", 0.3)
    twilio_server.slow = {CAMILLE}
    channel = TwilioChannel(twilio_server.settings(), renderer(), clock=clock)

    assert outcome(twilio_server, clock) == Unsure("ReadTimeout")
    assert channel.look_up(reminder()) == Sent(twilio_server.sent[0]["sid"])


def test_a_message_the_provider_does_not_know_is_not_sent_again(twilio_server: TwilioServer, clock: Clock) -> None:
    channel = TwilioChannel(twilio_server.settings(), renderer(), clock=clock)
    list(channel.send([reminder(address="+33611111111")]))
    list(channel.send([reminder(payload=session_payload(starts_at="2027-07-08T16:00:00Z"))]))

    assert channel.look_up(reminder()) == Refused("not found at the provider")
    assert len(twilio_server.sent) == 2


def test_an_older_message_of_the_same_text_is_not_the_one_looked_for(twilio_server: TwilioServer, clock: Clock) -> None:
    channel = TwilioChannel(twilio_server.settings(), renderer(), clock=clock)
    due = datetime(2027, 7, 1, 15, tzinfo=UTC)
    twilio_server.clock = lambda: due - timedelta(hours=1)
    list(channel.send([reminder()]))
    assert channel.look_up(reminder(due_at=due)) == Refused("not found at the provider")

    twilio_server.clock = lambda: due
    list(channel.send([reminder()]))
    assert channel.look_up(reminder(due_at=due)) == Sent(twilio_server.sent[1]["sid"])


def test_a_message_that_failed_there_has_not_been_sent(twilio_server: TwilioServer, clock: Clock) -> None:
    channel = TwilioChannel(twilio_server.settings(), renderer(), clock=clock)
    list(channel.send([reminder()]))
    twilio_server.statuses = {twilio_server.sent[0]["sid"]: "undelivered"}

    assert channel.look_up(reminder()) == Refused("twilio undelivered")


def test_a_look_up_that_fails_leaves_it_unknown(twilio_server: TwilioServer, clock: Clock) -> None:
    twilio_server.list_fails = Answer(503, 20503)
    channel = TwilioChannel(twilio_server.settings(), renderer(), clock=clock)

    assert isinstance(channel.look_up(reminder()), Unsure)
    nowhere = TwilioChannel(TwilioServer(port=free_port()).settings(), renderer(), clock=clock)
    assert isinstance(nowhere.look_up(reminder()), Unsure)


def test_a_row_that_cannot_be_rendered_is_refused(twilio_server: TwilioServer, clock: Clock) -> None:
    assert outcome(twilio_server, clock, reminder(payload={})) == Refused("cannot be rendered: KeyError")
    assert outcome(twilio_server, clock, reminder(kind="leave_question")) == Refused(
        "cannot be rendered: TemplateNotFound"
    )


def test_a_messaging_service_may_be_the_sender(twilio_server: TwilioServer, clock: Clock) -> None:
    service = "MG" + "1" * 32
    list(TwilioChannel(twilio_server.settings(sender=service), renderer(), clock=clock).send([reminder()]))

    assert (twilio_server.sent[0]["MessagingServiceSid"], twilio_server.sent[0].get("From")) == (service, None)


@pytest.mark.parametrize(
    ("base_url", "callback"),
    [
        ("https://meet.example.org", "https://meet.example.org/hooks/twilio/status"),
        ("http://meet.example.org", None),
        ("https://localhost", None),
        ("https://127.0.0.1", None),
        ("https://10.1.2.3", None),
        ("https://meet.internal", None),
    ],
)
def test_twilio_calls_back_only_where_it_can_reach_us_encrypted(base_url: str, callback: str | None) -> None:
    assert callback_for(base_url) == callback


def test_no_callback_is_asked_for_where_it_could_not_arrive(twilio_server: TwilioServer, clock: Clock) -> None:
    at_home = Renderer(Links("http://127.0.0.1:8000", "s" * 40), "a@example.org", "Réseau")
    list(TwilioChannel(twilio_server.settings(), at_home, clock=clock).send([reminder()]))

    assert "StatusCallback" not in twilio_server.sent[0]


def test_numbers_texts_and_tokens_stay_out_of_logs(
    twilio_server: TwilioServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = TwilioChannel(twilio_server.settings(), renderer(), clock=clock)
    list(channel.send([reminder()]))
    channel.look_up(reminder())

    lines = [record.getMessage() for record in caplog.records]
    assert not [line for line in lines if "33612345678" in line or "Karim" in line or "t" * 32 in line]
