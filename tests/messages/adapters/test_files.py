"""Where neither mail server nor SMS account is set, messages are kept as files and can be read there."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flashmeet.cli.rounds.channels import channels
from flashmeet.core.config import Config
from flashmeet.core.errors import NotFound
from flashmeet.messages.channels.files import FileChannel, folder_in, letter, letters
from flashmeet.messages.channels.smtp import SmtpChannel
from flashmeet.messages.channels.twilio import TwilioChannel
from flashmeet.messages.rules.channels import Away, ChannelName, Refused, Retry, Sent
from flashmeet.rooms.providers.configured import VideoChannel
from tests.fakes.smtp import SmtpServer
from tests.fakes.twilio import TwilioServer
from tests.judges import libical
from tests.messages.adapters.conftest import NOW
from tests.messages.adapters.samples import CODE, invite, outgoing, renderer

Clock = Callable[[], datetime]


def ticking() -> Clock:
    """A clock that goes on by a second whenever it is read."""
    times = (NOW + timedelta(seconds=n) for n in range(100))
    return lambda: next(times)


def test_letters_are_read_as_they_would_have_left_newest_first(tmp_path: Path) -> None:
    clock, folder = ticking(), tmp_path / "outbox"
    mail = FileChannel(ChannelName.MAIL, folder, renderer(), clock=clock)
    sms = FileChannel(ChannelName.SMS, folder, renderer(), clock=clock)

    assert list(mail.send([invite()])) == [(1, Sent("20270701T150000.000000Z-0123456789abcdef0123456789abcdef"))]
    list(sms.send([outgoing("reminder_hour", id=2, address="+33612345678", message_key="b")]))

    text, post = letters(folder)
    assert (text.at, text.to, text.sms[:20]) == (NOW + timedelta(seconds=1), "+33612345678", "Réseau des anciens: ")
    assert (post.at, post.to) == (NOW, "Camille Exemple <camille@example.org>")
    assert post.subject == "Your hour with Karim Benali: Thu 1 Jul, 12:00 (New York)"
    assert post.text.startswith("Your hour with Karim is booked.") and post.html.startswith("<!doctype html>")
    assert libical.read(post.ics).uid == "c0ffee@meet.example.org"
    assert letter(folder, post.key) == post


def test_a_key_that_is_no_letter_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "secret.eml").write_text("x")
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "saved by hand.eml").write_text("x")

    for key in ("../secret", "secret", "saved by hand", ""):
        with pytest.raises(NotFound):
            letter(tmp_path / "outbox", key)
    assert letters(tmp_path / "nowhere") == letters(tmp_path / "outbox") == []


def test_an_unknown_row_is_found_again_by_its_file(tmp_path: Path, clock: Clock) -> None:
    channel = FileChannel(ChannelName.MAIL, tmp_path, renderer(), clock=clock)
    message = outgoing("sign_in_code", CODE)

    assert isinstance(channel.look_up(message), Retry)
    ((_, outcome),) = list(channel.send([message]))
    assert channel.look_up(message) == outcome
    assert (next(tmp_path.iterdir()).stat().st_mode & 0o777) == 0o600


def test_what_cannot_be_kept_waits_and_what_cannot_be_written_is_refused(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    channel = FileChannel(ChannelName.MAIL, tmp_path / "outbox", renderer(), clock=clock)

    told = dict(channel.send([outgoing("sign_in_code", {}, id=1), outgoing("sign_in_code", CODE, id=2)]))

    assert told == {
        1: Refused("cannot be rendered: KeyError"),
        2: Away("the folder cannot be written: FileExistsError"),
    }


def test_a_disk_that_is_full_keeps_no_rests_however_often_it_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    channel = FileChannel(ChannelName.MAIL, tmp_path, renderer(), clock=ticking())
    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        told = [outcome for _ in range(3) for _, outcome in channel.send([invite()])]
    assert told == [Away("the folder cannot be written: OSError")] * 3 and list(tmp_path.iterdir()) == []
    assert len(list(channel.send([invite()]))) == len(list(tmp_path.iterdir())) == 1


def test_the_settings_decide_which_way_messages_leave(
    tmp_path: Path, smtp_server: SmtpServer, twilio_server: TwilioServer
) -> None:
    config = Config(
        env="demo",
        instance=tmp_path,
        database_url="sqlite:///x",
        secret_key="s" * 40,
        base_url="http://localhost",
        mail_from="a@example.org",
    )
    with_servers = replace(config, smtp=smtp_server.settings(), twilio=twilio_server.settings())

    kept = channels(config, network_name="Réseau")
    sent = channels(with_servers, network_name="Réseau")

    assert {name: type(channel) for name, channel in kept.items()} == {
        "mail": FileChannel,
        "sms": FileChannel,
        "video": VideoChannel,
    }
    assert {name: type(channel) for name, channel in sent.items()} == {
        "mail": SmtpChannel,
        "sms": TwilioChannel,
        "video": VideoChannel,
    }
    assert all(channel.name == name for each in (kept, sent) for name, channel in each.items())
    list(kept[ChannelName.MAIL].send([outgoing("sign_in_code", CODE)]))
    assert len(letters(folder_in(tmp_path))) == 1
