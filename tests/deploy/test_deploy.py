"""What a server is set up with: units, proxies, containers. Each is judged by its own program where that is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # carries no types
from click.testing import CliRunner

from flashmeet.app import create_app
from flashmeet.cli import main
from flashmeet.core.config import Config
from flashmeet.core.config.names import SETTINGS
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from tests.deploy.proxies import DEPLOY, caddy_words, nginx_file
from tests.programs import judged, program
from tests.served import free_port

SECRET_ADDRESSES = ("/join/abc.def", "/calendar/s3cret.ics", "/sign-in/once/n0nce.123456", "/", "/me?next=1")


def anybody() -> str:
    """A user that every Debian has; root where that one cannot run this Python."""
    if os.geteuid() != 0:
        return "daemon"
    tried = ("runuser", "-u", "daemon", "--", sys.executable, "-c", "import flashmeet")
    return "daemon" if subprocess.run(tried, cwd="/", capture_output=True, check=False).returncode == 0 else "root"


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The units as `flashmeet init --systemd` writes them for this machine."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("FLASHMEET_")]:
        monkeypatch.delenv(name)
    target = tmp_path / "system"
    target.mkdir()
    said = ["--base-url", "https://meet.example.org", "--smtp", "-", "--admin", "odile@example.org"]
    where = ["--env-file", str(tmp_path / "environment"), "--instance", str(tmp_path / "state")]
    words = ["init", *said, *where, "--systemd", str(target), "--user", anybody()]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert "systemctl enable --now flashmeet-web flashmeet-worker flashmeet-backup.timer" in result.stdout
    assert f"runuser -u {anybody()} -- " in result.stdout and "sudo" not in result.stdout  # which a bare Debian lacks
    return target


def test_systemd_takes_the_units_that_init_fills_in(units: Path, tmp_path: Path) -> None:
    text = (units / "flashmeet-web.service").read_text()
    assert f"ExecStart={Path(sys.executable).parent / 'flashmeet'} serve" in text
    assert f"Environment=FLASHMEET_ENV_FILE={tmp_path / 'environment'}" in text
    assert f"WorkingDirectory={tmp_path / 'state'}" in text
    assert f"User={anybody()}" in text and "/opt/flashmeet" not in text
    names = sorted(path.name for path in units.iterdir())
    assert names == sorted(path.name for path in (DEPLOY / "systemd").iterdir())
    assert judged(program("systemd-analyze"), "verify", *(str(units / name) for name in names)) == ""


@pytest.mark.parametrize("name", ["web", "worker", "backup"])
def test_a_service_is_fenced_in_and_waits_for_the_network_and_the_database(name: str) -> None:
    text = (DEPLOY / "systemd" / f"flashmeet-{name}.service").read_text()
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "StateDirectory=flashmeet", "User="):
        assert f"\n{line}" in text
    assert re.search(r"^After=.*network-online\.target.*postgresql\.service", text, re.MULTILINE)
    if name != "backup":
        assert "\nRestart=always\nRestartSec=" in text and text.endswith("[Install]\nWantedBy=multi-user.target\n")


def test_init_refuses_a_user_and_a_folder_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = ("--base-url", "https://meet.example.org", "--smtp", "-", "--admin", "odile@example.org")
    for more, words in (
        (("--systemd", str(tmp_path), "--user", "nobody-here"), "adduser --system"),
        (("--systemd", str(tmp_path / "nowhere")), "is no folder"),
    ):
        result = CliRunner().invoke(main, ["init", *said, *more], catch_exceptions=False)
        assert (result.exit_code, result.stdout) == (1, "")
        assert words in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_init_refuses_a_program_that_the_services_user_cannot_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a checkout below /root: systemd would say 203/EXEC, for ever."""
    closed, target = tmp_path / "root", tmp_path / "system"
    closed.mkdir(mode=0o700)
    target.mkdir()
    (closed / "python3").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(closed / "python3"))
    said = ("--base-url", "https://meet.example.org", "--smtp", "-", "--admin", "odile@example.org")
    words = ["init", *said, "--systemd", str(target), "--user", "daemon"]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"daemon cannot run {closed}/flashmeet" in result.stderr and "/opt/flashmeet" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root", "system"] and not list(target.iterdir())


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    file = nginx_file(tmp_path, upstream=8000, http=free_port(), https=free_port())
    judged(program("nginx"), "-t", "-p", str(tmp_path), "-c", str(file))


def test_caddy_takes_its_file() -> None:
    caddy = program("caddy")
    judged(caddy, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile"), **caddy_words())


def test_no_proxy_logs_what_follows_the_second_slash_nor_a_query() -> None:
    nginx = re.search(r'"~(\^\(\?<flashmeet_first>.+\))" ', (DEPLOY / "nginx.conf").read_text())
    caddy = re.search(r'request>uri regexp "(.+?)" "\$1"', (DEPLOY / "Caddyfile").read_text())
    assert nginx and caddy
    for address in SECRET_ADDRESSES:
        path = address.partition("?")[0]
        logged = re.match(nginx[1].replace("?<", "?P<"), path)
        assert logged is not None and logged[0] in ("/join", "/calendar", "/sign-in", "/", "/me")
        assert re.sub(caddy[1], r"\1", address) == logged[0]
    assert "$request_uri" not in (DEPLOY / "nginx.conf").read_text().partition("log_format")[2].partition(";")[0]
    assert "request>headers delete" in (DEPLOY / "Caddyfile").read_text()


def test_the_addresses_that_are_secrets_have_their_secret_behind_the_second_slash(links: Links) -> None:
    for address in (links.join(1, "nonce"), links.feed("secret"), links.one_time("a.123456"), links.ask(1, "nonce")):
        first = address.removeprefix(links.home().rstrip("/")).split("/")[1]
        assert re.fullmatch(r"[a-z-]+", first), address


def test_the_largest_form_passes_every_proxy(config: Config, database: Database) -> None:
    app = create_app(config, database=database)
    most = max(getattr(view, "most_bytes", None) or 0 for view in app.view_functions.values())
    nginx = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    caddy = re.search(r"max_size (\d+)MB", (DEPLOY / "Caddyfile").read_text())
    assert nginx and int(nginx[1]) * 2**20 >= most
    assert caddy and int(caddy[1]) * 10**6 >= most
    below_a_path = re.search(r"client_max_body_size (\d+)m;", (DEPLOY.parent / "docs" / "operating.md").read_text())
    assert below_a_path and int(below_a_path[1]) * 2**20 >= most


def test_the_containers_are_told_settings_that_exist() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    compose = yaml.safe_load(text)
    told = set(compose["x-flashmeet"]["environment"])
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    known = {f"FLASHMEET_{name}" for name in SETTINGS}
    assert told <= known
    assert {name for name in asked if name.startswith("FLASHMEET_")} <= told
    example = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "compose.env.example").read_text(), re.MULTILINE))
    assert asked == example


def test_every_setting_that_stands_beside_the_containers_reaches_each_of_ours() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours = [each for each in services.values() if each["image"] == "flashmeet"]
    assert len(ours) == 4 and all(each["env_file"] == [".env"] for each in ours)


def test_the_containers_are_those_that_a_network_needs() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"database", "schema", "web", "worker", "backup", "turn", "proxy"}
    assert {name for name, each in services.items() if "ports" in each} == {"proxy"}
    for volume in (place.split(":")[0] for each in services.values() for place in each.get("volumes", [])):
        assert volume in compose["volumes"] or volume.startswith("./")
    for command in ("web", "worker", "schema"):
        words = services[command]["command"]
        assert CliRunner().invoke(main, [words[0], "--help"]).exit_code == 0


def test_the_image_is_made_of_folders_that_are_there() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    assert copied
    for name in copied:
        assert (DEPLOY.parent / name).exists(), name
    wheel = re.findall(r'^"(\w+)" = "flashmeet/_files', (DEPLOY.parent / "pyproject.toml").read_text(), re.MULTILINE)
    assert set(wheel) <= set(copied)
