"""Slips of operators: each ends in sentences and an exit code, none in a traceback, and none shows a secret."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from flashmeet.cli import archive, main
from flashmeet.core.config import Config
from flashmeet.core.database import schema
from flashmeet.core.database.session import Database
from tests.cli.commands import Answer, Here
from tests.databases import fresh_database
from tests.served import free_port

PASSWORD = "h1dden-Pa55"
KEY = "Zq8-uV3nT5xW1kL9rB2yC7mD4fG6hJ0sE"


def run(folder: Path, *words: str, **variables: str) -> Answer:
    """The command in production with these settings; whatever it raises fails the test."""
    environment = {name: None for name in os.environ if name.startswith("FLASHMEET_")}
    said = {"SECRET_KEY": KEY, "INSTANCE": str(folder / "instance"), **variables}
    ours = {f"FLASHMEET_{name}": value for name, value in said.items()}
    result = CliRunner().invoke(main, list(words), env={**environment, **ours}, catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)


TWILIO = {"TWILIO_AUTH_TOKEN": PASSWORD, "TWILIO_ACCOUNT_SID": "AC0", "TWILIO_FROM": "+33700000000"}

SETTINGS = [
    ({"ENV": "prod"}, "FLASHMEET_ENV must be one of production, development, demo"),
    ({"SECRET_KEY": ""}, "must be set in production"),
    ({"SECRET_KEY": PASSWORD}, "at least 32 characters"),
    ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE cannot be read: No such file"),
    ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/etc"}, "SECRET_KEY_FILE cannot be read: Is a directory"),
    ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/bin/ls"}, "names a file that is not text"),
    ({"SECRET_KEY": "", "SECRET_KEY_FILE": "/dev/null"}, "names an empty file"),
    ({"SECRET_KEY_FILE": "/dev/null"}, "are both set: keep one"),
    ({"CREDENTIALS_KEY": PASSWORD}, "each key, parted by commas, must have at least 32 characters"),
    ({"BASE_URL": "meet.example.org"}, "must look like https://meet.example.org"),
    ({"BASE_URL": "https://[meet.example.org"}, "brackets"),
    ({"BASE_URL": "https://meet.example.org:99999"}, "no port that exists"),
    ({"BASE_URL": "https://meet.example.org:port"}, "no port that exists"),
    ({"BASE_URL": f"https://odile:{PASSWORD}@meet.example.org"}, "must look like https://meet.example.org"),
    ({"BASE_URL": "https://meet.example.org/#top"}, "must look like https://meet.example.org"),
    ({"BASE_URL": "https://meet.example.org/?a=1"}, "must look like https://meet.example.org"),
    ({"BASE_URL": "https://meet example.org"}, "FLASHMEET_BASE_URL holds a blank"),
    ({"BASE_URL": "'https://meet.example.org'"}, "quotation mark"),
    ({"BASE_URL": "“https://meet.example.org”"}, "quotation mark"),
    ({"BASE_URL": "https://2001:db8::1"}, "without its brackets"),
    ({"BASE_URL": "https://[2001:db8::1]"}, "FLASHMEET_MAIL_FROM must be set"),
    ({"BASE_URL": "https://meet.example.org."}, "must look like https://meet.example.org"),
    ({"BASE_URL": "https://-meet.example.org"}, "must look like https://meet.example.org"),
    ({"BASE_URL": "https:/meet.example.org"}, "must look like https://meet.example.org"),
    ({"BASE_URL": "https://ré\u2028seau.fr"}, "FLASHMEET_BASE_URL"),
    ({"DATABASE_URL": "mysql://db/flashmeet"}, "must begin with postgresql+psycopg:// or sqlite:///"),
    ({"DATABASE_URL": f"jdbc:postgresql://localhost/x?password={PASSWORD}"}, "must begin with postgresql+psycopg://"),
    ({"DATABASE_URL": f"host=localhost dbname=x password={PASSWORD}"}, "must begin with postgresql+psycopg://"),
    ({"DATABASE_URL": f'"postgresql://u:{PASSWORD}@localhost/x"'}, "stands in quotation marks"),
    ({"DATABASE_URL": "sqlite:///~/x.sqlite3"}, "begins with ~"),
    ({"DATABASE_URL": "sqlite:///:memory:"}, "which forgets it"),
    ({"DATABASE_URL": "sqlite://x.sqlite3"}, "must begin with"),
    ({"DATABASE_URL": f"postgresql+psycopg://u:{PASSWORD}@s:w@localhost/x"}, "write @ as %40"),
    ({"DATABASE_URL": f"postgresql+psycopg://u:{PASSWORD}/w@localhost/x"}, "write @ as %40"),
    ({"DATABASE_URL": f"postgresql+psycopg://u:{PASSWORD}%@localhost/x"}, "% as %25"),
    ({"DATABASE_URL": f"postgresql+psycopg://u:{PASSWORD}@localhost:abc/x"}, "no port that exists"),
    ({"DATABASE_URL": f"postgresql+psycopg://u:{PASSWORD}@localhost"}, "names no database"),
    ({"DATABASE_URL": f"postgresql+psycopg://u:{PASSWORD}@localhost/x?foo=bar"}, "does not know: foo"),
    ({"DATABASE_URL": "postgresql+psycopg://u@localhost/x?pooler=session"}, "?pooler=transaction"),
    ({"DATABASE_URL": "sqlite:////tmp/x.sqlite3?foo=bar"}, "does not know: foo"),
    ({"DATABASE_URL": "sqlite:///"}, "which forgets it"),
    ({"DATABASE_URL": "sqlite:///file:x?mode=memory&uri=true"}, "which forgets it"),
    ({"DATABASE_URL": "sqlite:////tmp/x.sqlite3?timeout=abc"}, "whose value is no number: timeout"),
    ({"DATABASE_URL": "sqlite:////tmp/x.sqlite3?mode=ro"}, "only where uri=true"),
    ({"DATABASE_URL": "postgresql://u@localhost/x?port=abc"}, "whose value is no number: port"),
    ({"SMTP_URL": "mail.example.org:25"}, "must look like smtps://"),
    ({"SMTP_URL": f"smtps://postman:{PASSWORD}#1@mail.example.org"}, "# as %23"),
    ({"SMTP_URL": f"smtps://postman:{PASSWORD}/1@mail.example.org"}, "/ as %2F"),
    ({"SMTP_URL": f"smtps://post@example.org:{PASSWORD}@mail.example.org"}, "@ as %40"),
    ({"SMTP_URL": f"smtp://postman:{PASSWORD}@mail.example.org:0"}, "no port that exists"),
    ({"SMTP_URL": f"smtp://postman:{PASSWORD}@"}, "must look like smtps://"),
    ({"SMTP_URL": f"starttls://postman:{PASSWORD}@mail.example.org:587"}, "asks for STARTTLS"),
    ({"SMTP_URL": f"smtp+starttls://postman:{PASSWORD}@mail.example.org:587"}, "asks for STARTTLS"),
    ({"SMTP_URL": f"smtps://:{PASSWORD}@mail.example.org"}, "has a password, and no user"),
    ({"SMTP_URL": f"'smtps://postman:{PASSWORD}@mail.example.org'"}, "stands in quotation marks"),
    ({"SMTP_URL": "smtps://postman@mail.example.org"}, "has a user, and no password"),
    ({"SECRET_KEY": f"«{KEY}»"}, "stands in quotation marks"),
    ({"SECRET_KEY": "four words and a half as a key that is long"}, "parted by commas, blanks or lines"),
    ({"PRIVATE_HOSTS": "http://calendar.intern"}, "names of hosts alone"),
    ({"PRIVATE_HOSTS": "*.intern"}, "names of hosts alone"),
    ({"PRIVATE_HOSTS": "10.0.0.0/8"}, "names of hosts alone"),
    ({"PRIVATE_HOSTS": "calendar.intern:"}, "no port that exists"),
    ({"PRIVATE_HOSTS": "calendar.intern, cloud.intern:70000"}, "no port that exists"),
    ({"METRICS_TOKEN": "the third word"}, "without a blank"),
    ({"INSTANCE": "~/flashmeet"}, "begins with ~"),
    ({"IMAP_URL": "imaps://mail.example.org"}, "must name who reads"),
    ({"IMAP_URL": f"pop3://post:{PASSWORD}@mail.example.org"}, "must look like imaps://"),
    ({"MAIL_FROM": "Rendez-vous <rendez-vous@example.org>"}, "must be a bare address"),
    ({"MAIL_FROM": "été@example.org"}, "must be a bare address"),
    ({"MAIL_FROM": "rendez-vous"}, "must be a bare address"),
    ({"MAIL_FROM": "rendez..vous@example.org"}, "must be a bare address"),
    ({"MAIL_FROM": "rendez-vous@example..org"}, "must be a bare address"),
    ({"MAIL_FROM": "mailto:rendez-vous@example.org"}, "must be a bare address"),
    ({"MAIL_PER_SECOND": "many"}, "messages a second"),
    ({"SMS_PER_SECOND": "nan"}, "messages a second"),
    ({"TWILIO_AUTH_TOKEN": PASSWORD}, "go together"),
    ({**TWILIO, "TWILIO_BASE_URL": "t.org"}, "FLASHMEET_TWILIO_BASE_URL must begin with https://"),
    ({**TWILIO, "TWILIO_BASE_URL": "https://"}, "FLASHMEET_TWILIO_BASE_URL must begin with https://"),
    ({**TWILIO, "TWILIO_BASE_URL": f"https://u:{PASSWORD}@t.org"}, "hold neither a user"),
    ({**TWILIO, "TWILIO_BASE_URL": "https://t.org:99999"}, "no port that exists"),
    ({**TWILIO, "TWILIO_ACCOUNT_SID": "AC0/../SMS"}, "what Twilio's console shows"),
    ({**TWILIO, "TWILIO_FROM": "0700000000"}, "a number in international form"),
    ({**TWILIO, "TWILIO_FROM": "Réseau"}, "at most 11 plain letters"),
    ({**TWILIO, "TWILIO_FROM": "Network of Alumni"}, "at most 11 plain letters"),
    ({"TURN_URL": "turn.example.org", "TURN_SECRET": PASSWORD}, "must look like turn:"),
    ({"TURN_URL": "turn://turn.example.org", "TURN_SECRET": PASSWORD}, "must look like turn:"),
    ({"TURN_URL": "turn:turn.example.org:99999", "TURN_SECRET": PASSWORD}, "no port that exists"),
    ({"TURN_URL": "turn:turn.example.org"}, "FLASHMEET_TURN_SECRET must be set too"),
    ({"REDIS_URL": "foo"}, "must look like redis://"),
    ({"REDIS_URL": f"redis://:{PASSWORD}@localhost:66666"}, "no port that exists"),
    ({"REDIS_URL": "redis://localhost/first"}, "number of a database"),
    ({"REDIS_URL": "redis://localhost/0?foo=bar"}, "the client does not know"),
    ({"VIDEO": "zoom"}, "FLASHMEET_VIDEO must be one of"),
    ({"VIDEO": "jitsi"}, "needs FLASHMEET_JITSI_URL"),
    ({"VIDEO": "bigbluebutton", "BBB_URL": "http://bbb.example.org", "BBB_SECRET": PASSWORD}, "begin with https://"),
    ({"VIDEO": "google_meet", "GOOGLE_SERVICE_ACCOUNT": PASSWORD}, "JSON key of a service account"),
    ({"GOOGLE_CLIENT_ID": "x"}, "FLASHMEET_GOOGLE_CLIENT_SECRET must be set too"),
    ({"GOOGLE_CLIENT_ID": "x", "GOOGLE_CLIENT_SECRET": PASSWORD, "GOOGLE_BASE_URL": "https://[x"}, "brackets"),
    ({"MICROSOFT_CLIENT_SECRET": PASSWORD}, "FLASHMEET_MICROSOFT_CLIENT_ID must be set too"),
    ({"INSTANCE": "/dev/null"}, "a file has that name"),
    ({"INSTANCE": "/proc/flashmeet"}, "cannot be made"),
    ({"SMTP_URI": f"smtps://postman:{PASSWORD}@mail.example.org"}, "Did you mean FLASHMEET_SMTP_URL?"),
    ({"SMPT_URL": f"smtps://postman:{PASSWORD}@mail.example.org"}, "Did you mean FLASHMEET_SMTP_URL?"),
    ({"DATABSE_URL": "sqlite:///x"}, "Did you mean FLASHMEET_DATABASE_URL?"),
    ({"MAIL_FORM": "rendez-vous@example.org"}, "Did you mean FLASHMEET_MAIL_FROM?"),
    ({"SECRETKEY_FILE": "/nowhere"}, "Did you mean FLASHMEET_SECRET_KEY_FILE?"),
    ({"TWILIO_SID": "AC0"}, "Did you mean FLASHMEET_TWILIO_ACCOUNT_SID?"),
]


@pytest.mark.parametrize(("slip", "words"), SETTINGS, ids=lambda each: str(each)[:60])
def test_a_setting_that_cannot_be_is_one_sentence_and_2(slip: dict[str, str], words: str, tmp_path: Path) -> None:
    answer = run(tmp_path, "db", "upgrade", **slip)
    assert (answer.code, answer.out) == (2, "")
    (line,) = answer.err.splitlines()
    assert line.startswith("flashmeet: ") and words in line
    assert PASSWORD not in line


@pytest.mark.parametrize("name", ["flashmeet_smtp_url", "Flashmeet_Smtp_Url", "FLASHMEET_smtp_url"])
def test_a_name_in_small_letters_is_told_since_nothing_reads_it(name: str, tmp_path: Path) -> None:
    variables = {
        "FLASHMEET_SECRET_KEY": KEY,
        "FLASHMEET_INSTANCE": str(tmp_path / "i"),
        name: f"smtps://u:{PASSWORD}@m",
    }
    result = CliRunner().invoke(main, ["db", "upgrade"], env=variables, catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"flashmeet: {name} is not read, since names of settings are in capitals: {NAME}\n"


NAME = "FLASHMEET_SMTP_URL"


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://Meet.Example.ORG/",
        " https://meet.example.org// ",
        "https://meet.example.org:",
        "https://meet.example.org\r",
    ],
)
def test_an_address_is_kept_in_one_form(url: str, tmp_path: Path) -> None:
    settings = {"FLASHMEET_SECRET_KEY": KEY, "FLASHMEET_INSTANCE": str(tmp_path), "FLASHMEET_BASE_URL": url}
    config = Config.from_env(settings)
    assert (config.base_url, config.secure, config.host) == ("https://meet.example.org", True, "meet.example.org")


def test_a_database_in_whatever_folder_and_a_key_of_one_word_are_cautioned(tmp_path: Path) -> None:
    said = {"DATABASE_URL": "sqlite:///members.sqlite3", "SECRET_KEY": "changeme" * 5, "INSTANCE": str(tmp_path)}
    cautions = Config.from_env({f"FLASHMEET_{name}": value for name, value in said.items()}).cautions
    assert any("Write the whole path" in each for each in cautions)
    assert any("can be guessed" in each for each in cautions)
    said["DATABASE_URL"] = f"sqlite:///{tmp_path}/members.sqlite3"
    whole = Config.from_env({f"FLASHMEET_{name}": value for name, value in said.items()}).cautions
    assert not any("Write the whole path" in each for each in whole)


def test_a_file_of_settings_that_nobody_named_is_pointed_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flashmeet.env").write_text(f"FLASHMEET_SECRET_KEY={KEY}\n")
    answer = run(tmp_path, "serve", SECRET_KEY="")
    assert answer.code == 2
    assert answer.err.splitlines()[-1].endswith("which was not read: say --env-file flashmeet.env")


def test_who_has_set_nothing_yet_is_shown_the_command_that_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("FLASHMEET_")]:
        monkeypatch.delenv(name)
    result = CliRunner().invoke(main, ["doctor"])
    assert (result.exit_code, "`flashmeet init`" in result.stderr.splitlines()[-1]) == (2, True)


@pytest.mark.parametrize(("typed", "meant"), [("docter", "doctor"), ("workers", "worker"), ("member", "members")])
def test_a_command_that_is_not_there_names_the_one_that_was_meant(typed: str, meant: str) -> None:
    result = CliRunner().invoke(main, [typed])
    assert (result.exit_code, f"'{meant}'" in result.stderr) == (2, True)


def test_an_environment_file_as_windows_writes_it_is_read(tmp_path: Path) -> None:
    file, instance = tmp_path / "environment", tmp_path / "elsewhere"
    lines = [f"FLASHMEET_INSTANCE = '{instance}'", "", "; a remark", f'FLASHMEET_SECRET_KEY="{KEY}"  # ours', ""]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    result = CliRunner().invoke(main, ["--env-file", str(file), "db", "upgrade"], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (instance / "flashmeet.sqlite3").exists()


def test_an_environment_file_of_somebody_else_says_whose_command_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_args: object, **_options: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_text", closed)
    answer = run(tmp_path, "doctor", "--env-file", str(tmp_path / "environment"))
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)
    assert "Run the command as its owner, or as root" in answer.err


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    slips = {"BASE_URL": "meet", "SMTP_URL": "mail", "REDIS_URL": "foo", "SMTP_URI": "x", "SECRET_KEY": "short"}
    lines = run(tmp_path, "serve", **slips).err.splitlines()
    assert [line.split()[1].removeprefix("FLASHMEET_").rstrip(":") for line in lines] == [
        "SMTP_URI",
        "BASE_URL",
        "SECRET_KEY",
        "SMTP_URL",
        "REDIS_URL",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "https://réseau.example.org/mentorat"),
        ("MAIL_FROM", "rendez-vous@réseau.example.org"),
        ("TURN_URL", "turn:relay.example.org"),
        ("TURN_URL", "turns:[2001:db8::1]:5349?transport=tcp"),
        ("TURN_URL", "turn:relay.example.org:3478, turns:relay.example.org:5349"),
        ("REDIS_URL", "rediss://:p%40ss@cache.example.org:6380/1"),
        ("DATABASE_URL", "sqlite:////tmp/nowhere.sqlite3?timeout=5"),
        ("SMTP_URL", "smtps://post%40example.org:p%2F%23w@[2001:db8::1]:465"),
        ("SMTP_URL", "SMTPS://postman:word@mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org"),
        ("PRIVATE_HOSTS", "calendar.intern, 10.0.0.9"),
        ("SERVICE_HOST", "10.0.0.7"),
        ("PORT_8000_TCP", "tcp://10.0.0.7:8000"),
    ],
)
def test_what_is_right_is_taken(name: str, value: str, tmp_path: Path) -> None:
    more = {"TURN_SECRET": "north"} if name == "TURN_URL" else {}
    assert run(tmp_path, "doctor", **{name: value, **more}).code in (0, 1)


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "POSTGRESQL", "postgresql+psycopg2", "postgresql+asyncpg"]
)
def test_the_short_schemes_of_postgresql_are_taken(scheme: str, tmp_path: Path) -> None:
    url = f"{scheme}://nobody:{PASSWORD}@127.0.0.1:{free_port()}/none"
    assert "Does PostgreSQL run" in run(tmp_path, "db", "upgrade", DATABASE_URL=url).err


ENVIRONMENT_FILES = [
    (b"FLASHMEET_ENV production\n", "line 1 of"),
    (b"FLASHMEET_ENV=demo\nFLASHMEET_ENV=production\n", "line 2 of"),
    (b"\xff\xfe\x00", "is not text in UTF-8"),
    (None, "No such file or directory. `flashmeet init` writes one"),
]


@pytest.mark.parametrize(("content", "words"), ENVIRONMENT_FILES)
def test_an_environment_file_that_cannot_be_read_is_one_sentence(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "environment"
    if content is not None:
        file.write_bytes(content)
    answer = run(tmp_path, "doctor", "--env-file", str(file))
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert words in answer.err


@pytest.mark.parametrize("place", ["before", "behind", "variable"])
def test_every_command_reads_the_environment_file_and_what_is_set_already_counts(place: str, tmp_path: Path) -> None:
    file, instance = tmp_path / "environment", tmp_path / "elsewhere"
    file.write_text(f'# ours\nexport FLASHMEET_INSTANCE="{instance}"\nFLASHMEET_SECRET_KEY=short\n')
    words = {"before": ["--env-file", str(file), "db", "upgrade"], "behind": ["db", "upgrade", f"--env-file={file}"]}
    variables = {"FLASHMEET_SECRET_KEY": KEY, "FLASHMEET_ENV_FILE": str(file) if place == "variable" else None}
    result = CliRunner().invoke(main, words.get(place, ["db", "upgrade"]), env=variables, catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (instance / "flashmeet.sqlite3").exists()
    assert os.environ.get("FLASHMEET_INSTANCE") is None


@contextmanager
def owned(server_url: str, *, password: str = PASSWORD, encoding: str = "UTF8") -> Iterator[tuple[str, str]]:
    """A database that belongs to the superuser, and a user without any right in it: its address, and the user."""
    plain = server_url.replace("postgresql+psycopg://", "postgresql://")
    with fresh_database(plain) as url, psycopg.connect(plain, autocommit=True) as superuser:
        name = psycopg.conninfo.conninfo_to_dict(url.replace("+psycopg", ""))["dbname"]
        role = f"role_{name}"
        superuser.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        if encoding != "UTF8":
            superuser.execute(f"DROP DATABASE {name}")
            superuser.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        try:
            yield url.replace("://postgres", f"://{role}:{quote(password)}", 1), role
        finally:
            superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
            superuser.execute(f"CREATE DATABASE {name}")
            superuser.execute(f"DROP ROLE {role}")


def test_a_user_who_may_make_no_tables_is_told_who_may(postgres_url: str, tmp_path: Path) -> None:
    with owned(postgres_url) as (url, role):
        answer = run(tmp_path, "db", "upgrade", DATABASE_URL=url)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (1, "", 1)
    assert "may not make tables there" in answer.err and "OWNER TO" in answer.err
    assert PASSWORD not in answer.err and role not in answer.err


def test_a_database_that_is_not_in_utf_8_is_refused_before_it_holds_anybody(postgres_url: str, tmp_path: Path) -> None:
    with owned(postgres_url, encoding="LATIN1") as (url, _):
        answer = run(tmp_path, "db", "upgrade", DATABASE_URL=url)
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert "the database is in LATIN1" in answer.err


def test_a_database_that_is_not_there_and_a_user_that_is_not_there_are_told(postgres_url: str, tmp_path: Path) -> None:
    with owned(postgres_url) as (url, role):
        name = role.removeprefix("role_")
        missing = run(tmp_path, "db", "upgrade", DATABASE_URL=url.replace(f"/{name}", "/nowhere"))
        stranger = run(tmp_path, "db", "upgrade", DATABASE_URL=url.replace(role, "stranger"))
    assert "there is no database of that name" in missing.err
    assert "no such user" in stranger.err or "refuses the user" in stranger.err
    assert PASSWORD not in missing.err + stranger.err


def test_too_many_connections_are_told(postgres_url: str, tmp_path: Path) -> None:
    with owned(postgres_url) as (url, role):
        plain = url.replace("+psycopg", "")
        with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as superuser:
            superuser.execute(f"ALTER ROLE {role} CONNECTION LIMIT 1")
        with psycopg.connect(plain):
            answer = run(tmp_path, "db", "upgrade", DATABASE_URL=url)
    assert answer.code == 1 and "no connection left" in answer.err


def test_a_host_that_is_unknown_is_told(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://u:{PASSWORD}@nowhere.invalid/x"
    answer = run(tmp_path, "db", "upgrade", DATABASE_URL=url)
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert "DNS knows no such host" in answer.err


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear diary, " * 500)
    answer = run(tmp_path, "db", "upgrade", DATABASE_URL=f"sqlite:///{tmp_path / 'letter'}")
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert "is no SQLite database" in answer.err


def test_a_folder_of_the_database_that_is_missing_is_told(tmp_path: Path) -> None:
    answer = run(tmp_path, "db", "upgrade", DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/x.sqlite3")
    assert answer.code == 1 and "its folder is missing" in answer.err


def test_a_schema_of_a_newer_version_is_told(here: Here) -> None:
    with here.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        for words in (("db", "upgrade"), ("worker", "--once"), ("admin", "add", "odile@example.org")):
            answer = here.run(*words)
            assert (answer.code, len(answer.err.splitlines())) == (1, 1)
            assert "schema 9999, which this flashmeet does not know" in answer.err
    finally:
        with here.database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": schema.head()})


@pytest.mark.parametrize("command", [["serve"], ["worker", "--once"], ["token", "create", "x@example.org"], ["doctor"]])
def test_a_schema_that_lacks_what_its_number_promises_is_told_with_what_to_do(here: Here, command: list[str]) -> None:
    with column_renamed(here.database):
        answer = here.run(*command)
    assert answer.code == 1, answer
    words = answer.out + answer.err
    assert "was made by an earlier flashmeet under the same schema number: it has no member.headline." in words
    assert "name a new database in FLASHMEET_DATABASE_URL" in words


def test_a_demo_of_another_version_says_how_to_begin_anew(here: Here) -> None:
    with column_renamed(here.database):
        answer = here.run("demo", "--port", str(free_port()))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("flashmeet: this demo was made by another version of flashmeet")
    assert f"delete {here.environment['FLASHMEET_INSTANCE']}" in answer.err


@contextmanager
def column_renamed(database: Database) -> Iterator[None]:
    """Gives a column another name meanwhile, as if this version had added it."""
    _alter(database, "RENAME COLUMN headline TO headline_before")
    try:
        yield
    finally:
        _alter(database, "RENAME COLUMN headline_before TO headline")


def _alter(database: Database, change: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE member {change}"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_what_the_system_refuses_is_a_sentence(number: int, monkeypatch: pytest.MonkeyPatch, here: Here) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number), "/somewhere")

    monkeypatch.setattr(archive, "read_manifest", full)
    monkeypatch.setattr(archive, "restore_backup", full)
    file = here.folder / "b.zip"
    file.touch()
    answer = here.run("restore", str(file))
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert answer.err.startswith("flashmeet: /somewhere: ")


def test_a_port_below_1024_and_a_host_that_is_not_here_are_told(here: Here) -> None:
    answer = here.run("serve", "--host", "192.0.2.1", "--port", str(free_port()))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("flashmeet: cannot listen on 192.0.2.1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert here.run("serve", "--port", str(taken.getsockname()[1])).code == 1


def test_a_sqlite_file_that_only_reads_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    sqlite3.connect(path).close()
    answer = run(tmp_path, "db", "upgrade", DATABASE_URL=f"sqlite:///file:{path}?mode=ro&uri=true")
    assert answer.code == 1 and len(answer.err.splitlines()) == 1
