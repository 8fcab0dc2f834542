"""nginx and Caddy with the files of `deploy/`, at free ports and with a certificate of their own making."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import cache
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from socket import create_connection

import yaml  # type: ignore[import-untyped]  # carries no types

from tests.programs import judged, program
from tests.rooms.room.windows import wait_for
from tests.served import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
HOST = "meet.example.org"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes


@dataclass(frozen=True, slots=True)
class Proxy:
    """One that runs. `logs` are the files that it writes."""

    http: int
    https: int
    logs: tuple[Path, ...]

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        announced: int = 0,
        secure: bool = True,
    ) -> Answer:
        """What the proxy answers. A body that is announced alone is not sent: the proxy refuses it unread."""
        line = create_connection(("127.0.0.1", self.https if secure else self.http), timeout=60)
        if secure:
            line = _unchecked().wrap_socket(line, server_hostname=HOST)
        connection = HTTPConnection(HOST)
        connection.sock = line
        try:
            length = {"Content-Length": str(announced)} if announced else {}
            connection.request(method, path, body=body, headers={**(headers or {}), **length})
            answer = connection.getresponse()
            told: HTTPMessage = answer.headers
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    def logged(self) -> str:
        return "".join(log.read_text(encoding="utf-8") for log in self.logs if log.exists())


@cache
def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def nginx_file(folder: Path, *, upstream: int, http: int, https: int, more: str = "") -> Path:
    """Writes a whole configuration around the site's, changed as its comments tell an operator to.

    `more` is put into its secure server, which then logs as another site's would.
    """
    pair = (folder / "key.pem", folder / "full.pem")
    make = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}")
    judged(*make, "-keyout", str(pair[0]), "-out", str(pair[1]))
    site = re.sub(r"/etc/letsencrypt/\S+/privkey\.pem", str(pair[0]), (DEPLOY / "nginx.conf").read_text())
    site = re.sub(r"/etc/letsencrypt/\S+/fullchain\.pem", str(pair[1]), site)
    if more:
        site = re.sub(r"^ *(error_log|access_log) .*\n", "", site, flags=re.MULTILINE)
        site = site.replace("  location / {\n    proxy_pass", f"{more}\n  location / {{\n    proxy_pass")
    site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)  # a container may have no IPv6
    site = site.replace("listen 80;", f"listen 127.0.0.1:{http};").replace("listen 443 ", f"listen 127.0.0.1:{https} ")
    site = site.replace("/var/log/nginx", str(folder))
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}").replace("/opt/flashmeet/deploy", str(DEPLOY))
    (folder / "site.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    who = "user root;\n" if os.geteuid() == 0 else ""  # of whom the test's folder is
    whole = f"{who}pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    (folder / "nginx.conf").write_text(
        f"{whole}http {{\ngzip on;\naccess_log {folder}/access.log;\n{folders}include {folder}/site.conf;\n}}\n"
    )
    return folder / "nginx.conf"


@contextmanager
def nginx(folder: Path, upstream: int, more: str = "") -> Iterator[Proxy]:
    http, https = free_port(), free_port()
    file = nginx_file(folder, upstream=upstream, http=http, https=https, more=more)
    words = (program("nginx"), "-p", str(folder), "-c", str(file), "-g", "daemon off;")
    logs = tuple(
        folder / f"{name}.log" for name in ("access", "error", "flashmeet-access", "flashmeet-error", "mentorat-error")
    )
    with _running(*words, said=folder / "said", port=https):
        yield Proxy(http, https, (*logs, folder / "said"))


def caddy_words() -> dict[str, str]:
    """What compose.yaml tells a Caddy from 2.7 on; Debian's needs no word."""
    version = subprocess.run([program("caddy"), "version"], capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"(\d+)\.(\d+)", version)
    newer = numbers is not None and (int(numbers[1]), int(numbers[2])) >= (2, 7)
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["proxy"]["environment"]
    return {"BUFFERING": str(told["BUFFERING"])} if newer else {}


@contextmanager
def caddy(folder: Path, upstream: int) -> Iterator[Proxy]:
    http, https = free_port(), free_port()
    mine = (f"http_port {http}", f"https_port {https}", "local_certs", "skip_install_trust", "admin off")
    head = "\n".join((*mine, f"storage file_system {folder}/certificates"))
    (folder / "Caddyfile").write_text(f"{{\n{head}\n}}\nimport {DEPLOY}/Caddyfile\n")
    told = {"UPSTREAM": f"127.0.0.1:{upstream}", "ERRORS": str(DEPLOY / "errors"), "HOME": str(folder), **caddy_words()}
    words = (program("caddy"), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile"))
    with _running(*words, said=folder / "said", port=https, **told):
        yield Proxy(http, https, (folder / "said",))


KINDS: dict[str, Callable[[Path, int], AbstractContextManager[Proxy]]] = {"nginx": nginx, "caddy": caddy}


@contextmanager
def _running(*words: str, said: Path, port: int, **environment: str) -> Iterator[None]:
    with said.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env={**os.environ, **environment})
    try:
        wait_for(lambda: _listens(port), f"{words[0]}: {said.read_text()}", within=60)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _listens(port: int) -> bool:
    """Whether a secure connection can be made: Caddy listens before it has a certificate."""
    try:
        with create_connection(("127.0.0.1", port), timeout=5) as line:
            _unchecked().wrap_socket(line, server_hostname=HOST).close()
    except OSError:
        return False
    return True
