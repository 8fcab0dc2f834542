"""The file that holds the settings: lines `NAME=value`, as systemd's EnvironmentFile= and containers read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from flashmeet.core.config.variables import ENV_FILE, PREFIX, ConfigError

BESIDE, OF_SERVICE = Path("flashmeet.env"), Path("/etc/flashmeet/environment")
"""Where `flashmeet init` writes the settings: beside the data, or with those of the services."""
_QUOTED = re.compile(r"""(["'])((?:(?!\1).)*)\1(?:\s+#.*)?""")
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")


def read_environment_file(path: Path) -> dict[str, str]:
    """Returns the variables of the file. Raises ConfigError, which names the line but never quotes it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"the environment file {path} is not text in UTF-8") from None
    except PermissionError:
        raise ConfigError(
            f"the environment file {path} is not this user's to read. Run the command as its owner, or as root"
        ) from None
    except OSError as error:
        raise ConfigError(
            f"the environment file {path} cannot be read: {error.strerror}. `flashmeet init` writes one"
        ) from None
    return _read(text, path)


def _read(text: str, path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        match = _LINE.fullmatch(bare)
        if match is None:
            raise ConfigError(f"line {number} of {path} is not NAME=value")
        if match[1] in found and found[match[1]] != _unquoted(match[2]):
            raise ConfigError(f"line {number} of {path} sets {match[1]} a second time, to something else")
        found[match[1]] = _unquoted(match[2])
    return found


def _unquoted(text: str) -> str:
    """Returns the value without the quotes around it; a remark may follow them."""
    bare = text.strip()
    quoted = _QUOTED.fullmatch(bare)
    if quoted:
        return quoted[2]
    return bare[1:-1] if len(bare) >= 2 and bare[0] == bare[-1] and bare[0] in "\"'" else bare


def added(environ: Mapping[str, str], path: Path) -> dict[str, str]:
    """Returns what the file adds to the environment; what is set there already counts, whether as X or as X_FILE."""
    return {
        name: value
        for name, value in read_environment_file(path).items()
        if name not in environ and not (name.startswith(PREFIX) and _other_form(name) in environ)
    }


def _other_form(name: str) -> str:
    return name.removesuffix("_FILE") if name.endswith("_FILE") and name != ENV_FILE else f"{name}_FILE"


def written(variables: Mapping[str, str]) -> str:
    """Returns the lines of an environment file."""
    return "".join(f"{name}={value}\n" for name, value in variables.items())
