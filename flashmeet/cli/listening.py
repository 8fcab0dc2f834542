"""The port that a server listens on, taken before anything else starts."""

from __future__ import annotations

import errno
import socket

from flashmeet.cli.installation import Refused

BACKLOG = 2_048


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens and that children inherit. Raises Refused when the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Refused(_why(error, host, port)) from None
    listener.set_inheritable(True)
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is taken by another program. Choose another one: PORT={port + 1 if port < 65_535 else 8000}"
        )
    if error.errno == errno.EACCES:
        return f"port {port} is not open to this user. Choose one from 1024 on."
    return f"cannot listen on {host}, port {port}: {error.strerror}."
