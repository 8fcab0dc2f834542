"""Settings: read once, loud on error, silent about secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from flashmeet.core.config import Config, ConfigError
from flashmeet.core.egress.addresses import place_at

SECRET = "k" * 48


def read(tmp_path: Path, **variables: str) -> Config:
    said = {"INSTANCE": str(tmp_path / "instance"), "SECRET_KEY": SECRET, **variables}
    return Config.from_env({f"FLASHMEET_{name}": value for name, value in said.items()})


def test_production_refuses_to_start_without_a_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="FLASHMEET_SECRET_KEY"):
        read(tmp_path, SECRET_KEY="")


def test_development_keeps_a_key_of_its_own(tmp_path: Path) -> None:
    first, second = (read(tmp_path, ENV="development", SECRET_KEY="") for _ in range(2))
    assert first.secret_key == second.secret_key
    assert (tmp_path / "instance" / "secret-key").stat().st_mode & 0o077 == 0


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s" * 40 + "\n")
    assert read(tmp_path, SECRET_KEY="", SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == "s" * 40


@pytest.mark.parametrize("between", [",", "\n", " , \n"])
def test_the_first_key_signs_and_those_that_follow_are_former_ones(tmp_path: Path, between: str) -> None:
    (tmp_path / "key").write_text(between.join(("n" * 40, "o" * 40, "p" * 40)) + "\n")
    found = read(tmp_path, SECRET_KEY="", SECRET_KEY_FILE=str(tmp_path / "key"))
    assert (found.secret_key, found.former_keys) == ("n" * 40, ("o" * 40, "p" * 40))


def test_the_embedded_database_lives_in_the_instance(tmp_path: Path) -> None:
    assert read(tmp_path).database_url == f"sqlite:///{tmp_path}/instance/flashmeet.sqlite3"


def test_a_pooler_hands_out_connections_by_the_transaction_or_is_refused(tmp_path: Path) -> None:
    pooled = "postgresql+psycopg://user@host:6432/flashmeet?pooler="
    assert read(tmp_path, DATABASE_URL=f"{pooled}transaction").database_url == f"{pooled}transaction"
    with pytest.raises(ConfigError, match="pooler=transaction"):
        read(tmp_path, DATABASE_URL=f"{pooled}session")


def test_the_mail_server_is_read_from_its_address(tmp_path: Path) -> None:
    smtp = read(tmp_path, SMTP_URL="smtps://postman:a%40b@mail.example.org").smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.user, smtp.password, smtp.tls) == (
        "mail.example.org",
        465,
        "postman",
        "a@b",
        True,
    )
    for url, only_encrypted in (
        ("smtp://relay.example.org:587", False),
        ("smtp://relay.example.org?tls=required", True),
    ):
        relay = read(tmp_path, SMTP_URL=url).smtp
        assert relay is not None and (relay.host, relay.only_encrypted) == ("relay.example.org", only_encrypted)


def test_the_mailbox_is_read_from_its_address(tmp_path: Path) -> None:
    imap = read(tmp_path, IMAP_URL="imaps://post%40example.org:s%2Fcret@mail.example.org/Bounces").imap
    assert imap is not None
    assert (imap.host, imap.port, imap.user, imap.password, imap.tls, imap.folder) == (
        "mail.example.org",
        993,
        "post@example.org",
        "s/cret",
        True,
        "Bounces",
    )
    plain = read(tmp_path, IMAP_URL="imap://post:secret@localhost").imap
    assert plain is not None and (plain.port, plain.tls, plain.folder) == (143, False, "INBOX")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IMAP_URL", "pop3://post:secret@mail.example.org"),
        ("IMAP_URL", "imaps://mail.example.org"),
        ("ENV", "prod"),
        ("DATABASE_URL", "mysql://db.example.org/flashmeet"),
        ("BASE_URL", "meet.example.org"),
        ("BASE_URL", "https://meet.example.org/a/../b"),
        ("BASE_URL", "https://meet.example.org/a//b"),
        ("BASE_URL", "https://meet.example.org/mentorat?next=1"),
        ("SMTP_URL", "mail.example.org:25"),
        ("MAIL_FROM", "Rendez-vous <rendez-vous@example.org>"),
        ("VIDEO", "carrier-pigeon"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", f"{SECRET},short"),
        ("TWILIO_ACCOUNT_SID", "AC0"),
        ("SECRET_KEY_FILE", "/nowhere"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_and_not_shown(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match="FLASHMEET_") as error:
        read(tmp_path, **{name: value})
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    ("url", "path"),
    [("https://meet.example.org/", ""), ("https://example.org/mentorat/", "/mentorat"), ("https://a.org/b/c", "/b/c")],
)
def test_the_service_may_run_below_a_path_of_its_host(tmp_path: Path, url: str, path: str) -> None:
    config = read(tmp_path, BASE_URL=url)
    assert (config.path, config.base_url) == (path, url.rstrip("/"))


@pytest.mark.parametrize("folder", ["a folder", "who?", "100%25", "#1", "été"])
def test_the_instance_folder_may_have_any_name(tmp_path: Path, folder: str) -> None:
    url = read(tmp_path, INSTANCE=str(tmp_path / folder)).database_url
    assert make_url(url).database == str(tmp_path / folder / "flashmeet.sqlite3")


@pytest.mark.parametrize(
    ("said", "sender", "answerable"),
    [
        ("+33 7 00 00 00 00", "+33700000000", True),
        ("38080", "38080", True),
        ("Alumni", "Alumni", False),
        ("MG" + "0a" * 16, "MG" + "0a" * 16, False),
    ],
)
def test_whom_sms_come_from_is_read_in_each_of_its_forms(
    tmp_path: Path, said: str, sender: str, answerable: bool
) -> None:
    twilio = read(tmp_path, TWILIO_ACCOUNT_SID="AC0", TWILIO_AUTH_TOKEN="t", TWILIO_FROM=said).twilio
    assert twilio is not None and (twilio.sender, twilio.can_receive) == (sender, answerable)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("Cloud.Intern.", "https://cloud.intern/"),
        ("CLOUD.intern:8443", "https://cloud.intern:8443/"),
        ("cloud.intern:08443", "https://cloud.intern:8443/"),
        ("[FD00::1]:8443", "https://[fd00::1]:8443/"),
        ("fd00::1", "https://[fd00::1]/"),
        ("réseau.intern:*", "https://réseau.intern:9000/"),
    ],
)
def test_a_private_host_is_known_however_it_was_written(tmp_path: Path, said: str, address: str) -> None:
    hosts = read(tmp_path, PRIVATE_HOSTS=f"other.intern, {said}").private_hosts
    assert place_at(address, private_hosts=hosts).vouched


def test_keys_that_can_be_guessed_are_named_before_a_network_starts(tmp_path: Path) -> None:
    weak = read(tmp_path, ENV="production", METRICS_TOKEN="x", CREDENTIALS_KEY="ab" * 20).cautions
    assert [name for name in ("METRICS_TOKEN", "CREDENTIALS_KEY") if any(name in each for each in weak)] == [
        "METRICS_TOKEN",
        "CREDENTIALS_KEY",
    ]
    key = "Zq8-uV3nT5xW1kL9rB2yC7mD4fG6hJ0sE"
    strong = read(tmp_path, ENV="production", METRICS_TOKEN=key, CREDENTIALS_KEY=key).cautions
    assert not any("METRICS_TOKEN" in each or "CREDENTIALS_KEY" in each for each in strong)


def test_a_config_in_a_log_shows_no_secret(tmp_path: Path) -> None:
    assert SECRET not in repr(read(tmp_path, TURN_URL="turn:turn.example.org", TURN_SECRET=SECRET))
