"""Where the command line has its key, secret and server from: options, the environment, a file of one's own."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mysignals_sdk.transport import DEFAULT_BASE_URL

KEY, SECRET, BASE_URL, FILE = (
    "MYSIGNALS_API_KEY",
    "MYSIGNALS_API_SECRET",
    "MYSIGNALS_BASE_URL",
    "MYSIGNALS_CONFIG",
)
"""Names of the environment's variables."""


class NotConfigured(Exception):
    """The message says what is missing, and what to type."""


@dataclass(frozen=True)
class Configuration:
    base_url: str
    api_key: str
    api_secret: str = field(repr=False)


def config_file(env: Mapping[str, str]) -> Path:
    if env.get(FILE):
        return Path(env[FILE])
    folder = env.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "mysignals" / "config.json"


def load(env: Mapping[str, str], base_url: str | None) -> Configuration:
    """Key and secret come from one place, both from the environment or both from the file; raises NotConfigured."""
    path = config_file(env)
    given = [name for name in (KEY, SECRET) if env.get(name)]
    if len(given) == 1:
        raise NotConfigured(f"{given[0]} is set, but {SECRET if given[0] == KEY else KEY} is not: set both, or none.")
    stored = {} if given and (base_url or env.get(BASE_URL)) else _stored(path)
    url = base_url or env.get(BASE_URL) or stored.get("base_url") or DEFAULT_BASE_URL
    if given:
        return Configuration(url, env[KEY], env[SECRET])
    if "api_key" not in stored or "api_secret" not in stored:
        raise NotConfigured(f"There is no API key yet. Type `mysignals login`, or set {KEY} and {SECRET}.")
    return Configuration(url, stored["api_key"], stored["api_secret"])


def save(path: Path, configuration: Configuration) -> None:
    """For its owner's eyes only (0600), and whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {name: getattr(configuration, name) for name in ("base_url", "api_key", "api_secret")}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # Made with 0600.
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _stored(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & 0o077:
                raise NotConfigured(f"{path} holds a secret and others may read it. Type: chmod 600 {path}")
            content = file.read()
    except FileNotFoundError:
        return {}
    except OSError as no:
        raise NotConfigured(f"{path} cannot be read: {no.strerror}.") from None
    try:
        found: Any = json.loads(content)
    except ValueError:
        # Not from its own error, which has the whole text, secret and all.
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise NotConfigured(f"{path} is not what `mysignals login` writes. Remove it and log in again.")
    return found
