"""One house per instance folder: a lock that the kernel lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from mysignals.embedded.errors import StartError


class InstanceLock:
    """Held from `take` until `release` or the end of this process."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance
        self._path = instance / "run.lock"
        self._file = -1

    def take(self) -> int | None:
        """Make the folder and lock it. Answers the pid of a holder that died without letting go."""
        try:
            self._instance.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StartError(
                f"cannot write to the instance folder {self._instance} ({error.strerror}); "
                "give this user the right to, or choose another --instance"
            ) from error
        self._lock()
        before = self._pid()
        self._write(f"{os.getpid()}\n")
        return before

    def release(self) -> None:
        if self._file >= 0:
            self._write("")
            os.close(self._file)
            self._file = -1

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = self._pid()
            os.close(self._file)
            self._file = -1
            raise StartError(
                f"already running on {self._instance} as pid {pid}; stop it or choose another --instance"
            ) from error

    def _pid(self) -> int | None:
        text = os.pread(self._file, 32, 0).decode(errors="replace").strip()
        return int(text) if text.isdecimal() else None

    def _write(self, text: str) -> None:
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)
