"""The page about video: its settings are read as they stand, its relay runs as it stands, its checks check."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from flashmeet.core.config import Config
from tests.cli.commands import Here
from tests.package.test_docs import ROOT, blocks, commands, operator
from tests.relays import relay_answers
from tests.rooms.providers.samples import key_pair
from tests.rooms.room.windows import wait_for
from tests.served import free_port

__all__ = ["operator"]
PAGE = "video.md"
LOOPBACK = "denied-peer-ip=127.0.0.0-127.255.255.255"
SECRET = "the-same-as-FLASHMEET_TURN_SECRET"


def test_the_commands_about_video(operator: Here) -> None:
    operator.done("db", "upgrade")
    for words in commands(PAGE):
        assert operator.run(*words).code == 0, words


@pytest.mark.parametrize("number", range(len(blocks(PAGE, "ini"))))
def test_every_example_is_a_set_of_settings_that_is_taken(tmp_path: Path, number: int) -> None:
    private, _ = key_pair()
    (tmp_path / "jaas.pem").write_text(private)
    (tmp_path / "google.json").write_text('{"client_email": "a", "private_key": "b", "token_uri": "c"}')
    example = blocks(PAGE, "ini")[number].replace("/etc/flashmeet", str(tmp_path))
    settings = dict(line.split("=", 1) for line in example.splitlines())
    read = Config.from_env({"FLASHMEET_ENV": "development", "FLASHMEET_INSTANCE": str(tmp_path), **settings})
    assert read.video == settings.get("FLASHMEET_VIDEO", "builtin")
    assert (read.turn is None) == ("FLASHMEET_TURN_URL" not in settings)


@contextmanager
def relay(folder: Path, *, open_to_itself: bool) -> Iterator[int]:
    """coturn with the configuration of the page on this machine alone; its port.

    Here its own address is a loopback address: `open_to_itself` takes that one line out.
    """
    port, tls_port = free_port(), free_port()
    certificate, key = folder / "cert.pem", folder / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=turn.example.org"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    [conf] = blocks(PAGE, "conf")
    conf = re.sub("^cert=.*", f"cert={certificate}", re.sub("^pkey=.*", f"pkey={key}", conf, flags=re.M), flags=re.M)
    conf = conf.replace("listening-port=3478", f"listening-port={port}").replace("port=443", f"port={tls_port}")
    conf += f"listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\npidfile={folder}/pid\nuserdb={folder}/db\n"
    if open_to_itself:
        conf = conf.replace(f"{LOOPBACK}\n", "") + "allow-loopback-peers\n"
    (folder / "turnserver.conf").write_text(conf)
    with (folder / "log").open("w+") as log:
        server = subprocess.Popen(
            ["turnserver", "-c", str(folder / "turnserver.conf"), "--log-file=stdout"], stdout=log
        )
        try:
            wait_for(partial(relay_answers, port), "the relay", within=90)
            wait_for(partial(listens, tls_port), "the relay over TLS", within=90)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def check(port: int, *, peer: str = "-y") -> str:
    """What the page's own check says of the relay on that port."""
    [script] = blocks(PAGE, "bash")
    here = script.replace("the-same-as-static-auth-secret", SECRET).replace("turn.example.org", "127.0.0.1")
    here = here.replace("3478", str(port)).replace(" -y ", f" {peer} ")
    done = subprocess.run(["bash", "-c", here], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("turnserver") is None, reason="coturn is not installed: make tools")
def test_the_relay_of_the_page_carries_what_it_should_and_nothing_into_a_private_network(tmp_path: Path) -> None:
    with relay(tmp_path, open_to_itself=True) as port:
        assert "Total lost packets 0 " in check(port)
        for peer in ("10.0.0.1", "192.168.1.1", "172.16.5.4", "169.254.169.254"):
            assert "403" in check(port, peer=f"-e {peer}"), peer


@pytest.mark.skipif(shutil.which("turnserver") is None, reason="coturn is not installed: make tools")
def test_the_relay_of_the_page_does_not_relay_to_the_machine_it_runs_on(tmp_path: Path) -> None:
    with relay(tmp_path, open_to_itself=False) as port:
        assert "403" in check(port)


def test_the_page_is_linked_where_operators_look() -> None:
    assert "docs/video.md" in (ROOT / "README.md").read_text()
