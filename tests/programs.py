"""Programs beside Python that judge what is ours: proxies and a pooler."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

BROUGHT = frozenset({"caddy", "nginx", "pgbouncer"})
"""What `make tools` installs. Where CI is set none of them may be missing."""


def program(name: str) -> str:
    """Returns the path of a program; without it, skips the test."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is not None:
        return found
    if name in BROUGHT and os.environ.get("CI"):
        pytest.fail(f"{name} is not installed: make tools")
    pytest.skip(f"{name} is not installed here")


def judged(*words: str, **environment: str) -> str:
    """Runs a program that judges by its exit status; returns what it says besides."""
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr
