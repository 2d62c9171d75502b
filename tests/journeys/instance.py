"""A temporary instance: everything that `python run.py` starts, in a folder that goes when it ends."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.exchange import Exchange
from tests.journeys.outbox import Outbox
from tests.support.house import ROOT, RunningHouse

_PLENTY = {"LOGINS_PER_MINUTE": "100000", "REQUESTS_PER_MINUTE": "1000000", "SIGNALS_PER_HOUR": "100000"}
"""Fifty people come from one address within seconds here."""


class Instance:
    """A running stack. `exchange` is the simulator's control API."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._env = _PLENTY | dict(env)
        self.folder = folder
        self.outbox = Outbox(folder / "outbox")
        self.simulator_port = _free_port()
        self._start()

    def restart(self) -> None:
        """Stop and start again on the same folder, as an operator does. The simulator keeps its address."""
        self.stop()
        self._start()

    def stop(self) -> None:
        self.exchange.close()
        self._house.end(signal.SIGTERM)

    def make_registrar(self, email: str) -> None:
        """What an operator types, with the environment that the web process has."""
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "run", "make-registrar", email],
            cwd=ROOT,
            env=self._house.child("gunicorn").environ(),
            check=True,
            capture_output=True,
            timeout=120,
        )

    def _start(self) -> None:
        options = ("--no-demo", "--simulator-port", str(self.simulator_port))
        self._house = RunningHouse(self.folder, *options, env=self._env)
        self.url = self._house.url
        keys = json.loads((self.folder / "keys.json").read_text())
        self.exchange = Exchange(f"http://127.0.0.1:{self.simulator_port}", keys["simulator_control_token"])


@contextmanager
def temporary_instance(**env: str) -> Iterator[Instance]:
    """Started, handed out, stopped, and nothing left behind."""
    folder = Path(tempfile.mkdtemp(prefix="mysignals-journey-"))
    try:
        instance = Instance(folder / "instance", env)
        try:
            yield instance
        finally:
            instance.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
