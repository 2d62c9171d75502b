"""A worker in a process of its own, as `python run.py` starts it, that a test may kill."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import redis

from mysignals.embedded.child import Child, tail
from mysignals.embedded.processes import ALL_QUEUES, worker
from mysignals.services.alive import KEY
from tests.support.waiting import wait_until


class WorkerProcess:
    """Started by `start`, which returns when it works; `kill` leaves it no moment to tidy up."""

    def __init__(self, env: Mapping[str, str], folder: Path, name: str = "worker", queues: str = ALL_QUEUES) -> None:
        self._command = worker(os.environ | dict(env), folder, name, queues)
        self._redis = redis.Redis.from_url(env["REDIS_URL"])
        self._child: Child | None = None

    def start(self, *, waits: bool = True) -> None:
        """Without `waits` it returns at once: a worker without the queue of upkeep gives no sign of life."""
        self._redis.delete(KEY)
        self._child = Child(self._command)
        if not waits:
            return
        try:
            wait_until(lambda: self._redis.exists(KEY), 20, "a worker's sign of life", every=0.02)
        except TimeoutError as late:
            raise RuntimeError(f"the worker did not start: {tail(self._command.log)}") from late

    def kill(self) -> None:
        if self._child is not None:
            os.kill(self._child.pid, signal.SIGKILL)
            self._child.end(time.monotonic() + 5)
            self._child = None

    def end(self) -> None:
        self.kill()
        self._redis.close()
