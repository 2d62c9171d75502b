"""`python public_api.py` in a process of its own, as an operator starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]


class ApiProcess:
    """`with ApiProcess(env) as api:` ... `api.url`, without /v1. It never sees the key that opens credentials; what it
    logs is in api.log of the instance.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = {name: value for name, value in env.items() if name != "VAULT_PRIVATE_KEY"}
        self.url = ""

    def __enter__(self) -> Self:
        with Path(self._env["MYSIGNALS_INSTANCE"], "api.log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "public_api.py", "--port", "0"],
                cwd=ROOT, env=os.environ | self._env, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        # A process that hangs before it is ready must not hang the test run.
        guard = threading.Timer(20, self._process.kill)
        guard.start()
        line = self._process.stdout.readline()
        guard.cancel()
        assert line, "the API ended before it was ready"
        self.url = line.split()[-1].removesuffix("/v1")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
