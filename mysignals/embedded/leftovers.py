"""Processes of an earlier start of the same instance that are still ending."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from mysignals.embedded.patience import Patience

MARK = "MYSIGNALS_HOUSE"
"""The variable that every child carries in its environment: the path of its instance."""


def end_leftovers(instance: Path, patience: Patience) -> list[int]:
    """Wait for them, since the kernel has told them to go; kill the stubborn. Answers who was there."""
    found = leftovers(instance)
    if found and not patience.until(lambda: not leftovers(instance), seconds=8):
        for pid in leftovers(instance):
            os.kill(pid, signal.SIGKILL)
        patience.until(lambda: not leftovers(instance), seconds=5)
    return found


def leftovers(instance: Path) -> list[int]:
    """Pids of all processes, other than this one, that were started for `instance`."""
    mark = f"{MARK}={instance}".encode()
    return [pid for pid in _pids() if pid != os.getpid() and mark in _environment(pid)]


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # gone meanwhile, or somebody else's
        return []
